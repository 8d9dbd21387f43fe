"""What both file layouts share: opening a file, and a header that SKiMPy's reader ignores.

The header is the HDF5 group ``renaissance``: attributes ``layout``, ``schema_version`` and
``package_version``; JSON texts ``units``, ``provenance`` and ``versions``; datasets ``lambda_max``
and ``lambda_min`` (`` `model` ``, 1/h); since version 2 the attribute ``sha256``
(:mod:`~skimpy_renaissance.population.checksums`). A file without it was written by SKiMPy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance._version import __version__
from skimpy_renaissance.atomic import json_text
from skimpy_renaissance.checks import is_whole
from skimpy_renaissance.errors import FileFormatError, InputError, UnitsError
from skimpy_renaissance.population.checksums import Checksums, read_checksums, require_unchanged
from skimpy_renaissance.population.stored_datasets import (
    EXPECTED,
    holds,
    members,
    own_entry,
    read_numbers,
    read_text,
)
from skimpy_renaissance.population.string_heaps import require_sound_heaps
from skimpy_renaissance.storage import refuse_pointer
from skimpy_renaissance.units import Units
from skimpy_renaissance.versions import versions

__all__ = [
    "COLUMNAR",
    "HEADER",
    "LIBRARY_VERSION",
    "SKIMPY",
    "TILE_COLUMNS",
    "TILE_ROWS",
    "Header",
    "header_of",
    "open_hdf5",
    "read_header",
    "reading",
    "write_header",
]

HEADER = "renaissance"
SKIMPY = "skimpy"
COLUMNAR = "columnar"
TILE_ROWS, TILE_COLUMNS = 2048, 8  # 128 KiB: cheap to read along either axis
LIBRARY_VERSION = ("v110", "v110")  # the first format whose structures have checksums, of HDF5 1.10
_SCHEMA_VERSION = 2
_VERSION_WITH_CHECKSUMS = 2

_DAMAGED = "It is damaged: copy it again."

_GIVEN_UP = (  # what h5py raises for content that it cannot make sense of
    *(OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError),
    *(MemoryError, OverflowError),
)


@dataclass(frozen=True)
class Header:
    """What a file says about itself.

    Parameters
    ----------
    layout
        ``"skimpy"`` or ``"columnar"``.
    units
        Units of the values, if stated.
    provenance
        Where the values come from.
    versions
        Programs that wrote the file; empty in files of SKiMPy and of earlier versions.
    lambda_max, lambda_min
        `` `model` ``, 1/h, where known.
    checksums
        SHA-256 of each part of the file; empty where it states none.
    """

    layout: str
    units: Units | None = None
    provenance: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    lambda_max: NDArray[np.float64] | None = None
    lambda_min: NDArray[np.float64] | None = None
    checksums: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, object]:
        """What the population takes from here."""
        return {
            name: getattr(self, name)
            for name in ("units", "provenance", "lambda_max", "lambda_min")
        }


@contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn HDF5's low-level errors inside the block into one that names the file.

    Parameters
    ----------
    path
        The file, for the message.

    Raises
    ------
    FileFormatError
        HDF5 gave up (not an HDF5 file, truncated, damaged), or the content is no population.
    """
    try:
        yield
    except (FileFormatError, UnitsError):
        raise
    except InputError as error:
        raise FileFormatError(f"{path} holds no usable population. {error}") from error
    except _GIVEN_UP as error:
        raise FileFormatError(
            f"{path} is not a complete, readable HDF5 file ({error}). {EXPECTED}. "
            "Copy or download it again."
        ) from error


