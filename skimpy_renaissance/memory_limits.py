"""What compressed files and arrays declare, held against their size before memory is taken.

An archive of arrays may grow 20-fold, or up to 256 MiB; compressed text and spreadsheets, which are
more regular, 100-fold, or up to 32 MiB. An array must hold as many bytes as its shape says.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from skimpy_renaissance.errors import FileFormatError

__all__ = ["require_bounded_text", "require_sound_archive", "require_sound_array"]

_ARRAYS = (20, 256 * 2**20)
_TEXT = (100, 32 * 2**20)
_BLOCK = 2**20
_STREAMS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
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
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return  # the reader says what is wrong with it


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
