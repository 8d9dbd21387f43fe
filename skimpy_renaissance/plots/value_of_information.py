"""Which measurement would help a design most, beside what chance finds."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from skimpy_renaissance.checks import require_columns, require_names
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLIND, BLUE
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_value_of_information"]

_LABELS = {
    "explained": "variance of the {} that a measurement explains (%)",
    "decision": "{} (ln) added by deciding after a measurement",
}


def plot_value_of_information(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    what: str = "explained",
    of: str = "gain",
    most: int = 12,
) -> Axes:
    """Draw a bar per constant, those of most value first; dashed, what chance finds.

    Parameters
    ----------
    table
        Of :func:`~skimpy_renaissance.design.value_of_information`, of one design.
    ax
        Where to draw; by default a new figure.
    what
        ``"explained"``, or ``"decision"``: what is gained by choosing among designs only after the
        measurement.
    of
        What it is that varies, in words.
    most
        Constants that are drawn.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no row.
    MissingEntryError
        There is no such value, or the table lacks a column.

    Examples
    --------
    >>> told = pd.DataFrame({
    ...     "label": ["Vmax of PPC", "Km of pep_c in PPC"],
    ...     "explained": [0.22, 0.15],
    ...     "explained_by_chance": 0.19,
    ... })
    >>> ax = sr.plots.plot_value_of_information(told)
    >>> ax.get_xlabel(), [label.get_text() for label in ax.get_yticklabels()]
    ('variance of the gain that a measurement explains (%)', ['Vmax of PPC', 'Km of pep_c in PPC'])
    """
    require_names([what], _LABELS, what="value of information")
    columns = ("label", what, f"{what}_by_chance")
    require_columns(table, columns, what="The table of the value of information")
    if not len(table):
        raise InputError("There is no constant whose value could be drawn.")
    shown = table.sort_values(what, ascending=False, kind="stable").head(most)
    unit = 100 if what == "explained" else 1
    values = unit * shown[what].to_numpy(dtype=float)
    chance = unit * float(shown[f"{what}_by_chance"].iloc[0])
    ax = one_panel(ax, size=(6.4, 1.2 + 0.25 * len(shown)))
    place = np.arange(len(shown))[::-1]
    colours = [BLUE if value > chance else BLIND for value in values]
    ax.barh(place, values, color=cast(Any, colours))
    ax.axvline(chance, color=BLACK, linestyle="--", linewidth=1, label="largest by chance, 1 in 20")
    ax.set_yticks(place, [str(name) for name in shown["label"]], fontsize=8)
    ax.set_xlim(0, 1.05 * max(float(values.max()), 1.2 * chance) or 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.set_xlabel(_LABELS[what].format(of))
    ax.legend(framealpha=1, edgecolor="none", fontsize="small", loc="lower right")
    return ax
