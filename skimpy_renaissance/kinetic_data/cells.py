r"""Cells of kinetic databases: numbers with ranges, errors, bounds and marks for "no value".

============================  ==============================================================
cell                          read as
============================  ==============================================================
``0.3``, ``~0.3``, ``3e-1``   the value
``0.1-0.3``, ``0.1 to 0.3``   its geometric mean, between these ends
``0.3 +- 0.1``                the value, from 0.2 to 0.4
``>10``, ``<0.5``             the bound, open on the other side (infinity, 0)
``-999``, words, nothing      no value, with the reason
============================  ==============================================================

A comma is a decimal comma or stands between thousands. ``0,3`` and ``1,234.5`` say it themselves;
``1,200`` is read as the other cells of its column are written, else as its file separates columns
(semicolons go with decimal commas), else not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from numbers import Real

import pandas as pd

__all__ = ["read_cells"]

_N = r"(\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
_POWER = re.compile(r"\s*[x\u00d7\u00b7*]\s*10\s*\^?\s*\(?([+-]?\d+)\)?")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2012\u2013\u2014\u2212", "-"))
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_MARKS = (-999.0, -9999.0)
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True)
class _Cell:
    value: float = nan
    low: float = nan
    high: float = nan
    why: str = ""


def _with_error(value: float, error: float) -> _Cell:
    why = "" if error < value else "has an error as large as the value"
    return _Cell(value, value - error, value + error, why)


def _between(low: float, high: float) -> _Cell:
    why = "" if low <= high else "has its ends in the wrong order"
    return _Cell(sqrt(low * high), low, high, why)


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., _Cell]], ...] = (
    (re.compile(rf"(?:~|\u2248|\u2243|ca\.?|circa|approx\.?|about)?\s*{_N}", re.I), _Cell),
    (re.compile(rf"(?:>=?|\u2265)\s*{_N}"), lambda bound: _Cell(bound, bound, inf)),
    (re.compile(rf"(?:<=?|\u2264)\s*{_N}"), lambda bound: _Cell(bound, 0.0, bound)),
    (re.compile(rf"{_N}\s*(?:\u00b1|\+/?-)\s*{_N}"), _with_error),
    (re.compile(rf"{_N}\s*(?:-|to|\.\.+)\s*{_N}", re.I), _between),
    (re.compile(rf"-\s*{_N}"), lambda value: _Cell(-value)),
)


def read_cells(column: pd.Series, *, decimal: str = "") -> pd.DataFrame:
    """Read a column of positive numbers as databases write them.

    Parameters
    ----------
    column
        Text, or numbers.
    decimal
        ``"."`` or ``","``: the decimal mark where neither the cell nor the others of the column
        tell; empty where nobody does.

    Returns
    -------
    pandas.DataFrame
        Index of ``column``; ``value``, ``low`` and ``high`` as read (NaN where not stated, 0 or
        infinity at an open end), and ``why``, empty where there is a value.
    """
    told = _told_by_column(column)
    certain = told.pop() if len(told) == 1 else ""
    likely = certain or ("" if told else decimal)
    cells = [_read(cell, certain, likely) for cell in column]
    return pd.DataFrame(
        {name: [getattr(cell, name) for cell in cells] for name in ("value", "low", "high", "why")},
        index=column.index,
    ).astype({"value": float, "low": float, "high": float, "why": object})


def _told_by_column(column: pd.Series) -> set[str]:
    numbers = [n for cell in column if isinstance(cell, str) for n in re.findall(_N, cell)]
    return {told for number in numbers if (told := _told_by(number))}


def _told_by(number: str) -> str:
    """Return the decimal mark of a number, empty where it may be either."""
    digits = re.split("[eE]", number)[0]
    marks = [character for character in digits if character in _OTHER]
    if _THOUSANDS.fullmatch(digits):
        return _OTHER[marks[0]] if len(marks) > 1 else ""
    return marks[-1] if marks else ""


def _read(cell: object, certain: str, likely: str) -> _Cell:
    if isinstance(cell, Real) and not isinstance(cell, bool):
        return _checked(_Cell(float(cell)))
    if not isinstance(cell, str):
        return _Cell(why="is not a number" if isinstance(cell, bool) else "is empty")
    text = _POWER.sub(r"e\1", cell.strip().translate(_DASHES))
    found = ((pattern.fullmatch(text), cell_of) for pattern, cell_of in _FORMS)
    try:
        for match, cell_of in found:
            if match:
                return _checked(cell_of(*(_number(n, certain, likely) for n in match.groups())))
    except ValueError as error:
        return _Cell(why=str(error))
    return _Cell(why="is not a number" if text else "is empty")


def _checked(cell: _Cell) -> _Cell:
    if cell.why or (cell.value > 0 and isfinite(cell.value)):
        return cell
    if cell.value in _MARKS:
        return _Cell(why="is a mark for 'no value'")
    return _Cell(
        why="is empty" if cell.value != cell.value else "must be a positive, finite number"
    )


def _number(text: str, certain: str, likely: str) -> float:
    digits, *exponent = re.split("[eE]", text)
    marks = {character for character in digits if character in ".,"}
    grouped = _THOUSANDS.fullmatch(digits)
    if len(marks) == 2:
        last = max(marks, key=digits.rfind)
        thousands, _, decimals = digits.rpartition(last)
        if not _THOUSANDS.fullmatch(thousands):
            raise ValueError("is not a number")
        digits = f"{re.sub('[.,]', '', thousands)}.{decimals}"
    elif grouped and (digits.count(grouped[1]) > 1 or certain == _OTHER[grouped[1]]):
        digits = digits.replace(grouped[1], "")
    elif grouped and grouped[1] == "," and likely == ".":
        digits = digits.replace(",", "")
    elif grouped and likely != grouped[1] and (likely or grouped[1] == ","):
        plain, point = digits.replace(grouped[1], ""), digits.replace(grouped[1], ".")
        raise ValueError(f"may be {plain} or {point}")
    else:
        digits = digits.replace(",", ".")
    try:
        return float("e".join([digits, *exponent]))
    except ValueError:
        raise ValueError("is not a number") from None
