r"""Points of a Gaussian inside a polytope, by hit-and-run.

The density is :math:`e^{-|g|^2/2}` where :math:`A g \le b`, zero elsewhere. From :math:`g`, a
direction :math:`d` of length one is drawn; on the chord of the polytope along it the Gaussian is a
truncated normal in one dimension, from which the step is drawn exactly [1]_ [2]_:

.. math:: g' = g + t\,d, \qquad t \sim N(-g\cdot d, 1)\ \text{on}\ [t_{low}, t_{high}].

Any directions will do that do not depend on :math:`g` and span the space [2]_: every other one is
isotropic, the others are differences of two given points, which lead along the polytope where it is
long. Many walks go side by side, and each yields one point: the points are independent.

References
----------
.. [1] Smith RL (1984) Efficient Monte Carlo procedures for generating points uniformly distributed
   over bounded regions. Oper. Res. 32:1296-1308. doi:10.1287/opre.32.6.1296
.. [2] Belisle CJP, Romeijn HE, Smith RL (1993) Hit-and-run algorithms for generating multivariate
   distributions. Math. Oper. Res. 18:255-266. doi:10.1287/moor.18.2.255
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import truncnorm

__all__ = ["truncated_gaussian"]

Array = NDArray[np.float64]

_PARALLEL = 1e-14  # a direction along a face does not end there


def truncated_gaussian(
    starts: Array,
    faces: tuple[Array, Array],
    *,
    guides: Array,
    steps: int,
    generator: np.random.Generator,
) -> Array:
    """Draw points of the standard Gaussian inside a polytope.

    Parameters
    ----------
    starts
        `` `point x dimension` ``, inside: where each walk begins.
    faces
        ``A``, `` `face x dimension` ``, and ``b``, `` `face` ``: the polytope is ``A @ g <= b``.
    guides
        `` `guide x dimension` ``: points whose differences are directions too; none for isotropic
        directions only.
    steps
        Length of each walk; a few times the number of dimensions at least.
    generator
        Source of randomness.

    Returns
    -------
    numpy.ndarray
        `` `point x dimension` ``: where each walk ends.
    """
    normals, offsets = faces
    points = starts.copy()
    room = offsets - points @ normals.T  # distance left to each face
    n = len(points)
    for step in range(steps):
        directions = generator.standard_normal(points.shape)
        if step % 2 and len(guides) > 1:
            one, other = generator.integers(len(guides), size=(2, n))
            differences = guides[one] - guides[other]
            apart = differences.any(axis=1)  # not the same guide twice, nor two equal ones
            directions[apart] = differences[apart]
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        slopes = directions @ normals.T
        low, high = _chords(room, slopes)
        centres = -np.einsum("nd,nd->n", points, directions)
        quantiles = generator.random(n)
        lengths = centres + truncnorm.ppf(quantiles, low - centres, high - centres)
        lengths = np.where(np.isfinite(lengths), np.clip(lengths, low, high), 0.0)
        points += lengths[:, None] * directions
        room -= lengths[:, None] * slopes
    return points


def _chords(room: Array, slopes: Array) -> tuple[Array, Array]:
    """Return how far each walk can go backward and forward before it meets a face."""
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = np.maximum(room, 0.0) / slopes
    forward = np.where(slopes > _PARALLEL, distances, np.inf).min(axis=1, initial=np.inf)
    backward = np.where(slopes < -_PARALLEL, distances, -np.inf).max(axis=1, initial=-np.inf)
    return backward, forward
