"""Incidence of valid models over the generations of a training, as in Fig. 2a of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.plots.palette import BLACK, GREEN
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_incidence"]


def plot_incidence(
    history: History | Sequence[History],
    ax: Axes | None = None,
    *,
    highlight: int | None = None,
    marked: Sequence[int] = (),
) -> Axes:
    """Draw the incidence of valid models: mean as a black line, range as a green band.

    Parameters
    ----------
    history
        One training: mean and range over the candidates of each generation. Or of several
        repeats: mean and range over the repeats, each by its mean over candidates.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.
    highlight
        Position of a repeat to draw as a dashed line.
    marked
        Generations at which that repeat gets a diamond.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no generation to draw, repeats differ in their generations, or a highlighted
        repeat or a marked generation does not exist.
    """
    histories = [history] if isinstance(history, History) else list(history)
    if not histories or not len(histories[0]):
        raise InputError(
            "plot_incidence needs at least one history of at least one generation; got "
            f"{len(histories)} without any. Train first."
        )
    lengths = sorted({len(one) for one in histories})
    if len(lengths) > 1:
        raise InputError(
            f"Repeats must have the same generations to be averaged, got histories of {lengths}. "
            "Finish all of them, or cut them with history.until."
        )
    if len(histories) == 1:
        only = histories[0]
        mean, least, largest = only.incidence, only.incidence_min, only.incidence_max
        over = "candidates"
    else:
        table = np.stack([one.incidence for one in histories])
        mean, least, largest = table.mean(0), table.min(0), table.max(0)
        over = f"{len(histories)} repeats"
    ax = one_panel(ax)
    generation = histories[0].generation
    ax.fill_between(
        generation,
        100 * least,
        100 * largest,
        color=GREEN,
        alpha=0.35,
        linewidth=0,
        label=f"range over {over}",
    )
    marker = "o" if len(generation) < 3 else ""  # a line needs two points to be seen
    ax.plot(
        generation, 100 * mean, color=BLACK, linewidth=2, marker=marker, label=f"mean over {over}"
    )
    if highlight is not None or marked:
        _highlight(ax, histories, highlight, marked)
    ax.annotate(
        f"{100 * mean[-1]:.0f} %",
        (generation[-1], 100 * mean[-1]),
        xytext=(6, 0),
        textcoords="offset points",
        verticalalignment="center",
    )
    ax.set(
        xlim=(0, None), ylim=(-2, 102), xlabel="generation", ylabel="incidence of valid models (%)"
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.legend(loc="lower right" if mean[-1] > 0.4 else "upper left", frameon=False)
    return ax


def _highlight(
    ax: Axes, histories: Sequence[History], repeat: int | None, marked: Sequence[int]
) -> None:
    if repeat is None or repeat not in range(len(histories)):
        raise InputError(
            f"highlight is the position of one of {len(histories)} repeats, got {repeat!r}."
        )
    course = dict(
        zip(histories[repeat].generation.tolist(), histories[repeat].incidence, strict=True)
    )
    lost = [generation for generation in marked if generation not in course]
    if lost:
        raise InputError(
            f"Generations are marked that the history does not have: {lost}; it has "
            f"{min(course)} to {max(course)}."
        )
    values = [100 * incidence for incidence in course.values()]
    ax.plot(list(course), values, "--", color=BLACK, linewidth=1.2, label=f"repeat {repeat}")
    if marked:
        places = [100 * course[generation] for generation in marked]
        ax.plot(list(marked), places, "D", color=BLACK, markersize=5, label="generators in b")
