"""SKiMPy's files are read and written exactly, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError, OutputError, UnitsError
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.skimpy_hdf5 import read_skimpy_hdf5
from skimpy_renaissance.units import Units

UNITS = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
REAL_FILES = {
    "varma/parameters_20.h5": (20, 378),
    "yeast/parameters_20.h5": (20, 1707),
    "yeast/parameters_sample_0.hdf5": (20, 1793),
    "yeast/parameters_top_9_models.hdf5": (9, 1793),
    "ecoli/kinetic_params_top_10_models.hdf5": (10, 762),
}


def read_plainly(path: Path) -> pd.DataFrame:
    """Read SKiMPy's layout set by set, from its four kinds of dataset and nothing else."""
    with h5py.File(path, "r") as file:
        names = [name.decode() for name in file["parameter_names"][:]]
        index = [name.decode() for name in file["index"][:]]
        sets = [
            dict(zip(names, file[f"parameter_set_{i}"][:].tolist(), strict=True))
            for i in range(int(file["num_parameters_sets"][()]))
        ]
    return pd.DataFrame(sets, index=index)


def write_as_skimpy(path: Path, sets: dict[str, dict[str, float]]) -> None:
    """Write a file with the datasets SKiMPy writes, and nothing else."""
    names = list(next(iter(sets.values())))
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.create_dataset("parameter_names", data=names, dtype=text)
        file.create_dataset("num_parameters_sets", data=len(sets))
        file.create_dataset("index", data=list(sets), dtype=text)
        for i, values in enumerate(sets.values()):
            file.create_dataset(f"parameter_set_{i}", data=[values[name] for name in names])


@pytest.fixture
def population() -> ParameterPopulation:
    rng = np.random.default_rng(0)
    return ParameterPopulation(
        ("km_substrate1_PFK", "vmax_forward_PFK"),
        np.exp(rng.normal(size=(3, 2))),
        ("1712,6", "1715,6", "a b"),
        lambda_max=[-3.0, np.nan, -1.5],
        lambda_min=[-1e9, np.nan, -1e16],
        units=UNITS,
        provenance={"seed": 1, "inputs": {"network": ["varma", None, 0.1]}},
    )


@pytest.mark.parametrize("name", REAL_FILES)
def test_skimpys_own_files_survive_reading_and_writing_bit_for_bit(
    name: str, shared_data: Callable[..., Path], tmp_path: Path
) -> None:
    source = shared_data(*name.split("/"))
    population = ParameterPopulation.load(source)
    assert population.values.shape == REAL_FILES[name]
    assert population.units is None
    population.save(tmp_path / "again.h5")
    plain = read_plainly(source)
    pd.testing.assert_frame_equal(population.to_dataframe(), plain, check_exact=True)
    pd.testing.assert_frame_equal(read_plainly(tmp_path / "again.h5"), plain, check_exact=True)


def test_names_of_states_and_models_are_kept(shared_data: Callable[..., Path]) -> None:
    path = shared_data("ecoli", "kinetic_params_top_10_models.hdf5")
    assert "1712,6" in ParameterPopulation.load(path)


def test_everything_comes_back(population: ParameterPopulation, tmp_path: Path) -> None:
    population.save(tmp_path / "p.h5")
    again = ParameterPopulation.load(tmp_path / "p.h5")
    for name in ("values", "lambda_max", "lambda_min"):
        np.testing.assert_array_equal(getattr(again, name), getattr(population, name))
    for name in ("names", "index", "units", "provenance"):
        assert getattr(again, name) == getattr(population, name)


def test_a_written_file_has_skimpys_datasets_and_types(
    population: ParameterPopulation, tmp_path: Path
) -> None:
    population.save(tmp_path / "p.h5")
    with h5py.File(tmp_path / "p.h5") as file:
        sets = {f"parameter_set_{i}" for i in range(3)}
        assert (
            set(file) == {"parameter_names", "num_parameters_sets", "index", "renaissance"} | sets
        )
        assert h5py.check_string_dtype(file["parameter_names"].dtype).length is None
        assert h5py.check_string_dtype(file["index"].dtype).length is None
        assert file["num_parameters_sets"].shape == ()
        assert all(file[name].dtype == np.float64 for name in sets)


