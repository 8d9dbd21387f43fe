"""Which reader a population's file takes: told by its first bytes and its header."""

from __future__ import annotations

import os
from typing import Any

from skimpy_renaissance.population.columnar import read_columnar
from skimpy_renaissance.population.file_layout import COLUMNAR, header_of
from skimpy_renaissance.population.parquet import is_parquet, read_parquet
from skimpy_renaissance.population.skimpy_hdf5 import read_skimpy_hdf5
from skimpy_renaissance.units import Units

__all__ = ["read_fields"]


def read_fields(path: str | os.PathLike[str], *, units: Units | None = None) -> dict[str, Any]:
    """Read the fields of a population, in whichever layout it is stored.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them.

    Returns
    -------
    dict
        Fields of the population.

    Raises
    ------
    FileFormatError
        The file has no layout that is known, or is damaged.
    UnitsError
        The file states other units.
    MissingExtraError
        It is Parquet, and pyarrow is not installed.
    """
    if is_parquet(path):
        return read_parquet(path, units=units)
    read = read_columnar if header_of(path).layout == COLUMNAR else read_skimpy_hdf5
    return read(path, units=units)
