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
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.plots.palette import BLACK, PURPLE, TRAINED
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.proportion import Proportion

__all__ = ["plot_incidence"]


def plot_incidence(
    history: History | Sequence[History],
    ax: Axes | None = None,
    *,
    highlight: int | None = None,
    marked: Sequence[int] = (),
) -> Axes:
    """Draw the incidence of valid models: as a black line, its range or interval as a green band.

    Parameters
    ----------
    history
        One training. Of evolution strategies, mean and range over the candidates of each
        generation; of the gradient and of coverage, which have one generator at a time, the share
        of the models of each generation with its 95 % interval. Fresh models, judged now and then,
        are points with their 95 % intervals. Or several repeats: mean and range over the repeats.
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

    Examples
    --------
    >>> optimizer = sr.NES(n_candidates=2, models_per_candidate=5, generations=3)
    >>> trained = sr.train(bound, criterion=sr.Validity(0.0), optimizer=optimizer, progress=False)
    >>> ax = sr.plots.plot_incidence(trained.history)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('generation', 'incidence of valid models (%)')
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
        mean, least, largest, line, band = _of_one(histories[0])
    else:
        table = np.stack([one.incidence for one in histories])
        mean, least, largest = table.mean(0), table.min(0), table.max(0)
        line, band = (f"{what} over {len(histories)} repeats" for what in ("mean", "range"))
    ax = one_panel(ax)
    generation = histories[0].generation
    ax.fill_between(
        generation,
        100 * least,
        100 * largest,
        color=TRAINED,
        alpha=0.35,
        linewidth=0,
        label=band,
    )
    marker = "o" if len(generation) < 3 else ""  # a line needs two points to be seen
    ax.plot(generation, 100 * mean, color=BLACK, linewidth=2, marker=marker, label=line)
    if len(histories) == 1:
        _fresh(ax, histories[0])
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
    free_below = least[len(least) // 2 :].min() > 0.4
    ax.legend(loc="lower right" if free_below else "upper left", frameon=False, fontsize="small")
    return ax


def _of_one(history: History) -> tuple[NDArray, NDArray, NDArray, str, str]:
    """Return line and band of one training, and what they are called."""
    mean, least, largest = history.incidence, history.incidence_min, history.incidence_max
    if (least != largest).any():
        return mean, least, largest, "mean over candidates", "range over candidates"
    models = np.diff(history.judged, prepend=0)
    interval = [
        Proportion(round(n * p), int(n)).interval for n, p in zip(models, mean, strict=True)
    ]
    number = f"the {models[0]} " if len(set(models)) == 1 else ""
    return mean, *np.transpose(interval), f"{number}models of a generation", "95 % interval"


def _fresh(ax: Axes, history: History) -> None:
    """Draw what models were like that took no part in training."""
    known = np.isfinite(history.held_out)
    if not known.any():
        return
    share, low, high = (
        100 * values[known]
        for values in (history.held_out, history.held_out_low, history.held_out_high)
    )
    ax.errorbar(
        history.generation[known],
        share,
        yerr=np.maximum([share - low, high - share], 0),
        fmt="o",
        color=PURPLE,
        markersize=4,
        capsize=2,
        elinewidth=1,
        label="fresh models, 95 % interval",
        zorder=4,
    )


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
        ax.plot(list(marked), places, "D", color=BLACK, markersize=5, label="its models are drawn")
