"""Overlap of predicted and measured Michaelis constants, as in Fig. 5a to 5d of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.names_as_written import shortened
from skimpy_renaissance.plots.palette import BLACK, BLIND, REGION, WITH_DATA, WITHOUT_DATA
from skimpy_renaissance.plots.panels import grid, one_panel, shared_legend

__all__ = [
    "overlap_size",
    "plot_overlap",
    "plot_overlap_by_subsystem",
    "plot_overlap_rows",
]

PER_ROW = 36
"""Bars that stand side by side in a figure of several rows."""

_LARGEST_LABEL = 9  # points
_SCORED, _SCORES = ("reaction", "metabolite", "after"), "A table of overlap scores"
_OVERLAP = "overlap with the measured range\n(share of the predicted range)"
_LONGEST_NAME = 14
_BESIDE = (
    ("prior", BLIND, "prior"),
    ("same_width", BLACK, "prior, as narrow"),
    ("region", REGION, "whole valid region"),
)


def plot_overlap(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    groups: pd.Series | None = None,
    labels: Sequence[str] = ("with measured constants", "without"),
    score: str = _OVERLAP,
) -> Axes:
    """Draw a bar per Michaelis constant with data, and a diamond without.

    Parameters
    ----------
    table
        Index ``km``; columns ``reaction``, ``metabolite`` and ``after`` (overlap score, 0 to 1);
        optional are ``prior``, ``same_width`` and ``region`` (lines across the bar: scores of the
        prior, of the prior as narrow as the prediction, of the whole valid region), ``before`` and
        the standard errors ``before_error`` and ``after_error``, as
        :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_scores` returns. Constants
        whose ``after`` is NaN are left out.
    ax
        Where to draw; by default a new figure as wide as the bars need.
    groups
        Index ``km``: subsystem of each constant. Bars stand subsystem by subsystem, with lines
        between, and the subsystem is named above them.
    labels
        Names of the bars and of the diamonds in the legend.
    score
        What is drawn, beside the axis; it may be below 0.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        There is no constant to draw.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"reaction": ["PFK", "PYK"], "metabolite": ["f6p_c", "pep_c"], "after": [0.4, 0.7]},
    ...     index=pd.Index(["km_substrate1_PFK", "km_substrate1_PYK"], name="km"),
    ... )
    >>> ax = sr.plots.plot_overlap(table)
    >>> [label.get_text() for label in ax.get_xticklabels()]  # the highest score first
    ['pep_c  PYK', 'f6p_c  PFK']
    """
    require_columns(table, _SCORED, what=_SCORES)
    shown = table.dropna(subset=["after"])
    if not len(shown):
        raise InputError(f"There is no score to draw: none of {len(table)} constants has one.")
    shown, of = _ordered(shown, groups)
    ax = one_panel(ax, size=(max(6.4, 1.5 + 0.16 * len(shown)), 4.8))
    place = np.arange(len(shown))
    errors = shown.get("after_error", None)
    ax.bar(place, shown["after"], color=WITH_DATA, width=0.8, label=labels[0])
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
            markersize=5,
            color=WITHOUT_DATA,
            markeredgecolor=BLACK,
            label=labels[1],
        )
    for column, colour, label in _BESIDE:
        if column in shown:
            ends = (place - 0.42, place + 0.42)
            ax.hlines(shown[column], *ends, color="white", linewidth=3.5)  # seen on the bars
            ax.hlines(shown[column], *ends, color=colour, linewidth=2, label=label)
    reactions = [shortened(name, _LONGEST_NAME) for name in shown["reaction"]]
    names_of_bars = shown["metabolite"].str.lstrip("_") + "  " + reactions
    inches = ax.figure.get_size_inches()[0] if isinstance(ax.figure, Figure) else 6.4
    points = min(_LARGEST_LABEL, 60.0 * inches / len(shown))
    ax.set_xticks(place, names_of_bars, rotation=90, fontsize=max(points, 3.0))
    ax.tick_params(axis="x", length=2)
    ax.set_xlim(-0.8, len(shown) - 0.2)
    ax.set_ylabel(score, fontsize=9)
    ax.set_ylim(1.12 * _lowest(shown), 1.12 * _highest(shown))
    if _lowest(shown) < 0:
        ax.axhline(0, color=BLACK, linewidth=0.8)
    if groups is not None:
        _name_groups(ax, of)
    if set(shown) & {"before", *(column for column, _, _ in _BESIDE)}:
        _legend(ax, named=groups is not None)
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

    Examples
    --------
    >>> sr.plots.overlap_size(20), sr.plots.overlap_size(150)
    ((6.4, 4.4), (6.6, 18.8))
    """
    rows, each = _rows(n)
    return max(6.4, round(0.9 + 0.19 * each, 2)), round(0.8 + 3.6 * rows, 2)


def plot_overlap_rows(
    table: pd.DataFrame,
    figure: Figure | None = None,
    *,
    groups: pd.Series | None = None,
    labels: Sequence[str] = ("with measured constants", "without"),
    score: str = _OVERLAP,
) -> list[Axes]:
    """Draw as :func:`plot_overlap`, in rows of at most 36 bars with one scale.

    Parameters
    ----------
    table, groups, labels, score
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

    Examples
    --------
    >>> names = pd.Index(bound.km_names[:70], name="km")
    >>> table = pd.DataFrame(
    ...     {"reaction": names, "metabolite": "", "after": np.linspace(0, 1, 70)}, index=names
    ... )
    >>> len(sr.plots.plot_overlap_rows(table))
    2
    """
    require_columns(table, _SCORED, what=_SCORES)
    shown, _ = _ordered(table.dropna(subset=["after"]), groups)
    n_rows, each = _rows(len(shown))
    if figure is None:
        figure = plt.figure(figsize=overlap_size(len(shown)), layout="constrained")
    axes = grid(figure, n_rows, columns=1)
    for row, ax in enumerate(axes):
        part = shown.iloc[row * each : (row + 1) * each]
        plot_overlap(part, ax, groups=groups, labels=labels, score=score)
        ends = (1.12 * _lowest(shown), 1.12 * _highest(shown))
        ax.set(ylim=ends, xlim=(-0.8, each - 0.2))
        if (legend := ax.get_legend()) is not None:
            legend.remove()
    handles, texts = axes[0].get_legend_handles_labels()
    if len(handles) > 1:
        shared_legend(axes, dict(zip(texts[::-1], handles[::-1], strict=True)), ncols=3)
    return axes


def plot_overlap_by_subsystem(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    labels: Sequence[str] = ("without measured constants", "with"),
    score: str = "mean overlap score",
) -> Axes:
    """Draw the mean overlap of each subsystem without data (sky blue) and with (vermillion).

    Parameters
    ----------
    table
        Index ``subsystem``; columns ``before`` and ``after``, or one of them (mean overlap score, 0
        to 1); optional are ``before_error``, ``after_error`` and ``n`` (constants).
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    labels
        Names of the two in the legend.
    score
        What is drawn, below the axis.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        There is no subsystem to draw.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"before": [0.21, 0.3], "after": [0.35, 0.31]},
    ...     index=pd.Index(["Glycolysis", "Citric acid cycle"], name="subsystem"),
    ... )
    >>> ax = sr.plots.plot_overlap_by_subsystem(table)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Glycolysis', 'Citric acid cycle']
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
            color={"before": WITHOUT_DATA, "after": WITH_DATA}[name],
            xerr=error,
            error_kw={"elinewidth": 0.8, "capsize": 2},
            label=labels[("before", "after").index(name)],
        )
    texts = [str(name) for name in table.index]
    if "n" in table:
        texts = [f"{name} ({n})" for name, n in zip(texts, table["n"], strict=True)]
    ax.set_yticks(place, texts, fontsize=8)
    ax.set_xlabel(score)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    if not (table[drawn] < 0).any(axis=None):
        ax.set_xlim(0, None)
    if len(drawn) == 2:
        ax.legend(
            frameon=False, fontsize="small", ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.0)
        )
    return ax


def _rows(n: int) -> tuple[int, int]:
    """Return the number of rows, and the bars of each, for ``n`` bars."""
    rows = max(1, -(-n // PER_ROW))
    return rows, -(-n // rows)


def _legend(ax: Axes, *, named: bool) -> None:
    """Explain bars and lines: in the free corner above low bars, or beside named subsystems."""
    handles, texts = ax.get_legend_handles_labels()
    place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if named else {"loc": "upper right"}
    ax.legend(handles[::-1], texts[::-1], frameon=False, fontsize="small", **place)


def _ordered(shown: pd.DataFrame, groups: pd.Series | None) -> tuple[pd.DataFrame, pd.Series]:
    """Sort subsystem by subsystem, highest score first."""
    of = pd.Series("", index=shown.index) if groups is None else groups.reindex(shown.index)
    keys = pd.DataFrame({"group": of, "after": -shown["after"]})
    order = keys.sort_values(["group", "after"], kind="stable").index
    return shown.loc[order], of.loc[order]


def _highest(shown: pd.DataFrame) -> float:
    errors = shown["after_error"].fillna(0) if "after_error" in shown else 0
    others = [name for name in ("before", *(column for column, _, _ in _BESIDE)) if name in shown]
    tops = [shown["after"] + errors, *(shown[name] for name in others)]
    top = max(float(top.max()) for top in tops)
    return top if top > 0 else 1.0


def _lowest(shown: pd.DataFrame) -> float:
    lowest = float(shown[[name for name in ("before", "after") if name in shown]].min().min())
    if lowest >= 0:
        return 0.0
    errors = shown["after_error"].fillna(0) if "after_error" in shown else 0
    return min(lowest, float((shown["after"] - errors).min()))


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
