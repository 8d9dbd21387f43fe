r"""Tables of measured saturation constants, read with explicit units.

.. math:: K_m\,[\mathrm{mol/L}] = \text{value} \times 10^{-3k}, \qquad
   k = 0, 1, 2, 3 \text{ for M, mM, uM, nM}

One row per measurement; several rows may measure one constant. BRENDA states millimolar [1]_.

References
----------
.. [1] Chang et al., *Nucleic Acids Research* 49 (2021) D498, doi:10.1093/nar/gkaa1025 (BRENDA).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    UnitsError,
    listed,
)
from skimpy_renaissance.kinetic_data.side_tables import recognised
from skimpy_renaissance.storage import read_csv

__all__ = ["MeasuredKm", "read_measured_km"]

MOLAR_PER_UNIT = {"M": 1.0, "mM": 1e-3, "uM": 1e-6, "µM": 1e-6, "μM": 1e-6, "nM": 1e-9}
"""mol/L per unit; micro as ``u``, as the micro sign and as the Greek letter."""

_ROUNDING = 1e-9  # a mean computed from its ends may leave them in the last digits

_TEXT = ("reaction", "ec", "metabolite", "organism", "reference")
_NUMBERS = ("low", "high", "sd")
_COLUMNS = (
    "reaction",
    "ec",
    "metabolite",
    "value",
    "unit",
    "km",
    "low",
    "high",
    "organism",
    "reference",
)


@dataclass(frozen=True, eq=False)
class MeasuredKm:
    """Measured saturation constants, one row per measurement.

    Parameters
    ----------
    table
        Index ``row``: label of the row in the source. Columns ``reaction``, ``ec``,
        ``metabolite``, ``organism`` and ``reference`` (text, empty where not given), ``value``
        and ``unit`` as read, ``km`` (mol/L), and ``low``, ``high`` (mol/L): the measurement's own
        uncertainty, NaN where it has none.
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"<MeasuredKm: {len(self)} measurements>"


def read_measured_km(
    source: str | os.PathLike[str] | pd.DataFrame,
    *,
    unit: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> MeasuredKm:
    """Read a tidy table of measured saturation constants.

    Parameters
    ----------
    source
        CSV file or table with the columns ``reaction`` or ``ec`` (or both), ``metabolite``,
        ``value`` and ``unit``; optional are ``organism``, ``reference`` and, in the unit of the
        value, ``low`` and ``high`` or ``sd``. Other columns are left out.
    unit
        Unit of the whole table where it has no such column: M, mM, uM or nM.
    columns
        The table's name of a column to the name expected here, for example
        ``{"EC number of BRENDA": "ec"}``; usual headings, such as ``EC`` and ``KM``, are
        recognised without.

    Returns
    -------
    MeasuredKm
        In the order of the source; rows of a file are labelled 0, 1, ... below its header.

    Raises
    ------
    MissingEntryError
        A needed column is absent.
    UnitsError
        A unit is unknown or stated twice.
    InputError
        A value is not a positive number, an uncertainty does not contain its value, or two rows
        have the same label.
    FileFormatError
        The file is not a CSV table.

    Examples
    --------
    >>> import pandas as pd
    >>> read_measured_km(pd.DataFrame({"reaction": ["PGI"], "metabolite": ["g6p"], "value": [0.3]}),
    ...                  unit="mM").table["km"].tolist()
    [0.0003]
    """
    table = source if isinstance(source, pd.DataFrame) else read_csv(source)
    named = table.rename(columns=dict(columns or {}))
    frame = recognised(named, ("ec", "metabolite", "value"))
    frame.index.name = "row"
    _require_columns(frame, unit)
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()].unique()
        raise InputError(
            f"Every measurement needs its own row label; used twice: {listed(twice)}. "
            "Call reset_index(drop=True) on the table."
        )
    table = pd.DataFrame(index=frame.index)
    for name in _TEXT:
        table[name] = _text(frame[name]) if name in frame else ""
    table["value"] = _numbers(frame, "value")
    table["unit"] = _text(frame["unit"]) if "unit" in frame else unit
    factor = _factors(table["unit"])
    _require(table["value"] > 0, table["value"], "value", "a positive, finite number")
    table["km"] = table["value"] * factor
    table["low"], table["high"] = (side * factor for side in _uncertainty(frame, table["value"]))
    return MeasuredKm(table.loc[:, list(_COLUMNS)])


def _require_columns(frame: pd.DataFrame, unit: str | None) -> None:
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise InputError(f"Columns must be unique; {listed(twice)} stands there twice.")
    needed = ["metabolite", "value"] if unit is not None else ["metabolite", "value", "unit"]
    missing = [name for name in needed if name not in frame]
    if "reaction" not in frame and "ec" not in frame:
        missing.insert(0, "reaction (or ec)")
    if ("low" in frame) != ("high" in frame):
        missing.append("low" if "high" in frame else "high")
    if missing:
        raise MissingEntryError(
            f"A table of measured Km lacks the column {listed(missing)}; it has "
            f"{listed(frame.columns, most=12)}. Rename with columns={{'yours': 'expected'}}; "
            "where no column states the unit, pass unit='mM' or whichever it is."
        )
    if unit is not None and "unit" in frame:
        raise UnitsError(
            f"The table has a column 'unit', and unit={unit!r} is passed as well. Leave one out."
        )


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").map(lambda cell: str(cell).strip())


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    return (
        pd.to_numeric(frame[name], errors="coerce")
        .astype(float)
        .where(frame[name].map(lambda cell: not isinstance(cell, bool)))
    )


def _factors(units: pd.Series) -> pd.Series:
    for row, unit in units.items():
        if unit not in MOLAR_PER_UNIT:
            raise UnitsError(
                f"Row {row}: the unit of a Km must be one of M, mM, uM, nM, got {unit!r}. "
                "Upper and lower case matter."
            )
    return units.map(MOLAR_PER_UNIT).astype(float)


def _require(good: pd.Series, values: pd.Series, name: str, wanted: str) -> None:
    good = good & values.map(isfinite)
    if not good.all():
        first = int(np.flatnonzero(~good)[0])
        raise InputError(
            f"Row {values.index[first]}: {name} must be {wanted}, got {values.iloc[first]}. "
            "Correct or remove it."
        )


def _uncertainty(frame: pd.DataFrame, value: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Lower and upper end in the unit of the value, NaN where a row states none."""
    nothing = pd.Series(np.nan, index=frame.index)
    given = {name: _numbers(frame, name) if name in frame else nothing for name in _NUMBERS}
    for name, numbers in given.items():
        if name in frame:
            stated = frame[name].notna()
            _require(~stated | numbers.ge(0), numbers.where(stated, 0.0), name, "a number >= 0")
    low, high, sd = (given[name] for name in _NUMBERS)
    _require(low.notna() == high.notna(), value, "low and high", "given both or not at all; value")
    both = low.notna() & sd.notna()
    _require(~both, value, "the uncertainty", "either low and high, or sd; value")
    low, high = low.where(sd.isna(), value - sd), high.where(sd.isna(), value + sd)
    stated = low.notna()
    _require(~stated | (low > 0), low.where(stated, 1.0), "low, or value - sd,", "positive")
    inside = (low <= value * (1 + _ROUNDING)) & (value <= high * (1 + _ROUNDING))
    _require(~stated | inside, value, "value", "between low and high")
    return low, high
