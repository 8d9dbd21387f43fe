"""What compressed files and arrays declare, held against their size before memory is taken.

An archive of arrays may grow 20-fold, or up to 256 MiB; compressed text and spreadsheets, which are
more regular, 100-fold, or up to 32 MiB. An array must hold as many bytes as its shape says.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import struct
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from skimpy_renaissance.errors import FileFormatError

__all__ = [
    "require_bounded_sheet",
    "require_bounded_text",
    "require_sound_archive",
    "require_sound_array",
]

_ARRAYS = (20, 256 * 2**20)
_TEXT = (100, 32 * 2**20)
_BLOCK = 2**20
_LONGEST_END = 22 + 2**16  # bytes of the end of a zip archive with its comment
_CELLS, _EXCEL_ROWS = 200_000, 1_048_576
_STREAMS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_NO_ARCHIVE = (lzma.LZMAError, zipfile.BadZipFile, struct.error)
_ZIPPED = (".zip", ".xlsx", ".xlsm", ".xltx", ".xltm")


def require_bounded_text(path: str | os.PathLike[str]) -> None:
    """Raise where a compressed table grows out of all proportion.

    Parameters
    ----------
    path
        The file; one that is not compressed, or no archive, is left to its reader.

    Raises
    ------
    FileFormatError
        It grows more than 100-fold, and beyond 32 MiB.
    """
    path = Path(path)
    try:
        if path.suffix.lower() in _ZIPPED:
            with zipfile.ZipFile(path) as archive:
                _require_grown(path, sum(one.file_size for one in archive.infolist()), _TEXT)
        elif path.suffix.lower() in _STREAMS:
            grown = 0
            with _STREAMS[path.suffix.lower()](path, "rb") as stream:
                while block := stream.read(_BLOCK):
                    grown += len(block)
                    _require_grown(path, grown, _TEXT)
    except FileFormatError:
        raise
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, *_NO_ARCHIVE):
        return  # the reader says what is wrong with it


def require_bounded_sheet(path: str | os.PathLike[str]) -> None:
    """Raise where the first sheet of an Excel file spreads few cells over a large table.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    FileFormatError
        Its last row lies below Excel's own limit, or rows x columns with content are more than
        200,000 and 20 times the file's bytes.
    """
    import openpyxl  # noqa: PLC0415 - an extra

    most, rows, width = max(_CELLS, 20 * Path(path).stat().st_size), 0, 0
    with open(path, "rb") as stream:  # closed where no workbook comes of it
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            filled = [column for column, cell in enumerate(row, start=1) if cell is not None]
            rows, width = (number, max(width, filled[-1])) if filled else (rows, width)
            if number > _EXCEL_ROWS or rows * width > most:
                raise FileFormatError(
                    f"{path} has cells down to row {number:,} and out to column {width:,}: beyond "
                    f"{_EXCEL_ROWS:,} rows, or {most:,} cells for a file of this size. It is "
                    "damaged, or made to fill the memory. Where you trust it, save the sheet as "
                    "CSV in UTF-8."
                )


def require_sound_archive(path: str | os.PathLike[str]) -> None:
    """Raise where an ``.npz`` archive declares more than it holds, or grows out of proportion.

    Parameters
    ----------
    path
        The file; what is no archive is left to its reader.

    Raises
    ------
    FileFormatError
        An array's shape needs more bytes than are there, or all of them more than 20 times the
        file and 256 MiB.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _require_all_listed(Path(path), len(members))
        _require_grown(Path(path), sum(one.file_size for one in members), _ARRAYS)
        for member in members:
            with archive.open(member) as stream:
                _require_filled(stream, member.file_size, f"{member.filename} in {path}")


def require_sound_array(path: str | os.PathLike[str]) -> None:
    """Raise where an ``.npy`` file declares more than it holds.

    Parameters
    ----------
    path
        The file; what is no array is left to its reader.

    Raises
    ------
    FileFormatError
        Its shape needs more bytes than are there.
    """
    with open(path, "rb") as stream:
        _require_filled(stream, os.path.getsize(path), str(path))


def _require_all_listed(path: Path, found: int) -> None:
    """Raise where a damaged entry of an archive's directory hides those behind it."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, _LONGEST_END), os.SEEK_END)
        end = file.read()
    place = end.rfind(b"PK\5\6") + 10
    stated = int.from_bytes(end[place : place + 2], "little")
    if stated not in (found, 0xFFFF):  # the latter where there are more
        raise FileFormatError(
            f"{path} states that it holds {stated} arrays, its directory lists {found}. It is "
            "damaged: copy it again."
        )


def _require_filled(stream: IO[bytes], size: int, name: str) -> None:
    form = np.lib.format
    if stream.read(6) != b"\x93NUMPY":
        return
    readers = {b"\1\0": form.read_array_header_1_0, b"\2\0": form.read_array_header_2_0}
    version = stream.read(2)
    if version not in readers:
        raise FileFormatError(
            f"{name} has the array format {tuple(version)}; (1, 0) and (2, 0) are read. Write it "
            "again with numpy.savez, without named fields."
        )
    shape, _, dtype = readers[version](stream)
    if prod(shape) * dtype.itemsize > size:
        raise FileFormatError(
            f"{name} declares the shape {shape} of {dtype}, {prod(shape) * dtype.itemsize:,} "
            f"bytes, and holds {size:,}. It is truncated or damaged: copy it again."
        )


def _require_grown(path: Path, grown: int, limits: tuple[int, int]) -> None:
    factor, always = limits
    size = path.stat().st_size
    if grown > max(factor * size, always):
        raise FileFormatError(
            f"{path} grows from {size:,} to {grown:,} bytes or more when it is uncompressed, over "
            f"{factor} times its size: it is damaged, or made to fill the memory. Where you trust "
            "it, uncompress it, or write it without compression."
        )
