"""A new HDF5 file whose bytes are reserved on the disk before the HDF5 library writes them.

The library cannot take back what it failed to write: after a write that met a full disk or a quota,
closing the file fails too, and so does the end of the process, with a crash. So space is taken
first, by the operating system's own call, which fails in time and in words; what was taken too
much is given back when the file is closed. Where the system has no such call, free space is
compared with what will be written.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py

from skimpy_renaissance.atomic import atomic_path, no_room
from skimpy_renaissance.population.file_layout import LIBRARY_VERSION

__all__ = ["NewFile", "bytes_of_names", "new_file"]

_STEP = 1 << 20  # bytes taken at least
_STRUCTURE = 1 << 17  # bytes of the file's own structure, whatever it holds
_PER_PART = 640  # bytes of a dataset's header, or of a tile's checksum and place
_PER_NAME = 48  # bytes beside a text's own: reference, place in the heap, padding


@dataclass
class NewFile:
    """A file being written; changed with every :meth:`reserve`.

    Parameters
    ----------
    hdf5
        The file, open for writing.
    target
        What it will be called, for messages.
    needed
        Bytes that it will have at most, as far as is known.
    reserved
        Bytes that are taken.
    """

    hdf5: h5py.File
    target: Path
    needed: int = _STRUCTURE
    reserved: int = 0

    def reserve(self, n_bytes: int, *, parts: int = 0) -> None:
        """Take space for what will be written next.

        Parameters
        ----------
        n_bytes
            At most.
        parts
            Datasets or tiles of datasets among it.

        Raises
        ------
        OutputError
            There is none: the disk is full, or a quota or limit is reached.
        """
        self.needed += n_bytes + parts * _PER_PART
        more = self.needed - self.reserved
        if more <= 0:
            return
        more = max(more, min(_STEP, self.needed))
        try:
            _take(Path(self.hdf5.filename), self.reserved, more)
        except OSError as error:
            raise no_room(
                self.target, error, needed=f"up to {self.needed:,}", taken=self.reserved
            ) from error
        self.reserved += more


@contextmanager
def new_file(path: str | os.PathLike[str]) -> Iterator[NewFile]:
    """Open an HDF5 file that becomes ``path`` when the ``with`` block ends well.

    Parameters
    ----------
    path
        Where the finished file belongs.

    Yields
    ------
    NewFile

    Raises
    ------
    OutputError
        ``path`` cannot be written, or there is no space for what is reserved.
    """
    with atomic_path(path) as temporary:
        with h5py.File(temporary, "w", libver=LIBRARY_VERSION) as file:
            new = NewFile(file, Path(path))
            new.reserve(0)
            yield new
        with h5py.File(temporary, "r+", libver=LIBRARY_VERSION):
            pass  # cuts off what lies behind the end that the file itself states


def bytes_of_names(names: Iterable[str]) -> int:
    """Return how many bytes texts take in a file at most.

    Parameters
    ----------
    names
        The texts.

    Returns
    -------
    int
    """
    return sum(_PER_NAME + len(name.encode()) for name in names)


def _take(path: Path, start: int, n_bytes: int) -> None:
    if not hasattr(os, "posix_fallocate"):
        if shutil.disk_usage(path).free < n_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.posix_fallocate(descriptor, start, n_bytes)
    finally:
        os.close(descriptor)
