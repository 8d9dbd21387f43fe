"""CVODE of SUNDIALS through scikit-sundae: backward differentiation with the exact Jacobian.

References
----------
1. Hindmarsh et al., *ACM TOMS* 31 (2005) 363, doi:10.1145/1089014.1089020 (SUNDIALS).
2. Randall, scikit-sundae, NREL (2024), doi:10.11578/dc.20241104.3.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.integrators.integrator import Notebook, Problem, run_recorded
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status

__all__ = ["CVODE"]

Vector = NDArray[np.float64]
_TOO_MANY_STEPS = -1  # CV_TOO_MUCH_WORK
_LOG = "SUNLOGGER_WARNING_FILENAME"
_ROOT = 2  # CV_ROOT_RETURN


@dataclass(frozen=True)
class CVODE:
    """CVODE, variable-order BDF, dense linear algebra.

    Parameters
    ----------
    max_steps
        Most steps between two requested times.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import CVODE, simulate_reactor
    >>> given = {"times": [0, 6], "biomass": 0.05, "integrator": CVODE(max_steps=10)}
    >>> runs = simulate_reactor(reactor, population.select([0]), state, **given)
    >>> runs.status["status"].tolist()
    ['step limit']
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
        said = io.StringIO()
        with redirect_stdout(said):  # it prints SUNDIALS' errors
            return run_recorded(problem, partial(self._run, said=said))

    def _run(self, book: Notebook, *, said: io.StringIO) -> Run:
        problem = book.problem
        with _quiet():
            solver = self._solver(book)
            solver.init_step(float(problem.times[0]), problem.initial)
        end = float(problem.times[-1])
        for row, time in enumerate(problem.times[1:], start=1):
            while True:
                result = solver.step(float(time), method="normal", tstop=end)
                if result.status != _ROOT:
                    break
                hit = np.flatnonzero(np.asarray(result.i_events)[-1])
                ends = [book.happened(int(i), float(result.t)) for i in hit]
                if any(ends):
                    return book.stopped_by_event()
            if result.status < 0:
                limit = result.status == _TOO_MANY_STEPS
                status = Status.STEP_LIMIT if limit else Status.FAILED
                heard = " ".join(said.getvalue().split())
                return book.close(status, heard or str(result.message))
            if not np.isfinite(result.y).all():
                return book.close(Status.NOT_FINITE, f"Not finite before time {time:g}.")
            book.states[row] = result.y
        return book.close(Status.FINISHED, "")

    def _solver(self, book: Notebook) -> Any:
        from sksundae import cvode  # noqa: PLC0415 - has no wheel everywhere

        problem = book.problem
        options: dict[str, Any] = {}

        def slope(_: float, x: Vector, result: Vector) -> None:
            result[:] = book.slope(x)

        if problem.jacobian is not None:
            options["jacfn"] = _jacobian_filler(problem.jacobian)
        if problem.events:
            options |= {"eventsfn": _event_filler(problem), "num_events": len(problem.events)}
        return cvode.CVODE(
            slope,
            method="BDF",
            linsolver="dense",
            rtol=problem.rtol,
            atol=problem.atol,
            max_num_steps=self.max_steps,
            **options,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Let SUNDIALS, which looks at the environment when a solver is made, not log warnings."""
    before = os.environ.get(_LOG)
    os.environ.setdefault(_LOG, os.devnull)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_LOG]


def _jacobian_filler(jacobian: Callable[..., Vector]) -> Callable[..., None]:
    def fill(_t: float, x: Vector, _slope: Vector, result: Vector) -> None:
        result[:, :] = jacobian(x)

    return fill


def _event_filler(problem: Problem) -> Callable[..., None]:
    functions = [event.function for event in problem.events]

    def fill(_: float, x: Vector, result: Vector) -> None:
        result[:] = [function(x) for function in functions]

    fill.direction = [-1] * len(functions)  # type: ignore[attr-defined]
    fill.terminal = [event.terminal for event in problem.events]  # type: ignore[attr-defined]
    return fill
