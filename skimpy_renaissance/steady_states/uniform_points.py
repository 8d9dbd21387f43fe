r"""Uniform points of a polytope, by walks that learn its shape and stop when there are enough.

Most axes of the walks are the coordinates themselves, which few faces of a box-like polytope see.
What these alone would be slow at is known: with the precision :math:`P` of a trial walk and its
diagonal :math:`\Delta`, the modes of :math:`\Delta^{-1/2} P \Delta^{-1/2}` whose eigenvalues
:math:`\mu` are small [1]_. They are the other axes, each taken as often as :math:`\log^2 \mu` says.

The trial is repeated until the volume of its covariance stays, then the walks go on, and every
:math:`k`-th sweep over the axes is kept; :math:`k` doubles until the effective sizes of all
quantities asked for suffice. Groups of walks begin at different corners of the polytope.

References
----------
.. [1] Roberts and Sahu, *J. R. Stat. Soc. B* 59 (1997) 291, doi:10.1111/1467-9868.00070: rates of
   convergence of the Gibbs sampler.
.. [2] Haraldsdottir et al., *Bioinformatics* 33 (2017) 1741, doi:10.1093/bioinformatics/btx052:
   coordinate hit-and-run with rounding, of which this is a variant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from skimpy_renaissance.steady_states.hit_and_run import Excess, hit_and_run
from skimpy_renaissance.steady_states.walk_diagnostics import effective_sizes, nested_r_hat

__all__ = ["R_HAT_LIMIT", "UniformPoints", "uniform_points"]

Array = NDArray[np.float64]

R_HAT_LIMIT = 1.05
"""Largest R-hat of walks that have forgotten where they began."""

_WALKS, _FEW_WALKS = 256, 64
_MANY = 1000  # points for which the larger number of walks pays
_GROUPS = 4  # of walks, each with a corner to begin at
_LEAST_DRAWS = 12  # of each walk, to see its memory
_ENOUGH = 0.5  # effective size over the number of points
_TRIAL, _TRIAL_DISCARDED = 16, 4  # sweeps of a trial walk
_TRIALS = (3, 12)  # least and most of them
_SAME_VOLUME = 0.02  # per dimension, of the logarithm of the volume
_MOST_SWEEPS = 128  # between two points that are kept
_TOWARDS_CORNER = 0.9
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class UniformPoints:
    """Points, and what the walks tell about them.

    Parameters
    ----------
    points
        `` `point x dimension` ``.
    effective_sizes
        `` `row` ``: independent points that tell its mean as well; NaN where it is constant.
    r_hat
        `` `row` ``: 1 or more; NaN where it is constant.
    sweeps
        Sweeps over all axes between two points of a walk.
    enough
        Whether all effective sizes are half of the number of points, and all R-hat below
        :data:`R_HAT_LIMIT`.
    """

    points: Array
    effective_sizes: Array
    r_hat: Array
    sweeps: int
    enough: bool


def uniform_points(
    faces: tuple[Array, Array],
    inner: Array,
    n: int,
    *,
    quantities: Array,
    generator: np.random.Generator,
    excess: Excess | None = None,
) -> UniformPoints:
    """Draw uniform points of a bounded polytope.

    Parameters
    ----------
    faces
        ``A``, `` `face x dimension` ``, and ``b``, `` `face` ``: the polytope is ``A @ y <= b``.
    inner
        `` `dimension` ``, a point strictly inside.
    n
        Number of points.
    quantities
        `` `row x dimension` ``: linear functions of the points whose effective sizes count.
    generator
        Source of randomness.
    excess
        A further limit, see :func:`~skimpy_renaissance.steady_states.hit_and_run.hit_and_run`.

    Returns
    -------
    UniformPoints
    """
    n_dimensions = len(inner)
    if not n_dimensions:
        constant = np.full(len(quantities), np.nan)
        return UniformPoints(np.zeros((n, 0)), constant, constant, 0, True)
    n_walks = _WALKS if n >= _MANY else _FEW_WALKS
    corners = _corners(faces, inner, generator)
    groups = np.arange(n_walks) % len(corners)
    walks = _Walks(faces, corners[groups], generator, excess)
    walks.learn()
    n_draws = max(-(-n // n_walks), _LEAST_DRAWS)
    trace: list[Array] = []
    sweeps = 1
    while True:
        while len(trace) < n_draws:
            walks.go(sweeps)
            trace.append(walks.points)
        kept = np.array(trace)
        values = kept @ quantities.T
        sizes, r_hat = effective_sizes(values), nested_r_hat(values, groups)
        sizes = 1 / (1 / sizes + 1 / n - 1 / (n_draws * n_walks))  # of n of them
        moving = np.isfinite(sizes)
        forgotten = bool((r_hat[moving] < R_HAT_LIMIT).all())
        enough = forgotten and bool((sizes[moving] >= _ENOUGH * n).all())
        if enough or sweeps >= _MOST_SWEEPS:
            break
        trace = trace[1::2] if forgotten else []
        sweeps *= 2
    points = kept.reshape(-1, n_dimensions)
    chosen = np.linspace(0, len(points) - 1, n).round().astype(int)
    return UniformPoints(points[chosen], sizes, r_hat, sweeps, enough)


def _corners(faces: tuple[Array, Array], inner: Array, generator: np.random.Generator) -> Array:
    """Return points near some corners, `` `vertex x dimension` ``."""
    found = []
    for _ in range(_GROUPS):
        solved = linprog(
            generator.standard_normal(len(inner)),
            A_ub=faces[0],
            b_ub=faces[1],
            bounds=(None, None),
            method="highs",
        )
        corner = inner if solved.x is None else solved.x
        found.append(inner + _TOWARDS_CORNER * (corner - inner))
    return np.array(found)


class _Walks:
    """Walks side by side; their points and axes change as they go."""

    def __init__(
        self,
        faces: tuple[Array, Array],
        points: Array,
        generator: np.random.Generator,
        excess: Excess | None,
    ) -> None:
        self.faces, self.points, self.excess = faces, points, excess
        self._generator = generator
        self._use(np.eye(points.shape[1]))

    def learn(self) -> None:
        """Take the slow modes of trial walks, until their volume stays."""
        least, most = _TRIALS
        before = np.inf
        for trial in range(most):
            self.go(_TRIAL_DISCARDED)
            seen = []
            for _ in range(_TRIAL):
                self.go(1)
                seen.append(self.points)
            covariance = np.atleast_2d(np.cov(np.concatenate(seen), rowvar=False))
            self._use(covariance)
            volume = float(np.linalg.slogdet(covariance)[1])
            if trial + 1 >= least and abs(volume - before) < _SAME_VOLUME * len(covariance):
                return
            before = volume

    def go(self, sweeps: int) -> None:
        """Walk some sweeps, each over all coordinates and a third as many slow modes."""
        n = self.points.shape[1]
        order = [
            self._generator.permutation(
                np.append(
                    self._generator.permutation(n),
                    n + self._generator.choice(n, size=-(-n // 3), p=self._weights),
                )
            )
            for _ in range(sweeps)
        ]
        self.points = hit_and_run(
            self.points,
            self.faces,
            self._axes,
            order=np.concatenate(order),
            generator=self._generator,
            excess=self.excess,
        )

    def _use(self, covariance: Array) -> None:
        """Take the coordinates and the modes that they are slow at."""
        deviation = np.sqrt(np.maximum(np.diag(covariance), _TINY))
        correlation = covariance / deviation / deviation[:, None]
        variance, axes = np.linalg.eigh(correlation)
        precision = (axes / np.maximum(variance, _TINY)) @ axes.T
        narrow = 1 / np.sqrt(np.diag(precision))  # deviation of each coordinate, given the others
        slowness, modes = np.linalg.eigh(precision * narrow * narrow[:, None])
        weights = np.log(np.clip(slowness, _TINY, 1.0)) ** 2 + 1e-3
        self._weights = weights / weights.sum()
        self._axes = np.vstack([np.eye(len(covariance)), modes.T * narrow * deviation])
