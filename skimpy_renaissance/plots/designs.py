r"""Strain designs over an ensemble: what they gain, which enzymes they share, what is reached.

Gains are factors :math:`e^{\Delta \ln y}` on the objective :math:`y`, on a logarithmic axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, log

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.design import Design
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREY, ORANGE, PURPLE, VERMILLION
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.spread import draw_spread

__all__ = ["enzymes_size", "plot_enzymes_across_designs", "plot_gains", "plot_promised_reached"]

_FOLDS = LinearSegmentedColormap.from_list("folds", [BLUE, "#F7F7F7", VERMILLION])
_KNOCK_OUT = 1e-6  # a fold below which is called a knock-out
#: Ends of an axis, one as a multiple of the other, and its ticks in each decade.
_TICKS = (
    (5.0, (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0)),
    (500.0, (1.0, 2.0, 5.0)),
    (inf, (1.0,)),
)
_STATUSES = {
    "stable": (BLUE, "o"),
    "unstable": (VERMILLION, "x"),
    "fold": (ORANGE, "v"),
    "lost": (GREY, "v"),
}
_WORDS = {"fold": "no steady state (fold)", "lost": "not found"}


def plot_gains(
    designs: Iterable[Design],
    ax: Axes | None = None,
    *,
    verified: pd.DataFrame | None = None,
    objective: str = "objective",
    most: int = 12,
) -> Axes:
    """Draw a row per design: the factor on the objective over the models.

    Bars hold 25 to 75 %, lines 5 to 95 % of the models; the tick is the median.

    Parameters
    ----------
    designs
        The first at the top.
    ax
        Where to draw; by default a new figure.
    verified
        What their new steady states reach (:func:`~skimpy_renaissance.design.verify_designs` of the
        same designs), drawn below the promise, with the share of the models in which they work.
    objective
        What is raised, in words.
    most
        Designs that are drawn.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no design.
    MissingEntryError
        The table lacks a column.

    Examples
    --------
    >>> designs = [
    ...     sr.design.Design({"PFK": 2.0, "PYK": 0.5}, 0.3, np.log([1.2, 1.3, 1.5])),
    ...     sr.design.Design({"PYK": 0.25}, 0.2, np.log([1.1, 1.2, 1.3])),
    ... ]
    >>> ax = sr.plots.plot_gains(designs, objective="ln ACt2r - ln GLCpts")
    >>> ax.get_xlabel(), [label.get_text() for label in ax.get_yticklabels()]
    ('factor on ACt2r / GLCpts', ['PFK x2, PYK x0.5', 'PYK x0.25'])
    """
    shown = _some(designs, most)
    if verified is not None:
        require_columns(
            verified, ("design", "reached", "status", "works"), what="The table of verified designs"
        )
    ax = one_panel(ax, size=(6.4, 1.3 + (0.35 if verified is None else 0.5) * len(shown)))
    off = 0.0 if verified is None else 0.18
    for row, design in enumerate(shown):
        label = None if row else "promised (first order)"
        draw_spread(ax, off - row, np.exp(design.log_gains), colour=BLUE, label=label)
        if verified is None:
            continue
        part = verified[verified["design"] == row]
        stable = part.loc[part["status"] == "stable", "reached"].to_numpy(dtype=float)
        label = None if row else "reached, where stable"
        draw_spread(ax, -off - row, np.exp(stable), colour=ORANGE, label=label)
        if len(part):
            ax.annotate(
                f"{100 * part['works'].mean():.0f} %",
                (1.02, -row),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize="small",
            )
    if verified is not None:
        ax.annotate(
            "works in",
            (1.02, 0.5),
            xycoords=("axes fraction", "data"),
            va="bottom",
            fontsize="small",
        )
    ax.axvline(1.0, color=BLACK, linewidth=0.8, linestyle=":")
    ax.set_yticks([-row for row in range(len(shown))], [_lines(d.folds) for d in shown], fontsize=8)
    ax.set_ylim(0.5 - len(shown), 0.5)
    _factors(ax, "x")
    ax.set_xlabel(f"factor on {_bare(objective)}")
    if verified is not None:
        ax.legend(
            frameon=False, fontsize="small", ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.02)
        )
    return ax


def plot_enzymes_across_designs(
    designs: Iterable[Design], ax: Axes | None = None, *, most: int = 20
) -> Axes:
    """Draw which enzymes designs change: blue down, vermillion up, as far as the colour is deep.

    Parameters
    ----------
    designs
        A column each, the first at the left; an enzyme of more designs stands higher.
    ax
        Where to draw; by default a new figure.
    most
        Designs that are drawn.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no design.

    Examples
    --------
    >>> designs = [
    ...     sr.design.Design({"PFK": 2.0, "PYK": 0.5}, 0.3, np.log([1.2, 1.3, 1.5])),
    ...     sr.design.Design({"PYK": 0.25}, 0.2, np.log([1.1, 1.2, 1.3])),
    ... ]
    >>> ax = sr.plots.plot_enzymes_across_designs(designs)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['PYK', 'PFK']
    """
    shown = _some(designs, most)
    names = list(dict.fromkeys(name for design in shown for name in design.folds))
    names.sort(key=lambda name: -sum(name in design.folds for design in shown))
    folds = np.array([[design.folds.get(name, 1.0) for design in shown] for name in names])
    logs = np.log(np.maximum(folds, 1e-300))
    known = np.abs(logs[folds >= _KNOCK_OUT])
    top = max(float(known.max(initial=0.0)), log(1.05))
    ax = one_panel(ax, size=enzymes_size(shown, most=most))
    image = ax.imshow(logs, cmap=_FOLDS, vmin=-top, vmax=top, aspect="auto")
    for row, column in zip(*np.nonzero(logs), strict=True):
        fold, deep = folds[row, column], abs(logs[row, column]) > 0.6 * top
        ax.text(
            column,
            row,
            "KO" if fold < _KNOCK_OUT else f"{fold:.2g}",
            ha="center",
            va="center",
            fontsize=6.5,
            color="white" if deep else BLACK,
        )
    ax.set_yticks(range(len(names)), names, fontsize=8)
    ax.set_xticks(range(len(shown)), [f"{d.gain:.2f}" for d in shown], rotation=90, fontsize=8)
    ax.set_xticks(np.arange(len(shown) - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(len(names) - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=1.5)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("designs, by the factor that they promise")
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02)
    ticks = [-top, -top / 2, 0.0, top / 2, top]
    bar.set_ticks(ticks, labels=[f"{np.exp(tick):.2g}" for tick in ticks])
    bar.set_label("fold change of the enzyme")
    bar.outline.set_visible(False)
    return ax


def enzymes_size(designs: Iterable[Design], *, most: int = 20) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_enzymes_across_designs` fills well.

    Parameters
    ----------
    designs
        At least one.
    most
        Designs that are drawn.

    Returns
    -------
    tuple of float
        Width and height, inches.

    Examples
    --------
    >>> folds = [{"PFK": 2.0, "PYK": 0.5}, {"PYK": 0.25}]
    >>> designs = [sr.design.Design(one, 0.2, np.array([0.2])) for one in folds]
    >>> sr.plots.enzymes_size(designs)
    (4.4, 2.24)
    """
    shown = _some(designs, most)
    names = {name for design in shown for name in design.folds}
    return min(max(2.6 + 0.42 * len(shown), 4.4), 8.0), 1.7 + 0.27 * len(names)


