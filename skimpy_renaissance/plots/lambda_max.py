r"""Distribution of :math:`\lambda_{max}` of models from several sources, as in Fig. 2b of [1]_.

Bins are equally wide on a :class:`~skimpy_renaissance.plots.rate_axis.RateAxis`, which is linear
around zero and logarithmic beyond.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, colours_of
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.rate_axis import RateAxis, minus, percent

__all__ = ["plot_lambda_max"]

_N_BINS = 70


def plot_lambda_max(
    groups: Mapping[str, ArrayLike], partition: float, *, ax: Axes | None = None
) -> Axes:
    """Draw where the slowest modes of models lie, source by source.

    Parameters
    ----------
    groups
        Source of the models, such as ``"blind draws"``, ``"untrained generator"`` and ``"trained
        generator"``, to `model`, 1/h: largest real part of each model's eigenvalues; NaN where the
        spectrum failed, which counts as not valid.
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
        There is no source, one has no model with a finite value, or the partition is not finite.

    Examples
    --------
    >>> from skimpy_renaissance.plots import plot_lambda_max
    >>> ax = plot_lambda_max({"blind draws": population.lambda_max}, -1.2)
    >>> ax.figure.savefig("lambda_max.png")
    """
    if not groups:
        raise InputError("plot_lambda_max needs models of at least one source, got none.")
    samples = {name: _flat(values, name) for name, values in groups.items()}
    if not np.isfinite(partition):
        raise InputError(f"partition must be a finite rate in 1/h, got {partition!r}.")
    ax = one_panel(ax)
    axis = RateAxis.around(partition)
    ends = [value for sample in samples.values() for value in sample[np.isfinite(sample)]]
    low, high = axis.place(np.array([min([*ends, partition]), max([*ends, partition])]))
    margin = 0.03 * (high - low) or 0.1
    middle = axis.place(np.array(partition))  # an edge: no bin holds valid and other models
    width = (high - low + 2 * margin) / _N_BINS
    first, last = (low - margin - middle) // width, (high + margin - middle) // width + 1
    edges = axis.rate(middle + width * np.arange(first, last + 1))
    axis.apply(ax, edges[0], edges[-1])
    for name, colour in colours_of(samples).items():
        sample = samples[name]
        ax.hist(
            sample[np.isfinite(sample)],
            bins=edges.tolist(),
            weights=np.full(np.isfinite(sample).sum(), 100 / len(sample)),
            histtype="stepfilled",
            facecolor=(colour, 0.4),
            edgecolor=colour,
            linewidth=1.2,
            label=f"{name}: {percent(float(np.mean(sample < partition)))} valid",
        )
    label = f"partition: {minus(f'{partition:.3g}')} 1/h"
    ax.axvline(partition, color=BLACK, linestyle="--", linewidth=1.2, label=label)
    ax.set_ylabel("models in bin (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, fontsize="small")
    return ax


def _flat(values: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64).ravel()
    if not np.isfinite(array).any():
        raise InputError(
            f"{name} needs the lambda_max of at least one model, got {array.size} numbers of which "
            "none is finite."
        )
    return array
