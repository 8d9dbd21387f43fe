"""Files made anew with other content: whole archives and HDF5 files that hold what none should.

Edits of bytes seldom pass the checksums of zip and HDF5. Here a member, an array or a dataset is
changed, and the file is complete around it.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.population.file_layout import HEADER
from tests.fuzz.edits import edited

__all__ = [
    "with_other_arrays",
    "with_other_datasets",
    "with_other_members",
    "zip_members",
    "zipped",
]

Array = NDArray[Any]


def with_other_members(content: bytes, dice: Random) -> bytes:
    """Return a zip archive (Excel file, arrays) whose members were edited, one or two of them."""
    members = zip_members(content)
    for _ in range(dice.randint(1, 2)):
        if members:
            name = dice.choice(sorted(members))
            members[name] = edited(members[name], dice)
            if dice.random() < 0.1:
                del members[name]
    return zipped(members)


def with_other_arrays(content: bytes, dice: Random) -> bytes:
    """Return an archive of arrays in which one or two have another type, rank, shape or value."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    for _ in range(dice.randint(1, 2)):
        if arrays:
            name = dice.choice(sorted(arrays))
            changed = other_array(arrays.pop(name), arrays, dice)
            if dice.random() < 0.9:
                arrays[name] = changed
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.savez(file, **arrays)
    return file.getvalue()


def with_other_datasets(content: bytes, dice: Random) -> bytes:
    """Return an HDF5 file in which one or two datasets or attributes are something else."""
    with h5py.File(io.BytesIO(content), "r") as original:
        file = h5py.File.in_memory(original.id.get_file_image())
    with file:
        places: list[str] = []
        file.visit(places.append)
        places.remove(HEADER)  # without it this is a file of SKiMPy, which has no checksums
        for _ in range(dice.randint(1, 2)):
            with suppress(KeyError, RuntimeError, TypeError):  # gone already, or no type of HDF5
                dice.choice(_DATASETS)(file, dice.choice(places), dice)
        file.flush()
        return bytes(file.id.get_file_image())


def other_array(array: Array, others: dict[str, Array], dice: Random) -> Array:
    """Return an array changed in type, rank, shape or one value, or another one in its place."""
    kind = dice.randrange(6)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if kind < 2:
                return _one_value(array, dice)
            if kind == 2:
                return array.astype(dice.choice(_TYPES))
            if kind == 3 and others:
                return others[dice.choice(sorted(others))]
            if kind == 4:
                return array.reshape(-1)[: dice.randint(0, array.size)]
            return np.asarray(dice.choice(_SHAPES)(array))
        except (ValueError, IndexError, OverflowError, TypeError, RuntimeError):
            return np.zeros(0)


def _one_value(array: Array, dice: Random) -> Array:
    changed = np.array(array)
    kinds = {
        "f": (np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300, 1e-300, -1e300, 5e-324),
        "iu": (0, 1, 255, -1, 2**31, 2**62, -(2**62), 10**6),
        "U": ("", "\0", "x", "\x07", "[", "{}", "null", "NaN", "\u202e", "é"),
    }
    for kind, values in kinds.items():
        if changed.dtype.kind in kind and changed.size:
            changed.reshape(-1)[dice.randrange(changed.size)] = dice.choice(values)
    return changed


_TYPES = ("f8", "f4", "f2", "i8", "i4", "u1", "?", "c16", "U3", "S3", ">f8", "M8[s]", "m8[s]", "V8")
_SHAPES: tuple[Callable[[Array], Any], ...] = (
    lambda array: array[None],
    lambda array: array[..., None],
    lambda array: array.reshape(-1),
    lambda array: array.reshape(-1)[0],
    lambda array: array.T,
    lambda array: np.concatenate([array, array]),
    lambda array: array[::-1],
    lambda array: np.zeros((0, *array.shape[1:]), array.dtype),
    lambda array: np.zeros(array.shape, [("a", "f8"), ("b", "i4")]),
)


def _as_array(file: h5py.File, place: str, dice: Random) -> None:
    stored = file[place]
    if isinstance(stored, h5py.Dataset) and (stored.size or 0) < 10**6:
        text = stored.dtype.kind == "O"
        array = other_array(np.asarray(stored.asstr()[()] if text else stored[()]), {}, dice)
        if text and array.dtype.kind not in "OSUV":
            array = np.zeros(array.shape)
        del file[place]
        shaped = array.ndim and array.size and dice.random() < 0.3
        file.create_dataset(
            place,
            data=array.astype(object) if array.dtype.kind in "OU" else array,
            dtype=h5py.string_dtype() if array.dtype.kind in "OU" else None,
            chunks=True if shaped else None,
        )


def _declared(file: h5py.File, place: str, dice: Random) -> None:
    """Declare a large shape and write nothing."""
    del file[place]
    shape = tuple(dice.choice((0, 1, 3, 10**6, 10**9)) for _ in range(dice.randint(1, 2)))
    file.create_dataset(place, shape, "f8", chunks=True if 0 not in shape else None)


def _gone(file: h5py.File, place: str, dice: Random) -> None:
    del file[place]


def _group(file: h5py.File, place: str, dice: Random) -> None:
    del file[place]
    file.create_group(place)


def _link(file: h5py.File, place: str, dice: Random) -> None:
    del file[place]
    links = (h5py.SoftLink("/"), h5py.SoftLink("/" + place), h5py.ExternalLink("p.h5", "/"))
    file[place] = dice.choice(links)


def _same_as_another(file: h5py.File, place: str, dice: Random) -> None:
    other = dice.choice(sorted(file))
    if other not in place:
        del file[place]
        file[place] = file[other]


def _attribute(file: h5py.File, place: str, dice: Random) -> None:
    attributes = file[place].attrs
    if len(attributes):
        values = (
            "",
            "x",
            "é",
            -1,
            1.5,
            10**6,
            [1, 2],
            np.zeros((2, 2)),
            h5py.Empty("f8"),
            "[]",
            "{}",
        )
        attributes[dice.choice(sorted(attributes))] = dice.choice(values)


_DATASETS = (_as_array, _as_array, _declared, _gone, _group, _link, _same_as_another, _attribute)


def zip_members(content: bytes) -> dict[str, bytes]:
    """Return the members of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive; equal members give equal bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()
