"""A row of a figure: how a number spreads over models."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from skimpy_renaissance.plots.palette import BLACK

__all__ = ["draw_spread"]


def draw_spread(
    ax: Axes, row: float, values: NDArray[np.float64], *, colour: str, label: str | None = None
) -> None:
    """Draw a bar of 25 to 75 %, a line of 5 to 95 % of the models, and a tick at the median.

    Parameters
    ----------
    ax
        Where to draw.
    row
        Height of the row.
    values
        `` `model` ``; what is not finite is left out, and nothing is drawn where nothing is left.
    colour
        Of bar and line.
    label
        Of the bar in a legend.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return
    p5, p25, p50, p75, p95 = np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95])
    ax.plot([p5, p95], [row, row], color=colour, linewidth=1.2)
    ax.plot([p25, p75], [row, row], color=colour, linewidth=6, solid_capstyle="butt", label=label)
    ax.plot([p50], [row], "|", color=BLACK, markersize=8, markeredgewidth=1.5)
