"""An ensemble by the Rosenbrock method, eight models side by side on every core.

Compiled code takes some steps of all lanes, releasing Python's lock, and comes back: threads use
all cores, Ctrl-C and time limits take effect between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from threading import Event as Signal
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.ensembles.run import Outcome, Settings, Work
from skimpy_renaissance.dynamics.equations.lane_system import LaneSystem
from skimpy_renaissance.dynamics.integrators.integrate import can_run_on_lanes
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status
from skimpy_renaissance.dynamics.integrators.rodas5p import STAGES, A, C, D
from skimpy_renaissance.dynamics.integrators.rosenbrock import Rosenbrock, growth_scale
from skimpy_renaissance.dynamics.integrators.rosenbrock_kernels import (
    Equations,
    Lanes,
    Limits,
    Runs,
    advance,
    rates_along,
)
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import LANES, lane_rows

__all__ = ["run_on_lanes"]

Array = NDArray[np.float64]
_STEPS_AT_A_TIME = 32  # some milliseconds
_SMALLEST_PIECE, _LARGEST_PIECE = 32, 512  # runs
_STATUSES = (
    (Status.FAILED, "Stopped at time {0:g}."),
    (Status.FINISHED, ""),
    (Status.STEP_LIMIT, "{1} steps led to {0:g} only."),
    (Status.DIVERGED, "Diverged at time {0:g}."),
    (Status.FAILED, "No step is small enough at time {0:g}."),
    (Status.NOT_FINITE, "The equations have no finite value beyond time {0:g}."),
    (Status.TIME_LIMIT, "Stopped after {2:g} s of wall-clock time."),
)
_TIME_LIMIT = len(_STATUSES) - 1


def run_on_lanes(
    settings: Settings,
    works: Sequence[Work],
    *,
    n_threads: int,
    done: Callable[[int], object],
) -> list[Outcome]:
    """Integrate many models of one system.

    Parameters
    ----------
    settings
        What all runs share; its integrator is a ``Rosenbrock``.
    works
        The runs.
    n_threads
        How many threads.
    done
        Called with the number of runs just completed.

    Returns
    -------
    list of Outcome
        In the order of ``works``.

    Raises
    ------
    InputError
        The system, or an event, cannot be run in this way.
    """
    system = settings.compiled.on_lanes
    if system is None or not can_run_on_lanes(settings.compiled, settings.events):
        raise InputError("These equations or events cannot be run on lanes; take CVODE().")
    # the last runs of a piece leave lanes idle: few pieces, but enough to keep all threads busy
    each = len(works) if n_threads == 1 else -(-len(works) // (4 * n_threads))
    size = min(_LARGEST_PIECE, max(_SMALLEST_PIECE, each))
    pieces = [works[i : i + size] for i in range(0, len(works), size)]
    stop = Signal()
    with ThreadPoolExecutor(n_threads) as pool:
        futures: list[Future[list[Outcome]]] = [
            pool.submit(_run_piece, system, settings, piece, stop) for piece in pieces
        ]
        try:
            for future in as_completed(futures):
                done(len(future.result()))
        except BaseException:  # Ctrl-C
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [outcome for future in futures for outcome in future.result()]


def _run_piece(
    system: LaneSystem, settings: Settings, works: Sequence[Work], stop: Signal
) -> list[Outcome]:
    order = system.elimination.order
    equations, limits = _equations(system), _limits(settings)
    runs, lanes = _runs(works, settings.times, order), _lanes(system)
    queue, clock = np.zeros(1, dtype=np.int64), _Clock(len(works), settings.time_limit)
    active = len(works) if len(settings.times) > 1 else 0
    if not active:
        runs.outcome[:] = 1
    while active and not stop.is_set():
        active = advance(equations, runs, limits, lanes, queue, _STEPS_AT_A_TIME)
        clock.look(runs, lanes)
    states = np.empty_like(runs.states)
    states[:, :, order] = runs.states
    n_reactions = len(settings.compiled.reaction_names)
    rates = np.full((len(works), len(settings.times), n_reactions), np.nan)
    reference_rates = np.empty((len(works), 1, n_reactions))
    reference = np.array([[work.reference] for work in works])
    rates_along(equations, lanes.table, states, runs.parameters, rates)
    rates_along(equations, lanes.table, reference, runs.parameters, reference_rates)
    return [
        Outcome(
            Run(states[i], *_status(runs, rates, i, settings), np.empty(0), seconds),
            rates[i],
            reference_rates[i, 0],
        )
        for i, seconds in enumerate(clock.seconds(runs))
    ]


def _status(runs: Runs, rates: Array, run: int, settings: Settings) -> tuple[Status, str]:
    status, message = _STATUSES[runs.outcome[run]]
    start_is_finite = np.isfinite(runs.initial[run]).all() and np.isfinite(rates[run, 0]).all()
    if not start_is_finite:
        text = "The right-hand side is not finite at the initial state."
        return Status.NOT_FINITE, text
    return status, message.format(runs.reached[run], runs.steps[run], settings.time_limit or 0.0)


class _Clock:
    """Keeps the time of lanes, between calls of compiled code; mutable."""

    def __init__(self, n_runs: int, limit: float | None) -> None:
        self._limit, self._begin = limit, perf_counter()
        self._started = np.full(n_runs, np.nan)

    def look(self, runs: Runs, lanes: Lanes) -> None:
        """End the runs that have used up their time."""
        now = perf_counter()
        for lane in np.flatnonzero(lanes.run >= 0):
            run = lanes.run[lane]
            if np.isnan(self._started[run]):
                self._started[run] = now
            elif self._limit is not None and now - self._started[run] > self._limit:
                runs.outcome[run], runs.steps[run] = _TIME_LIMIT, lanes.steps[lane]
                runs.reached[run] = lanes.t[lane]
                lanes.run[lane] = -1

    def seconds(self, runs: Runs) -> list[float]:
        """Return each run's share of the time, by its steps."""
        elapsed = perf_counter() - self._begin
        return (elapsed * runs.steps / max(1, runs.steps.sum())).tolist()