@contextmanager
def open_hdf5(path: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading.

    Parameters
    ----------
    path
        The file.

    Yields
    ------
    h5py.File

    Raises
    ------
    InputError
        There is no such file.
    FileFormatError
        It is not HDF5, or damaged.
    """
    if not Path(path).is_file():
        raise InputError(f"No file {path}. Check the name and the folder.")
    refuse_pointer(path)
    require_sound_heaps(path)
    with reading(path), h5py.File(path, "r") as file:
        yield file


def write_header(
    file: h5py.File,
    *,
    layout: str,
    units: Units | None,
    provenance: Mapping[str, object],
    checksums: Checksums,
) -> h5py.Group:
    """Write the header and return its group.

    Parameters
    ----------
    file
        An HDF5 file open for writing.
    layout
        ``"skimpy"`` or ``"columnar"``.
    units, provenance
        As in :class:`Header`.
    checksums
        What is written here is added; they are written when the file is complete.

    Returns
    -------
    h5py.Group
    """
    group = file.create_group(HEADER)
    group.attrs["layout"] = layout
    group.attrs["schema_version"] = _SCHEMA_VERSION
    group.attrs["package_version"] = __version__
    stated = {
        "units": None if units is None else units.to_dict(),
        "provenance": dict(provenance),
        "versions": versions(),
    }
    for name, content in stated.items():
        if content:
            group[name] = text = json_text(content, what=name)
            checksums.add(name, text)
    return group


def read_header(file: h5py.File, *, units: Units | None = None) -> Header:
    """Read the header, or recognise SKiMPy's own file.

    Parameters
    ----------
    file
        An HDF5 file open for reading.
    units
        Units that the caller states; they must agree with those in the file.

    Returns
    -------
    Header

    Raises
    ------
    FileFormatError
        Neither layout, or a newer version of this package wrote the file.
    UnitsError
        Stated and stored units differ.
    """
    group = own_entry(file, HEADER)
    if not isinstance(group, h5py.Group):
        if not holds(file, "parameter_names") or not holds(file, "num_parameters_sets"):
            raise FileFormatError(
                f"{file.filename} is no parameter population. {EXPECTED}; this file holds "
                f"{members(file)}."
            )
        return Header(SKIMPY, units)
    _require_known_version(group)
    checksums = read_checksums(group)
    layout = str(group.attrs["layout"])
    if layout not in (SKIMPY, COLUMNAR):
        raise FileFormatError(
            f"{file.filename} has the layout {layout!r}; {SKIMPY!r} and {COLUMNAR!r} are read. It "
            "is damaged: copy it again."
        )
    texts, eigenvalues = {}, {}
    for name in ("units", "provenance", "versions"):
        if holds(group, name) or name in checksums:
            text = read_text(group, name)
            require_unchanged(checksums, name, text, source=file.filename)
            texts[name] = _json_mapping(text, name, source=file.filename)
    for name in ("lambda_max", "lambda_min"):
        if holds(group, name) or name in checksums:
            numbers = read_numbers(group, name, (None,), of="one number per parameter set")
            require_unchanged(checksums, name, numbers, source=file.filename)
            eigenvalues[name] = numbers
    stored = Units.from_dict(texts["units"]) if "units" in texts else None
    if stored is not None and units is not None:
        stored.require_same(units, what=f"The units stored in {file.filename} and those stated")
    return Header(
        layout,
        stored or units,
        texts.get("provenance", {}),
        versions=texts.get("versions", {}),
        checksums=checksums,
        **eigenvalues,
    )


def header_of(path: str | os.PathLike[str]) -> Header:
    """Return what a file says about itself.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Header

    Raises
    ------
    InputError
        There is no such file.
    FileFormatError
        It is no population, or a newer version of this package wrote it.
    """
    with open_hdf5(path) as file:
        return read_header(file)


def _require_known_version(group: h5py.Group) -> None:
    version, written_by = group.attrs["schema_version"], group.attrs.get("package_version")
    if not is_whole(version) or not 1 <= version <= _SCHEMA_VERSION:
        newer = is_whole(version) and version > _SCHEMA_VERSION
        raise FileFormatError(
            f"{group.file.filename} has schema version {version!s}, written by skimpy_renaissance "
            f"{written_by!s}; this is {__version__}, which reads versions 1 to {_SCHEMA_VERSION}. "
            + (f"Install skimpy_renaissance {written_by!s} or newer." if newer else _DAMAGED)
        )
    if version >= _VERSION_WITH_CHECKSUMS and not read_checksums(group):
        raise FileFormatError(
            f"{group.file.filename} is damaged: a file of schema version {version} states the "
            "checksums of its content, and it does not. Copy or generate it again."
        )


def _json_mapping(text: str, name: str, *, source: str) -> dict[str, object]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            f"{name!r} in {source} is not JSON ({error}). Write the file again."
        ) from error
    if not isinstance(content, dict):
        raise FileFormatError(
            f"{name!r} in {source} must be a JSON mapping, it is {type(content).__name__}. Write "
            "the file again."
        )
    return content
