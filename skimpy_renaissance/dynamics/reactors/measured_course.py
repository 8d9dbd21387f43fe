"""Measured time courses of a batch: what was measured when, how precisely, in which unit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.tables import read_table

__all__ = ["BIOMASS", "Measurement", "as_table", "measurements", "read_measurements"]

BIOMASS = "biomass"
"""Variable that stands for the dry weight of cells, gDW/L."""

PER_MOLAR = {"mol/L": 1.0, "mmol/L": 1e-3, "umol/L": 1e-6}
_COLUMNS = ("variable", "time", "value", "sd", "unit")


@dataclass(frozen=True)
class Measurement:
    """One measured point.

    Parameters
    ----------
    variable
        ``"biomass"``, or a metabolite of the medium.
    time
        h.
    value
        Mean: gDW/L for biomass, mol/L for a metabolite.
    sd
        Standard deviation, same unit; ``None`` where it is not known.

    Raises
    ------
    InputError
        A number is not finite, or ``sd`` not positive.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Measurement
    >>> Measurement("glc__D_e", time=2.0, value=0.015, sd=0.001)  # h, mol/L
    Measurement(variable='glc__D_e', time=2.0, value=0.015, sd=0.001)
    """

    variable: str
    time: float
    value: float
    sd: float | None = None

    def __post_init__(self) -> None:
        sd = 1.0 if self.sd is None else self.sd
        if not all(map(isfinite, (self.time, self.value, sd))) or sd <= 0 or self.time < 0:
            raise InputError(
                f"A measurement needs finite numbers, sd > 0 and time >= 0, got {self!r}."
            )


def read_measurements(path: str | os.PathLike[str]) -> tuple[Measurement, ...]:
    """Read measured points from a CSV file.

    Parameters
    ----------
    path
        Columns ``variable`` (``biomass`` or a metabolite of the medium), ``time`` (h), ``value``,
        ``sd``, ``unit`` (gDW/L for biomass; mol/L, mmol/L or umol/L for metabolites).

    Returns
    -------
    tuple of Measurement

    Raises
    ------
    FileFormatError
        The file cannot be read as CSV.
    MissingEntryError
        A column is absent.
    InputError
        A value or unit cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import read_measurements
    >>> columns = ["variable", "time", "value", "sd", "unit"]
    >>> table = pd.DataFrame([("glc__D_e", 2.0, 15.0, 1.0, "mmol/L")], columns=columns)
    >>> table.to_csv("course.csv", index=False)
    >>> read_measurements("course.csv")  # in mol/L now
    (Measurement(variable='glc__D_e', time=2.0, value=0.015, sd=0.001),)
    """
    what = f"a CSV file of measured time courses, with the columns {listed(_COLUMNS)}"
    return measurements(read_table(path, what=what), what=os.fspath(path))


def measurements(table: pd.DataFrame, *, what: str = "The table") -> tuple[Measurement, ...]:
    """Return measured points from a table.

    Parameters
    ----------
    table
        Columns as for :func:`read_measurements`.
    what
        What it is, for messages.

    Returns
    -------
    tuple of Measurement

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        There is no row, or a value or unit cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import measurements
    >>> columns = ["variable", "time", "value", "sd", "unit"]
    >>> table = pd.DataFrame([("biomass", 2.0, 0.14, 0.01, "gDW/L")], columns=columns)
    >>> measurements(table)
    (Measurement(variable='biomass', time=2.0, value=0.14, sd=0.01),)
    """
    require_columns(table, _COLUMNS, what=what)
    if table.empty:
        raise InputError(f"{what} has no rows.")
    points = []
    for row in table[list(_COLUMNS)].to_dict("records"):
        variable, unit = str(row["variable"]), str(row["unit"])
        factor = _factor(variable, unit, what=what)
        try:
            time, value, sd = (float(row[name]) for name in ("time", "value", "sd"))
        except (TypeError, ValueError) as error:
            raise InputError(f"{what}: {row!r} holds what is no number.") from error
        points.append(Measurement(variable, time, factor * value, factor * sd))
    return tuple(points)


def as_table(points: Sequence[Measurement]) -> pd.DataFrame:
    """Return measured points as a table that :func:`measurements` reads."""
    rows = [
        (p.variable, p.time, p.value, p.sd, "gDW/L" if p.variable == BIOMASS else "mol/L")
        for p in points
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _factor(variable: str, unit: str, *, what: str) -> float:
    if variable == BIOMASS:
        if unit != "gDW/L":
            raise InputError(f"{what}: biomass must be in gDW/L, got {unit!r}.")
        return 1.0
    if unit not in PER_MOLAR:
        raise InputError(
            f"{what}: {variable!r} must be in {listed(PER_MOLAR)}, got {unit!r}. Divide g/L by "
            "the molar mass."
        )
    return PER_MOLAR[unit]
