"""What constants know about quantities, beside what chance finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLIND, BLUE, WITH_DATA, WITHOUT_DATA
from skimpy_renaissance.plots.panels import grid, one_panel

__all__ = ["information_size", "plot_information", "plot_runs"]


def plot_information(
    nats: Mapping[str, pd.Series], chance: Mapping[str, float], figure: Figure | None = None
) -> list[Axes]:
    """Draw a panel per quantity, a bar per constant: what it tells of the quantity.

    Parameters
    ----------
    nats
        Title to `km`, nats, the first at the top.
    chance
        Title to the largest that chance finds, nats; dashed.
    figure
        Where to draw; by default a new one.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is nothing to draw.

    Examples
    --------
    >>> nats = {"validity": pd.Series({"f6p_c in PFK": 0.31, "g6p_c in PGI": 0.02})}
    >>> (ax,) = sr.plots.plot_information(nats, chance={"validity": 0.05})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['f6p_c in PFK', 'g6p_c in PGI']
    """
    if not nats or not all(len(series) for series in nats.values()):
        raise InputError("There is no constant whose information could be drawn.")
    columns = min(2, len(nats))
    if figure is None:
        figure = plt.figure(figsize=information_size(len(nats)), layout="constrained")
    axes = grid(figure, len(nats), columns=columns)
    for ax, (title, series) in zip(axes, nats.items(), strict=True):
        place = np.arange(len(series))[::-1]
        above = series.to_numpy() > chance[title]
        ax.barh(place, series, color=[BLUE if yes else BLIND for yes in above])
        ax.axvline(chance[title], color=BLACK, linestyle="--", linewidth=1)
        ax.set_yticks(place, list(map(str, series.index)), fontsize=7)
        ax.set_title(title, fontsize="small")
        ax.set_xlabel("information (nats)")
        ax.set_xlim(0, 1.05 * max(float(series.max()), 1.2 * chance[title]))
        ax.xaxis.set_major_locator(MaxNLocator(5))
    return axes


def information_size(n: int) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_information` fills well.

    Parameters
    ----------
    n
        Quantities.

    Returns
    -------
    tuple of float
        Width and height, inches.

    Examples
    --------
    >>> sr.plots.information_size(3)  # two rows of panels
    (8.0, 6.8)
    """
    return (6.4 if n == 1 else 8.0), 3.4 * -(-n // 2)


def plot_runs(
    runs: Mapping[str, tuple[ArrayLike, ArrayLike]], ax: Axes | None = None, **labels: Any
) -> Axes:
    """Draw a number of runs with data beside that of runs without, question by question.

    Parameters
    ----------
    runs
        Question to (`` `run` `` with data, `` `run` `` without).
    ax
        Where to draw; by default a new figure.
    **labels
        ``xlabel``: what the number is.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is nothing to draw.

    Examples
    --------
    >>> runs = {"TCA cycle": ([0.41, 0.38], [0.22, 0.25]), "glycolysis": ([0.3], [0.28])}
    >>> ax = sr.plots.plot_runs(runs, xlabel="overlap with measured ranges")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['TCA cycle', 'glycolysis']
    """
    if not runs:
        raise InputError("There is no question to draw.")
    ax = one_panel(ax, size=(6.4, 1.2 + 0.45 * len(runs)))
    for row, (with_data, without) in enumerate(runs.values()):
        sides = (
            (without, WITHOUT_DATA, 0.16, "without data"),
            (with_data, WITH_DATA, -0.16, "with data"),
        )
        for values, colour, off, label in sides:
            numbers = np.asarray(values, dtype=float)
            ax.plot(
                numbers,
                np.full(len(numbers), off - row),
                linestyle="",
                marker="o",
                markersize=4,
                alpha=0.6,
                color=colour,
                label=None if row else label,
            )
            ax.plot([numbers.mean()] * 2, [off - row - 0.14, off - row + 0.14], color=BLACK, lw=1.5)
    ax.set_yticks([-row for row in range(len(runs))], list(runs), fontsize=8)
    ax.set_ylim(-len(runs) + 0.4, 0.6)
    ax.set(**labels)
    ax.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
