r"""The Rosenbrock method Rodas5P: implicit steps without iteration, for whole populations at once.

Where numba is installed, an ensemble runs eight models side by side in compiled code, each with
steps of its own; see :mod:`~skimpy_renaissance.dynamics.ensembles.lane_runs`.
:meth:`Rosenbrock.run` is the same method for any single problem, in NumPy: slower than CVODE, easy
to read.

References
----------
Steinebach, *BIT Numer. Math.* 63 (2023) 27, doi:10.1007/s10543-023-00967-x.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.integrators.integrator import (
    Integrator,
    Notebook,
    Problem,
    record_crossings,
    run_recorded,
)
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status
from skimpy_renaissance.dynamics.integrators.rodas5p import GAMMA, STAGES, A, C, D, step_factor

__all__ = ["GIVEN_UP", "Rosenbrock", "growth_scale"]

Vector = NDArray[np.float64]
GIVEN_UP = (Status.STEP_LIMIT, Status.FAILED)


@dataclass(frozen=True)
class Rosenbrock:
    """Rodas5P, order 5, with the exact Jacobian; for relative tolerances down to about 1e-7.

    Parameters
    ----------
    max_steps
        Most steps of a run, rejected ones among them.
    fallback
        What begins a run anew that needs more steps, such as a sustained oscillation, or steps too
        small; ``None``: the run is given up.
    diverged_beyond
        A run is given up where a variable exceeds this many times the larger of its initial value
        and its reference.
    first_step, smallest_step
        Relative to the whole time.
    concentrations
        Whether variables must not become negative: a step that takes one below minus its absolute
        tolerance is rejected.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Problem, Rosenbrock
    >>> times, one = np.array([0.0, 1.0]), np.ones(1)
    >>> decay = Problem(lambda x: -x, lambda x: -np.eye(1), one, times, rtol=1e-6, atol=1e-9 * one)
    >>> Rosenbrock().run(decay).states.round(4).tolist()
    [[1.0], [0.3679]]
    """

    max_steps: int = 2_000
    fallback: Integrator | None = None
    diverged_beyond: float = 1e6
    first_step: float = 1e-9
    smallest_step: float = 1e-14
    concentrations: bool = True

    def run(self, problem: Problem) -> Run:
        """Solve an initial-value problem.

        Parameters
        ----------
        problem
            Right-hand side, initial state, times and tolerances.

        Returns
        -------
        Run

        Notes
        -----
        An exception of the problem's functions passes through.
        """
        run = run_recorded(problem, self._run)
        if self.fallback is not None and run.status in GIVEN_UP:
            return self.fallback.run(problem)
        return run

    def _run(self, book: Notebook) -> Run:
        problem = book.problem
        t, end, y = float(problem.times[0]), float(problem.times[-1]), problem.initial
        span, row, rejected = end - t, 1, False
        h, scale = self.first_step * span, growth_scale(problem.initial)
        before = [event.function(y) for event in problem.events]
        for _ in range(self.max_steps):
            new, u = _step(book, y, h)
            tolerance = problem.atol + problem.rtol * np.maximum(np.abs(y), np.abs(new))
            error = float(np.sqrt(np.mean((u[-1] / tolerance) ** 2)))
            if self.concentrations and (new < -problem.atol).any():
                error = np.nan
            factor = step_factor(error)
            if error <= 1:
                path = partial(_between, t, h, y, new, u)
                after = [event.function(new) for event in problem.events]
                later = end if abs(t + h - end) < 1e-12 * h else t + h
                stop = record_crossings(book, path, (t, later), before=before, after=after)
                while row < len(problem.times) and problem.times[row] <= min(later, stop):
                    book.states[row] = path(problem.times[row])
                    row += 1
                if stop < np.inf:
                    return book.stopped_by_event()
                t, y, before = later, new, after
                if row == len(problem.times):
                    return book.close(Status.FINISHED, "")
                if (np.abs(y) > self.diverged_beyond * scale).any():
                    return book.close(Status.DIVERGED, f"Diverged at time {t:g}.")
                factor = min(1.0, factor) if rejected else factor
            rejected = not error <= 1
            h *= factor
            if h < self.smallest_step * span:
                finite = np.isfinite(error) or (new < 0).any()
                status = Status.FAILED if finite else Status.NOT_FINITE
                return book.close(status, f"No step is small enough at time {t:g}.")
            h = end - t if 1.01 * h > end - t else h
        return book.close(Status.STEP_LIMIT, f"{self.max_steps} steps led to {t:g} only.")


def _between(t: float, h: float, y: Vector, new: Vector, u: Vector, at: float) -> Vector:
    """Return the state at a time within a step."""
    s = (at - t) / h
    return (1 - s) * y + s * (new + (1 - s) * ((D[0] + s * (D[1] + s * D[2])) @ u))


def growth_scale(initial: Vector, reference: Vector | None = None) -> Vector:
    """Return what divergence is measured by.

    Parameters
    ----------
    initial, reference
        `` ... x variable ``.

    Returns
    -------
    numpy.ndarray
        `` ... x variable ``: the larger of both; where both are zero, the largest variable.
    """
    size = np.abs(initial)
    if reference is not None:
        size = np.maximum(size, np.abs(reference))
    largest = size.max(axis=-1, keepdims=True, initial=0.0)
    return np.where(size > 0, size, np.where(largest > 0, largest, 1.0))


def _step(book: Notebook, y: Vector, h: float) -> tuple[Vector, Vector]:
    """Return the new state and `` `stage x variable` ``."""
    n = len(y)
    matrix = np.eye(n) / (GAMMA * h) - _jacobian(book, y)
    if not np.isfinite(matrix).all():
        return np.full(n, np.nan), np.full((STAGES, n), np.nan)
    inverse = np.linalg.inv(matrix)
    u = np.zeros((STAGES, n))
    for i in range(STAGES):
        stage = y + A[i] @ u
        u[i] = inverse @ (book.slope(stage) + (C[i] / h) @ u)
    return stage + u[-1], u


def _jacobian(book: Notebook, y: Vector) -> Vector:
    if book.problem.jacobian is not None:
        return book.problem.jacobian(y)
    f, change = book.slope(y), 1e-8 * np.maximum(np.abs(y), book.problem.atol / book.problem.rtol)
    moved = [book.slope(y + step) for step in np.diag(change)]
    return np.stack([(g - f) / d for g, d in zip(moved, change, strict=True)], axis=-1)
