"""The places where an HDF5 file keeps its texts, looked through before the HDF5 library does.

A *global heap collection* [1]_ is a header (``GCOL``, version, size) and objects, each with its own
size; what is left over is object 0. The library follows these sizes without a check, and for ever
where one is damaged so that the next object has none.

References
----------
.. [1] HDF5 file format specification 3.0, III.E, "Disk Format: Level 1E - Global Heap".
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from skimpy_renaissance.errors import FileFormatError

__all__ = ["require_sound_heaps", "require_sound_heaps_at"]

_START = b"GCOL\1\0\0\0"
_HEADER = 16
_OBJECT = struct.Struct("<HHIQ")  # number, references, reserved, size
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST = 2**31  # in a larger file, which is read in parts, only heaps that are asked for


def require_sound_heaps(path: str | os.PathLike[str]) -> None:
    """Raise where the texts of an HDF5 file are damaged so that reading would not end.

    Parameters
    ----------
    path
        The file; one that is no HDF5 file is left to its reader. In one larger than 2 GiB, heaps
        are looked at when texts refer to them (:func:`require_sound_heaps_at`).

    Raises
    ------
    FileFormatError
        The objects of a heap do not add up to its size.
    """
    if not 96 <= Path(path).stat().st_size <= _MOST:
        return
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[:8] != _SIGNATURE or not _has_sizes_of_eight_bytes(content):
            return
        start = content.find(_START)
        while start >= 0:
            _require_sound(content, start, path)
            start = content.find(_START, start + _HEADER)


def require_sound_heaps_at(path: str | os.PathLike[str], places: Iterable[int]) -> None:
    """Raise where texts are damaged so that reading would not end, in a file of any size.

    Parameters
    ----------
    path
        An HDF5 file.
    places
        Where its heaps begin, bytes.

    Raises
    ------
    FileFormatError
        There is none, or its objects do not add up to its size.
    """
    if Path(path).stat().st_size <= _MOST:
        return  # looked through already
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in places:
            _require_sound(content, start, path)


def _require_sound(content: mmap.mmap, start: int, path: str | os.PathLike[str]) -> None:
    if content[start : start + len(_START)] != _START or not _is_sound(content, start):
        raise FileFormatError(
            f"{path} is damaged: the texts at byte {start} do not add up to their stated size. "
            "Copy or download it again."
        )


def _has_sizes_of_eight_bytes(content: mmap.mmap) -> bool:
    place = 13 if content[8] < 2 else 9
    return content[place] == content[place + 1] == 8


def _is_sound(content: mmap.mmap, start: int) -> bool:
    stop = start + int.from_bytes(content[start + 8 : start + _HEADER], "little")
    place = start + _HEADER
    if not place <= stop <= len(content):
        return False
    while place + _OBJECT.size <= stop:
        number, _, _, size = _OBJECT.unpack_from(content, place)
        if number == 0:
            return bool(size == stop - place)
        place += _OBJECT.size + -(-size // 8) * 8
    return place <= stop
