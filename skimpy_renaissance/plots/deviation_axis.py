r"""A vertical axis of relative deviations on which the return to a steady state is seen.

Deviations begin at tens of percent and count as gone within a tolerance :math:`\tau`, mostly 1 %.
The axis is linear within :math:`\pm\tau`, which is shaded, and logarithmic beyond; where it
changes, it is marked as axes are that are broken. Where deviations are sizes alone, it is
logarithmic throughout.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from skimpy_renaissance.plots.palette import BACK, BLACK
from skimpy_renaissance.plots.rate_axis import mark_breaks, tick_label

__all__ = ["deviation_axis"]

_BAND = "counts as back"  # gid
_SMALLEST = 0.1  # of a logarithmic axis, in tolerances
_FEW, _LARGE = 2, 100.0  # powers of ten that are too few for ticks; the largest with a three


def deviation_axis(
    ax: Axes, *, tolerance: float, low: float, high: float, signed: bool = True
) -> None:
    """Make the vertical axis one of deviations, with the band of what counts as back.

    Axes that have it already are only widened.

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
    known = any(one.get_gid() == _BAND for one in ax.get_children())
    if known:
        ends = ax.get_ylim()
        bottom, top = min(bottom, ends[0]), max(top, ends[1])
    ax.set_ylim(bottom, top)
    places = _ticks(within, max(top, -bottom))
    places = [*(-place for place in places[::-1]), 0.0, *places] if signed else [bottom, *places]
    ax.yaxis.set_major_locator(FixedLocator([place for place in places if bottom <= place <= top]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    if known:
        return
    below = -within if signed else bottom
    ax.axhspan(below, within, color=BACK, linewidth=0, zorder=0, gid=_BAND)
    ax.annotate(
        f"within {within:g} %: linear scale" if signed else f"within {within:g} %",
        (0.99, within),
        xycoords=("axes fraction", "data"),
        xytext=(0, 1),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.5},
        zorder=6,
    )
    if signed:
        mark_breaks(ax, "y", within, shade=False)
        ax.axhline(0, color=BLACK, linewidth=0.6, linestyle=":")


def _ticks(within: float, top: float) -> list[float]:
    """Return the tolerance and the powers of ten beyond it; threes, too, where these are few."""
    powers = [10.0**k for k in range(-3, 40) if 1.5 * within < 10.0**k <= top]
    threes = [3 * one for one in (within, *powers) if one < _LARGE] if len(powers) < _FEW else []
    return sorted([within, *powers, *threes])
