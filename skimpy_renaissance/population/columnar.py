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
from skimpy_renaissance.population.checksums import require_unchanged
from skimpy_renaissance.population.file_layout import (
    COLUMNAR,
    Header,
    open_hdf5,
    read_header,
    reading,
)
from skimpy_renaissance.population.stored_datasets import (
    holds,
    read_numbers,
    read_strings,
    require_numbers,
)
from skimpy_renaissance.population.table_checks import freeze, require_usable_constants
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
        if not holds(self.file, "index") and "index" not in self.header.checksums:
            return ()
        index = read_strings(self.file, "index")
        require_unchanged(self.header.checksums, "index", index, source=self.file.filename)
        return index


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
        names = read_strings(file, "parameter_names")
        require_unchanged(header.checksums, "parameter_names", names, source=file.filename)
        values = require_numbers(file, "values", (None, len(names)), of=_columns(names))
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
        shape = (None, len(opened.names))
        values = read_numbers(opened.file, "values", shape, of=_columns(opened.names))
        index = opened.index
        require_unchanged(opened.header.checksums, "values", values, source=str(path))
        require_usable_constants(values, names=opened.names, index=index)
        return {
            "names": opened.names,
            "values": freeze(values),
            "index": index,
            **opened.header.fields,
        }


def _columns(names: tuple[str, ...]) -> str:
    return f"numbers in {len(names)} columns, one per entry of 'parameter_names'"
