r"""Steady states by their fastest reachable dynamics, as in Fig. 3a-f and 3h-i of [1]_.

The map shows each state at its place in the plane of t-SNE, coloured by the smallest
:math:`\lambda_{max}` that was found there. (The paper draws radius and angle as if they were a
plane, which tears neighbours at :math:`\pm\pi` apart.) Colours break at the partition: blue states
allow valid models, at yellow to brown ones the search found none.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape.embedding import Embedding
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREEN, ORANGE, SPEED, VERMILLION
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.rate_axis import minus

__all__ = ["plot_fastest", "plot_landscape"]

_MARKERS = ("^", "D", "s", "P")
_GROUPS = (BLUE, GREEN, ORANGE, VERMILLION)
_N_BINS = 30


def plot_landscape(
    embedding: Embedding,
    lambda_max: ArrayLike,
    partition: float,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    zoom: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the map of steady states, coloured by their fastest dynamics.

    Parameters
    ----------
    embedding
        Where the states lie.
    lambda_max
        `` `state` ``, 1/h: fastest reachable at each; NaN is drawn grey.
    partition
        1/h: states below it allow valid models.
    groups
        Label to names of states that are drawn with an outlined marker of their own.
    zoom
        Whether to show only the part of the map that the groups cover.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is not one value per state, none is finite, or there is nothing to zoom in on.
    MissingEntryError
        A group names a state that is not in the embedding.

    Examples
    --------
    >>> plane = np.random.default_rng(0).standard_normal((6, 2))
    >>> embedding = sr.landscape.Embedding(tuple("abcdef"), plane, 2, 0.99)
    >>> speeds = [-20.0, -15.0, -9.0, -3.0, -1.0, np.nan]
    >>> ax = sr.plots.plot_landscape(embedding, speeds, -9.0, groups={"fast": ["a", "b"]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['fast (2)']
    """
    values = np.asarray(lambda_max, dtype=float)
    if values.shape != (len(embedding.names),) or not np.isfinite(values).any():
        raise InputError(
            f"lambda_max needs a value for each of {len(embedding.names)} states, got the shape "
            f"{values.shape} with {int(np.isfinite(values).sum())} finite numbers."
        )
    if zoom and not groups:
        raise InputError("zoom=True shows the part of the map that groups cover; pass groups.")
    ax = one_panel(ax)
    colour_map, norm = speed_colours(values, partition)
    place = embedding.plane
    rows = {label: embedding.rows(tuple(names)) for label, names in (groups or {}).items()}
    inside = np.concatenate(list(rows.values())) if rows else np.array([], dtype=np.intp)
    others = np.setdiff1d(np.arange(len(values)), inside)
    slowest_last = others[np.argsort(np.nan_to_num(values[others], nan=-np.inf))]

    def dots(which: NDArray[np.intp], **style: Any) -> PathCollection:
        return ax.scatter(
            place[which, 0],
            place[which, 1],
            c=values[which],
            cmap=colour_map,
            norm=norm,
            plotnonfinite=True,
            **style,
        )

    points = dots(slowest_last, s=_dot_size(len(values)), linewidth=0)
    for (label, members), marker in zip(rows.items(), _MARKERS * len(rows), strict=False):
        points = dots(
            members,
            s=45,
            marker=marker,
            edgecolor=BLACK,
            linewidth=0.8,
            label=f"{label} ({len(members)})",
        )
    if zoom:
        for limits, column in ((ax.set_xlim, 0), (ax.set_ylim, 1)):
            low, high = place[inside, column].min(), place[inside, column].max()
            margin = 0.15 * (high - low) or 0.1
            limits(low - margin, high + margin)
    bar = ax.figure.colorbar(points, ax=ax, extend="both", spacing="uniform")
    bar.set_label(
        r"fastest $\lambda_{\mathrm{max}}$ (1/h)" + "\ntwo scales that meet at the partition"
    )
    bar.set_ticks(_ticks(values, partition))
    bar.ax.yaxis.set_major_formatter(lambda value, _: minus(f"{value:.3g}"))
    bar.ax.axhline(partition, color=BLACK, linewidth=1.5)
    ax.set(xlabel="t-SNE 1", ylabel="t-SNE 2", aspect="equal", adjustable="datalim")
    if rows:
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(rows), frameon=False)
    return ax