def test_the_same_population_makes_the_same_bytes(
    population: ParameterPopulation, tmp_path: Path
) -> None:
    for name in ("a.h5", "b.h5"):
        population.save(tmp_path / name)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_parameters_without_value_are_left_out(tmp_path: Path) -> None:
    ParameterPopulation(("a", "b"), [[None, 1.0], [None, 2.0]]).save(tmp_path / "p.h5")
    assert ParameterPopulation.load(tmp_path / "p.h5").names == ("b",)


def test_a_provenance_larger_than_an_hdf5_attribute_is_kept(
    population: ParameterPopulation, tmp_path: Path
) -> None:
    large = {"history": list(range(50_000))}
    replace(population, provenance=large).save(tmp_path / "p.h5")
    assert ParameterPopulation.load(tmp_path / "p.h5").provenance == large


def test_an_empty_population_comes_back_empty(tmp_path: Path) -> None:
    ParameterPopulation(("a", "b"), np.empty((0, 2))).save(tmp_path / "p.h5")
    again = ParameterPopulation.load(tmp_path / "p.h5")
    assert (len(again), again.names) == (0, ("a", "b"))


def test_sets_are_numbered_where_a_file_has_no_index(tmp_path: Path) -> None:
    write_as_skimpy(tmp_path / "p.h5", {"x": {"a": 1.0}, "y": {"a": 2.0}})
    with h5py.File(tmp_path / "p.h5", "a") as file:
        del file["index"]
    assert ParameterPopulation.load(tmp_path / "p.h5").index == ("0", "1")


# -- units -----------------------------------------------------------------------------------------


def test_units_can_be_stated_for_files_without_them(tmp_path: Path) -> None:
    write_as_skimpy(tmp_path / "p.h5", {"x": {"km": 2e6}})
    assert ParameterPopulation.load(tmp_path / "p.h5").units is None
    population = ParameterPopulation.load(tmp_path / "p.h5", units=UNITS)
    np.testing.assert_allclose(population.log_km(["km"]), np.log([[2.0]]), rtol=1e-15)


def test_units_that_contradict_the_file_are_refused(
    population: ParameterPopulation, tmp_path: Path
) -> None:
    population.save(tmp_path / "p.h5")
    assert ParameterPopulation.load(tmp_path / "p.h5", units=UNITS).units == UNITS
    with pytest.raises(UnitsError, match=r"gdw_gww_ratio: 0\.3 here, 0\.25 there"):
        ParameterPopulation.load(tmp_path / "p.h5", units=replace(UNITS, gdw_gww_ratio=0.25))


# -- files that are something else -----------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No file .*none\.h5"):
        ParameterPopulation.load(tmp_path / "none.h5")


def test_a_file_that_is_not_hdf5_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.h5").write_text("a,b\n1,2\n")
    with pytest.raises(FileFormatError, match=r"p\.h5 is not .* 'parameter_names'"):
        ParameterPopulation.load(tmp_path / "p.h5")


def test_a_truncated_file_is_refused_wherever_it_ends(
    population: ParameterPopulation, tmp_path: Path
) -> None:
    population.save(tmp_path / "p.h5")
    content = (tmp_path / "p.h5").read_bytes()
    for length in (0, 50, len(content) // 2, len(content) - 1):
        (tmp_path / "short.h5").write_bytes(content[:length])
        with pytest.raises(FileFormatError, match=r"short\.h5"):
            ParameterPopulation.load(tmp_path / "short.h5")


def test_another_hdf5_file_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "p.h5", "w") as file:
        file["trajectories"] = np.zeros(3)
    with pytest.raises(FileFormatError, match=r"no parameter population.*holds trajectories"):
        ParameterPopulation.load(tmp_path / "p.h5")


