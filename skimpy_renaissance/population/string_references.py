"""What the texts of an HDF5 dataset refer to, looked at before the library takes memory for them.

Text of variable length is stored as references [1]_: four bytes of length, the address of a heap
(:mod:`~skimpy_renaissance.population.string_heaps`), four bytes of place in it. The library
allocates the stated length, up to 4 GiB, before it looks whether the heap has it.

References
----------
.. [1] HDF5 file format specification 3.0, IV.A.2.d, "Datatype Message", class 9.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import h5py
import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.population.string_heaps import require_sound_heaps_at

__all__ = ["stated_length"]


_REFERENCES = np.dtype([("length", "<u4"), ("heap", "<u8"), ("place", "<u4")])
_REFERENCE = _REFERENCES.itemsize
_CHECKSUM = 4  # bytes of Fletcher-32 behind a tile


def stated_length(dataset: h5py.Dataset) -> int:
    """Return how many bytes all texts of a dataset take together; their heaps are looked at.

    Parameters
    ----------
    dataset
        Of text; all of it is in the file.

    Returns
    -------
    int
        Of texts of fixed length, what they take.

    Raises
    ------
    FileFormatError
        The references cannot be read, or lead to a damaged heap.
    """
    if h5py.check_string_dtype(dataset.dtype).length is not None:
        return int(dataset.size * dataset.dtype.itemsize)
    length = 0
    for part in _references(dataset):
        used = part[part["length"] > 0]
        require_sound_heaps_at(dataset.file.filename, np.unique(used["heap"]).tolist())
        length += int(used["length"].sum(dtype=np.int64))
    return length


def _references(dataset: h5py.Dataset) -> Iterator[NDArray[np.void]]:
    size = int(dataset.size) * _REFERENCE
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        if size and offset is None:
            raise _unreadable(dataset, "stored where it cannot be looked at first")
        with open(dataset.file.filename, "rb") as file:
            file.seek(offset or 0)
            yield _as_references(file.read(size))
        return
    for number in range(dataset.id.get_num_chunks()):
        mask, content = dataset.id.read_direct_chunk(dataset.id.get_chunk_info(number).chunk_offset)
        yield _as_references(_unpacked(dataset, content, skipped=mask))


def _unpacked(dataset: h5py.Dataset, content: bytes, *, skipped: int) -> bytes:
    """Undo the filters of a tile, the last one first."""
    filters = dataset.id.get_create_plist()
    most = int(np.prod(dataset.chunks)) * _REFERENCE
    for number in reversed(range(filters.get_nfilters())):
        kind = filters.get_filter(number)[0]
        if skipped >> number & 1:
            continue
        if kind == h5py.h5z.FILTER_DEFLATE:
            try:
                content = zlib.decompressobj().decompress(content, most + _CHECKSUM)
            except zlib.error as error:
                raise _unreadable(dataset, str(error)) from error
        elif kind == h5py.h5z.FILTER_SHUFFLE:
            columns = np.frombuffer(content[: len(content) // _REFERENCE * _REFERENCE], np.uint8)
            content = columns.reshape(_REFERENCE, -1).T.tobytes()
        elif kind == h5py.h5z.FILTER_FLETCHER32:
            content = content[:-_CHECKSUM]
        else:
            raise _unreadable(dataset, f"packed by filter {kind}, which is not undone here")
    return content


def _as_references(content: bytes) -> NDArray[np.void]:
    return np.frombuffer(content[: len(content) // _REFERENCE * _REFERENCE], _REFERENCES)


def _unreadable(dataset: h5py.Dataset, why: str) -> FileFormatError:
    return FileFormatError(
        f"The texts {dataset.name!r} in {dataset.file.filename} cannot be read: {why}. Copy the "
        "file again, or write it with ParameterPopulation.save."
    )
