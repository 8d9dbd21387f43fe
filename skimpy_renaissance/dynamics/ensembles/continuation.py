r"""From one steady state to that of changed parameters: a curve followed by Newton's method.

Parameters go from those of a known steady state (:math:`\tau = 0`) to the wanted ones
(:math:`\tau = 1`), each along a straight line in its logarithm,

.. math:: \ln p(\tau) = (1 - \tau) \ln p_0 + \tau \ln p_1 .

In :math:`y = \ln x` the balances of the independent metabolites and the totals of the pools,

.. math:: F(y, \tau) = \big(B\,v(e^y; p(\tau)),\ L\,(e^y - x_0)\big) = 0,

are a curve in :math:`(y, \tau)`. It is followed by steps along its tangent :math:`t`, each brought
back by Newton's method on :math:`F = 0` and :math:`t \cdot (\Delta y, \Delta\tau) = s`
(pseudo-arclength [1]_), so that a curve that turns round at some :math:`\tau < 1`, a *fold*, is
seen to do so: beyond it there is no steady state that grew out of the known one.

References
----------
.. [1] Keller HB (1977), in Rabinowitz (ed.) *Applications of Bifurcation Theory*, 359-384.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FOLD", "LOST", "REACHED", "Curve", "Followed", "follow"]

Array = NDArray[np.float64]

REACHED, FOLD, LOST = "reached", "fold", "lost"
_FIRST, _LARGEST, _SMALLEST = 0.5, 2.0, 1e-6  # steps, of the curve's length
_MOST_STEPS = 400
_CORRECTIONS = 8
_CLOSE = 1e-10  # of ln x
_NEAR = 1e-7  # from which corrections are refined once more and no further


@dataclass(frozen=True)
class Curve:
    r"""A curve of steady states.

    Parameters
    ----------
    residual
        `` `variable` `` (ln x) and :math:`\tau` to `` `equation` ``.
    slopes
        The same to `` `equation x variable` `` and `` `equation` ``: derivatives towards ln x and
        :math:`\tau`.
    """

    residual: Callable[[Array, float], Array]
    slopes: Callable[[Array, float], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class Followed:
    r"""How far a curve was followed.

    Parameters
    ----------
    status
        ``REACHED``, ``FOLD`` or ``LOST``.
    log_x
        `` `variable` ``: where it ended.
    reached
        :math:`\tau` there, at a fold the largest one.
    steps
        Steps along the curve.
    """

    status: str
    log_x: Array
    reached: float
    steps: int


def follow(curve: Curve, start: Array) -> Followed:
    """Follow a curve of steady states from tau = 0 to 1.

    Parameters
    ----------
    curve
        Its equations.
    start
        `` `variable` ``: ln x of the steady state at tau = 0.

    Returns
    -------
    Followed
    """
    y, tau, step = start.copy(), 0.0, _FIRST
    tangent = _tangent(curve, y, tau, np.append(np.zeros(len(y)), 1.0))
    if tangent is None:
        return Followed(LOST, y, tau, 0)
    for number in range(1, _MOST_STEPS + 1):
        last = tangent[-1] > 0 and tau + step * tangent[-1] >= 1
        if last:
            step = (1 - tau) / tangent[-1]
            plane = np.append(np.zeros(len(y)), 1.0)  # Newton at tau = 1 itself
        else:
            plane = tangent
        guess = np.append(y, tau) + step * tangent
        found, corrections = _corrected(curve, guess, plane)
        if found is None or (not last and found[-1] < 0):
            step /= 4
            if step < _SMALLEST:
                return Followed(LOST, y, tau, number)
            continue
        if last:
            return Followed(REACHED, found[:-1], 1.0, number)
        turned = _tangent(curve, found[:-1], found[-1], tangent)
        if turned is None:
            step /= 4
            if step < _SMALLEST:
                return Followed(LOST, y, tau, number)
            continue
        if turned[-1] <= 0:
            return Followed(FOLD, found[:-1], max(tau, float(found[-1])), number)
        y, tau, tangent = found[:-1], float(found[-1]), turned
        step = min(step * (2.0 if corrections <= 3 else 1.0 if corrections <= 5 else 0.5), _LARGEST)
    return Followed(LOST, y, tau, _MOST_STEPS)


def _corrected(curve: Curve, guess: Array, plane: Array) -> tuple[Array | None, int]:
    """Bring a point back to the curve, within the plane through it."""
    point = guess.copy()
    size = np.inf
    for correction in range(1, _CORRECTIONS + 1):
        residual = curve.residual(point[:-1], point[-1])
        slope, along = curve.slopes(point[:-1], point[-1])
        right = np.append(-residual, plane @ (guess - point))
        change = _solved(slope, along, plane, right)
        if change is None or np.abs(change[:-1]).max() > 5.0:
            return None, correction
        point = point + change
        before, size = size, np.abs(change).max()
        if size < _CLOSE or (size < _NEAR and size > 0.1 * before):  # or as close as rounding lets
            return point, correction
    return None, _CORRECTIONS


def _tangent(curve: Curve, y: Array, tau: float, before: Array) -> Array | None:
    """Return the unit tangent that goes on in the direction of the one before."""
    slope, along = curve.slopes(y, tau)
    tangent = _solved(slope, along, before, np.append(np.zeros(len(y)), 1.0))
    if tangent is None:
        return None
    # tau counts as much as the largest ln x: a curve that hardly moves is not cut into small steps
    return tangent / np.abs(tangent).max()


def _solved(slope: Array, along: Array, plane: Array, right: Array) -> Array | None:
    """Solve the bordered system, rows equilibrated."""
    matrix = np.block([[slope, along[:, None]], [plane[None, :]]])
    scale = np.abs(matrix).max(axis=1)
    if not (np.isfinite(matrix).all() and np.isfinite(right).all() and (scale > 0).all()):
        return None
    try:
        solution = np.linalg.solve(matrix / scale[:, None], right / scale)
    except np.linalg.LinAlgError:
        return None
    return solution if np.isfinite(solution).all() else None