def plot_promised_reached(
    verified: pd.DataFrame, ax: Axes | None = None, *, objective: str = "objective"
) -> Axes:
    """Draw what each model reaches in its new steady state, over what was promised.

    Models without a new steady state stand below the dashed line. Of the others, 1 in 100 at either
    end may lie beyond the axes and is drawn at their edge.

    Parameters
    ----------
    verified
        Of :func:`~skimpy_renaissance.design.verify_designs`, of one or several designs.
    ax
        Where to draw; by default a new figure.
    objective
        What is raised, in words.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        The table lacks a column.
    InputError
        It has no row.

    Examples
    --------
    >>> verified = pd.DataFrame(
    ...     {
    ...         "design": 0,
    ...         "promised": np.log([1.2, 1.3, 1.5]),
    ...         "reached": [*np.log([1.15, 1.2]), np.nan],
    ...         "status": ["stable", "stable", "fold"],
    ...         "works": [True, True, False],
    ...     }
    ... )
    >>> ax = sr.plots.plot_promised_reached(verified, objective="ln ACt2r")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('promised: factor on ACt2r', 'reached in the new steady state')
    """
    require_columns(verified, ("promised", "reached", "status"), what="The table of designs")
    if not len(verified):
        raise InputError("There is no design and model to draw: the table has no row.")
    ax = one_panel(ax, size=(4.8, 4.6))
    promised = verified["promised"].to_numpy(dtype=float)
    reached = verified["reached"].to_numpy(dtype=float)
    status = verified["status"].to_numpy()
    found = np.isfinite(reached)
    low, high = _range(np.concatenate([promised, reached[found]]))
    margin = 0.06 * (high - low)
    below = low - 2 * margin if not found.all() else -inf
    for kind in dict.fromkeys([*_STATUSES, *status]):
        colour, marker = _STATUSES.get(kind, (PURPLE, "s"))
        chosen = status == kind
        if not chosen.any():
            continue
        y = np.where(found, np.clip(reached, low, high), below)[chosen]
        ax.plot(
            np.exp(np.clip(promised[chosen], low, high)),
            np.exp(y),
            marker,
            color=colour,
            markersize=5 if marker != "o" else 4,
            alpha=0.6,
            markeredgewidth=0 if marker != "x" else 1.2,
            label=f"{_WORDS.get(kind, kind)}: {chosen.sum()}",
        )
    ax.plot(np.exp([low, high]), np.exp([low, high]), color=BLACK, linewidth=0.8)
    ax.axhline(1.0, color=GREY, linewidth=0.8, linestyle=":")
    ax.axvline(1.0, color=GREY, linewidth=0.8, linestyle=":")
    if not found.all():
        ax.axhline(np.exp(low - margin), color=BLACK, linewidth=0.8, linestyle="--")
        ax.annotate(
            "no steady state",
            (0.01, np.exp(low - 2 * margin)),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=7,
        )
    ax.set_xlim(np.exp(low - margin), np.exp(high + margin))
    ax.set_ylim(np.exp(low - (1 if found.all() else 3) * margin), np.exp(high + margin))
    for axis in ("x", "y"):
        _factors(ax, axis)
    ax.set_xlabel(f"promised: factor on {_bare(objective)}")
    ax.set_ylabel("reached in the new steady state")
    ax.legend(
        frameon=False, fontsize="small", ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.02)
    )
    return ax


