"""Batch reactors over time: an ensemble of models beside measured points, as in Fig. 2d of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.checks import require_columns, require_names
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREEN, ORANGE
from skimpy_renaissance.plots.panels import panels, shared_legend

__all__ = ["plot_reactor"]

_COLOURS = (BLUE, ORANGE, GREEN)


def plot_reactor(
    times: ArrayLike,
    courses: Mapping[str, ArrayLike | Mapping[str, ArrayLike]],
    measured: Mapping[str, pd.DataFrame] | None = None,
    *,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw one panel per quantity: each model, their median and range, and what was measured.

    Parameters
    ----------
    times
        `time`, h.
    courses
        Quantity to its values, `run x time`; the quantity is the panel's label and states its unit,
        for example ``"glucose (g/L)"``. For up to three groups of runs, such as designs, a mapping
        from group to values. Runs that stopped are NaN from there and are left out from there.
    measured
        Quantity to a table with the columns ``time`` (h) and ``mean``, and either ``low`` and
        ``high`` or ``sd`` for the bars; letters may be capital.
    axes
        Where to draw, one per quantity; by default a new figure, three side by side.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no quantity, values do not fit ``times``, or the axes are too few or too many.
    MissingEntryError
        A measured quantity has no panel, or its table lacks a column.

    Examples
    --------
    >>> hours = np.linspace(0.0, 4.0, 5)
    >>> biomass = 0.05 * np.exp(np.outer([0.55, 0.61, 0.66], hours))  # three models
    >>> measured = pd.DataFrame({"time": [2.0], "mean": [0.17], "sd": [0.01]})
    >>> name = "biomass (g/L)"
    >>> (ax,) = sr.plots.plot_reactor(hours, {name: biomass}, {name: measured})
    >>> ax.get_ylabel()
    'biomass (g/L)'
    """
    hours = np.asarray(times, dtype=np.float64)
    measured = dict(measured or {})
    if not courses:
        raise InputError("A reactor figure needs at least one quantity, got none.")
    require_names(measured, courses, what="panel for the measured")
    columns = min(3, len(courses))
    size = (min(3.6 * columns + 0.4, 8.0), 2.8 * -(-len(courses) // 3) + 0.4)
    axes = panels(axes, len(courses), columns=columns, size=size)
    for ax, (quantity, given) in zip(axes, courses.items(), strict=True):
        groups = given if isinstance(given, Mapping) else {"": given}
        if len(groups) > len(_COLOURS):
            raise InputError(
                f"At most {len(_COLOURS)} groups fit a panel, got {len(groups)} of {quantity!r}."
            )
        for (group, values), colour in zip(groups.items(), _COLOURS, strict=False):
            _band(ax, hours, _runs(values, hours, quantity), colour, group)
        if quantity in measured:
            _points(ax, measured[quantity], quantity)
        ax.set(xlabel="time (h)", ylabel=quantity)
        margin = 0.02 * (hours[-1] - hours[0]) if quantity in measured else 0.0  # for the points
        ax.set(xlim=(hours[0] - margin, hours[-1] + margin), ylim=(0, None))
    entries = {
        label: handle
        for ax in axes
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    shared_legend(axes, entries, ncols=min(3, len(entries)))
    return axes


def _runs(values: ArrayLike, hours: NDArray[np.float64], quantity: str) -> NDArray[np.float64]:
    runs = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if runs.ndim != 2 or runs.shape[1:] != hours.shape or not np.isfinite(runs).any():
        raise InputError(
            f"{quantity!r} must be run x time with {hours.size} times and at least one finite "
            f"value, got the shape {runs.shape}."
        )
    return runs


def _band(
    ax: Axes, hours: NDArray[np.float64], runs: NDArray[np.float64], colour: str, group: str
) -> None:
    seen = np.isfinite(runs).any(axis=0)
    kept = runs[:, seen]
    label = ": ".join(part for part in (group, "median") if part)
    if len(runs) > 1:
        ax.fill_between(
            hours[seen],
            np.nanmin(kept, axis=0),
            np.nanmax(kept, axis=0),
            color=colour,
            alpha=0.2,
            linewidth=0,
            label=": ".join(part for part in (group, f"range of {len(runs)} models") if part),
        )
        for run in runs:
            ax.plot(hours, run, color=colour, linewidth=0.5, alpha=0.5)
    ax.plot(
        hours[seen],
        np.nanmedian(kept, axis=0),
        color=colour,
        linewidth=1.8,
        label=label if len(runs) > 1 else group or "model",
    )


def _points(ax: Axes, table: pd.DataFrame, quantity: str) -> None:
    columns = {str(name).strip().lower(): table[name] for name in table.columns}
    require_columns(columns, ("time", "mean"), what=f"The table of measured {quantity!r}")
    mean = columns["mean"].to_numpy(dtype=np.float64)
    bars = None
    if "low" in columns and "high" in columns:
        bars = np.abs(np.array([mean - columns["low"], columns["high"] - mean]))
    elif "sd" in columns:
        bars = columns["sd"].to_numpy(dtype=np.float64)
    ax.errorbar(
        columns["time"].to_numpy(dtype=np.float64),
        mean,
        yerr=bars,
        fmt="o",
        markersize=4,
        color=BLACK,
        elinewidth=1,
        capsize=2,
        label="measured",
        zorder=5,
    )
