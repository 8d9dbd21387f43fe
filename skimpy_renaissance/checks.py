"""Checks stated once: of single numbers (whole, positive, finite), of names and of columns.

``True`` is no number, ``1.5`` and ``"3"`` are not whole. NumPy's scalars count as what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import TypeGuard

from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed

__all__ = [
    "is_finite_number",
    "is_whole",
    "require_columns",
    "require_fractions",
    "require_names",
    "require_positive",
    "require_whole",
]


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number; 1.0, true and text are not.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    bool
    """
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_finite_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a real, finite number; true and text are not.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    bool
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # a whole number too large for a float
        return False


def require_whole(name: str, value: object, *, at_least: int = 1) -> int:
    """Return a whole number, or say that it is not one.

    Parameters
    ----------
    name
        What the message calls it: ``"steps"``, ``"generations of NES"``.
    value
        What was given.
    at_least
        The smallest that can be used.

    Returns
    -------
    int

    Raises
    ------
    InputError
        It is 1.5, 1.0, true, text or anything else, or too small.

    Examples
    --------
    >>> require_whole("steps", 3)
    3
    """
    if not is_whole(value) or value < at_least:
        raise InputError(f"{name} must be a whole number >= {at_least}, got {value!r}.")
    return int(value)


def require_positive(name: str, value: object) -> float:
    """Return a positive, finite number, or say that it is not one.

    Parameters
    ----------
    name
        What the message calls it: ``"stride"``, ``"decay of NES"``.
    value
        What was given.

    Returns
    -------
    float

    Raises
    ------
    InputError
        It is 0 or less, infinite, NaN, true, text or anything else.
    """
    if not is_finite_number(value) or value <= 0:
        raise InputError(f"{name} must be a positive, finite number, got {value!r}.")
    return float(value)


def require_fractions(
    name: str, bounds: tuple[float, float], *, may_be_equal: bool = False
) -> tuple[float, float]:
    """Return two bounds of a fraction, or say that they are none.

    Parameters
    ----------
    name
        What the message calls them: ``"bounds_sample"``.
    bounds
        Lower, then upper bound.
    may_be_equal
        Whether both may be one number between 0 and 1.

    Returns
    -------
    tuple of float

    Raises
    ------
    InputError
        They are not in order, or beyond 0 and 1.
    """
    low, high = bounds
    if may_be_equal and 0 < low == high < 1:
        return low, high
    if not 0 <= low < high <= 1:
        raise InputError(f"{name} must satisfy 0 <= a < b <= 1, got {bounds!r}.")
    return low, high


def require_columns(table: Iterable[object], needed: Sequence[str], *, what: str) -> None:
    """Raise unless a table has the columns that are needed.

    Parameters
    ----------
    table
        A data frame, or the names of its columns.
    needed
        The columns.
    what
        Names the table in the message.

    Raises
    ------
    MissingEntryError
        A column is absent.
    """
    present = list(table)
    missing = [name for name in needed if name not in present]
    if missing:
        raise MissingEntryError(
            f"{what} needs the columns {listed(needed)}; it lacks {listed(missing)} and has "
            f"{listed(present)}."
        )


def require_names(names: Iterable[str], known: Iterable[str], *, what: str) -> None:
    """Raise unless all names are known; the message has the nearest one.

    Parameters
    ----------
    names
        What was given.
    known
        What there is.
    what
        What they name, for the message: ``"reaction"``.

    Raises
    ------
    MissingEntryError
        One is unknown.
    """
    there = dict.fromkeys(known)
    unknown = list(dict.fromkeys(name for name in names if name not in there))
    if unknown:
        raise MissingEntryError(
            f"There is no {what} {listed(map(repr, unknown))}{did_you_mean(unknown[0], there)} "
            f"Names look like {listed(there, most=4)}."
        )
