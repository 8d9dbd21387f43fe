r"""Tables of measured saturation constants, read with explicit units.

.. math:: K_m\,[\mathrm{mol/L}] = \text{value} \times 10^{-3k}, \qquad
   k = 0, 1, 2, 3 \text{ for M, mM, uM, nM}

One row per measurement; several rows may measure one constant. BRENDA states millimolar [1]_.
Cells are read as databases write them (:mod:`~skimpy_renaissance.kinetic_data.cells`).

References
----------
.. [1] Chang et al., *Nucleic Acids Research* 49 (2021) D498, doi:10.1093/nar/gkaa1025 (BRENDA).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    UnitsError,
    listed,
)
from skimpy_renaissance.kinetic_data.cells import read_cells
from skimpy_renaissance.kinetic_data.measurements import MeasuredKm
from skimpy_renaissance.kinetic_data.side_tables import recognised
from skimpy_renaissance.tables import read_table, separator_of

__all__ = ["molar_per", "read_measured_km"]

MOLAR_PER_UNIT = {"M": 1.0, "mM": 1e-3, "uM": 1e-6, "nM": 1e-9}
"""mol/L per unit; micro may also be the micro sign or the Greek letter."""

_MICRO = str.maketrans("\u00b5\u03bc", "uu")
_PER_LITRE = re.compile(
    r"([mun]?)mol(?:/(?:[lL]|dm\^?3)|[ \u00b7*]?[lL]\^?[-\u2212\u207b][1\u00b9])"
)
_UNIT_IN_HEADING = re.compile(r"(km(?:[ _]?value)?|value)\s*[\[(]\s*([^\])]+?)\s*[\])]", re.I)
_ROUNDING = 1e-9  # a mean computed from its ends may leave them in the last digits

_TEXT = ("reaction", "ec", "metabolite", "organism", "reference")
_ENDS = ("low", "high", "sd")
_CONDITIONS = ("ph", "temperature")
_COLUMNS = (
    *("reaction", "ec", "metabolite", "value", "unit", "km", "low", "high"),
    *("organism", "ph", "temperature", "weight", "reference"),
)


def read_measured_km(
    source: str | os.PathLike[str] | pd.DataFrame,
    *,
    unit: str | None = None,
    columns: Mapping[str, str] | None = None,
    skip_unreadable: bool = False,
) -> MeasuredKm:
    """Read a tidy table of measured saturation constants.

    Parameters
    ----------
    source
        Text (comma, semicolon or tab), Excel file, or table with the columns ``reaction`` or ``ec``
        (or both), ``metabolite``, ``value`` and ``unit``; optional are ``organism``, ``ph``,
        ``temperature``, ``weight``, ``reference`` and, in the unit of the value, ``low`` and
        ``high`` or ``sd``. Other columns are left out. A value may be a range, carry an error or
        be a bound, see :mod:`~skimpy_renaissance.kinetic_data.cells`.
    unit
        Unit of the whole table where it has no such column: M, mM, uM, nM, or mol/L, mmol/L, ...;
        a heading such as ``KM value [mM]`` states it too.
    columns
        The table's name of a column to the name expected here, for example
        ``{"EC number of BRENDA": "ec"}``; usual headings, such as ``EC`` and ``KM``, are
        recognised without.
    skip_unreadable
        Leave out rows without a value that can be used; ``skipped`` of the result lists them.

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
        A value is not a positive number, an uncertainty does not contain its value (all such rows
        are listed), or two rows have the same label.
    FileFormatError
        The file is not a table.
    MissingExtraError
        It is an Excel file, and openpyxl is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> read_measured_km(pd.DataFrame({"reaction": ["PGI"], "metabolite": ["g6p"], "value": [0.3]}),
    ...                  unit="mM").table["km"].tolist()
    [0.0003]
    """
    if isinstance(source, pd.DataFrame):
        table, decimal = source, ""
    else:
        table = read_table(source, as_text=True)
        decimal = {";": ",", "\t": ""}.get(separator_of(source), "." if _is_text(source) else "")
    frame = _recognised(table, columns)
    frame.index.name = "row"
    _require_columns(frame, unit)
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()].unique()
        raise InputError(
            f"Every measurement needs its own row label; used twice: {listed(twice)}. "
            "Call reset_index(drop=True) on the table."
        )
    if unit is not None:
        frame = frame.assign(unit=unit)
    read, why = _measurements(frame, decimal)
    bad = why != ""
    if bad.any() and not skip_unreadable:
        raise _refusal(frame, why)
    skipped = pd.DataFrame({"text": _text(frame["value"]), "why": why})[bad]
    return MeasuredKm(read.loc[~bad, list(_COLUMNS)], skipped)


def _is_text(source: str | os.PathLike[str]) -> bool:
    return not Path(source).suffix.lower().startswith(".xl")


def _recognised(table: pd.DataFrame, columns: Mapping[str, str] | None) -> pd.DataFrame:
    """Give columns the names expected here, and take a unit out of the heading of the value."""
    frame = table.rename(columns=dict(columns or {}))
    for name in frame.columns:
        found = _UNIT_IN_HEADING.fullmatch(str(name).strip())
        if found and not {"value", "unit"} & set(frame):
            frame = frame.rename(columns={name: "value"}).assign(unit=found[2])
    names = {*_TEXT, "value", "unit", *_ENDS, *_CONDITIONS, "weight"} - {"reaction"}
    return recognised(frame, sorted(names))


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
            "where no column states the unit, pass unit='mM', or whichever it is."
        )
    if unit is not None and "unit" in frame:
        raise UnitsError(
            f"The table states its units itself, and unit={unit!r} is passed as well. Leave one "
            "out."
        )


def _measurements(frame: pd.DataFrame, decimal: str) -> tuple[pd.DataFrame, pd.Series]:
    """Return the table, and why a row of it cannot be used (empty where it can)."""
    table = pd.DataFrame(index=frame.index)
    for name in _TEXT:
        table[name] = _text(frame[name]) if name in frame else ""
    cells = read_cells(frame["value"], decimal=decimal)
    table["value"] = cells["value"]
    table["unit"] = _text(frame["unit"])
    factor = table["unit"].map(molar_per).astype(float)
    table["km"] = table["value"] * factor
    ends = _uncertainty(frame, cells)
    table["low"], table["high"] = ends["low"] * factor, ends["high"] * factor
    for name in _CONDITIONS:
        table[name] = read_cells(frame[name])["value"] if name in frame else np.nan
    table["weight"], unweighted = _weights(frame)
    quoted = _quoted(frame["value"]).map(lambda cell: f"value {cell} ")
    unit = table["unit"].map(lambda text: f"unit {text!r} is none of M, mM, uM, nM")
    reasons = (
        (quoted + cells["why"]).where(cells["why"] != "", ""),
        unit.where(factor.isna(), ""),
        ends["why"],
        unweighted,
    )
    why = pd.Series("", index=frame.index, dtype=object)
    for reason in reasons:
        why = why.where(why != "", reason)
    return table, why


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").map(lambda cell: str(cell).strip())


def _quoted(column: pd.Series) -> pd.Series:
    shown = column.astype(object).where(column.notna(), "")
    return shown.map(repr)


def molar_per(unit: str) -> float:
    """Return how many mol/L a unit of concentration is.

    Parameters
    ----------
    unit
        M, mM, uM, nM, or an amount per litre such as mmol/L.

    Returns
    -------
    float
        NaN where the unit is not known.
    """
    symbol = unit.translate(_MICRO)
    found = _PER_LITRE.fullmatch(symbol)
    return MOLAR_PER_UNIT.get(f"{found[1]}M" if found else symbol, np.nan)


def _uncertainty(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``low`` and ``high`` in the unit of the value, and ``why`` they cannot be."""
    nothing = pd.Series(np.nan, index=frame.index)
    beside = [_numbers(frame[name]) if name in frame else nothing for name in _ENDS]
    own = (cells[name] for name in ("value", "low", "high"))
    rows = [_ends_of(*row) for row in zip(*own, *beside, strict=True)]
    return pd.DataFrame(rows, columns=["low", "high", "why"], index=frame.index)


