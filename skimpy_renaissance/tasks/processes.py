"""Tasks on the cores of this machine, a process for each.

Python code holds the interpreter's lock, so that threads would take turns. Processes are spawned,
not forked: a fork of a process with threads can wait for ever for a lock that one of them held.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from _thread import interrupt_main
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any, Generic, TypeVar

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.tasks.runner import give_up

__all__ = ["Processes", "usable_cores"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_INTERRUPT = {signal.SIGINT}
_UNDER_WAY = 2  # tasks per process: the next one is there when one is done


def usable_cores() -> int:
    """Return how many cores this process may use.

    Returns
    -------
    int

    Examples
    --------
    >>> from skimpy_renaissance.tasks import usable_cores
    >>> usable_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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

    Examples
    --------
    >>> from skimpy_renaissance.tasks import Processes
    >>> sorted(Processes(1).results(len, ["a", "bb"]))
    [(0, 1), (1, 2)]
    """

    n_processes: int
    attempts: int = 3

    def __post_init__(self) -> None:
        require_whole("n_processes", self.n_processes)
        require_whole("attempts", self.attempts)

    def results(
        self,
        task: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        labels: Sequence[str] | None = None,
        lost: Callable[[int], Result] | None = None,
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result; see :class:`~skimpy_renaissance.tasks.runner.Runner`.

        A process that dies takes its pool along. The tasks that were under way are then tried
        again, each in a pool of one, to find the one whose process dies; the others continue in a
        new pool.
        """
        left, suspects = deque(range(len(items))), deque[int]()
        deaths, dead = Counter[int](), []
        while left or suspects:
            alone = bool(suspects)
            queue = deque([suspects.popleft()]) if alone else left
            with _pool(task, 1 if alone else min(self.n_processes, len(left))) as pool:
                yield from pool.results(items, queue)
                under_way = pool.lost
            deaths.update(under_way)
            dead += [i for i in under_way if alone and deaths[i] >= self.attempts]
            suspects.extend(i for i in under_way if i not in dead)
        yield from give_up(dead, attempts=self.attempts, labels=labels, lost=lost)


@dataclass(eq=False)
class _Pool(Generic[Item, Result]):
    """Processes that hold the task; once one dies, none is left; mutable."""

    executor: ProcessPoolExecutor
    first: Future[None]
    n_processes: int
    lost: list[int]

    def results(self, items: Sequence[Item], queue: deque[int]) -> Iterator[tuple[int, Result]]:
        """Yield results until the queue is empty or a process dies: ``lost`` was under way then."""
        under_way: dict[Future[Result], int] = {}
        while under_way or (queue and not self.lost):
            while queue and not self.lost and len(under_way) < _UNDER_WAY * self.n_processes:
                position = queue.popleft()
                under_way[_submitted(self.executor, _carry_out, items[position])] = position
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                position = under_way.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    self._require_start(future)
                    self.lost.append(position)
                else:
                    yield position, future.result()

    def _require_start(self, future: Future[Result]) -> None:
        if self.first.exception() is not None:
            raise SamplingError(
                "Worker processes must be able to import the main program, but could not start. "
                "Put the program under `if __name__ == '__main__':`, or pass n_processes=1."
            ) from future.exception()


@contextmanager
def _pool(task: Callable[[Item], Result], n_processes: int) -> Iterator[_Pool[Item, Result]]:
    """Give processes; on an exception (Ctrl-C) they leave off at once."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    executor = ProcessPoolExecutor(
        n_processes, mp_context=context, initializer=_start, initargs=(task, stop)
    )
    try:
        yield _Pool(executor, _submitted(executor, _nothing), n_processes, [])
    except BaseException:
        stop.set()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _submitted(executor: ProcessPoolExecutor, *call: Any) -> Future[Any]:
    """Submit a call; a process that starts for it uses one thread of linear algebra."""
    future: Future[Any] = Future()
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        with _without_interrupts():
            return executor.submit(*call)
    except BrokenProcessPool as error:
        future.set_exception(error)
        return future
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back, here and in processes that start: they take it when they have loaded."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- in a worker process ---------------------------------------------------------------------------

_WORKER: list[_Worker] = []  # one, made when the process starts


def _start(task: Callable[[Any], Any], stop: Any) -> None:
    worker = _Worker(task)
    _WORKER.append(worker)
    signal.signal(signal.SIGINT, worker.on_signal)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
    Thread(target=worker.wait_for, args=(stop,), daemon=True).start()


def _nothing() -> None:
    """Show that the process has started."""


def _carry_out(item: Any) -> Any:
    return _WORKER[0].carry_out(item)


@dataclass
class _Worker:
    """Leaves Ctrl-C to the parent; ends in the middle of a task when that says so; mutable."""

    task: Callable[[Any], Any]
    busy: bool = False
    stopped: bool = False

    def carry_out(self, item: Any) -> Any:
        self.busy = not self.stopped
        try:
            return self.task(item) if self.busy else None
        finally:
            self.busy = False

    def wait_for(self, stop: Any) -> None:
        stop.wait()
        self.stopped = True
        interrupt_main()

    def on_signal(self, *_: object) -> None:
        if self.stopped and self.busy:
            raise KeyboardInterrupt
