"""A changed byte of a population's file does not go unseen; files without checksums are read."""

from __future__ import annotations

import random
from pathlib import Path

import h5py
import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation, save_columnar
from skimpy_renaissance.units import Units

LAYOUTS = {"skimpy": ParameterPopulation.save, "columnar": save_columnar}


@pytest.fixture
def population() -> ParameterPopulation:
    rng = np.random.default_rng(0)
    return ParameterPopulation(
        ("km_substrate1_PFK", "km_product1_PFK", "vmax_forward_PFK"),
        np.exp(rng.normal(size=(3, 3))),
        ("1712,6", "1715,6", "a b"),
        lambda_max=[-3.0, -2.0, -1.5],
        lambda_min=[-1e9, -1e8, -1e16],
        units=Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3),
        provenance={"seed": 1},
    )


def _same(one: ParameterPopulation, other: ParameterPopulation) -> bool:
    return (
        one.to_dataframe().equals(other.to_dataframe())
        and one.units == other.units
        and one.provenance == other.provenance
        and np.array_equal(one.lambda_max, other.lambda_max)
        and np.array_equal(one.lambda_min, other.lambda_min)
    )


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_flipped_bit_is_refused_or_changes_nothing(
    layout: str, population: ParameterPopulation, tmp_path: Path
) -> None:
    LAYOUTS[layout](population, tmp_path / "p.h5")
    whole = (tmp_path / "p.h5").read_bytes()
    draw, refused, unseen = random.Random(0), 0, 0
    for _ in range(400):
        damaged = bytearray(whole)
        damaged[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        (tmp_path / "q.h5").write_bytes(damaged)
        try:
            again = ParameterPopulation.load(tmp_path / "q.h5")
        except InputError as error:
            refused += "q.h5" in str(error)
        else:
            unseen += not _same(again, population)
    assert refused > 40
    assert unseen == 0


def edit(file: h5py.File, what: str) -> None:
    layout = file["renaissance"].attrs["layout"]
    if what == "values":
        file["values" if layout == "columnar" else "parameter_set_1"][..., 0] *= 1.0000001
    elif what in {"parameter_names", "index"}:
        file[what][:2] = file[what][:2][::-1]
    elif what in ("units", "provenance"):
        text = file["renaissance"][what].asstr()[()]
        file["renaissance"][what][()] = text.replace("1", "2")
    else:
        file["renaissance"][what][:2] = file["renaissance"][what][:2][::-1]


@pytest.mark.parametrize(
    "what", ["values", "parameter_names", "index", "units", "provenance", "lambda_max"]
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_edited_part_is_named(
    layout: str, what: str, population: ParameterPopulation, tmp_path: Path
) -> None:
    path = tmp_path / "p.h5"
    LAYOUTS[layout](population, path)
    with h5py.File(path, "a") as file:
        edit(file, what)
    with pytest.raises(FileFormatError, match=f"damaged or was edited: '{what}' is not what"):
        ParameterPopulation.load(path)


def test_parts_of_a_file_are_checked_too(population: ParameterPopulation, tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    save_columnar(population, path)
    with h5py.File(path, "a") as file:
        edit(file, "index")
    with StoredPopulation(path) as stored, pytest.raises(FileFormatError, match="'index' is not"):
        stored.select([0])


def test_a_part_that_was_removed_is_missed(population: ParameterPopulation, tmp_path: Path) -> None:
    population.save(tmp_path / "p.h5")
    with h5py.File(tmp_path / "p.h5", "a") as file:
        del file["renaissance"]["lambda_max"]
    with pytest.raises(FileFormatError, match="lacks the dataset 'lambda_max'"):
        ParameterPopulation.load(tmp_path / "p.h5")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_of_earlier_versions_have_no_checksums_and_are_read(
    layout: str, population: ParameterPopulation, tmp_path: Path
) -> None:
    LAYOUTS[layout](population, tmp_path / "p.h5")
    with h5py.File(tmp_path / "p.h5", "a") as file:
        del file["renaissance"].attrs["sha256"]
        file["renaissance"].attrs["schema_version"] = 1
    assert _same(ParameterPopulation.load(tmp_path / "p.h5"), population)
