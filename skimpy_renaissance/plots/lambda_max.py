r"""Distribution of :math:`\lambda_{max}` before and after training, as in Fig. 2b of [1]_.

Valid models lie within a few 1/h of the partition, unstable ones anywhere up to 1e5 1/h. The axis
is therefore linear around zero and logarithmic beyond,

.. math:: u(\lambda) = \mathrm{sgn}(\lambda)\,\bigl(1 + \tfrac{1}{2}\log_{10}(|\lambda|/L)\bigr)
    \ \text{where}\ |\lambda| > L, \qquad u(\lambda) = \lambda/L\ \text{elsewhere},

and bins are equally wide in :math:`u`.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, ORANGE

__all__ = ["plot_lambda_max"]

_N_BINS = 70
_PER_DECADE = 0.5  # width of a decade, in units of the linear part's half width


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
    """
    samples = {"before training": _flat(before, "before"), "after training": _flat(after, "after")}
    if not np.isfinite(partition):
        raise InputError(f"partition must be a finite rate in 1/h, got {partition!r}.")
    if ax is None:
        _, ax = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
    linear = 3 * abs(partition) or 1.0

    def to_axis(values: NDArray[np.float64]) -> NDArray[np.float64]:
        size = np.abs(values) / linear
        decades = np.log10(np.maximum(size, 1.0))
        return np.sign(values) * (np.minimum(size, 1.0) + _PER_DECADE * decades)

    def from_axis(places: NDArray[np.float64]) -> NDArray[np.float64]:
        size = np.abs(places)
        decades = np.maximum(size - 1.0, 0.0) / _PER_DECADE
        return np.sign(places) * linear * np.minimum(size, 1.0) * 10.0**decades

    ends = [value for sample in samples.values() for value in sample[np.isfinite(sample)]]
    low, high = to_axis(np.array([min([*ends, partition]), max([*ends, partition])]))
    margin = 0.03 * (high - low) or 0.1
    edges = from_axis(np.linspace(low - margin, high + margin, _N_BINS + 1))
    ax.set_xscale("function", functions=(to_axis, from_axis))
    for (label, sample), colour in zip(samples.items(), (ORANGE, BLUE), strict=True):
        ax.hist(
            sample[np.isfinite(sample)],
            bins=edges.tolist(),
            weights=np.full(np.isfinite(sample).sum(), 100 / len(sample)),
            histtype="stepfilled",
            facecolor=(colour, 0.4),
            edgecolor=colour,
            linewidth=1.2,
            label=f"{label}: {_percent(float(np.mean(sample < partition)))} valid",
        )
    label = f"partition: {_minus(f'{partition:.3g}')} 1/h"
    ax.axvline(partition, color=BLACK, linestyle="--", linewidth=1.2, label=label)
    ax.set_xlim(edges[0], edges[-1])
    ticks = _ticks(edges[0], edges[-1], linear)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick_label(value)))
    ax.set_xlabel(r"largest real part of the eigenvalues, $\lambda_{\mathrm{max}}$ (1/h)")
    ax.set_ylabel("models in bin (%)")
    ax.spines[["top", "right"]].set_visible(False)
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


def _ticks(low: float, high: float, linear: float) -> list[float]:
    """Round numbers in the linear part, every power of ten beyond it."""
    power = 10.0 ** np.floor(np.log10(linear))
    step = next(power * f for f in (0.2, 0.5, 1.0, 2.0, 5.0) if linear / (power * f) <= 3.001)
    inner = [step * k for k in range(-3, 4) if abs(step * k) <= linear]
    outer = [10.0**k for k in range(int(np.floor(np.log10(linear))) + 1, 40)]
    spaced = [value for value in outer if value >= 1.5 * max(inner)]
    return [v for v in [*(-value for value in spaced), *inner, *spaced] if low <= v <= high]


def _tick_label(value: float) -> str:
    if 0 < abs(value) < 0.01 or abs(value) >= 1e3:
        exponent = int(np.round(np.log10(abs(value))))
        return rf"${'-' if value < 0 else ''}10^{{{exponent}}}$"
    return _minus(f"{value:g}")


def _minus(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.995 or share == 1 else f"{100 * share:.2f} %"
