"""Many runs of one system of differential equations: other parameters, other initial states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.dynamics.ensembles.run import Outcome, Settings, Work, lost_run, run_one
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrate import (
    can_run_on_lanes,
    default_integrator,
    default_tolerance,
)
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.dynamics.integrators.rosenbrock import GIVEN_UP, Rosenbrock
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.tasks import Processes, Runner, Serial, usable_cores

__all__ = ["run_ensemble"]

Array = NDArray[np.float64]
_WORTH_A_PROCESS = 8  # runs: a process takes seconds to start
_ATTEMPTS = 2  # with others, then alone


def run_ensemble(
    compiled: CompiledSystem,
    initial: ArrayLike,
    parameters: ArrayLike,
    times: ArrayLike,
    *,
    reference: ArrayLike | None = None,
    events: Sequence[Event] = (),
    rtol: float = 1e-6,
    atol: ArrayLike | None = None,
    time_limit: float | None = None,
    integrator: Integrator | None = None,
    n_processes: int | None = None,
    progress: bool | None = False,
    labels: Mapping[str, Sequence[str]] | pd.DataFrame | None = None,
) -> Trajectories:
    """Integrate the same equations many times, on all cores.

    Parameters
    ----------
    compiled
        The differential equations.
    initial
        `` `run x variable` ``, scaled concentration.
    parameters
        `` `run x parameter` ``, scaled units, in the order of ``compiled.parameter_names``.
    times
        `` `time` ``, model time (h), ascending; the first is that of ``initial``.
    reference
        `` `variable` `` or `` `run x variable` ``, scaled concentration: what events, tolerances
        and relative deviations refer to. By default ``initial``.
    events
        What to look out for.
    rtol
        Relative tolerance.
    atol
        `` `variable` `` or `` `run x variable` ``, scaled concentration, or one number. By default
        1e-9 of the reference, and 1e-9 where that is zero.
    time_limit
        Seconds of wall-clock time per run.
    integrator
        ``CVODE()`` by default; ``BDF()`` where scikit-sundae is missing. ``Rosenbrock()`` runs
        eight models side by side where numba is installed and there are no events.
    n_processes
        By default one per core that may be used and 8 runs; 1 stays in this process. Threads
        instead of processes for ``Rosenbrock()``.
    progress
        Whether to show a progress bar on stderr; ``None`` shows one on a terminal.
    labels
        `` `run` ``: what each run is, by column; by default ``run``: ``"0"``, ``"1"``, ...

    Returns
    -------
    Trajectories
        Every run, in order, with its status.

    Raises
    ------
    InputError
        A shape does not fit, times do not ascend, or a tolerance is not positive.
    SamplingError
        No process could be started.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import compile_system, network_system, run_ensemble
    >>> compiled = compile_system(network_system(network))
    >>> p = population.to_dataframe()[list(compiled.parameter_names)].to_numpy()
    >>> x = state.concentrations[list(compiled.variables)].to_numpy()
    >>> run_ensemble(compiled, np.tile(1.1 * x, (5, 1)), p, [0, 0.1])
    <Trajectories: 5 runs x 2 times: 5 finished>
    """
    start = _table("initial", initial, columns=len(compiled.variables))
    n_runs = len(start)
    values = _table("parameters", parameters, columns=len(compiled.parameter_names), rows=n_runs)
    grid = _times(times)
    origin = start if reference is None else _per_run("reference", reference, like=start)
    absolute = default_tolerance(origin) if atol is None else _per_run("atol", atol, like=start)
    for name, tolerance in (("rtol", rtol), ("atol", absolute)):
        if not (np.asarray(tolerance) > 0).all():
            raise InputError(f"{name} must be positive, got {np.min(tolerance)!r}.")
    table = _labels(labels, n_runs)
    for event in events:
        if n_runs:
            event.function(compiled.variables, origin[0])  # complain before, not in every run
    if n_processes is not None:
        require_whole("n_processes", n_processes)
    settings = Settings(
        compiled, grid, integrator or default_integrator(), float(rtol), tuple(events), time_limit
    )
    works = [Work(*row) for row in zip(start, origin, absolute, values, strict=True)]
    side_by_side = isinstance(settings.integrator, Rosenbrock) and n_runs > 0
    with progress_bar(n_runs, progress=progress, unit="run") as bar:
        if side_by_side and can_run_on_lanes(compiled, events):
            outcomes = _side_by_side(settings, works, n_processes=n_processes, bar=bar)
        else:
            outcomes = _one_by_one(settings, works, n_processes=n_processes, bar=bar)
    return _trajectories(settings, outcomes, origin, table)


def _side_by_side(
    settings: Settings, works: Sequence[Work], *, n_processes: int | None, bar: tqdm
) -> list[Outcome]:
    """Run all by the Rosenbrock method, then what it gave up by its fallback."""
    from skimpy_renaissance.dynamics.ensembles.lane_runs import run_on_lanes  # noqa: PLC0415 - needs numba

    threads = usable_cores() if n_processes is None else n_processes
    outcomes = run_on_lanes(settings, works, n_threads=threads, done=bar.update)
    fallback = settings.integrator.fallback if isinstance(settings.integrator, Rosenbrock) else None
    left = [i for i, outcome in enumerate(outcomes) if outcome.run.status in GIVEN_UP]
    if fallback is not None and left:
        settings = replace(settings, integrator=fallback)
        again = _one_by_one(settings, [works[i] for i in left], n_processes=n_processes, bar=None)
        for i, outcome in zip(left, again, strict=True):
            outcomes[i] = outcome
    return outcomes


def _one_by_one(
    settings: Settings, works: Sequence[Work], *, n_processes: int | None, bar: tqdm | None
) -> list[Outcome]:
    """Run one model after the other, here or in processes."""
    most = max(1, len(works) // _WORTH_A_PROCESS)
    n = min(usable_cores(), most) if n_processes is None else min(n_processes, len(works))
    runner: Runner = Processes(n, attempts=_ATTEMPTS) if n > 1 else Serial()
    outcomes = {}
    for i, outcome in runner.results(
        partial(run_one, settings), works, lost=lambda _: lost_run(settings)
    ):
        outcomes[i] = outcome
        if bar is not None:
            bar.update()
    return [outcomes[i] for i in range(len(works))]


def _trajectories(
    settings: Settings, outcomes: Sequence[Outcome], reference: Array, labels: pd.DataFrame
) -> Trajectories:
    compiled, n_times, runs = settings.compiled, len(settings.times), [o.run for o in outcomes]
    n_variables, n_reactions = len(compiled.variables), len(compiled.reaction_names)
    states = np.array([run.states for run in runs])
    rates = np.array([outcome.rates for outcome in outcomes])
    at_reference = np.array([outcome.reference_rates for outcome in outcomes])
    happened = np.array([run.event_times for run in runs])
    return Trajectories(
        labels,
        compiled.variables,
        compiled.reaction_names,
        settings.times,
        states.reshape(-1, n_times, n_variables),
        rates.reshape(-1, n_times, n_reactions),
        np.array(reference),
        at_reference.reshape(-1, n_reactions),
        tuple(run.status for run in runs),
        tuple(run.message for run in runs),
        tuple(event.name for event in settings.events),
        happened.reshape(len(runs), len(settings.events)),
        np.array([run.seconds for run in runs]),
    )


def _table(what: str, given: ArrayLike, *, columns: int, rows: int | None = None) -> Array:
    table = np.array(given, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != columns or rows not in (None, len(table)):
        wanted = f"{'run' if rows is None else rows} x {columns}"
        raise InputError(f"{what} must be {wanted}, got the shape {table.shape}.")
    return table


def _per_run(what: str, given: ArrayLike, *, like: Array) -> Array:
    table = np.asarray(given, dtype=np.float64)
    try:
        return np.array(np.broadcast_to(table, like.shape))
    except ValueError:
        raise InputError(
            f"{what} must have one number per variable ({like.shape[1]}), or per run and variable "
            f"{like.shape}; got the shape {table.shape}."
        ) from None


def _times(given: ArrayLike) -> Array:
    times = np.array(given, dtype=np.float64)
    if times.ndim != 1 or not times.size or not (np.diff(times) > 0).all():
        raise InputError(
            "times must be a row of ascending numbers, the first that of the initial state; got "
            f"{times!r}."
        )
    return times


def _labels(given: Mapping[str, Sequence[str]] | pd.DataFrame | None, n_runs: int) -> pd.DataFrame:
    if given is None:
        return pd.DataFrame({"run": [str(i) for i in range(n_runs)]})
    table = pd.DataFrame(given).reset_index(drop=True)
    if len(table) != n_runs:
        raise InputError(f"labels must name each of the {n_runs} runs, got {len(table)} rows.")
    return table
