"""SciPy's backward differentiation, where scikit-sundae has no wheel.

References
----------
Shampine and Reichelt, *SIAM J. Sci. Comput.* 18 (1997) 1, doi:10.1137/S1064827594276424.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.integrate
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.integrators.integrator import (
    Notebook,
    Problem,
    record_crossings,
    run_recorded,
)
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status

__all__ = ["BDF"]

Vector = NDArray[np.float64]


class _NotFinite(Exception):  # noqa: N818 - how a run is stopped from within
    pass


@dataclass(frozen=True)
class BDF:
    """``scipy.integrate.BDF`` with the exact Jacobian.

    Parameters
    ----------
    max_steps
        Most steps of a run.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BDF, simulate_reactor
    >>> given = {"times": [0, 2], "biomass": 0.05, "integrator": BDF()}
    >>> runs = simulate_reactor(reactor, population.select([0]), state, **given)
    >>> runs.biomass()[0].round(2).tolist()  # gDW/L
    [0.05, 0.14]
    """

    max_steps: int = 100_000

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
        return run_recorded(problem, self._recorded)

    def _recorded(self, book: Notebook) -> Run:
        try:
            return self._run(book)
        except _NotFinite:
            return book.close(Status.NOT_FINITE, "The Jacobian is not finite.")

    def _run(self, book: Notebook) -> Run:
        problem = book.problem
        solver = scipy.integrate.BDF(
            lambda _, x: book.slope(x),
            problem.times[0],
            problem.initial,
            problem.times[-1],
            rtol=problem.rtol,
            atol=problem.atol,
            jac=None if problem.jacobian is None else _finite(problem.jacobian),
        )
        before = [event.function(problem.initial) for event in problem.events]
        row = 1
        for _ in range(self.max_steps):
            message = solver.step()
            if solver.status == "failed":
                return book.close(Status.FAILED, f"{message} Stopped at time {solver.t:g}.")
            if not np.isfinite(solver.y).all():
                return book.close(Status.NOT_FINITE, f"Not finite at time {solver.t:g}.")
            path = solver.dense_output()
            after = [event.function(solver.y) for event in problem.events]
            end = record_crossings(book, path, (solver.t_old, solver.t), before=before, after=after)
            before = after
            while row < len(problem.times) and problem.times[row] <= min(solver.t, end):
                book.states[row] = path(problem.times[row])
                row += 1
            if end < np.inf:
                return book.stopped_by_event()
            if solver.status == "finished":
                return book.close(Status.FINISHED, "")
        return book.close(Status.STEP_LIMIT, f"{self.max_steps} steps led to {solver.t:g} only.")


def _finite(jacobian: Callable[[Vector], Vector]) -> Callable[[float, Vector], Vector]:
    def checked(_: float, x: Vector) -> Vector:
        value = jacobian(x)
        if not np.isfinite(value).all():
            raise _NotFinite
        return value

    return checked
