"""Uniform points of a polytope by hit-and-run in rounded coordinates.

The polytope is ``low <= origin + directions @ y <= high``. From a point, a random direction is
drawn and the next point is uniform on the chord through the polytope [1]_. In coordinates in which
the polytope is about as wide in every direction, the walk forgets its start within a few times as
many steps as there are dimensions; so the directions are first rounded by the covariance of a
trial walk.

References
----------
.. [1] Smith RL (1984) Efficient Monte Carlo procedures for generating points uniformly distributed
   over bounded regions. Oper. Res. 32:1296-1308. doi:10.1287/opre.32.6.1296
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["hit_and_run", "rounded"]

Array = NDArray[np.float64]

_TRIAL = 4000  # points of a trial walk, the first fifth of which is not used
_SHRINKAGE = 0.05
_PARALLEL = 1e-12  # a direction that leaves a variable alone does not bound the chord


def _chord(point: Array, step: Array, low: Array, high: Array) -> tuple[float, float]:
    moving = np.abs(step) > _PARALLEL
    slope = step[moving]
    to_low, to_high = (low - point)[moving] / slope, (high - point)[moving] / slope
    ends = np.minimum(to_low, to_high), np.maximum(to_low, to_high)
    return min(float(ends[0].max()), 0.0), max(float(ends[1].min()), 0.0)


def hit_and_run(
    origin: Array,
    directions: Array,
    bounds: tuple[Array, Array],
    *,
    states: int,
    thinning: int,
    generator: np.random.Generator,
) -> Array:
    """Walk through the polytope and keep every ``thinning``-th point.

    Parameters
    ----------
    origin
        `` `variable` ``, a point strictly inside.
    directions
        `` `variable x dimension` ``, spans the affine hull; its columns set the length scales.
    bounds
        Two arrays `` `variable` ``: ``low`` and ``high``.
    states
        Number of points to keep.
    thinning
        Steps between two of them.
    generator
        Source of randomness.

    Returns
    -------
    numpy.ndarray
        `` `state x dimension` ``, coordinates ``y`` of the points.
    """
    low, high = bounds
    coordinates = np.zeros(directions.shape[1])
    kept = np.empty((states, directions.shape[1]))
    for state in range(states):
        draws = generator.standard_normal((thinning, directions.shape[1]))
        point = origin + directions @ coordinates  # afresh, so that rounding does not add up
        for draw, step, where in zip(
            draws, draws @ directions.T, generator.random(thinning), strict=True
        ):
            start, end = _chord(point, step, low, high)
            length = start + (end - start) * where
            point = point + length * step
            coordinates += length * draw
        kept[state] = coordinates
    return kept


def rounded(
    origin: Array,
    directions: Array,
    bounds: tuple[Array, Array],
    *,
    rounds: int,
    generator: np.random.Generator,
) -> tuple[Array, Array]:
    """Centre and rescale until the polytope is about equally wide along each direction.

    Parameters
    ----------
    origin, directions, bounds
        See :func:`hit_and_run`.
    rounds
        How often a trial walk is made and its mean and covariance used.
    generator
        Source of randomness.

    Returns
    -------
    origin : numpy.ndarray
        `` `variable` ``, mean of the last trial walk.
    directions : numpy.ndarray
        `` `variable x dimension` ``, spanning the same space.

    Notes
    -----
    The covariance is shrunk towards a multiple of the identity: a trial walk has few independent
    points, and a direction whose variance it underestimates would hardly move in the next walk.
    """
    dimension = directions.shape[1]
    for _ in range(rounds):
        trial = hit_and_run(
            origin, directions, bounds, states=_TRIAL, thinning=dimension, generator=generator
        )[_TRIAL // 5 :]
        covariance = (1 - _SHRINKAGE) * np.cov(trial, rowvar=False)
        covariance += _SHRINKAGE * np.trace(covariance) / dimension * np.eye(dimension)
        variance, axes = np.linalg.eigh(covariance)
        origin = origin + directions @ trial.mean(axis=0)
        directions = directions @ (axes * np.sqrt(variance))
    return origin, directions
