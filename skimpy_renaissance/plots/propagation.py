"""How the effect of fixed constants spreads through the network, as in Fig. 4 of [1]_.

Reactions stand on rings around those that were fixed, a ring per step through the network; each
reaction stands in the sector of the neighbour through which it is reached.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from skimpy_renaissance.checks import require_columns, require_whole
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.plots.log_axis import plain_numbers
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREY, VERMILLION, WITH_DATA, WITHOUT_DATA
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_distance", "plot_pair", "plot_rings", "ring_places"]

_COLOURS = "viridis"
_LARGEST, _SMALLEST = 19.0, 9.0  # diameters, points


def ring_places(distances: pd.DataFrame, *, rings: int) -> dict[str, tuple[float, float]]:
    """Return where reactions stand: radius is distance, angle the sector of the parent.

    Parameters
    ----------
    distances
        As :func:`~skimpy_renaissance.kinetic_data.distance.reaction_distances` returns.
    rings
        Reactions farther away are left out.

    Returns
    -------
    dict
        Reaction to (x, y); one source stands in the middle, several stand around it.
    """
    near = distances[distances["distance"] <= rings]
    children: dict[str, list[str]] = {}
    for name, parent in near["parent"].items():
        children.setdefault(str(parent), []).append(str(name))

    def width(name: str) -> float:
        """Share of the circle that a reaction and what hangs on it need; more on inner rings."""
        own = rings / max(float(near["distance"][name]), 1.0)
        return max(own, sum(map(width, children.get(name, []))))

    places: dict[str, tuple[float, float]] = {}

    def stand(names: Sequence[str], start: float, end: float) -> None:
        shares = np.cumsum([0.0, *map(width, names)]) / sum(map(width, names))
        for name, low, high in zip(names, shares[:-1], shares[1:], strict=True):
            first, last = start + (end - start) * low, start + (end - start) * high
            radius = float(near["distance"][name]) or (0.0 if len(children[""]) == 1 else 0.3)
            middle = (first + last) / 2
            places[name] = (radius * np.cos(middle), radius * np.sin(middle))
            if name in children:
                stand(children[name], first, last)

    stand(children.get("", []), 0.0, 2 * np.pi)
    return places


def plot_rings(
    moved: pd.DataFrame,
    distances: pd.DataFrame,
    ax: Axes | None = None,
    *,
    rings: int = 3,
    column: str = "statistic",
    label: str = "Kolmogorov-Smirnov distance",
    limits: tuple[float, float] = (0.0, 1.0),
    bar: bool = True,
) -> Axes:
    """Draw the network around fixed reactions, coloured by how much their constants moved.

    Parameters
    ----------
    moved
        As :func:`~skimpy_renaissance.kinetic_data.distance.located` returns. The disc of a reaction
        has the colour of its Vmax, the ring around it that of the Km that moved most.
    distances
        As :func:`~skimpy_renaissance.kinetic_data.distance.reaction_distances` returns.
    ax
        Where to draw; by default a new figure of 7.5 x 6.5 inches.
    rings
        Reactions farther away are left out.
    column
        Column of ``moved`` that colours.
    label, limits
        Label and limits of the colour bar.
    bar
        Whether there is a colour bar beside the axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        No ring is wanted.

    Examples
    --------
    >>> distances = sr.kinetic_data.reaction_distances(network, ["PFK"])
    >>> moved = pd.DataFrame(
    ...     {"reaction": ["PFK", "PGI"], "kind": ["km", "vmax"], "statistic": [0.9, 0.3]},
    ...     index=["km_substrate1_PFK", "vmax_forward_PGI"],
    ... )
    >>> ax = sr.plots.plot_rings(moved, distances, rings=1)
    >>> sorted(text.get_text() for text in ax.texts)
    ['Biomass_Ecoli_core', 'FBA', 'PFK', 'PGI', 'TALA', 'TKT2']
    """
    require_columns(moved, ("reaction", "kind", column), what="A table of located constants")
    require_whole("rings", rings)
    ax = one_panel(ax, size=(7.5, 6.5))
    places = ring_places(distances, rings=rings)
    largest = moved.groupby(["kind", "reaction"])[column].max()
    colours = ScalarMappable(Normalize(*limits), plt.get_cmap(_COLOURS))
    for radius in range(1, rings + 1):
        angle = np.linspace(0, 2 * np.pi, 200)
        ax.plot(radius * np.cos(angle), radius * np.sin(angle), color="0.9", linewidth=1, zorder=0)
    crowd = max(1, int((distances["distance"] == min(rings, distances["distance"].max())).sum()))
    diameter = float(np.clip(700 / crowd, _SMALLEST, _LARGEST))
    for name, (x, y) in places.items():
        parent = str(distances["parent"][name])
        if parent in places:
            ax.plot(*zip(places[parent], (x, y), strict=True), color=GREY, lw=0.8, zorder=1)
        _node(ax, (x, y), largest, name, colours, diameter)
    fixed = distances.index[distances["distance"] == 0]
    for name in fixed:
        ax.plot(
            *places[name],
            marker="s",
            markersize=1.5 * diameter,
            markerfacecolor="none",
            markeredgecolor=BLACK,
            markeredgewidth=1.5,
            zorder=5,
        )
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.1)
    if bar:
        scale = ax.figure.colorbar(colours, ax=ax, shrink=0.6, pad=0.02)
        scale.set_label(f"{label}\ndisc: Vmax; ring: the Km that moved most")
    return ax


def plot_distance(
    moved: pd.DataFrame, control: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how much constants moved over their distance from what was fixed.

    Parameters
    ----------
    moved
        As :func:`~skimpy_renaissance.kinetic_data.distance.by_distance` returns.
    control
        The same for two groups between which nothing was fixed; dashed.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is nothing to draw.

    Examples
    --------
    >>> kinds = [("km", 0.0), ("km", 1.0), ("vmax", 0.0), ("vmax", 1.0)]
    >>> moved = pd.DataFrame(
    ...     {"n": 3, "statistic": [0.8, 0.2, 0.5, 0.1], "standard_error": 0.05},
    ...     index=pd.MultiIndex.from_tuples(kinds, names=["kind", "distance"]),
    ... )
    >>> ax = sr.plots.plot_distance(moved)
    >>> ax.get_xlabel()
    'distance from the fixed enzyme (reactions)'
    """
    if not len(moved):
        raise InputError("There is no constant at a known distance to draw.")
    ax = one_panel(ax)
    for kind, colour, name in (("vmax", BLUE, "Vmax"), ("km", VERMILLION, "Km")):
        for table, style, what in ((moved, "-", ""), (control, "--", ", control")):
            if table is None or kind not in table.index.get_level_values("kind"):
                continue
            line = table.xs(kind, level="kind")
            ax.errorbar(
                line.index,
                line["statistic"],
                yerr=line["standard_error"].fillna(0.0),
                color=colour,
                linestyle=style,
                marker="o" if style == "-" else "D",
                markersize=4,
                markerfacecolor=colour if style == "-" else "white",
                capsize=2,
                label=name + what,
            )
    ax.set_xlabel("distance from the fixed enzyme (reactions)")
    ax.set(ylabel="mean Kolmogorov-Smirnov distance", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False, fontsize="small")
    return ax


