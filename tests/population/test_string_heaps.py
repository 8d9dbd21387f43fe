"""A damaged text never keeps a reader busy for ever."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.string_heaps import require_sound_heaps
from tests.population.test_skimpy_hdf5 import write_as_skimpy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a file whose names lie in such a heap."""
    path = tmp_path / "p.h5"
    write_as_skimpy(path, {"x": {f"km_substrate{i}_PFK": 1.0 for i in range(500)}})
    return path


def test_a_sound_file_is_let_through(path: Path) -> None:
    assert b"GCOL" in path.read_bytes()
    require_sound_heaps(path)
    assert len(ParameterPopulation.load(path).names) == 500


@pytest.mark.parametrize(("place", "value"), [(9, 0xFF), (9, 0), (16 + 9, 8), (16 + 15, 0x40)])
def test_a_size_that_does_not_add_up_is_refused(path: Path, place: int, value: int) -> None:
    """The third one made the HDF5 library loop: it lands where the next object has no size."""
    content = bytearray(path.read_bytes())
    content[content.find(b"GCOL") + place] = value
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"the texts at byte \d+ do not add up"):
        ParameterPopulation.load(path)


def test_the_same_bytes_elsewhere_are_no_heap(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"GCOL\1\0\0\0" * 30)
    require_sound_heaps(tmp_path / "p.csv")


def test_other_sizes_of_lengths_are_left_to_the_library(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[13] = 4
    content[content.find(b"GCOL") + 25] = 8
    path.write_bytes(content)
    require_sound_heaps(path)
    with pytest.raises(OSError, match="Unable"):
        h5py.File(path, "r")
