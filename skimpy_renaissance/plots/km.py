"""Generated Michaelis constants against the bounds they were generated in, all in one picture."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, ORANGE
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_km_ranges"]


def plot_km_ranges(
    log_km: ArrayLike,
    bounds: ArrayLike,
    measured: ArrayLike | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the range of each constant as a line, its median as a dot, its bounds in grey.

    Parameters
    ----------
    log_km
        `model x km`, ln(mol/L).
    bounds
        `km x 2`, ln(mol/L): lower and upper.
    measured
        `km`, bool: constants drawn from a measured range, shown in another colour.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes
        Constants are sorted by their medians.

    Raises
    ------
    InputError
        There is no model, or the shapes do not match.
    """
    table, limits = np.asarray(log_km, dtype=float), np.asarray(bounds, dtype=float)
    if table.ndim != 2 or not len(table) or limits.shape != (table.shape[1], 2):
        raise InputError(
            "plot_km_ranges needs log_km as model x km with a model at least, and bounds as km x "
            f"2; got the shapes {table.shape} and {limits.shape}."
        )
    known = np.zeros(table.shape[1], bool) if measured is None else np.asarray(measured, bool)
    ax = one_panel(ax)
    molar = np.exp(np.percentile(table, [5, 50, 95], axis=0))
    order = np.argsort(molar[1], kind="stable")
    (low, median, high), limits = molar[:, order], np.exp(limits[order])
    rank = np.arange(1, len(order) + 1)
    ax.fill_between(
        rank, limits[:, 0], limits[:, 1], step="mid", color="0.92", linewidth=0, label="bounds"
    )
    parts = [(~known[order], BLUE, "generated"), (known[order], ORANGE, "measured")]
    for which, colour, label in parts:
        if which.any():
            text = f"{label}: median, 5 to 95 %"
            ax.vlines(rank[which], low[which], high[which], color=colour, linewidth=1.2, alpha=0.6)
            ax.plot(rank[which], median[which], ".", color=colour, markersize=4, label=text)
    ax.set(yscale="log", xlim=(0, len(rank) + 1))
    ax.set_xlabel("Michaelis constants, sorted by their medians")
    ax.set_ylabel(r"$K_m$ (mol/L)")
    ax.legend(loc="upper left", frameon=False, labelcolor=BLACK)
    return ax
