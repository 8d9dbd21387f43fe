"""Tasks on the cores of this machine, a process for each."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from skimpy_renaissance.errors import InputError, SamplingError, listed
from skimpy_renaissance.tasks.runner import require_attempts

__all__ = ["Processes", "one_thread_each"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Processes:
    """Several tasks at a time, each in a process of its own with one thread.

    Parameters
    ----------
    n_processes
        How many at a time.
    attempts
        How often a task is tried whose process dies.

    Raises
    ------
    InputError
        A number is below 1.
    """

    n_processes: int
    attempts: int = 3

    def __post_init__(self) -> None:
        n = self.n_processes
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise InputError(f"n_processes must be a whole number of at least 1, got {n!r}.")
        require_attempts(self.attempts)

    def results(
        self, task: Callable[[Item], Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result; see :class:`~skimpy_renaissance.tasks.runner.Runner`.

        A process that dies takes its pool along: what was under way is tried again in a new one.
        What is left after all attempts is tried once more one by one, to find who kills.
        """
        left = list(range(len(items)))
        for _ in range(self.attempts):
            if not left:
                return
            with _pool(self.n_processes) as pool:
                futures = {pool.submit(task, items[i]): i for i in left}
                for future in as_completed(futures):
                    if not _broke(future):
                        left.remove(futures[future])
                        yield futures[future], future.result()
        lost = []
        while left:
            with _pool(1) as pool:
                while left:
                    i = left.pop(0)
                    future = pool.submit(task, items[i])
                    if _broke(future):
                        lost.append(i)
                        break
                    yield i, future.result()
        if lost:
            raise SamplingError(
                f"The process died during each of {self.attempts} attempts at "
                f"{listed(f'task {i}' for i in lost)}. Is memory short, or does the main program "
                "lack `if __name__ == '__main__':`?"
            )


def _broke(future: Future[Result]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


@contextmanager
def _pool(size: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool; on an exception (Ctrl-C) drop what has not begun."""
    context = multiprocessing.get_context("spawn")  # forking a process with threads can hang
    pool = ProcessPoolExecutor(size, mp_context=context)
    try:
        with one_thread_each():
            yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that start within the block use one thread of linear algebra each.

    Yields
    ------
    None
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
