"""Runs spread over processes: in order, none lost when a process dies, stopped by Ctrl-C.

Rate laws are Python functions, which hold the interpreter's lock, so that threads would take turns.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import numpy as np

from skimpy_renaissance.dynamics.ensembles.worker import (
    Outcome,
    Settings,
    Work,
    no_run,
    run_one,
    run_piece,
    start_worker,
)
from skimpy_renaissance.dynamics.integrators.outcome import Status
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.tasks.processes import one_thread_each

__all__ = ["run_here", "run_on_processes", "usable_cores"]

_PIECES_PER_PROCESS = 16  # small enough to even out slow runs


def usable_cores() -> int:
    """Return how many cores this process may use.

    Returns
    -------
    int
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_here(
    settings: Settings, works: Sequence[Work], *, done: Callable[[int], object]
) -> list[Outcome]:
    """Integrate one model after the other in this process.

    Parameters
    ----------
    settings
        What all runs share.
    works
        The runs.
    done
        Called with the number of runs just completed.

    Returns
    -------
    list of Outcome
        In the order of ``works``.
    """
    outcomes = []
    for work in works:
        outcomes.append(run_one(settings, work))
        done(1)
    return outcomes


def run_on_processes(
    settings: Settings,
    works: Sequence[Work],
    *,
    n_processes: int,
    done: Callable[[int], object],
) -> list[Outcome]:
    """Integrate models on several processes.

    Parameters
    ----------
    settings
        What all runs share.
    works
        The runs.
    n_processes
        How many processes.
    done
        Called with the number of runs just completed.

    Returns
    -------
    list of Outcome
        In the order of ``works``; ``Status.LOST`` where a run killed its process.

    Raises
    ------
    SamplingError
        No process could be started.
    """
    size = max(1, -(-len(works) // (n_processes * _PIECES_PER_PROCESS)))
    starts = range(0, len(works), size)
    outcomes: list[Outcome | None] = [None] * len(works)

    def keep(start: int, results: Sequence[Outcome]) -> None:
        outcomes[start : start + len(results)] = results
        done(len(results))

    with _pool(settings, n_processes) as pool:
        futures = {pool.submit(run_piece, works[i : i + size]): i for i in starts}
        for future in as_completed(futures):
            if not _broke(future):
                keep(futures[future], future.result())
    left = [i for i, outcome in enumerate(outcomes) if outcome is None]
    while left:  # one by one, to find the run that kills its process
        with _pool(settings, 1) as pool:
            while left:
                future = pool.submit(run_piece, [works[left[0]]])
                if not _broke(future):
                    keep(left.pop(0), future.result())
                    continue
                keep(left.pop(0), [_lost(settings)])
                break
    return [outcome for outcome in outcomes if outcome is not None]


def _broke(future: Future[list[Outcome]]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _lost(settings: Settings) -> Outcome:
    run = no_run(settings, Status.LOST, "The process died during this run.")
    reactions = len(settings.compiled.reaction_names)
    empty = np.full((len(settings.times), reactions), np.nan)
    return Outcome(run, empty, np.full(reactions, np.nan))


@contextmanager
def _pool(settings: Settings, n_processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give started processes; on an exception (Ctrl-C) drop what is left."""
    context = multiprocessing.get_context("spawn")  # forking a process with threads can hang
    stop = context.Event()
    pool = ProcessPoolExecutor(
        n_processes, mp_context=context, initializer=start_worker, initargs=(settings, stop)
    )
    try:
        with one_thread_each():
            first: Future[list[Outcome]] = pool.submit(run_piece, [])
            if _broke(first):
                raise SamplingError(
                    "Worker processes must be able to import the main program, but could not "
                    "start. Put the program under `if __name__ == '__main__':`, or pass "
                    "n_processes=1."
                ) from first.exception()
            yield pool
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
