"""At which steady states models drawn blindly are valid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.plots.palette import BLACK, BLIND, VERMILLION
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_state_speeds"]


def plot_state_speeds(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of valid models at each steady state, the best one first and marked.

    Parameters
    ----------
    table
        Index: names of the states, the best first; columns ``share``, ``low_95``, ``high_95``.
    ax
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        The table lacks a column.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"share": [0.3, 0.1], "low_95": [0.2, 0.05], "high_95": [0.4, 0.2]}, index=["97", "12"]
    ... )
    >>> ax = sr.plots.plot_state_speeds(table)
    >>> ax.lines[0].get_ydata()  # %
    array([30., 10.])
    """
    columns = ("share", "low_95", "high_95")
    require_columns(table, columns, what="The table of steady states")
    ax = one_panel(ax, size=(6.4, 3.2))
    share, low, high = (100 * table[name].to_numpy(dtype=float) for name in columns)
    place = np.arange(1, len(table) + 1)
    ax.fill_between(place, low, high, color=BLIND, alpha=0.35, lw=0, label="95 % interval")
    ax.plot(place, share, color=BLACK, marker="o", ms=3, lw=1, label="blind draws")
    ax.plot(place[:1], share[:1], "o", color=VERMILLION, ms=8, label=f"{table.index[0]}, chosen")
    ax.set_xlim(0.5, len(table) + 0.5)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("steady states, the fastest first")
    ax.set_ylabel("valid blind draws (%)")
    ax.legend(frameon=False, fontsize="small")
    return ax
