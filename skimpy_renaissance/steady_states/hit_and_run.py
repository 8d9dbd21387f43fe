r"""Points of a polytope by hit-and-run, uniform or from a Gaussian, many walks side by side.

The polytope is :math:`A y \le b`. From :math:`y` a walk moves along an axis :math:`a` to a point
drawn on the chord of the polytope [1]_,

.. math:: y' = y + t\,a, \qquad t \sim U(t_{low}, t_{high}).

For the density :math:`e^{-p |y|^2 / 2}` the chord is first cut to where the density exceeds a
level drawn below its value at :math:`y` (slice sampling [2]_); :math:`p = 0` cuts nothing. Any axes
will do that do not depend on :math:`y` and span the space [3]_. All walks take the same ones, so
that a step is one pass over an array, and an axis that few faces see costs little. A set that is no
polytope is drawn from in the same way: a point outside it shortens the chord on its side, until one
is inside [2]_.

References
----------
.. [1] Smith RL (1984) Efficient Monte Carlo procedures for generating points uniformly distributed
   over bounded regions. Oper. Res. 32:1296-1308. doi:10.1287/opre.32.6.1296
.. [2] Neal RM (2003) Slice sampling. Ann. Stat. 31:705-767. doi:10.1214/aos/1056562461
.. [3] Belisle CJP, Romeijn HE, Smith RL (1993) Hit-and-run algorithms for generating multivariate
   distributions. Math. Oper. Res. 18:255-266. doi:10.1287/moor.18.2.255
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Excess", "hit_and_run"]

Array = NDArray[np.float64]
Rows = NDArray[np.intp] | slice
Excess = Callable[[Array], Array]
"""Of points, `` `point x dimension` ``, how far each is outside a further limit, `` `point` ``; at
most 0 is inside."""

_PARALLEL = 1e-12  # of the steepest slope: an axis along a face does not end there
_FEW = 0.25  # share of rows that are worth picking out
_TRIES = 60  # shortened chords before a walk stays where it is


def hit_and_run(
    points: Array,
    faces: tuple[Array, Array],
    axes: Array,
    *,
    order: NDArray[np.intp],
    generator: np.random.Generator,
    precision: float = 0.0,
    excess: Excess | None = None,
) -> Array:
    """Walk from every point along the same axes.

    Parameters
    ----------
    points
        `` `point x dimension` ``, inside: where each walk begins.
    faces
        ``A``, `` `face x dimension` ``, and ``b``, `` `face` ``: the polytope is ``A @ y <= b``.
    axes
        `` `axis x dimension` ``, of any length but zero.
    order
        `` `step` ``: which axis each step takes.
    generator
        Source of randomness.
    precision
        Of the Gaussian around zero; 0 draws uniformly, and needs chords that end.
    excess
        A further limit. A walk that begins beyond it never moves farther out.

    Returns
    -------
    numpy.ndarray
        `` `point x dimension` ``: where each walk ends.
    """
    normals, offsets = faces
    inside = np.array(points.T, order="C")
    room = offsets[:, None] - normals @ inside  # distance left to each face, `face x point`
    slopes = normals @ axes.T
    slopes[np.abs(slopes) <= _PARALLEL * np.abs(slopes).max(axis=0, initial=0.0)] = 0.0
    seen = [_rows(column) for column in slopes.T]
    moved = [_rows(axis) for axis in axes]
    for number in order:
        rows, columns = seen[number], moved[number]
        slope, axis = slopes[rows, number, None], axes[number, columns, None]
        low, high = _chords(room[rows], slope)
        if precision > 0:
            centre = -(axis * inside[columns]).sum(axis=0) / (axis**2).sum()
            level = 2 * generator.exponential(size=len(points)) / (precision * (axis**2).sum())
            reach = np.sqrt(centre**2 + level)
            low, high = np.maximum(low, centre - reach), np.minimum(high, centre + reach)
        length = low + (high - low) * generator.random(len(points))
        if excess is not None:
            length = _shortened(inside, axes[number], (low, high), length, excess, generator)
        room[rows] -= slope * length
        inside[columns] += axis * length
    return np.array(inside.T, order="C")


def _rows(values: Array) -> Rows:
    """Return where values are not zero, as indices only where these are few."""
    found = np.flatnonzero(values)
    return found if len(found) < _FEW * len(values) else slice(None)


def _chords(room: Array, slope: Array) -> tuple[Array, Array]:
    """Return how far each walk can go backward and forward before it meets a face."""
    steepness = slope / np.maximum(room, 1e-300)
    forward, backward = steepness.max(axis=0, initial=0.0), steepness.min(axis=0, initial=0.0)
    with np.errstate(divide="ignore"):
        return (
            np.where(backward < 0, 1 / np.minimum(backward, -0.0), -np.inf),
            np.where(forward > 0, 1 / forward, np.inf),
        )


def _shortened(
    inside: Array,
    axis: Array,
    chord: tuple[Array, Array],
    length: Array,
    excess: Excess,
    generator: np.random.Generator,
) -> Array:
    """Return steps that lead no farther out than the walks are."""
    low, high = chord
    allowed = np.maximum(excess(inside.T), 0.0)
    for _ in range(_TRIES):
        out = excess((inside + axis[:, None] * length).T) > allowed
        if not out.any():
            return length
        low = np.where(out & (length < 0), length, low)
        high = np.where(out & (length >= 0), length, high)
        length = np.where(out, low + (high - low) * generator.random(len(length)), length)
    return np.where(out, 0.0, length)
