"""A damaged text never keeps a reader busy for ever."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.population import ParameterPopulation, save_columnar
from skimpy_renaissance.population.string_heaps import require_sound_heaps
from skimpy_renaissance.population.string_references import stated_length
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


@pytest.mark.parametrize("columnar", [False, True])
def test_a_text_that_states_gigabytes_is_refused_before_they_are_taken(
    tmp_path: Path, columnar: bool
) -> None:
    path = tmp_path / "p.h5"
    sets = ParameterPopulation(("km_a",), np.ones((2, 1)), ("first", "second"))
    (save_columnar if columnar else ParameterPopulation.save)(sets, path)
    with h5py.File(path, "r") as file:
        place = file["parameter_names"].id.get_offset()
        assert [stated_length(file[name]) for name in ("parameter_names", "index")] == [4, 11]
    content = bytearray(path.read_bytes())
    assert content[place] == 4
    content[place + 3] = 0x78  # 2 GB and 4 bytes
    path.write_bytes(content)
    with pytest.raises(
        FileFormatError, match=r"'parameter_names' .* would take 2,013,265,924 byte"
    ):
        ParameterPopulation.load(path)


def test_in_a_large_file_only_heaps_that_texts_refer_to_are_looked_at(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skimpy_renaissance.population.string_heaps._MOST", 100)
    assert len(ParameterPopulation.load(path).names) == 500
    content = bytearray(path.read_bytes())
    content[content.find(b"GCOL") + 16 + 15] = 0x40
    path.write_bytes(content)
    require_sound_heaps(path)
    with pytest.raises(FileFormatError, match=r"the texts at byte \d+ do not add up"):
        ParameterPopulation.load(path)