# -- arrays that compiled code reads ---------------------------------------------------------------


def _equations(system: LaneSystem) -> Equations:
    program, plan = system.program, system.elimination
    return Equations(
        program.once.arrays,
        program.rates.arrays,
        program.rates_and_slopes.arrays,
        system.right_hand_side.arrays,
        system.jacobian.arrays,
        plan.order,
        *plan.lists,
        program.rate_rows,
        A,
        C,
        D,
    )


def _limits(settings: Settings) -> Limits:
    integrator = settings.integrator
    assert isinstance(integrator, Rosenbrock)
    span = float(settings.times[-1] - settings.times[0])
    return Limits(
        rtol=settings.rtol,
        first_step=integrator.first_step * span,
        smallest_step=integrator.smallest_step * span,
        most_steps=integrator.max_steps,
        diverged=float(integrator.diverged_beyond),
        lowest=1.0 if integrator.concentrations else np.inf,
    )


def _runs(works: Sequence[Work], times: Array, order: NDArray[np.int64]) -> Runs:
    def table(name: str) -> Array:
        """One row per run, variables in the order of elimination, C-contiguous."""
        return np.ascontiguousarray(np.array([getattr(work, name) for work in works])[:, order])

    initial = table("initial")
    states = np.full((len(works), len(times), len(order)), np.nan)
    states[:, 0] = initial
    return Runs(
        initial=initial,
        parameters=np.array([work.parameters for work in works]),
        atol=table("atol"),
        scale=np.ascontiguousarray(growth_scale(initial, table("reference"))),
        times=np.ascontiguousarray(times),
        states=states,
        outcome=np.zeros(len(works), dtype=np.int64),
        steps=np.zeros(len(works), dtype=np.int64),
        reached=np.full(len(works), times[0]),
    )


def _lanes(system: LaneSystem) -> Lanes:
    plan = system.elimination
    n = plan.n_rows

    y, atol, inverse_scale = (lane_rows(n) for _ in range(3))
    for array in (y, atol, inverse_scale):
        array[:] = 1.0  # lanes without a run compute along
    return Lanes(
        run=np.full(LANES, -1),
        next_time=np.zeros(LANES, dtype=np.int64),
        steps=np.zeros(LANES, dtype=np.int64),
        rejected=np.zeros(LANES, dtype=np.int64),
        t=np.zeros(LANES),
        h=np.ones(LANES),
        inverse_h=lane_rows(1),
        table=system.program.new_table(),
        y=y,
        new=lane_rows(n),
        u=lane_rows(STAGES * n),
        right=lane_rows(n),
        atol=atol,
        inverse_scale=inverse_scale,
        entries=lane_rows(len(plan.places)),
        factors=lane_rows(plan.n_factors),
        work=lane_rows(n),
        measures=lane_rows(3),
    )