def _numbers(column: pd.Series) -> pd.Series:
    """Return the numbers of a column, NaN where nothing is stated, -1 where that is no number."""
    plain = pd.to_numeric(column, errors="coerce")
    read = plain.where(plain.notna(), read_cells(column)["value"])
    stated = column.notna() & (_text(column) != "")
    return read.where(read >= 0, -1.0).where(stated, np.nan)


def _ends_of(
    value: float, own_low: float, own_high: float, low: float, high: float, sd: float
) -> tuple[float, float, str]:
    named = dict(zip(_ENDS, (low, high, sd), strict=True))
    why = next((f"{name} must be a number >= 0" for name, n in named.items() if n < 0), "")
    ends = isfinite(low) or isfinite(high)
    if why or not (ends or isfinite(sd)):
        return own_low, own_high, why
    if not ends:
        low, high = value - sd, value + sd
    elif not (isfinite(low) and isfinite(high)):
        why = "low and high must be given both or not at all"
    if isfinite(own_low) or (ends and isfinite(sd)):
        why = "its uncertainty must be either low and high, or sd, or in the cell of the value"
    elif not why and low <= 0:
        why = "low, or value - sd, must be positive"
    elif not why and not low <= value * (1 + _ROUNDING) <= high * (1 + _ROUNDING) ** 2:
        why = f"value must be between low and high, {low:g} and {high:g}"
    return low, high, why


def _weights(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if "weight" not in frame:
        return pd.Series(1.0, index=frame.index), pd.Series("", index=frame.index, dtype=object)
    weights = pd.to_numeric(frame["weight"], errors="coerce").astype(float)
    wrong = ~(weights >= 0) | ~np.isfinite(weights)
    reasons = frame["weight"].map(lambda cell: f"weight {cell!r} must be a number >= 0")
    return weights, reasons.where(wrong, "")


_MOST_ROWS = 100


def _refusal(frame: pd.DataFrame, why: pd.Series) -> InputError:
    bad = why[why != ""]
    rows = [f"  row {row}: {reason}" for row, reason in bad.head(_MOST_ROWS).items()]
    if len(bad) > _MOST_ROWS:
        rows.append(f"  and {len(bad) - _MOST_ROWS} more")
    only_units = bad.str.startswith("unit ").all()
    kind = UnitsError if only_units else InputError
    what = (
        "; a unit is mM or mmol/L, and upper and lower case matter"
        if "unit " in " ".join(bad)
        else ""
    )
    return kind(
        "\n".join(
            [
                f"{len(bad)} of {len(frame)} rows of the measured Km cannot be used{what}:",
                *rows,
                "Correct them, or leave them out: skip_unreadable=True.",
            ]
        )
    )
