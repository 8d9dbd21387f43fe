"""Generated Michaelis constants by name, against the bounds they were generated in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.names_as_written import shortened
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREY, WITH_DATA
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["km_size", "plot_km_ranges"]

_MOST = 25
_LONGEST_NAME = 34


def plot_km_ranges(
    log_km: ArrayLike,
    bounds: ArrayLike,
    measured: ArrayLike | None = None,
    *,
    names: Sequence[str],
    most: int = _MOST,
    ax: Axes | None = None,
) -> Axes:
    """Draw a row per constant: its range as a line, its median as a dot, its bounds as grey ends.

    Parameters
    ----------
    log_km
        `model x km`, ln(mol/L).
    bounds
        `km x 2`, ln(mol/L): lower and upper.
    measured
        `km`, bool: constants drawn from a measured range, shown in another colour.
    names
        `km`: what to call them, for example by :func:`~skimpy_renaissance.network.km_labels`.
    most
        Constants that are drawn: those that vary least between their bounds, the least first.
    ax
        Where to draw; by default a new figure of :func:`km_size`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no model, or the shapes do not match.

    Examples
    --------
    >>> log_km = population.log_km(bound.km_names)
    >>> bounds = np.log([[1e-6, 0.1]] * len(bound.km_names))  # mol/L
    >>> names = list(sr.network.km_labels(network).values())
    >>> ax = sr.plots.plot_km_ranges(log_km, bounds, names=names, most=3)
    >>> [label.get_text() for label in ax.get_yticklabels()]  # those that vary least
    ['fdp_c in PFK', 'gln__L_c in GLNS', 'icit_c in ICDHyr']
    """
    table, limits = np.asarray(log_km, dtype=float), np.asarray(bounds, dtype=float)
    if table.ndim != 2 or not len(table) or limits.shape != (table.shape[1], 2):
        raise InputError(
            "plot_km_ranges needs log_km as model x km with a model at least, and bounds as km x "
            f"2; got the shapes {table.shape} and {limits.shape}."
        )
    called = list(names)
    if len(called) != table.shape[1]:
        raise InputError(
            f"plot_km_ranges needs a name for each of {table.shape[1]} constants, got "
            f"{len(called)}."
        )
    known = np.zeros(table.shape[1], bool) if measured is None else np.asarray(measured, bool)
    width = np.ptp(limits, axis=1)
    relative = table.std(axis=0) / np.where(width > 0, width, np.inf)
    shown = np.argsort(np.where(width > 0, relative, np.inf), kind="stable")[:most]
    ax = one_panel(ax, size=km_size(len(shown)))
    low, median, high = np.exp(np.percentile(table[:, shown], [5, 50, 95], axis=0))
    ends = np.exp(limits[shown])
    row = np.arange(len(shown))
    ax.hlines(row, ends[:, 0], ends[:, 1], color="0.9", linewidth=5, zorder=1)
    ax.plot(ends, row[:, None] * [1, 1], "|", color=GREY, markersize=7, markeredgewidth=1.5)
    ax.plot([], [], "|", color=GREY, markersize=7, markeredgewidth=1.5, label="bounds")
    for which, colour, label in (
        (~known[shown], BLUE, "generated"),
        (known[shown], WITH_DATA, "measured"),
    ):
        if which.any():
            ax.hlines(row[which], low[which], high[which], color=colour, linewidth=2.2, zorder=3)
            ax.plot(median[which], row[which], "o", color=colour, markersize=4, label=label)
    ax.set_yticks(row, [shortened(called[column], _LONGEST_NAME) for column in shown], fontsize=8)
    ax.set(xscale="log", ylim=(len(shown) - 0.4, -0.6), xlabel="Michaelis constant (mol/L)")
    ax.tick_params(axis="y", length=0)
    some = f"{len(shown)} of {len(called)} constants, " if len(shown) < len(called) else ""
    ax.legend(
        title=f"{some}those that vary least first: median, 5 to 95 %",
        title_fontsize="small",
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=3,
        frameon=False,
        fontsize="small",
        labelcolor=BLACK,
    )
    return ax


def km_size(n: int) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_km_ranges` fills well.

    Parameters
    ----------
    n
        Constants.

    Returns
    -------
    tuple of float
        Width and height, inches.

    Examples
    --------
    >>> np.round(sr.plots.km_size(20), 1)
    array([6.4, 5.2])
    """
    return 6.4, 1.4 + 0.19 * min(n, _MOST)
