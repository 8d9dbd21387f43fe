"""Bombs and lies are refused before memory is taken; honest files are read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.memory_limits import require_sound_array
from skimpy_renaissance.steady_states.csv_table import read_header
from skimpy_renaissance.storage import read_arrays
from skimpy_renaissance.tables import read_table

HEADER = np.lib.format.write_array_header_1_0


def npy(shape: tuple[int, ...], content: bytes = b"") -> bytes:
    """Return an array file that declares a shape and holds something else."""
    file = io.BytesIO()
    HEADER(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + content


def test_an_array_that_declares_terabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights.npy", npy((10**12,)))
    with pytest.raises(FileFormatError, match=r"weights\.npy .* 8,000,000,000,000 bytes, and hold"):
        read_arrays(path)
    (tmp_path / "a.npy").write_bytes(npy((10**12,)))
    with pytest.raises(FileFormatError, match=r"a\.npy declares the shape"):
        require_sound_array(tmp_path / "a.npy")


def test_an_archive_that_grows_a_thousandfold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x.npy", "w") as member,
    ):
        member.write(npy((2**25 + 2**17,)))
        for _ in range(257):
            member.write(bytes(2**20))
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match=r"a\.npz grows from .* over 20 times its size"):
            read_arrays(path)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("damage", ["compression", "encrypted", "version", "no header"])
def test_other_archives_are_errors_of_ours(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.ones(3))
    content = bytearray(path.read_bytes())
    central = content.find(b"PK\1\2")
    if damage == "compression":
        content[central + 10] = content[8] = 97
    elif damage == "encrypted":
        content[central + 8] |= 1
        content[6] |= 1
    else:
        content[content.find(b"NUMPY") + (5 if damage == "version" else 20)] = 7
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read_arrays(path)


@pytest.mark.parametrize(
    ("suffix", "pack", "content"),
    [
        (".gz", gzip.compress, b"\n"),
        (".gz", gzip.compress, b"1,"),  # one line
        (".xz", lzma.compress, b"\n"),
        pytest.param(".bz2", bz2.compress, b"\n", marks=pytest.mark.slow),
    ],
)
def test_a_table_that_grows_a_thousandfold_is_refused(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes], content: bytes
) -> None:
    path = tmp_path / f"t.csv{suffix}"
    path.write_bytes(pack(b"a,b\n" + content * (2**25 + 10)))
    tracemalloc.start()
    try:
        for read in (read_table, read_header) if suffix == ".gz" else (read_table,):
            with pytest.raises(FileFormatError, match=r"grows from .* over 100 times its size"):
                read(path)
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()


def test_a_spreadsheet_that_grows_a_thousandfold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(40 * 2**20))
    with pytest.raises(FileFormatError, match=r"t\.xlsx grows from"):
        read_table(path)


@pytest.mark.parametrize("place", [3, 30, -5])
def test_a_damaged_compressed_table_is_an_error_of_ours(tmp_path: Path, place: int) -> None:
    path = tmp_path / "t.csv.gz"
    content = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 50 + bytes(range(32, 120))))
    content[place] ^= 0xFF
    path.write_bytes(content)
    for read in (read_table, read_header):
        if read is read_header and place == -5:
            continue  # the end of the file, which the header does not need
        with pytest.raises(FileFormatError, match=r"t\.csv\.gz"):
            read(path)