def plot_fastest(
    groups: Mapping[str, ArrayLike],
    partition: float,
    *,
    search: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how the fastest reachable dynamics are distributed over states.

    Parameters
    ----------
    groups
        Label to fastest reachable lambda_max, 1/h, one per state; NaN counts as not below.
    partition
        1/h: states below it allow valid models.
    search
        How far the search went, in words: what it did not find below the partition may be there.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no group, or one has no finite value.

    Examples
    --------
    >>> ax = sr.plots.plot_fastest({"all states": [-20.0, -9.5, -3.0, -1.0]}, partition=-9.0)
    >>> [text.get_text() for text in ax.get_legend().get_texts()][0]
    'all states (4): 50.0 % not below'
    """
    samples = {label: np.asarray(values, dtype=float) for label, values in groups.items()}
    for label, sample in samples.items():
        if not np.isfinite(sample).any():
            raise InputError(f"Group {label!r} has no state with a finite lambda_max.")
    if not samples:
        raise InputError("plot_fastest needs at least one group of states, got none.")
    ax = one_panel(ax)
    finite = np.concatenate([sample[np.isfinite(sample)] for sample in samples.values()])
    low, high = min(finite.min(), partition), max(finite.max(), partition)
    first, last = np.quantile(finite, [0.01, 0.99])
    shown = max(low, min(first, partition) - 0.25 * (last - first))  # not for one odd state
    if beyond := int((finite < shown).sum()):
        low = shown
        ax.annotate(
            f"\N{LEFTWARDS ARROW} {beyond} below {minus(f'{low:.3g}')} in the first bin",
            (0.01, 0.98),
            xycoords="axes fraction",
            va="top",
            fontsize=7,
        )
    edges = np.linspace(low, high, _N_BINS + 1)
    for (label, sample), colour in zip(samples.items(), _GROUPS * len(samples), strict=False):
        above = float(np.mean(~(sample < partition)))
        ax.hist(
            np.clip(sample[np.isfinite(sample)], low, high),
            bins=edges.tolist(),
            weights=np.full(np.isfinite(sample).sum(), 100 / len(sample)),
            histtype="stepfilled",
            facecolor=(colour, 0.35 if colour == BLUE else 0.0),
            edgecolor=colour,
            linewidth=1.5,
            label=f"{label} ({len(sample)}): {100 * above:.1f} % not below",
        )
    label = f"partition {minus(f'{partition:.3g}')} 1/h"
    ax.axvline(partition, color=BLACK, linestyle="--", linewidth=1.2, label=label)
    ax.set(xlabel=r"fastest $\lambda_{\mathrm{max}}$ of a state (1/h)", ylabel="states in bin (%)")
    ax.set_ylim(top=1.05 * ax.get_ylim()[1])
    ax.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=1, frameon=False, title=search or None
    )
    return ax


def speed_colours(lambda_max: NDArray[np.float64], partition: float) -> tuple[Colormap, Normalize]:
    """Return the colours of speeds: blue below the partition, yellow to brown above it.

    Parameters
    ----------
    lambda_max
        `` `state` ``, 1/h.
    partition
        1/h.

    Returns
    -------
    colour_map : matplotlib.colors.Colormap
    norm : matplotlib.colors.Normalize
        Between the 2nd and 98th percentile, so that single states do not take all the contrast.
    """
    low, high = _ends(lambda_max, partition)
    colour_map = LinearSegmentedColormap.from_list("speed", SPEED).with_extremes(bad="0.6")
    return colour_map, TwoSlopeNorm(partition, low, high)


def _ends(lambda_max: NDArray[np.float64], partition: float) -> tuple[float, float]:
    """Return the fastest and slowest speed that has a colour of its own, around the partition."""
    finite = lambda_max[np.isfinite(lambda_max)]
    low, high = (float(end) for end in np.quantile(finite, [0.02, 0.98]))
    size = max(abs(partition), high - low, 1e-9)
    return min(low, partition - 0.1 * size), max(high, partition + 0.1 * size)


def _ticks(lambda_max: NDArray[np.float64], partition: float) -> list[float]:
    """Return round numbers on both sides of the partition, none too close to it."""
    low, high = _ends(lambda_max, partition)
    locator = MaxNLocator(4, steps=[1, 2, 5, 10])
    below = [float(t) for t in locator.tick_values(low, partition) if low <= t]
    above = [float(t) for t in locator.tick_values(partition, high) if t <= high]
    return [
        *(t for t in below if t < partition - 0.12 * (partition - low)),
        partition,
        *(t for t in above if t > partition + 0.2 * (high - partition)),
    ]


def _dot_size(n: int) -> float:
    """Return the area of a dot, points squared: smaller where there are many."""
    return float(np.clip(6000 / n, 5, 30))
