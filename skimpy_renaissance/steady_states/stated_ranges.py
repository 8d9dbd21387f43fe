"""Ranges as a user states them, and ranges seen in given states, widened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError

__all__ = ["Ranges", "stated", "widened"]

Array = NDArray[np.float64]

Ranges: TypeAlias = Mapping[str, tuple[float, float] | float]
"""Name to (lowest, highest), or to the one value that it has."""


def stated(name: str, given: object, *, what: str, unit: str) -> tuple[float, float]:
    """Return a range that was stated as two ends or as one value.

    Parameters
    ----------
    name
        What it is the range of.
    given
        Two finite numbers, the lower one first, or one.
    what, unit
        For the message.

    Returns
    -------
    tuple of float

    Raises
    ------
    InputError
        It is no range.
    """
    ends = (given, given) if is_finite_number(given) else given
    try:
        low, high = ends  # type: ignore[misc]
    except (TypeError, ValueError):
        low = high = None
    if not (is_finite_number(low) and is_finite_number(high) and low <= high):
        raise InputError(
            f"The {what} of {name!r} needs (lowest, highest) or one number, {unit}, got {given!r}."
        )
    return float(low), float(high)


def widened(seen: Array, factor: float) -> tuple[Array, Array]:
    """Return the range of each column, made wider around its middle.

    Parameters
    ----------
    seen
        `` `state x column` ``.
    factor
        Width over the width seen.

    Returns
    -------
    low, high : numpy.ndarray
        `` `column` ``.
    """
    low, high = seen.min(axis=0), seen.max(axis=0)
    middle, half = (low + high) / 2, factor * (high - low) / 2
    constant = high - low <= 1e-9 * np.abs(seen).max(axis=0)
    mean = seen.mean(axis=0)
    return np.where(constant, mean, middle - half), np.where(constant, mean, middle + half)
