r"""Slowest modes along a training, one distribution above the other, as in Fig. 2b of [1]_.

Each is a Gaussian kernel density at the places :math:`u` of a
:class:`~skimpy_renaissance.plots.rate_axis.RateAxis`,

.. math:: p(u) = \frac{1}{n h \sqrt{2\pi}} \sum_i e^{-(u - u_i)^2 / 2h^2},

with one width :math:`h` for all, so that they can be compared.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, TRAINED
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.rate_axis import RateAxis, minus, percent

__all__ = ["plot_lambda_shift"]

_POINTS = 400
_WIDTH = 0.015  # h, as a share of the axis
_OVERLAP = 1.6  # height of the tallest ridge, in distances between ridges
_PALEST, _DARKEST = 0.3, 0.85


def plot_lambda_shift(
    samples: Mapping[int, ArrayLike], partition: float, ax: Axes | None = None
) -> Axes:
    """Draw where the slowest modes lie at several points of a training.

    Parameters
    ----------
    samples
        Generation to `` `model` ``, 1/h: largest real part of each model's eigenvalues; NaN where
        the spectrum failed, which counts as not valid. Drawn from top to bottom.
    partition
        1/h: models below it are valid.
    ax
        Where to draw; by default a new figure of 6.4 x 4.8 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is nothing to draw, a generation has no model with a finite value, or the partition
        is not finite.

    Examples
    --------
    >>> slowest = {1: population.lambda_max, 20: 3 * population.lambda_max}  # 1/h
    >>> ax = sr.plots.plot_lambda_shift(slowest, partition=-2.5)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['1', '20']
    """
    rates = {g: np.asarray(values, dtype=np.float64).ravel() for g, values in samples.items()}
    empty = [g for g, values in rates.items() if not np.isfinite(values).any()]
    if not rates or empty:
        raise InputError(
            "plot_lambda_shift needs the lambda_max of at least one model per generation; "
            f"{'there is no generation' if not rates else f'none is finite at {empty}'}."
        )
    if not np.isfinite(partition):
        raise InputError(f"partition must be a finite rate in 1/h, got {partition!r}.")
    ax = one_panel(ax, size=(6.4, 4.8))
    axis = RateAxis.around(partition)
    places = {g: axis.place(values[np.isfinite(values)]) for g, values in rates.items()}
    ends = np.concatenate([*places.values(), axis.place(np.array([partition, 0.0]))])
    margin = 0.05 * np.ptp(ends) or 0.1
    grid = np.linspace(ends.min() - margin, ends.max() + margin, _POINTS)
    width = _WIDTH * np.ptp(grid)
    heights = {g: _density(some, grid, width=width) for g, some in places.items()}
    scale = _OVERLAP / max(height.max() for height in heights.values())
    along = axis.rate(grid)
    axis.apply(ax, along[0], along[-1])
    for row, (generation, height) in enumerate(heights.items()):
        progress = row / max(1, len(heights) - 1)
        ax.fill_between(
            along,
            -row,
            scale * height - row,
            facecolor=(TRAINED, _PALEST + (_DARKEST - _PALEST) * progress),
            edgecolor=BLACK,
            linewidth=0.7,
            zorder=2 + row,
        )
        ax.annotate(
            percent(float(np.mean(rates[generation] < partition))),
            (1.01, -row),
            xycoords=("axes fraction", "data"),
            verticalalignment="bottom",
            fontsize="small",
        )
    for place in (partition, 0.0):
        ax.axvline(place, color=BLACK, linestyle="--", linewidth=1.0, zorder=1.5)
        ax.annotate(
            minus(f"{place:.3g}"),
            (place, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            horizontalalignment="center",
            verticalalignment="bottom",
            fontsize="small",
        )
    ax.annotate(
        "valid",
        (1.01, 1.0),
        xycoords="axes fraction",
        xytext=(0, 2),
        textcoords="offset points",
        verticalalignment="bottom",
        fontsize="small",
    )
    ax.set_yticks([-row for row in range(len(heights))], [str(g) for g in heights])
    ax.set_ylim(-len(heights) + 0.8, _OVERLAP + 0.1)
    ax.tick_params(axis="y", length=0)
    ax.set_ylabel("generation")
    ax.spines["left"].set_visible(False)
    return ax


def _density(places: np.ndarray, grid: np.ndarray, *, width: float) -> np.ndarray:
    apart = (grid[:, None] - places[None, :]) / width
    return np.exp(-(apart**2) / 2).mean(axis=1) / (width * np.sqrt(2 * np.pi))
