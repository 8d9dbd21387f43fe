"""Bounds of single saturation constants, read from a table with explicit units."""

from __future__ import annotations

import os
from math import inf, isnan

import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError, UnitsError, listed
from skimpy_renaissance.kinetic_data.measured_km import molar_per
from skimpy_renaissance.tables import read_table
from skimpy_renaissance.units import Units

__all__ = ["read_km_bounds"]

_MODEL = "model"
Bounds = dict[str, tuple[float | None, float | None]]


def read_km_bounds(
    source: str | os.PathLike[str] | pd.DataFrame, *, units: Units | None = None
) -> Bounds:
    """Read bounds of saturation constants, as ``network.with_bounds`` takes them.

    Parameters
    ----------
    source
        Text, Excel file or table with the columns ``km`` (name of a constant), ``low``, ``high``
        (empty: open) and ``unit``: M, mM, uM, nM, mol/L, ..., or ``model`` for the model's scaled
        concentration.
    units
        Units of the model; needed for all but ``model``.

    Returns
    -------
    dict
        Constant to (lower, upper), scaled concentration; ``None`` at an open end.

    Raises
    ------
    MissingEntryError
        A column is absent.
    UnitsError
        The units of the model are needed and not given.
    InputError
        A row cannot be used, or a constant has two; all such rows are listed.
    FileFormatError
        The file is not a table.

    Examples
    --------
    >>> table = pd.DataFrame({"km": ["km_a"], "low": [0.1], "high": [None], "unit": ["model"]})
    >>> read_km_bounds(table)
    {'km_a': (0.1, None)}
    """
    table = source if isinstance(source, pd.DataFrame) else read_table(source, as_text=True)
    require_columns(table, ("km", "low", "high", "unit"), what="A table of Km bounds")
    bounds: Bounds = {}
    bad = []
    for row, name, low, high, unit in table[["km", "low", "high", "unit"]].itertuples():
        try:
            if name in bounds:
                raise ValueError(f"{name} has bounds already")
            factor = _factor(str(unit).strip(), units)
            ends = _end("low", low, factor), _end("high", high, factor)
            if None not in ends and ends != tuple(sorted(ends)):  # type: ignore[type-var]
                raise ValueError(f"low {low!r} is above high {high!r}")
            bounds[str(name).strip()] = ends
        except ValueError as error:
            if isinstance(error, UnitsError):
                raise
            bad.append(f"  row {row} ({name}): {error}")
    if bad:
        raise InputError(
            "\n".join([f"{len(bad)} of {len(table)} rows of Km bounds cannot be used:", *bad])
        )
    return bounds


def _factor(unit: str, units: Units | None) -> float:
    if unit == _MODEL:
        return 1.0
    molar = molar_per(unit)
    if isnan(molar):
        known = ("M", "mM", "uM", "nM", _MODEL)
        raise ValueError(f"unit {unit!r} is none of {listed(known)}")
    if units is None:
        raise UnitsError(
            f"Km bounds in {unit} need the model's units: pass units=Units(...), or "
            "give them in the model's own concentration, unit 'model'."
        )
    return molar * units.concentration_scaling


def _end(name: str, cell: object, factor: float) -> float | None:
    if pd.isna(cell) or str(cell).strip() == "":  # type: ignore[call-overload]
        return None
    try:
        value = float(str(cell))
    except ValueError:
        value = float("nan")
    if not 0 <= value < inf:
        raise ValueError(f"{name} must be a finite number >= 0, or empty, got {cell!r}")
    return value * factor
