"""Datasets of an HDF5 file, read only after their place, type and size are checked.

A file may come from anywhere. A dataset must lie in the file itself (no link, no external storage,
no virtual dataset), and all of it must be there: what is declared and was never written would be
allocated and filled with zeros. What is compressed may grow 20-fold, or up to 256 MiB.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError, listed
from skimpy_renaissance.population.string_references import stated_length

__all__ = [
    "EXPECTED",
    "holds",
    "members",
    "own_entry",
    "read_count",
    "read_numbers",
    "read_strings",
    "read_text",
    "require_dataset",
    "require_numbers",
    "require_room",
]

EXPECTED = (
    "A parameter population holds 'parameter_names', 'num_parameters_sets', 'index' and "
    "'parameter_set_<i>' (SKiMPy's layout), or 'parameter_names' and 'values' (columnar layout)"
)
_GROWTH = 20
_ALWAYS_ROOM = 256 * 2**20
_STRINGS_AT_ONCE = 256


def holds(group: h5py.Group, name: str) -> bool:
    """Tell whether a group has an entry of a name, wherever that leads; nothing is followed.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the entry.

    Returns
    -------
    bool
    """
    return bool(group.id.links.exists(name.encode()))


def members(group: h5py.Group) -> str:
    """Return what a group holds, for a message.

    Parameters
    ----------
    group
        An HDF5 file or group.

    Returns
    -------
    str
        Names; bytes that are no UTF-8 are spelled out.
    """
    return listed(name.encode("utf-8", "backslashreplace").decode() for name in group) or "nothing"


def own_entry(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | None:
    """Return an entry that lies in the file itself.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the entry.

    Returns
    -------
    h5py.Group or h5py.Dataset or None
        ``None`` where there is none.

    Raises
    ------
    FileFormatError
        It is a link.
    """
    if not holds(group, name):
        return None
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise _elsewhere(group, name, "is a link")
    return group[name]  # unlike .get, tells a damaged entry from an absent one


def require_dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """Return the dataset called ``name``, which lies in the file itself.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    h5py.Dataset

    Raises
    ------
    FileFormatError
        It is absent, a group, a link, or kept in another file.
    """
    dataset = own_entry(group, name)
    if not isinstance(dataset, h5py.Dataset):
        raise FileFormatError(
            f"{group.file.filename} lacks the dataset {name!r}. {EXPECTED}; this file holds "
            f"{members(group)}."
        )
    if dataset.external or dataset.is_virtual:
        raise _elsewhere(group, name, "has its values in another file")
    return dataset


def read_strings(group: h5py.Group, name: str) -> tuple[str, ...]:
    """Return a dataset of strings.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    tuple of str

    Raises
    ------
    FileFormatError
        It is absent, does not hold strings, or holds some that are not UTF-8.
    """
    dataset = require_dataset(group, name)
    if h5py.check_string_dtype(dataset.dtype) is None or dataset.ndim != 1:
        raise FileFormatError(
            f"{name!r} in {group.file.filename} must be a list of strings, it is {dataset.dtype} "
            f"of shape {dataset.shape}. {EXPECTED}."
        )
    _require_all_stored(dataset, name)
    require_room(dataset, name, stated_length(dataset))
    return tuple(_texts(dataset, name))


def read_text(group: h5py.Group, name: str) -> str:
    """Return a dataset of one string.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    str

    Raises
    ------
    FileFormatError
        It is absent or no string.
    """
    dataset = require_dataset(group, name)
    if h5py.check_string_dtype(dataset.dtype) is None or dataset.shape != ():
        raise FileFormatError(
            f"{name!r} in {group.file.filename} must be a text, it is {dataset.dtype} of shape "
            f"{dataset.shape}. Write the file again."
        )
    _require_all_stored(dataset, name)
    require_room(dataset, name, stated_length(dataset))
    try:
        return str(dataset.asstr()[()])
    except UnicodeDecodeError as error:
        raise _undecodable(dataset, name, error) from error


def read_count(group: h5py.Group, name: str) -> int:
    """Return a dataset that counts members of the group.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    int

    Raises
    ------
    FileFormatError
        It is absent, not a single whole number, negative, or more than the group has members.
    """
    dataset = require_dataset(group, name)
    if dataset.shape != () or dataset.dtype.kind not in "iu":
        raise FileFormatError(
            f"{name!r} in {group.file.filename} must be one whole number, it is {dataset.dtype} of "
            f"shape {dataset.shape}. {EXPECTED}."
        )
    count = int(dataset[()])
    if not 0 <= count <= len(group):
        raise FileFormatError(
            f"{name!r} in {group.file.filename} is {count}, but the file holds {len(group)} "
            "datasets, one of which each set needs. Was it truncated? Copy it again."
        )
    return count


def require_numbers(
    group: h5py.Group, name: str, shape: tuple[int | None, ...], *, of: str
) -> h5py.Dataset:
    """Return a dataset of real numbers that are all in the file.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        Name of the dataset.
    shape
        What it must have along each axis; ``None`` takes any number.
    of
        The shape in words, for the message.

    Returns
    -------
    h5py.Dataset

    Raises
    ------
    FileFormatError
        It is absent, of another type or shape, or incomplete.
    """
    dataset = require_dataset(group, name)
    found = dataset.shape
    fits = (
        found is not None
        and len(found) == len(shape)
        and all(wanted in (None, length) for wanted, length in zip(shape, found, strict=True))
    )
    if not fits or dataset.dtype.kind not in "fiu":
        raise FileFormatError(
            f"{name!r} in {group.file.filename} must hold {of}; it is {dataset.dtype} of shape "
            f"{found}."
        )
    _require_all_stored(dataset, name)
    return dataset


def read_numbers(
    group: h5py.Group, name: str, shape: tuple[int | None, ...], *, of: str
) -> NDArray[np.float64]:
    """Return all numbers of a dataset.

    Parameters
    ----------
    group, name, shape, of
        As for :func:`require_numbers`.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    FileFormatError
        As for :func:`require_numbers`, or they grow too large when uncompressed.
    """
    dataset = require_numbers(group, name, shape, of=of)
    require_room(group, name, 8 * prod(dataset.shape))
    return np.asarray(dataset[()], dtype=np.float64)


def require_room(group: h5py.Group, name: str, n_bytes: int) -> None:
    """Raise where a file would take far more memory than its own size.

    Parameters
    ----------
    group
        An HDF5 file or group.
    name
        What is to be read, for the message.
    n_bytes
        What it takes in memory.

    Raises
    ------
    FileFormatError
        More than 20 times the file, and more than 256 MiB.
    """
    size = _size(group)
    if n_bytes > max(_GROWTH * size, _ALWAYS_ROOM):
        raise FileFormatError(
            f"{name!r} in {group.file.filename} would take {n_bytes:,} bytes of memory, the file "
            f"has {size:,}: damaged, or made to fill the memory. A columnar file that you trust "
            "is read in parts with StoredPopulation."
        )


def _require_all_stored(dataset: h5py.Dataset, name: str) -> None:
    """Raise where values are declared that the file does not hold."""
    declared = prod(dataset.shape) * dataset.dtype.itemsize
    if dataset.chunks is None:
        stored = dataset.id.get_storage_size()
        if stored >= declared and declared <= _size(dataset):
            return
        raise FileFormatError(
            f"{name!r} in {dataset.file.filename} declares the shape {dataset.shape}, "
            f"{declared:,} bytes, which a file of {_size(dataset):,} bytes does not hold. It is "
            "truncated or damaged: copy it again."
        )
    tiles = prod(-(-n // tile) for n, tile in zip(dataset.shape, dataset.chunks, strict=True))
    require_room(dataset, f"one tile of {name}", prod(dataset.chunks) * dataset.dtype.itemsize)
    found = dataset.id.get_num_chunks()
    if found != tiles:
        raise FileFormatError(
            f"{name!r} in {dataset.file.filename} declares the shape {dataset.shape}, {tiles:,} "
            f"tiles, of which the file holds {found:,}. It is truncated or damaged: copy it again."
        )


def _texts(dataset: h5py.Dataset, name: str) -> Iterator[str]:
    for start in range(0, len(dataset), _STRINGS_AT_ONCE):
        try:
            block = dataset.asstr()[start : start + _STRINGS_AT_ONCE]
        except UnicodeDecodeError as error:
            raise _undecodable(dataset, name, error) from error
        yield from block


def _undecodable(group: h5py.Dataset, name: str, error: UnicodeDecodeError) -> FileFormatError:
    return FileFormatError(
        f"{name!r} in {group.file.filename} holds text that is not UTF-8 ({error.reason} in "
        f"{error.object[:40]!r}). It is damaged, or was written by something else than SKiMPy."
    )


def _elsewhere(group: h5py.Group, name: str, how: str) -> FileFormatError:
    return FileFormatError(
        f"{name!r} in {group.file.filename} {how}. Only what a file holds itself is read, so that "
        "it cannot reach other files: copy the values into it."
    )


def _size(group: h5py.Group | h5py.Dataset) -> int:
    return Path(group.file.filename).stat().st_size
