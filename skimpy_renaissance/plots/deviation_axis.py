r"""A vertical axis of relative deviations on which the return to a steady state is seen.

Deviations begin at tens of percent and count as gone within a tolerance :math:`\tau`, mostly 1 %.
The axis is linear within :math:`\pm\tau`, which is shaded, and logarithmic beyond; where it
changes, it is marked as axes are that are broken. Where deviations are sizes alone, it is
logarithmic throughout.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from skimpy_renaissance.plots.palette import BACK, BLACK
from skimpy_renaissance.plots.rate_axis import mark_breaks, minus

__all__ = ["deviation_axis"]

_SMALLEST = 0.1  # of a logarithmic axis, in tolerances
_FEW = 2  # decades beyond the tolerance below which ticks at powers of ten are too few


def deviation_axis(
    ax: Axes, *, tolerance: float, low: float, high: float, signed: bool = True
) -> None:
    """Make the vertical axis one of deviations, with the band of what counts as back.

    Parameters
    ----------
    ax
        Whose.
    tolerance
        Largest relative deviation of what counts as back, above 0.
    low, high
        Smallest and largest deviation to be seen, %.
    signed
        Whether deviations have a sign.
    """
    within = 100 * tolerance
    top = 1.5 * max(high, 2 * within)
    if signed:
        bottom = 1.5 * min(low, -2 * within)
        ax.set_yscale("symlog", linthresh=within, linscale=0.6)
    else:
        bottom = _SMALLEST * within
        ax.set_yscale("log")
    ax.set_ylim(bottom, top)
    last = int(np.floor(np.log10(max(top, -bottom) / within)))
    decades = within * 10.0 ** np.arange(last + 1)
    if last < _FEW:
        decades = np.sort([*decades, *(3 * decades)])
    places = [*(-decades[::-1]), 0.0, *decades] if signed else [bottom, *decades]
    ax.yaxis.set_major_locator(FixedLocator([place for place in places if bottom <= place <= top]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: minus(f"{value:g}")))
    ax.axhspan(-within if signed else bottom, within, color=BACK, linewidth=0, zorder=0)
    ax.annotate(
        f"within {within:g} %: linear scale" if signed else f"within {within:g} %",
        (0.99, within),
        xycoords=("axes fraction", "data"),
        xytext=(0, 1),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7,
        zorder=6,
    )
    if signed:
        mark_breaks(ax, "y", within, shade=False)
        ax.axhline(0, color=BLACK, linewidth=0.6, linestyle=":")