def plot_pair(
    before: Mapping[str, ArrayLike],
    after: Mapping[str, ArrayLike],
    ax: Axes | None = None,
    *,
    labels: Sequence[str] = ("nothing integrated", "integrated"),
) -> Axes:
    """Draw two constants against each other, without data (sky blue) and with (vermillion).

    Parameters
    ----------
    before, after
        Two entries: axis label, with unit, to `model`, the same labels in both.
    ax
        Where to draw; by default a new figure of 4 x 4 inches.
    labels
        Names of the two in the legend.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not two constants, or not the same ones.

    Examples
    --------
    >>> names = ["km_substrate1_PFK", "km_substrate1_PYK"]
    >>> first, second = np.exp(population.log_km(names)).T
    >>> before = {"Km of f6p_c in PFK (mol/L)": first, "Km of pep_c in PYK (mol/L)": second}
    >>> after = {label: values[:2] for label, values in before.items()}  # two are left
    >>> sr.plots.plot_pair(before, after).get_xlabel()
    'Km of f6p_c in PFK (mol/L)'
    """
    if len(before) != 2 or list(before) != list(after):
        raise InputError(
            f"Two constants are drawn against each other, the same before and after; got "
            f"{listed(before)} and {listed(after)}."
        )
    ax = one_panel(ax, size=(4.0, 4.0))
    for group, colour, label in zip(
        (before, after), (WITHOUT_DATA, WITH_DATA), labels, strict=True
    ):
        x, y = (np.asarray(values, dtype=float) for values in group.values())
        ax.scatter(x, y, s=10, color=colour, alpha=0.6, linewidths=0, label=label)
    ax.set(xscale="log", yscale="log")
    for axis, name in ((ax.xaxis, next(iter(before))), (ax.yaxis, list(before)[1])):
        values = np.concatenate([np.asarray(before[name]), np.asarray(after[name])])
        plain_numbers(axis, values.min(), values.max())
    ax.set(xlabel=next(iter(before)), ylabel=list(before)[1])
    return ax


def _node(
    ax: Axes,
    place: tuple[float, float],
    largest: pd.Series,
    name: str,
    colours: ScalarMappable,
    diameter: float,
) -> None:
    def colour(kind: str) -> object:
        known = (kind, name) in largest.index
        return colours.to_rgba(np.asarray(largest[kind, name])) if known else "white"

    ax.plot(
        *place,
        marker="o",
        markersize=diameter,
        markerfacecolor=colour("vmax"),
        markeredgecolor=colour("km"),
        markeredgewidth=0.25 * diameter,
        zorder=3,
    )
    ax.plot(
        *place,
        marker="o",
        markersize=0.72 * diameter,
        markerfacecolor="none",
        markeredgecolor="white",
        markeredgewidth=1.0,
        zorder=4,
    )
    if np.hypot(*place) < 0.5:  # in a square, between its neighbours: beside both
        _write_beside(ax, place, name, towards=(-place[1], place[0]), away=1.2 * diameter)
    else:
        _write_beside(ax, place, name, towards=place, away=0.75 * diameter)


def _write_beside(
    ax: Axes,
    place: tuple[float, float],
    text: str,
    *,
    towards: tuple[float, float],
    away: float,
) -> None:
    """Write beside a place, in a direction, ``away`` in points."""
    length = np.hypot(*towards)
    right, up = (towards[0] / length, towards[1] / length) if length else (0.0, 1.0)
    ax.annotate(
        text,
        place,
        xytext=(away * right, away * up),
        textcoords="offset points",
        horizontalalignment="left" if right > 0.4 else "right" if right < -0.4 else "center",
        verticalalignment="bottom" if up > 0.4 else "top" if up < -0.4 else "center",
        fontsize=7,
        zorder=6,
    )
