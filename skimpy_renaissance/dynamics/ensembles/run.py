"""One run of an ensemble: what it shares with the others, what is its own, how it came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem
from skimpy_renaissance.dynamics.equations.one_model import functions_of_one
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrator import Crossing, Integrator, Problem
from skimpy_renaissance.dynamics.integrators.outcome import Run, Status

__all__ = ["Outcome", "Settings", "Work", "lost_run", "run_one"]


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
        problem = Problem(
            *functions_of_one(compiled, work.parameters),
            work.initial,
            settings.times,
            settings.rtol,
            work.atol,
            [
                Crossing(e.function(compiled.variables, work.reference), e.terminal, e.name)
                for e in settings.events
            ],
            settings.time_limit,
        )
        run = settings.integrator.run(problem)
    except Exception as error:
        run = _no_run(settings, Status.FAILED, f"{type(error).__name__}: {error}")
    model = compiled.model(work.parameters)
    rates = np.full((len(settings.times), len(compiled.reaction_names)), np.nan)
    for row in np.flatnonzero(np.isfinite(run.states).all(axis=1)):
        rates[row] = model.rates(run.states[row])
    return Outcome(run, rates, model.rates(work.reference))


def lost_run(settings: Settings) -> Outcome:
    """Return what stands for a run whose process died.

    Parameters
    ----------
    settings
        What all runs share.

    Returns
    -------
    Outcome
    """
    reactions = len(settings.compiled.reaction_names)
    rates = np.full((len(settings.times), reactions), np.nan)
    run = _no_run(settings, Status.LOST, "The process died during this run.")
    return Outcome(run, rates, np.full(reactions, np.nan))


def _no_run(settings: Settings, status: Status, message: str) -> Run:
    """Return a run without a single state."""
    states = np.full((len(settings.times), len(settings.compiled.variables)), np.nan)
    return Run(states, status, message, np.full(len(settings.events), np.nan), 0.0)
