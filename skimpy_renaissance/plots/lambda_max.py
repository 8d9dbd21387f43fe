r"""Distribution of :math:`\lambda_{max}` before and after training, as in Fig. 2b of [1]_.

Bins are equally wide on a :class:`~skimpy_renaissance.plots.rate_axis.RateAxis`, which is linear
around zero and logarithmic beyond.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, ORANGE
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.rate_axis import LAMBDA_MAX, RateAxis, minus, percent

__all__ = ["plot_lambda_max"]

_N_BINS = 70


def plot_lambda_max(
    before: ArrayLike, after: ArrayLike, partition: float, *, ax: Axes | None = None
) -> Axes:
    """Draw where the slowest modes lie before and after training.

    Parameters
    ----------
    before, after
        `model`, 1/h: largest real part of each model's eigenvalues; NaN where the spectrum failed,
        which counts as not valid.
    partition
        1/h: models below it are valid.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        A distribution has no model with a finite value, or the partition is not finite.

    Examples
    --------
    >>> from skimpy_renaissance.plots import plot_lambda_max
    >>> ax = plot_lambda_max(population.lambda_max, 2 * population.lambda_max, -1.2)
    >>> ax.figure.savefig("lambda_max.png")
    """
    samples = {"before training": _flat(before, "before"), "after training": _flat(after, "after")}
    if not np.isfinite(partition):
        raise InputError(f"partition must be a finite rate in 1/h, got {partition!r}.")
    ax = one_panel(ax)
    axis = RateAxis.around(partition)
    ends = [value for sample in samples.values() for value in sample[np.isfinite(sample)]]
    low, high = axis.place(np.array([min([*ends, partition]), max([*ends, partition])]))
    margin = 0.03 * (high - low) or 0.1
    edges = axis.rate(np.linspace(low - margin, high + margin, _N_BINS + 1))
    axis.apply(ax, edges[0], edges[-1])
    for (label, sample), colour in zip(samples.items(), (ORANGE, BLUE), strict=True):
        ax.hist(
            sample[np.isfinite(sample)],
            bins=edges.tolist(),
            weights=np.full(np.isfinite(sample).sum(), 100 / len(sample)),
            histtype="stepfilled",
            facecolor=(colour, 0.4),
            edgecolor=colour,
            linewidth=1.2,
            label=f"{label}: {percent(float(np.mean(sample < partition)))} valid",
        )
    label = f"partition: {minus(f'{partition:.3g}')} 1/h"
    ax.axvline(partition, color=BLACK, linestyle="--", linewidth=1.2, label=label)
    ax.set(xlabel=LAMBDA_MAX, ylabel="models in bin (%)")
    ax.set_ylim(top=1.3 * ax.get_ylim()[1])  # room for the legend, wherever the bars are
    ax.legend(loc="upper right", frameon=False)
    return ax


def _flat(values: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64).ravel()
    if not np.isfinite(array).any():
        raise InputError(
            f"{name} needs the lambda_max of at least one model, got {array.size} numbers of which "
            "none is finite."
        )
    return array
