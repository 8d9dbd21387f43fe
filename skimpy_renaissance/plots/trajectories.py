r"""An ensemble in time: percentiles of :math:`(x - x^*)/x^*` or :math:`(v - v^*)/v^*` over runs.

The axis is one on which the return to within 1 % is seen
(:mod:`~skimpy_renaissance.plots.deviation_axis`).
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.plots.deviation_axis import deviation_axis
from skimpy_renaissance.plots.palette import BLUE
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_percentiles", "plot_trajectories"]

_BANDS = ((5, 95, 0.2), (25, 75, 0.4))


def plot_percentiles(
    times: ArrayLike,
    values: ArrayLike,
    ax: Axes | None = None,
    *,
    color: str = BLUE,
    label: str | None = None,
) -> Axes:
    """Draw the median over runs as a line, and bands from 25 to 75 % and from 5 to 95 %.

    Parameters
    ----------
    times
        `` `time` ``, h.
    values
        `` `run x time` ``; NaN, where a run stopped, does not count.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    color
        Colour of the bands and the line.
    label
        Name of the line in a legend.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        The shapes do not match, or no run has a value at some time.

    Examples
    --------
    >>> hours = np.linspace(0.0, 1.0, 5)
    >>> values = np.exp(-np.outer([1.0, 2.0, 4.0], hours))  # three runs
    >>> ax = sr.plots.plot_percentiles(hours, values, label="deviation")
    >>> ax.lines[0].get_ydata().round(2)  # the median
    array([1.  , 0.61, 0.37, 0.22, 0.14])
    """
    hours, table = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    if table.ndim != 2 or hours.shape != table.shape[1:]:
        raise InputError(
            f"values must be run x time with {hours.size} columns, one per time; got the shape "
            f"{table.shape}."
        )
    if not len(table) or np.isnan(table).all(axis=0).any():
        raise InputError(
            f"Percentiles need a value at every time; of {len(table)} runs none has one at some. "
            "Select finished runs: trajectories.select(trajectories.finished)."
        )
    ax = one_panel(ax)
    for low, high, alpha in _BANDS:
        lower, upper = np.nanpercentile(table, [low, high], axis=0)
        ax.fill_between(hours, lower, upper, color=color, alpha=alpha, linewidth=0)
    ax.plot(hours, np.nanmedian(table, axis=0), color=color, linewidth=2, label=label)
    ax.set(xlim=(hours.min(), hours.max()), xlabel="time (h)")
    return ax


def plot_trajectories(
    trajectories: Trajectories,
    name: str,
    ax: Axes | None = None,
    *,
    color: str = BLUE,
    tolerance: float = 0.01,
) -> Axes:
    """Draw how one metabolite, or one flux, deviates from its steady state over the runs.

    Parameters
    ----------
    trajectories
        The runs; those that stopped count as long as they went.
    name
        A variable or a reaction.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    color
        Colour of the bands and the line.
    tolerance
        Largest relative deviation of what counts as back, shaded.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        No variable or reaction has the name.
    InputError
        No run has a value at some time.

    Examples
    --------
    >>> times = np.linspace(0.0, 0.1, 5)
    >>> runs = sr.dynamics.simulate(bound, population.select([0]), times, n_processes=1)
    >>> sr.plots.plot_trajectories(runs, "atp_c").get_ylabel()
    'deviation of atp_c (%)'
    """
    if name in trajectories.variables:
        column = trajectories.variables.index(name)
        values = trajectories.deviations[:, :, column]
    elif name in trajectories.reactions:
        column = trajectories.reactions.index(name)
        values = trajectories.relative_rates[:, :, column] - 1
    else:
        raise MissingEntryError(
            f"No variable or reaction is called {name!r}; variables look like "
            f"{listed(trajectories.variables, most=3)}, reactions like "
            f"{listed(trajectories.reactions, most=3)}."
        )
    ax = plot_percentiles(trajectories.times, 100 * values, ax, color=color)
    low, high = 100 * np.nanpercentile(values, [5, 95], axis=0)
    deviation_axis(ax, tolerance=tolerance, low=low.min(), high=high.max())
    ax.set_ylabel(f"deviation of {name} (%)")
    return ax
