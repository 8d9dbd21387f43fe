"""What both file layouts share: opening a file, and a header that SKiMPy's reader ignores.

The header is the HDF5 group ``renaissance``: attributes ``layout``, ``schema_version`` and
``package_version``; JSON texts ``units`` and ``provenance``; datasets ``lambda_max`` and
``lambda_min`` (`` `model` ``, 1/h). A file without it was written by SKiMPy.
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
from skimpy_renaissance.errors import FileFormatError, InputError, UnitsError, listed
from skimpy_renaissance.storage import refuse_pointer
from skimpy_renaissance.units import Units

__all__ = [
    "COLUMNAR",
    "HEADER",
    "SKIMPY",
    "TILE_COLUMNS",
    "TILE_ROWS",
    "Header",
    "layout_of",
    "open_hdf5",
    "read_header",
    "read_strings",
    "reading",
    "require_dataset",
    "write_header",
]

HEADER = "renaissance"
SKIMPY = "skimpy"
COLUMNAR = "columnar"
TILE_ROWS, TILE_COLUMNS = 2048, 8  # 128 KiB: cheap to read along either axis
_SCHEMA_VERSION = 1
_EXPECTED = (
    "A parameter population holds 'parameter_names', 'num_parameters_sets', 'index' and "
    "'parameter_set_<i>' (SKiMPy's layout), or 'parameter_names' and 'values' (columnar layout)"
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
    lambda_max, lambda_min
        `` `model` ``, 1/h, where known.
    """

    layout: str
    units: Units | None = None
    provenance: Mapping[str, object] = field(default_factory=dict)
    lambda_max: NDArray[np.float64] | None = None
    lambda_min: NDArray[np.float64] | None = None

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
    except (OSError, RuntimeError, KeyError) as error:
        raise FileFormatError(
            f"{path} is not a complete, readable HDF5 file ({error}). {_EXPECTED}. "
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
    with reading(path), h5py.File(path, "r") as file:
        yield file


def write_header(
    file: h5py.File, *, layout: str, units: Units | None, provenance: Mapping[str, object]
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

    Returns
    -------
    h5py.Group
    """
    group = file.create_group(HEADER)
    group.attrs["layout"] = layout
    group.attrs["schema_version"] = _SCHEMA_VERSION
    group.attrs["package_version"] = __version__
    if units is not None:
        group["units"] = json_text(units.to_dict(), what="units")
    if provenance:
        group["provenance"] = json_text(dict(provenance), what="provenance")
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
    group = file.get(HEADER)
    if not isinstance(group, h5py.Group):
        if "parameter_names" not in file or "num_parameters_sets" not in file:
            raise FileFormatError(
                f"{file.filename} is no parameter population. {_EXPECTED}; this file holds "
                f"{listed(file) or 'nothing'}."
            )
        return Header(SKIMPY, units)
    version = int(group.attrs["schema_version"])
    if version > _SCHEMA_VERSION:
        raise FileFormatError(
            f"{file.filename} has schema version {version}, written by skimpy_renaissance "
            f"{group.attrs['package_version']}; this is {__version__}, which reads up to version "
            f"{_SCHEMA_VERSION}. Upgrade the package."
        )
    stored = Units.from_dict(_read_json(group, "units")) if "units" in group else None
    if stored is not None and units is not None:
        stored.require_same(units, what=f"The units stored in {file.filename} and those stated")
    provenance = _read_json(group, "provenance") if "provenance" in group else {}
    return Header(
        str(group.attrs["layout"]),
        stored or units,
        provenance,
        lambda_max=group["lambda_max"][:] if "lambda_max" in group else None,
        lambda_min=group["lambda_min"][:] if "lambda_min" in group else None,
    )


def layout_of(path: str | os.PathLike[str]) -> str:
    """Return which layout a file has, ``"skimpy"`` or ``"columnar"``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str

    Raises
    ------
    FileFormatError
        Neither layout.
    """
    with open_hdf5(path) as file:
        return read_header(file).layout


def require_dataset(file: h5py.Group, name: str) -> h5py.Dataset:
    """Return the dataset called ``name``.

    Parameters
    ----------
    file
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    h5py.Dataset

    Raises
    ------
    FileFormatError
        It is absent.
    """
    dataset = file.get(name)
    if not isinstance(dataset, h5py.Dataset):
        raise FileFormatError(
            f"{file.file.filename} lacks the dataset {name!r}. {_EXPECTED}; this file holds "
            f"{listed(file)}."
        )
    return dataset


def read_strings(file: h5py.Group, name: str) -> tuple[str, ...]:
    """Return a dataset of strings.

    Parameters
    ----------
    file
        An HDF5 file or group.
    name
        Name of the dataset.

    Returns
    -------
    tuple of str

    Raises
    ------
    FileFormatError
        It is absent or does not hold strings.
    """
    dataset = require_dataset(file, name)
    if h5py.check_string_dtype(dataset.dtype) is None or dataset.ndim != 1:
        raise FileFormatError(
            f"{name!r} in {file.file.filename} must be a list of strings, it is {dataset.dtype} of "
            f"shape {dataset.shape}. {_EXPECTED}."
        )
    return tuple(dataset.asstr()[:])


def _read_json(group: h5py.Group, name: str) -> dict[str, object]:
    try:
        content = json.loads(require_dataset(group, name).asstr()[()])
    except ValueError as error:
        raise FileFormatError(
            f"{name!r} in {group.file.filename} is not JSON ({error}). Write the file again."
        ) from error
    return dict(content)
