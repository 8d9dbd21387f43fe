"""A file from anywhere: it reaches no other file, and takes no more memory than it may."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError, UnitsError
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation
from tests.population.test_skimpy_hdf5 import write_as_skimpy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a small file in SKiMPy's layout."""
    path = tmp_path / "p.h5"
    write_as_skimpy(path, {"x": {"a": 1.0, "b": 2.0}, "y": {"a": 3.0, "b": 4.0}})
    return path


def external_storage(file: h5py.File) -> None:
    secret = Path(file.filename).with_name("secret.bin")
    secret.write_bytes(np.array([7.0, 8.0]).tobytes())
    place = [(str(secret), 0, h5py.h5f.UNLIMITED)]
    file.create_dataset("parameter_set_0", (2,), np.float64, external=place)


def virtual_dataset(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((2,), np.float64)
    layout[:] = h5py.VirtualSource("other.h5", "values", (2,))
    file.create_virtual_dataset("parameter_set_0", layout)


def assign(name: str, value: object) -> Callable[[h5py.File], None]:
    """Return what puts a value in the place of a dataset."""

    def change(file: h5py.File) -> None:
        if name in file:
            del file[name]
        file[name] = value

    return change


def unwritten(name: str, shape: tuple[int, ...], dtype: object) -> Callable[[h5py.File], None]:
    """Return what declares a dataset without writing any of it."""

    def change(file: h5py.File) -> None:
        if name in file:
            del file[name]
        file.create_dataset(name, shape, dtype)

    return change


STRINGS = h5py.string_dtype()
CRAFTED: dict[str, tuple[Callable[[h5py.File], None], str]] = {
    "external storage": (external_storage, "'parameter_set_0' .* its values in another file"),
    "virtual": (virtual_dataset, "'parameter_set_0' .* its values in another file"),
    "external link": (
        assign("parameter_set_0", h5py.ExternalLink("other.h5", "/values")),
        "'parameter_set_0' .* is a link.*cannot reach other files",
    ),
    "soft link to itself": (
        assign("index", h5py.SoftLink("/index")),
        "'index' .* is a link",
    ),
    "header is a link": (
        assign("renaissance", h5py.ExternalLink("other.h5", "/")),
        "'renaissance' .* is a link",
    ),
    "scalar set": (assign("parameter_set_0", 1.0), r"must hold 2 numbers.*shape \(\)"),
    "scalar names": (assign("parameter_names", "a"), "must be a list of strings"),
    "table of names": (assign("index", [["x", "y"]]), "must be a list of strings"),
    "null dataspace": (
        assign("parameter_set_0", h5py.Empty("f8")),
        "must hold 2 numbers.*shape None",
    ),
    "names not decodable": (
        assign("index", np.array([b"\xff\xfe", b"y"])),
        "'index' .* text that is not UTF-8",
    ),
    "text as count": (assign("num_parameters_sets", "two"), "must be one whole number"),
    "list of counts": (assign("num_parameters_sets", [2]), "must be one whole number"),
    "huge count": (assign("num_parameters_sets", 10**12), "is 1000000000000, but .* holds 5"),
    "negative count": (assign("num_parameters_sets", -1), "is -1, but"),
    "huge set": (
        unwritten("parameter_set_0", (10**12,), "f8"),
        "must hold 2 numbers",
    ),
    "huge names": (
        unwritten("parameter_names", (10**12,), STRINGS),
        r"declares the shape \(1000000000000,\), 8,000,000,000,000 bytes",
    ),
    "unwritten set": (unwritten("parameter_set_0", (2,), "f8"), "declares the shape"),
    "complex": (assign("parameter_set_0", [1j, 2j]), "must hold 2 numbers.*complex128"),
    "compound": (
        assign("parameter_set_0", np.zeros(2, [("a", "f8")])),
        "must hold 2 numbers",
    ),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_file_is_refused_with_its_reason(path: Path, what: str) -> None:
    change, message = CRAFTED[what]
    with h5py.File(path, "a") as file:
        if what in {"external storage", "virtual"}:
            del file["parameter_set_0"]
        change(file)
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match=message):
            ParameterPopulation.load(path)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


def test_hard_links_do_not_multiply_a_file(tmp_path: Path) -> None:
    """12,000 sets that are one and the same array: 1.2 MB that would become 1 GB."""
    path, n = tmp_path / "p.h5", 12_000
    with h5py.File(path, "w", libver="latest") as file:
        file["parameter_names"] = np.array([f"k{i}" for i in range(n)], "S6")
        file["num_parameters_sets"] = n
        file["parameter_set_0"] = np.ones(n)
        for i in range(1, n):
            file[f"parameter_set_{i}"] = file["parameter_set_0"]
    with pytest.raises(FileFormatError, match=r"would take 1,152,000,000 bytes of memory"):
        ParameterPopulation.load(path)


def columnar(path: Path, shape: tuple[int, int], **options: object) -> None:
    """Write the columnar layout with a table of zeros."""
    with h5py.File(path, "w") as file:
        header = file.create_group("renaissance")
        header.attrs.update({"layout": "columnar", "schema_version": 1, "package_version": "0"})
        file["parameter_names"] = [f"k{i}" for i in range(shape[1])]
        file.create_dataset("values", shape, "f8", **options)


def test_tiles_that_were_never_written_are_not_read_as_zeros(tmp_path: Path) -> None:
    columnar(tmp_path / "p.h5", (10**12, 2), chunks=(2048, 2))
    for read in (ParameterPopulation.load, StoredPopulation):
        with pytest.raises(FileFormatError, match=r"488,281,250 tiles, of which the file holds 0"):
            read(tmp_path / "p.h5")


def test_what_grows_a_thousandfold_is_not_read_at_once_but_in_parts(tmp_path: Path) -> None:
    path, shape = tmp_path / "p.h5", (2**19, 72)  # 302 MB of zeros
    columnar(path, shape, chunks=(2**19, 1), compression="gzip")
    with h5py.File(path, "a") as file:
        for column in range(shape[1]):
            file["values"][:, column] = np.zeros(shape[0])
    assert path.stat().st_size < 2e6
    with pytest.raises(FileFormatError, match=r"'values' .* would take 301,989,888 bytes"):
        ParameterPopulation.load(path)
    with StoredPopulation(path) as stored:
        assert stored.column("k3").shape == (2**19,)


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("layout", "sideways", "has the layout 'sideways'"),
        ("schema_version", "one", "has schema version one"),
        ("schema_version", 0, "has schema version 0"),
        ("schema_version", 2, "states the checksums of its content, and it does not"),
        ("sha256", "[[[", "its checksums cannot be read"),
        ("sha256", "[]", "its checksums cannot be read"),
    ],
)
def test_a_header_of_another_type_is_refused(
    tmp_path: Path, attribute: str, value: object, message: str
) -> None:
    columnar(tmp_path / "p.h5", (2, 2))
    with h5py.File(tmp_path / "p.h5", "a") as file:
        file["values"][:] = 1.0
        file["renaissance"].attrs[attribute] = value
    with pytest.raises(FileFormatError, match=message):
        ParameterPopulation.load(tmp_path / "p.h5")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("units", 3.0, "'units' .* must be a text"),
        ("units", "[1]", "'units' .* must be a JSON mapping, it is list"),
        ("units", '{"density": "x"}', "Units takes .*missing"),
        ("provenance", "[" * 100_000, "'provenance' .* is not JSON"),
        ("lambda_max", "x", "'lambda_max' .* must hold one number per parameter set"),
        ("lambda_max", [[1.0]], "'lambda_max' .* must hold one number per parameter set"),
        ("lambda_max", [1.0], r"lambda_max needs one number per parameter set, shape \(2,\)"),
    ],
)
def test_a_dataset_of_the_header_of_another_type_is_refused(
    tmp_path: Path, name: str, value: object, message: str
) -> None:
    columnar(tmp_path / "p.h5", (2, 2))
    with h5py.File(tmp_path / "p.h5", "a") as file:
        file["values"][:] = 1.0
        file["renaissance"][name] = value
    with pytest.raises((FileFormatError, UnitsError), match=message):
        ParameterPopulation.load(tmp_path / "p.h5")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("km_substrate_R", 0.0, r"'km_substrate_R' of set 'y' must be positive and finite; it is "),
        ("km_substrate_R", np.inf, "must be positive and finite; it is inf"),
        ("k_equilibrium_R", -1.0, r"must be positive and finite; it is -1\.0"),
        ("vmax_forward_R", -2.0, r"must be at least 0 and finite; it is -2\.0"),
        ("glc_e", -np.inf, "must be finite; it is -inf"),
    ],
)
def test_a_constant_that_no_model_can_have_is_refused(
    tmp_path: Path, name: str, value: float, message: str
) -> None:
    write_as_skimpy(tmp_path / "p.h5", {"x": {name: 1.0}, "y": {name: value}})
    with pytest.raises(FileFormatError, match=message):
        ParameterPopulation.load(tmp_path / "p.h5")
