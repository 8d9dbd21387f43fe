"""Overlap of predicted and measured Michaelis constants, as in Fig. 5a to 5d of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
)
from skimpy_renaissance.plots.panels import grid, one_panel

__all__ = [
    "overlap_size",
    "plot_overlap",
    "plot_overlap_by_subsystem",
    "plot_overlap_rows",
    "plot_top_subsystems",
]

PER_ROW = 60
"""Bars that stand side by side in a figure of several rows."""

_LARGEST_LABEL = 9  # points
_RING_COLOURS = (SKY, ORANGE, GREEN, PURPLE, VERMILLION, BLUE, "#F0E442")
_SCORED, _SCORES = ("reaction", "metabolite", "after"), "A table of overlap scores"
_OTHERS = "other subsystems"
_LONGEST_NAME = 14
_ALTERNATING = (VERMILLION, ORANGE)


def plot_overlap(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    groups: pd.Series | None = None,
    labels: Sequence[str] = ("with measured constants", "without"),
) -> Axes:
    """Draw a bar per Michaelis constant with data, and a diamond without.

    Parameters
    ----------
    table
        Index ``km``; columns ``reaction``, ``metabolite`` and ``after`` (overlap score, 0 to 1);
        optional are ``before`` and the standard errors ``before_error`` and ``after_error``, as
        :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_overlap` returns. Constants
        whose ``after`` is NaN are left out.
    ax
        Where to draw; by default a new figure as wide as the bars need.
    groups
        Index ``km``: subsystem of each constant. Bars stand subsystem by subsystem, in alternating
        colours, and the subsystem is named above them.
    labels
        Names of the bars and of the diamonds in the legend.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        There is no constant to draw.
    """
    require_columns(table, _SCORED, what=_SCORES)
    shown = table.dropna(subset=["after"])
    if not len(shown):
        raise InputError(f"There is no score to draw: none of {len(table)} constants has one.")
    shown, of = _ordered(shown, groups)
    ax = one_panel(ax, size=(max(6.4, 1.5 + 0.16 * len(shown)), 4.0))
    place = np.arange(len(shown))
    names = list(dict.fromkeys(of))
    colours = [_ALTERNATING[names.index(group) % 2] for group in of]
    errors = shown.get("after_error", None)
    ax.bar(place, shown["after"], color=colours, width=0.8, label=labels[0])
    if errors is not None:
        ax.errorbar(
            place, shown["after"], yerr=errors, fmt="none", ecolor=BLACK, elinewidth=0.8, capsize=1
        )
    if "before" in shown:
        ax.plot(
            place,
            shown["before"],
            linestyle="",
            marker="D",
            markersize=4,
            color=BLACK,
            label=labels[1],
        )
    names_of_bars = shown["metabolite"].str.lstrip("_") + "  " + shown["reaction"].map(_short)
    inches = ax.figure.get_size_inches()[0] if isinstance(ax.figure, Figure) else 6.4
    points = min(_LARGEST_LABEL, 60.0 * inches / len(shown))
    ax.set_xticks(place, names_of_bars, rotation=90, fontsize=max(points, 3.0))
    ax.tick_params(axis="x", length=2)
    ax.set_xlim(-0.8, len(shown) - 0.2)
    ax.set_ylabel("overlap with the measured range\n(share of the predicted range)")
    ax.set_ylim(0, 1.12 * _highest(shown))
    if groups is not None:
        _name_groups(ax, of)
    if "before" in shown:
        handles, texts = ax.get_legend_handles_labels()
        ax.legend(
            handles[::-1],
            texts[::-1],
            frameon=False,
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            fontsize="small",
        )
    return ax


def overlap_size(n: int) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_overlap_rows` fills well.

    Parameters
    ----------
    n
        Constants.

    Returns
    -------
    tuple of float
        Width and height, inches.
    """
    rows = max(1, -(-n // PER_ROW))
    return max(6.4, 2.8 + 0.17 * min(n, PER_ROW)), 0.6 + 4.0 * rows


def plot_overlap_rows(
    table: pd.DataFrame,
    figure: Figure | None = None,
    *,
    groups: pd.Series | None = None,
    labels: Sequence[str] = ("with measured constants", "without"),
) -> list[Axes]:
    """Draw as :func:`plot_overlap`, in rows of at most 60 bars with one scale.

    Parameters
    ----------
    table, groups, labels
        As for :func:`plot_overlap`.
    figure
        Where to draw; by default a new one of :func:`overlap_size`.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError, InputError
        As for :func:`plot_overlap`.
    """
    require_columns(table, _SCORED, what=_SCORES)
    shown, _ = _ordered(table.dropna(subset=["after"]), groups)
    n_rows = max(1, -(-len(shown) // PER_ROW))
    if figure is None:
        figure = plt.figure(figsize=overlap_size(len(shown)), layout="constrained")
    axes = grid(figure, n_rows, columns=1)
    for row, ax in enumerate(axes):
        part = shown.iloc[row * PER_ROW : (row + 1) * PER_ROW]
        plot_overlap(part, ax, groups=groups, labels=labels)
        ax.set(ylim=(0, 1.12 * _highest(shown)), xlim=(-0.8, min(len(shown), PER_ROW) - 0.2))
        if row and (legend := ax.get_legend()) is not None:
            legend.remove()
    return axes


def plot_overlap_by_subsystem(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    labels: Sequence[str] = ("without measured constants", "with"),
) -> Axes:
    """Draw the mean overlap of each subsystem without data (blue) and with (vermillion).

    Parameters
    ----------
    table
        Index ``subsystem``; columns ``before`` and ``after``, or one of them (mean overlap score, 0
        to 1); optional are ``before_error``, ``after_error`` and ``n`` (constants).
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    labels
        Names of the two in the legend.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        There is no subsystem to draw.
    """
    drawn = [name for name in ("before", "after") if name in table]
    if not drawn:
        require_columns(table, ("before",), what=_SCORES)
    if not len(table):
        raise InputError("There is no subsystem to draw.")
    ax = one_panel(ax)
    place = np.arange(len(table))[::-1]  # first at the top
    height = 0.8 / len(drawn)
    for i, name in enumerate(drawn):
        error = table.get(f"{name}_error", None)
        ax.barh(
            place - (i - (len(drawn) - 1) / 2) * height,
            table[name],
            height=height,
            color={"before": BLUE, "after": VERMILLION}[name],
            xerr=error,
            error_kw={"elinewidth": 0.8, "capsize": 2},
            label=labels[("before", "after").index(name)],
        )
    texts = [str(name) for name in table.index]
    if "n" in table:
        texts = [f"{name} ({n})" for name, n in zip(texts, table["n"], strict=True)]
    ax.set_yticks(place, texts, fontsize=8)
    ax.set(xlabel="mean overlap score", xlim=(0, None))
    if len(drawn) == 2:
        ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def plot_top_subsystems(
    counts: Mapping[str, pd.Series], figure: Figure | None = None
) -> list[Axes]:
    """Draw a ring per integrated subsystem: where the constants are that gained most.

    Parameters
    ----------
    counts
        Title to counts, as
        :func:`~skimpy_renaissance.kinetic_data.held_out_parts.top_by_subsystem` returns.
    figure
        Where to draw; by default a new one.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is nothing to draw.
    """
    total = pd.concat(list(counts.values())).groupby(level=0).sum() if counts else pd.Series()
    if not len(total):
        raise InputError("No constant gained, so there is no ring to draw.")
    own_colour = total.sort_values(ascending=False, kind="stable").index[: len(_RING_COLOURS)]
    counts = {title: _with_others(series, set(own_colour)) for title, series in counts.items()}
    names = [*own_colour, _OTHERS]
    colours = dict(zip(names, (*_RING_COLOURS[: len(own_colour)], GREY), strict=True))
    columns = min(3, len(counts))
    rows = -(-len(counts) // columns)
    if figure is None:
        figure = plt.figure(figsize=(3.0 * columns, 2.6 * rows + 0.8), layout="constrained")
    axes = grid(figure, len(counts), columns=columns)
    handles: dict[str, Artist] = {}
    for ax, (title, series) in zip(axes, counts.items(), strict=True):
        wrapped = "\n".join(textwrap.fill(line, 26) for line in title.splitlines())
        ax.set_title(wrapped, fontsize="small")
        if not series.sum():
            ax.text(0.5, 0.5, "none gained", ha="center", transform=ax.transAxes)
            ax.set_axis_off()
            continue
        wedges, *_ = ax.pie(
            series,
            colors=[colours[name] for name in series.index],
            labels=[str(count) for count in series],
            labeldistance=0.8,
            startangle=90,
            counterclock=False,
            wedgeprops={"width": 0.42, "edgecolor": "white"},
            textprops={"ha": "center", "va": "center", "fontsize": 9, "fontweight": "bold"},
        )
        handles |= dict(zip(map(str, series.index), wedges, strict=True))
        ax.text(0, 0, f"{series.sum()}", ha="center", va="center")
    shown = [str(name) for name in names if str(name) in handles]
    figure.legend(
        [handles[name] for name in shown],
        shown,
        loc="outside lower center",
        ncols=min(3, len(shown)),
        frameon=False,
        fontsize="small",
    )
    return axes


def _ordered(shown: pd.DataFrame, groups: pd.Series | None) -> tuple[pd.DataFrame, pd.Series]:
    """Sort subsystem by subsystem, highest score first."""
    of = pd.Series("", index=shown.index) if groups is None else groups.reindex(shown.index)
    keys = pd.DataFrame({"group": of, "after": -shown["after"]})
    order = keys.sort_values(["group", "after"], kind="stable").index
    return shown.loc[order], of.loc[order]


def _with_others(counts: pd.Series, kept: set[object]) -> pd.Series:
    """Add up the subsystems that have no colour of their own."""
    named = counts.index.map(lambda name: name if name in kept else _OTHERS)
    return counts.groupby(named, sort=False).sum()


def _short(reaction: str) -> str:
    if len(reaction) <= _LONGEST_NAME:
        return reaction
    return reaction[: _LONGEST_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _highest(shown: pd.DataFrame) -> float:
    errors = shown["after_error"].fillna(0) if "after_error" in shown else 0
    tops = [shown["after"] + errors, *([shown["before"]] if "before" in shown else [])]
    return max(float(top.max()) for top in tops) or 1.0


def _name_groups(ax: Axes, of: pd.Series) -> None:
    """Name each run of bars above them, on alternating heights where runs are narrow."""
    ends = [*np.flatnonzero((of != of.shift()).to_numpy()), len(of)]
    for i, (start, end) in enumerate(itertools.pairwise(ends)):
        ax.text(
            (start + end - 1) / 2,
            1.01,
            str(of.iloc[start]),
            transform=ax.get_xaxis_transform(),
            rotation=30,
            rotation_mode="anchor",
            horizontalalignment="left",
            verticalalignment="bottom",
            fontsize=7,
        )
        if i:
            ax.axvline(start - 0.5, color="0.85", linewidth=0.8, zorder=0)
