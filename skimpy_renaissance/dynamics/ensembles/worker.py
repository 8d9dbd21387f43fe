"""What runs in a process of an ensemble: some of the runs, one after the other.

A process receives the compiled system once, when it starts; then pieces of work.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrate import problem_of
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status

__all__ = ["Outcome", "Settings", "Work", "no_run", "run_one", "run_piece", "start_worker"]


@dataclass(frozen=True, eq=False)
class Settings:
    """What all runs of an ensemble share.

    Parameters
    ----------
    compiled
        The differential equations.
    times
        `` `time` ``, model time.
    integrator
        Way to solve them.
    rtol
        Relative tolerance.
    events
        What to look out for.
    time_limit
        Seconds of wall-clock time per run.
    """

    compiled: CompiledSystem
    times: NDArray[np.float64]
    integrator: Integrator
    rtol: float
    events: Sequence[Event]
    time_limit: float | None


@dataclass(frozen=True, eq=False)
class Work:
    """What is a run's own.

    Parameters
    ----------
    initial, reference, atol
        `` `variable` ``, scaled concentration.
    parameters
        `` `parameter` ``, scaled units.
    """

    initial: NDArray[np.float64]
    reference: NDArray[np.float64]
    atol: NDArray[np.float64]
    parameters: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run with its rates.

    Parameters
    ----------
    run
        The trajectory.
    rates
        `` `time x reaction` ``.
    reference_rates
        `` `reaction` ``.
    """

    run: Run
    rates: NDArray[np.float64]
    reference_rates: NDArray[np.float64]


def run_one(settings: Settings, work: Work) -> Outcome:
    """Integrate one model; whatever goes wrong becomes its status.

    Parameters
    ----------
    settings
        What all runs share.
    work
        What is this run's own.

    Returns
    -------
    Outcome
    """
    compiled = settings.compiled
    try:
        problem = problem_of(
            compiled,
            work.initial,
            work.parameters,
            times=settings.times,
            reference=work.reference,
            atol=work.atol,
            rtol=settings.rtol,
            events=settings.events,
            time_limit=settings.time_limit,
        )
        run = settings.integrator.run(problem)
    except Exception as error:
        run = no_run(settings, Status.FAILED, f"{type(error).__name__}: {error}")
    rates = np.full((len(settings.times), len(compiled.reaction_names)), np.nan)
    for row in np.flatnonzero(np.isfinite(run.states).all(axis=1)):
        rates[row] = compiled.rates(run.states[row], work.parameters)
    return Outcome(run, rates, compiled.rates(work.reference, work.parameters))


def no_run(settings: Settings, status: Status, message: str) -> Run:
    """Return a run without a single state.

    Parameters
    ----------
    settings
        What all runs share.
    status
        How it ended.
    message
        In words.

    Returns
    -------
    Run
    """
    states = np.full((len(settings.times), len(settings.compiled.variables)), np.nan)
    return Run(states, status, message, np.full(len(settings.events), np.nan), 0.0)


_HERE: dict[str, Any] = {}  # of a worker process: set once, when it starts


def start_worker(settings: Settings, stop: Any) -> None:
    """Prepare a process: it keeps the settings, and leaves Ctrl-C to its parent.

    Parameters
    ----------
    settings
        What all runs share.
    stop
        A ``multiprocessing.Event``: set to skip what is left.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HERE.update(settings=settings, stop=stop)


def run_piece(piece: Sequence[Work]) -> list[Outcome]:
    """Integrate some models in a process that ``start_worker`` prepared.

    Parameters
    ----------
    piece
        The runs.

    Returns
    -------
    list of Outcome
        As many, unless the ensemble was stopped.
    """
    outcomes: list[Outcome] = []
    for work in piece:
        if _HERE["stop"].is_set():
            break
        outcomes.append(run_one(_HERE["settings"], work))
    return outcomes
