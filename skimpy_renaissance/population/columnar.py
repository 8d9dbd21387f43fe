"""A columnar HDF5 layout for millions of parameter sets.

``values`` is one `` `model x parameter` `` table in compressed tiles (2048 sets by 8 parameters),
so that one parameter of all sets, or all parameters of some sets, is read without the rest.
``parameter_names`` labels its columns; ``index`` names the sets and is left out where they are
simply numbered; the header is that of :mod:`skimpy_renaissance.population.layout`.
"""

from __future__ import annotations

import os

from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.population_writer import PopulationWriter
from skimpy_renaissance.population.stored_population import StoredPopulation
from skimpy_renaissance.units import Units

__all__ = ["load_columnar", "open_columnar", "save_columnar"]


def save_columnar(population: ParameterPopulation, path: str | os.PathLike[str]) -> None:
    """Write a population in the columnar layout, atomically.

    Parameters
    ----------
    population
        Parameters without a value are left out.
    path
        The file to write.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    kept = population.without_missing()
    numbered = kept.index == tuple(map(str, range(len(kept))))
    with PopulationWriter(path, kept.names, units=kept.units, provenance=kept.provenance) as writer:
        writer.append(
            kept.values,
            index=None if numbered else kept.index,
            lambda_max=kept.lambda_max,
            lambda_min=kept.lambda_min,
        )


def open_columnar(path: str | os.PathLike[str], *, units: Units | None = None) -> StoredPopulation:
    """Open a columnar file to read columns or sets of it; see :class:`StoredPopulation`.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them.

    Returns
    -------
    StoredPopulation
    """
    return StoredPopulation(path, units=units)


def load_columnar(
    path: str | os.PathLike[str], *, units: Units | None = None
) -> ParameterPopulation:
    """Read a whole columnar file.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them.

    Returns
    -------
    ParameterPopulation

    Raises
    ------
    FileFormatError
        The file is not of this layout.
    UnitsError
        The file states other units.
    """
    with open_columnar(path, units=units) as stored:
        return stored.select(slice(None))
