"""What mattered in a search of hyper-parameters: importance, and incidence against each of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREEN, ORANGE
from skimpy_renaissance.plots.panels import grid
from skimpy_renaissance.tuning import PUBLISHED, Tuning

__all__ = ["plot_tuning"]

_LABELS = {
    "n_candidates": "candidates",
    "models_per_candidate": "models per candidate",
    "search_radius": "search radius",
    "learning_rate": "learning rate",
    "decay": "decay of the rate",
    "hidden": "hidden layers",
}
_COLUMNS = 3
_NARROW = 12  # largest over smallest
_WIDE = 30  # range that has a tick per power of ten only


def plot_tuning(tuning: Tuning, figure: Figure | None = None) -> list[Axes]:
    """Draw the importance of each hyper-parameter, and the incidence of every trial against it.

    Parameters
    ----------
    tuning
        Trials of a search. Those that were pruned are drawn hollow, at the incidence they had; a
        trial with the published hyper-parameters is marked by a square.
    figure
        Where to draw; by default a new one of 8 x 6.4 inches.

    Returns
    -------
    list of matplotlib.axes.Axes
        Importance first.

    Raises
    ------
    InputError
        There is no trial to draw.

    Examples
    --------
    >>> from skimpy_renaissance.tuning import PUBLISHED, Hyperparameters, Tuning
    >>> choices = {0: PUBLISHED, 1: Hyperparameters(search_radius=0.02)}
    >>> rows = [
    ...     {"trial": n, "state": "complete", "incidence": share, **vars(choices[n])}
    ...     for n, share in enumerate([0.3, 0.8])
    ... ]
    >>> importance = pd.Series({"search_radius": 1.0})
    >>> curves = pd.DataFrame({"trial": [], "share": [], "incidence": []})
    >>> found = Tuning(pd.DataFrame(rows), curves, importance, choices)
    >>> [ax.get_xlabel() for ax in sr.plots.plot_tuning(found)]
    ['importance (%)', 'search radius']
    """
    if tuning.trials.empty:
        raise InputError("plot_tuning needs at least one finished trial, got none.")
    if figure is None:
        figure = plt.figure(figsize=(8.0, 6.4), layout="constrained")
    names = [n for n in _LABELS if tuning.trials[n].nunique() > 1]
    axes = grid(figure, 1 + len(names), columns=_COLUMNS)
    _draw_importance(tuning.importance, axes[0])
    table = tuning.trials.assign(reached=_reached(tuning))
    for ax, name in zip(axes[1:], names, strict=True):
        _draw_trials(table, name, ax=ax, best=_best(tuning), published=_published(tuning))
    handles, labels = axes[-1].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return axes


def _draw_importance(importance: pd.Series, ax: Axes) -> None:
    ax.set_title("what decided", fontsize="medium")
    if importance.empty:
        ax.set_axis_off()
        ax.text(0.5, 0.5, "too few complete trials", ha="center", transform=ax.transAxes)
        return
    ranked = importance.sort_values()
    ax.barh([_LABELS.get(name, name) for name in ranked.index], 100 * ranked, color=BLUE)
    ax.set_xlabel("importance (%)")


def _draw_trials(
    table: pd.DataFrame, name: str, *, ax: Axes, best: int | None, published: int | None
) -> None:
    place, ticks = _places(table[name])
    pruned = (table["state"] == "pruned").to_numpy()
    reached = 100 * table["reached"].to_numpy(dtype=float)
    ax.scatter(place[~pruned], reached[~pruned], s=22, color=BLUE, label="trial", zorder=3)
    if pruned.any():
        ax.scatter(
            place[pruned],
            reached[pruned],
            s=22,
            facecolor="none",
            edgecolor=BLUE,
            label="pruned (incidence when ended)",
            zorder=3,
        )
    marks = [(published, "s", ORANGE, "published"), (best, "*", GREEN, "best found")]
    for trial, marker, colour, label in marks:
        at = (table["trial"] == trial).to_numpy()
        if at.any():
            size = 150 if marker == "*" else 60
            ax.scatter(
                place[at],
                reached[at],
                s=size,
                marker=marker,
                color=colour,
                edgecolor=BLACK,
                label=label,
                zorder=4,
            )
    ax.set(ylim=(-4, 104), xlabel=_LABELS[name], ylabel="valid models (%)")
    if ticks is not None:
        ax.set_xticks(range(len(ticks)), ticks, rotation=35, ha="right")
        ax.set_xlim(-0.5, len(ticks) - 0.5)
    elif name == "decay" or place.max() / place.min() < _NARROW:
        ax.xaxis.set_major_locator(MaxNLocator(4))
    else:
        ax.set_xscale("log")
        subs = (1, 3) if place.max() / place.min() < _WIDE else (1,)
        ax.xaxis.set_major_locator(LogLocator(subs=subs))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())


def _places(values: pd.Series) -> tuple[np.ndarray, list[str] | None]:
    """Return where trials stand, and the names of the places where these are no numbers."""
    if values.dtype.kind in "if":
        return values.to_numpy(dtype=float), None
    names = sorted(set(values), key=lambda text: [int(part) for part in text.split("-")])
    return np.array([names.index(value) for value in values], dtype=float), names


def _reached(tuning: Tuning) -> pd.Series:
    """Return the incidence of each trial; of a pruned one, where its curve ends."""
    last = tuning.curves.groupby("trial")["incidence"].last()
    return tuning.trials["incidence"].astype(float).fillna(tuning.trials["trial"].map(last))


def _best(tuning: Tuning) -> int | None:
    return tuning.best_trial if (tuning.trials["state"] == "complete").any() else None


def _published(tuning: Tuning) -> int | None:
    return next((number for number, c in tuning.choices.items() if c == PUBLISHED), None)
