"""A columnar HDF5 layout for millions of parameter sets.

``values`` is one `` `model x parameter` `` table in compressed tiles (2048 sets by 8 parameters),
so that one parameter of all sets, or all parameters of some sets, is read without the rest.
``parameter_names`` labels its columns; ``index`` names the sets and is left out where they are
simply numbered; the header is that of :mod:`skimpy_renaissance.population.file_layout`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h5py

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.population.file_layout import (
    COLUMNAR,
    Header,
    open_hdf5,
    read_header,
    read_strings,
    reading,
    require_dataset,
)
from skimpy_renaissance.population.table_checks import freeze
from skimpy_renaissance.units import Units

__all__ = ["ColumnarFile", "open_columnar", "read_columnar"]


@dataclass(frozen=True, eq=False)
class ColumnarFile:
    """A columnar file, open for reading.

    Parameters
    ----------
    file
        The file.
    header
        What it says about itself.
    names
        `` `parameter` ``.
    values
        `` `model x parameter` ``, scaled units, on disk.
    """

    file: h5py.File
    header: Header
    names: tuple[str, ...]
    values: h5py.Dataset

    @property
    def index(self) -> tuple[str, ...]:
        """`` `model` ``: set names, read when asked for; empty where sets are numbered."""
        return read_strings(self.file, "index") if "index" in self.file else ()


@contextmanager
def open_columnar(
    path: str | os.PathLike[str], *, units: Units | None = None
) -> Iterator[ColumnarFile]:
    """Open a columnar file.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them.

    Yields
    ------
    ColumnarFile

    Raises
    ------
    FileFormatError
        The file is not of this layout.
    UnitsError
        The file states other units.
    """
    with open_hdf5(path) as file:
        header = read_header(file, units=units)
        if header.layout != COLUMNAR:
            raise FileFormatError(
                f"{path} has the layout {header.layout!r}, not {COLUMNAR!r}. Read it with "
                "ParameterPopulation.load, and write it again with save_columnar."
            )
        names, values = read_strings(file, "parameter_names"), require_dataset(file, "values")
        if values.ndim != 2 or values.shape[1] != len(names):
            raise FileFormatError(
                f"'values' in {path} must have {len(names)} columns, one per entry of "
                f"'parameter_names'; its shape is {values.shape}."
            )
        yield ColumnarFile(file, header, names, values)


def read_columnar(path: str | os.PathLike[str], *, units: Units | None = None) -> dict[str, Any]:
    """Read the fields of a population from a whole columnar file.

    Parameters
    ----------
    path, units
        As for :func:`open_columnar`.

    Returns
    -------
    dict
        Fields of the population.

    Raises
    ------
    FileFormatError, UnitsError
        As for :func:`open_columnar`.
    """
    with open_columnar(path, units=units) as opened, reading(path):
        values = freeze(opened.values[:])
        return {
            "names": opened.names,
            "values": values,
            "index": opened.index,
            **opened.header.fields,
        }