def _some(designs: Iterable[Design], most: int) -> list[Design]:
    shown = list(designs)[:most]
    if not shown:
        raise InputError("There is no design to draw.")
    return shown


def _range(logs: NDArray[np.float64]) -> tuple[float, float]:
    """Return limits with 1 at their inside: 98 % of the values and a little room."""
    low, high = np.quantile(logs, [0.01, 0.99])
    return min(float(low), -0.02), max(float(high), 0.02)


def _factors(ax: Axes, which: str) -> None:
    """Let an axis be logarithmic, with plain numbers at as many ticks as its range needs."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    (ax.set_xscale if which == "x" else ax.set_yscale)("log")
    low, high = axis.get_view_interval()
    if high <= 2 * low:
        round_numbers = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
        axis.set_major_locator(FixedLocator([one for one in round_numbers if low <= one <= high]))
        axis.set_minor_locator(NullLocator())
    else:
        ticks = next(subs for most, subs in _TICKS if high <= most * low)
        axis.set_major_locator(LogLocator(subs=ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _bare(objective: str) -> str:
    """Return ``"a per b"`` for ``"ln a - ln b"``; a factor is on these, not on the logarithm."""
    return objective.replace(" - ln ", " / ").replace(" + ln ", " * ").removeprefix("ln ")


def _lines(folds: Mapping[str, float]) -> str:
    """Name a design, in two lines where it is long."""
    parts = [f"{name} {_fold(fold)}" for name, fold in folds.items()]
    name, half = ", ".join(parts), -(-len(parts) // 2)
    if len(name) < 24 or len(parts) < 2:
        return name
    return ", ".join(parts[:half]) + ",\n" + ", ".join(parts[half:])


def _fold(fold: float) -> str:
    return "KO" if fold < _KNOCK_OUT else f"x{fold:.3g}"