def damage(file: h5py.File, how: str) -> None:
    if how in {"parameter_set_1", "parameter_names"}:
        del file[how]
    elif how == "short set":
        del file["parameter_set_1"]
        file["parameter_set_1"] = np.ones(1)
    elif how == "short index":
        del file["index"]
        file["index"] = ["x"]
    elif how == "numeric names":
        del file["parameter_names"]
        file["parameter_names"] = np.ones(2)
    elif how == "gap":
        file["parameter_set_1"][0] = np.nan
    elif how == "newer":
        file.create_group("renaissance").attrs.update(
            {"schema_version": 99, "package_version": "9"}
        )
    elif how == "foreign group":
        file.create_group("renaissance")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("parameter_set_1", "lacks the dataset 'parameter_set_1'"),
        ("parameter_names", "no parameter population"),
        ("short set", r"'parameter_set_1' .* must hold 2 numbers.*shape \(1,\)"),
        ("short index", "each of the 2 parameter sets; got 1 names"),
        ("numeric names", "'parameter_names' .* must be a list of strings"),
        ("gap", "no usable population. Parameter 'a' has no value in set 'y'"),
        ("newer", "schema version 99, written by skimpy_renaissance 9; .* 9 or newer"),
        ("foreign group", "schema_version"),
    ],
)
def test_a_damaged_file_is_refused_with_its_reason(tmp_path: Path, how: str, message: str) -> None:
    path = tmp_path / "p.h5"
    write_as_skimpy(path, {"x": {"a": 1.0, "b": 2.0}, "y": {"a": 3.0, "b": 4.0}})
    with h5py.File(path, "a") as file:
        damage(file, how)
    with pytest.raises(FileFormatError, match=message):
        ParameterPopulation.load(path)


def test_a_columnar_file_is_no_skimpy_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "p.h5", "w") as file:
        file["parameter_names"] = ["a"]
        file["values"] = np.ones((1, 1))
    with pytest.raises(FileFormatError, match="no parameter population"):
        read_skimpy_hdf5(tmp_path / "p.h5")


@pytest.mark.parametrize("place", ["nowhere/p.h5", "file.txt/p.h5", "."])
def test_an_unwritable_place_is_an_output_error(
    population: ParameterPopulation, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(OutputError, match="Cannot write"):
        population.save(tmp_path / place)
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]


# -- SKiMPy itself ---------------------------------------------------------------------------------


@pytest.fixture
def skimpy_parameters() -> ModuleType:
    """Give SKiMPy's own module."""
    return import_module("skimpy.core.parameters")


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # SKiMPy uses np.float
def test_skimpy_reads_what_is_written(
    skimpy_parameters: ModuleType, population: ParameterPopulation, tmp_path: Path
) -> None:
    population.save(tmp_path / "p.h5")
    theirs = skimpy_parameters.load_parameter_population(str(tmp_path / "p.h5"))
    assert len(theirs) == len(population)
    for name in population.index:
        assert dict(theirs[name].items()) == population[name].to_dict()


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_skimpy_writes_is_read(skimpy_parameters: ModuleType, tmp_path: Path) -> None:
    sets = [{"km_a": 1.5, "unset": None, "vmax": 2.0}, {"km_a": 3.5, "unset": None, "vmax": 1e-300}]
    theirs = skimpy_parameters.ParameterValuePopulation(sets, index=["s,1", "s,2"])
    theirs.save(str(tmp_path / "p.h5"))
    ours = ParameterPopulation.load(tmp_path / "p.h5")
    assert ours.index == ("s,1", "s,2")
    assert [s.to_dict() for s in ours] == [{k: s[k] for k in ("km_a", "vmax")} for s in sets]


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_skimpys_parameter_values_accept_a_set(
    skimpy_parameters: ModuleType, population: ParameterPopulation
) -> None:
    theirs = skimpy_parameters.ParameterValues(population["a b"])
    assert dict(theirs.items()) == population["a b"].to_dict()
