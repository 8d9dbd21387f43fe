r"""Perturbed models on their way back, as in Fig. 2c of [1]_, and how many are back.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.dynamics.ensembles.robustness import Robustness
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.deviation_axis import deviation_axis
from skimpy_renaissance.plots.palette import (
    BACK,
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
)
from skimpy_renaissance.plots.panels import one_panel, panels, shared_legend
from skimpy_renaissance.plots.trajectories import plot_percentiles

__all__ = ["plot_returned", "plot_robustness"]

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE)
_KEY = {
    "median": Line2D([], [], color=BLUE, linewidth=2),
    "mean": Line2D([], [], color=BLACK, linewidth=1.5, linestyle="--"),
    "25 to 75 %": Patch(color=BLUE, alpha=0.6, linewidth=0),
    "5 to 95 %": Patch(color=BLUE, alpha=0.2, linewidth=0),
    "back": Patch(color=BACK, linewidth=0),
}
_MINUTES_UP_TO = 3.0  # h: shorter horizons are shown in minutes


def plot_robustness(
    found: Robustness,
    quantities: Sequence[str] | None = None,
    *,
    marks: Sequence[float] = (),
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the spread of an ensemble over time, one panel per quantity.

    Bands hold 25 to 75 % and 5 to 95 % of the runs, the line is their median, the dashed line
    their mean. What counts as back is shaded.

    Parameters
    ----------
    found
        What became of the models.
    quantities
        Which to draw; by default all.
    marks
        h: drawn as vertical lines and labelled.
    axes
        Where to draw, one per quantity; by default a new figure, two panels beside each other.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A quantity was not watched.
    InputError
        The axes are too few or too many, or no run has a value at some time.

    Examples
    --------
    >>> found = sr.dynamics.robustness(
    ...     bound, population.select([1]), {"ATP": "atp_c"}, horizon=0.1, n_times=5, n_processes=1
    ... )
    >>> (ax,) = sr.plots.plot_robustness(found)
    >>> ax.get_title(), ax.get_xlabel()
    ('ATP', 'time (min)')
    """
    names = list(found.courses) if quantities is None else list(quantities)
    require_names(names, found.courses, what="watched quantity")
    size = (6.4 if len(names) > 1 else 4.0, 2.6 * -(-len(names) // 2) + 0.4)
    axes = panels(axes, len(names), columns=min(2, len(names)), size=size)
    times, unit, scale = _clock(found)
    for ax, name in zip(axes, names, strict=True):
        course, at_rest = found.courses[name], found.at_rest[name]
        deviation = 100 * (course - at_rest)
        several = at_rest == 0 and bool(np.nanmin(deviation) >= 0)
        plot_percentiles(times, deviation, ax, color=BLUE)
        ax.plot(times, np.nanmean(deviation, axis=0), color=BLACK, linestyle="--", linewidth=1.5)
        low, high = (np.nanpercentile(deviation, share, axis=0) for share in (2, 98))
        deviation_axis(
            ax, tolerance=found.tolerance, low=low.min(), high=high.max(), signed=not several
        )
        for hour in marks:
            _mark(ax, scale * hour, f"{scale * hour:.3g} {unit}")
        ax.set_xlabel(f"time ({unit})")
        ax.set_ylabel("largest deviation (%)" if several else "deviation (%)")
        ax.set_title(name, fontsize="medium")
    if axes:
        shared_legend(axes, _KEY)
    return axes


def plot_returned(
    found: Robustness,
    ax: Axes | None = None,
    *,
    published: Mapping[str, Mapping[float, float]] | None = None,
    tolerance: float | None = None,
) -> Axes:
    """Draw how many runs are back, over time.

    Parameters
    ----------
    found
        What became of the models; at most twelve quantities.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    published
        Quantity to time (h) to share (0 to 1), drawn as points.
    tolerance
        In the place of the one that was stated.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        More than twelve quantities were watched.

    Examples
    --------
    >>> hours = np.linspace(0.0, 1.0, 21)
    >>> deviations = np.outer([0.5, -0.2], np.exp(-5 * hours))  # of ATP in two models
    >>> runs = pd.DataFrame({"model": ["0", "1"], "perturbation": "0", "status": "finished"})
    >>> found = sr.dynamics.Robustness(hours, {"ATP": deviations}, {"ATP": 0.0}, runs, 0.01)
    >>> ax = sr.plots.plot_returned(found)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('time (min)', 'models back within 1 % (%)')
    """
    looks = [(colour, style) for style in ("-", "--") for colour in _COLOURS]
    if len(found.courses) > len(looks):
        raise InputError(
            f"At most {len(looks)} quantities fit one panel, got {len(found.courses)}."
        )
    ax = one_panel(ax)
    times, unit, scale = _clock(found)
    limit = found.tolerance if tolerance is None else tolerance
    after = found.return_times(tolerance=tolerance)
    for name, (colour, style) in zip(found.courses, looks, strict=False):
        hours = after[name].to_numpy()
        back = np.array([(hours <= hour + 1e-12).mean() for hour in found.times])
        ax.plot(times, 100 * back, color=colour, linestyle=style, linewidth=1.8, label=name)
        points = (published or {}).get(name, {})
        if points:
            x, y = [scale * hour for hour in points], [100 * share for share in points.values()]
            ax.plot(x, y, "o", color=colour, markeredgecolor=BLACK, markersize=7, zorder=5)
    if published:
        ax.plot([], [], "o", color="white", markeredgecolor=BLACK, label="published")
    ax.set(xlim=(times[0], times[-1]), ylim=(-2, 102), xlabel=f"time ({unit})")
    ax.set_ylabel(f"models back within {100 * limit:g} % (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False, fontsize="small")
    return ax


def _clock(found: Robustness) -> tuple[np.ndarray, str, float]:
    scale, unit = (60.0, "min") if found.times[-1] <= _MINUTES_UP_TO else (1.0, "h")
    return scale * found.times, unit, scale


def _mark(ax: Axes, place: float, label: str) -> None:
    ax.axvline(place, color=BLACK, linewidth=1.0, linestyle="--")
    ax.annotate(
        label,
        (place, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-2, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=7,
    )
