"""A logarithmic axis with plain numbers at as many ticks as its range needs."""

from __future__ import annotations

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

__all__ = ["plain_numbers"]

_DECADES = 2.0  # powers of ten alone would be fewer than two or three ticks


def plain_numbers(axis: Axis, low: float, high: float) -> None:
    """Have ticks at 1, 2, 5, 10, ... with plain numbers where the range is two decades or less.

    Parameters
    ----------
    axis
        Logarithmic.
    low, high
        Smallest and largest number to be seen, above 0.
    """
    axis.set_minor_formatter(NullFormatter())
    if high < 10**_DECADES * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
