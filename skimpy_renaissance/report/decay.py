r"""How fast models forget a push: a sentence on :math:`\lambda_{max}`, and its picture in minutes.

What is left of a small push in the slowest mode after the time :math:`t` is

.. math:: 100\ \%\ \cdot e^{\lambda_{max} t} ,

a curve for each model. Valid models lie below the curve of the partition.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.analyses.result import Drawing
from skimpy_renaissance.plots.palette import BLACK, BLIND, colours_of
from skimpy_renaissance.plots.rate_axis import minus
from skimpy_renaissance.plots.trajectories import plot_percentiles
from skimpy_renaissance.spectrum.time_scales import settling_time

__all__ = ["LAMBDA_MAX_IN_WORDS", "decay_drawing", "demand_in_words"]

LAMBDA_MAX_IN_WORDS = (
    "lambda_max is the rate, in 1/h, of the slowest way in which a model comes back to its steady "
    "state after a small push: the further below 0 1/h, the sooner the push is forgotten; above it "
    "the push grows, and the model is unstable."
)

_POINTS = 121
_BEYOND = 1.25  # times the settling time at the partition: the end of the axis
_MOST = 1000.0  # %, beyond the top of the figure


def demand_in_words(partition: float) -> str:
    """Say what a valid model has to do, in minutes.

    Parameters
    ----------
    partition
        1/h: lambda_max of valid models lies below it.

    Returns
    -------
    str
        A sentence.
    """
    told = f"Valid means that lambda_max lies below the partition, {partition:.3g} 1/h"
    if partition == 0:
        return f"{told}: a small push fades, in whatever time."
    if partition > 0:
        return f"{told}: not even stability is asked."
    one, settled = 60 / -partition, 60 * float(settling_time(partition))
    return (
        f"{told}: {one:.3g} min after a small push at most 37 % of it is left, {settled:.3g} min "
        "after it at most 0.7 %."
    )


def decay_drawing(
    groups: Mapping[str, ArrayLike], partition: float, *, blind: ArrayLike | None = None
) -> Drawing:
    """Return the figure of what is left of a small push, against minutes.

    Parameters
    ----------
    groups
        Models, in words, to `model`, 1/h: their lambda_max. NaN does not count.
    partition
        1/h: its curve is the limit.
    blind
        `model`, 1/h: lambda_max of blind draws, of which the median is drawn.

    Returns
    -------
    Drawing
    """
    drawn = {name: _finite(values) for name, values in groups.items()}
    drawn = {name: values for name, values in drawn.items() if len(values)}
    blindly = _finite([] if blind is None else blind)
    caption = "What is left of a small push in the slowest mode of a model."
    if any(len(values) > 1 for values in drawn.values()):
        caption += " Line: median of the models; dark: 25 to 75 %, light: 5 to 95 % of them."
    if partition < 0:
        caption += f" Valid models stay below the dashed curve, that of {partition:.3g} 1/h."
    return Drawing.on_axes(
        lambda ax: _draw(ax, drawn, partition, blindly), caption, size=(6.0, 3.8)
    )


def _draw(ax: Axes, groups: Mapping[str, np.ndarray], partition: float, blind: np.ndarray) -> None:
    medians = [np.median(values) for values in (*groups.values(), blind) if len(values)]
    slowest = partition or max((rate for rate in medians if rate < 0), default=-1.0)
    minutes = np.linspace(0, _BEYOND * 60 * float(settling_time(-abs(slowest))), _POINTS)
    for name, colour in colours_of(groups).items():
        plot_percentiles(minutes, _left(groups[name], minutes), ax, color=colour, label=name)
    if len(blind):
        course = np.median(_left(blind, minutes), axis=0)
        ax.plot(minutes, course, color=BLIND, linewidth=1.5, linestyle="-.", label="blind draws")
    if partition < 0:
        label = f"partition, {minus(f'{partition:.3g}')} 1/h"
        course = _left(np.array([partition]), minutes)[0]
        ax.plot(minutes, course, color=BLACK, linestyle="--", linewidth=1.2, label=label)
        for constants, left, side in ((1, "37 %", "left"), (5, "0.7 %", "center")):
            after = -60 * constants / partition
            at = (after, 100 * np.exp(-constants))
            ax.plot(*at, "o", color=BLACK, markersize=4)
            text = f"{left} after {after:.3g} min"
            ax.annotate(text, at, (5, 6), textcoords="offset points", ha=side)
    ax.set(
        xlim=(0, minutes[-1]),
        ylim=(0, 105),
        xlabel="time after a small push (min)",
        ylabel="left of the push (%)",
    )
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="center right", frameon=False)


def _left(rates: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Return what is left, %: `model x time`, for rates in 1/h."""
    exponent = rates[:, None] * minutes / 60
    return np.asarray(100 * np.exp(np.minimum(exponent, np.log(_MOST / 100))))


def _finite(values: ArrayLike) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[np.isfinite(array)]
