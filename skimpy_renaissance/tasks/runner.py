"""What carries out tasks, and the simplest way: one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from skimpy_renaissance.errors import SamplingError, listed

__all__ = ["Runner", "Serial", "give_up"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Runner(Protocol):
    """A way to carry out tasks that do not depend on one another.

    Examples
    --------
    >>> from skimpy_renaissance.tasks import Runner, Serial
    >>> def total_length(runner: Runner, words: list[str]) -> int:
    ...     return sum(length for _, length in runner.results(len, words))
    >>> total_length(Serial(), ["a", "bb"])
    3
    """

    def results(
        self,
        task: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        labels: Sequence[str] | None = None,
        lost: Callable[[int], Result] | None = None,
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result as soon as it is there.

        Parameters
        ----------
        task
            Carried out on each item. It goes to each worker once, so what all items share belongs
            in it (``functools.partial(task, settings)``). It must give the same when it is carried
            out again, and travel to other processes, as items and results do.
        items
            One per task.
        labels
            `` `item` ``: what a message calls each task, beside its position.
        lost
            Position to what stands for a task whose worker dies again and again; by default an
            error tells which tasks these are.

        Yields
        ------
        (int, result)
            Position of the item, and what the task returned; in any order.

        Raises
        ------
        SamplingError
            A task's worker died again and again, after all other results were yielded.
        Exception
            What a task raised.
        """


@dataclass(frozen=True)
class Serial:
    """One task after the other, in this process.

    Examples
    --------
    >>> from skimpy_renaissance.tasks import Serial
    >>> list(Serial().results(len, ["a", "bb"]))
    [(0, 1), (1, 2)]
    """

    def results(
        self,
        task: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        labels: Sequence[str] | None = None,
        lost: Callable[[int], Result] | None = None,
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result; see :class:`Runner`. No worker can die."""
        del labels, lost
        for position, item in enumerate(items):
            yield position, task(item)


def give_up(
    positions: Iterable[int],
    *,
    attempts: int,
    labels: Sequence[str] | None,
    lost: Callable[[int], Result] | None,
) -> Iterator[tuple[int, Result]]:
    """Yield what stands for tasks whose workers died, or raise and name them.

    Parameters
    ----------
    positions
        The tasks.
    attempts
        How often each was tried.
    labels, lost
        As for :meth:`Runner.results`.

    Yields
    ------
    (int, result)
        What ``lost`` returns.

    Raises
    ------
    SamplingError
        There are such tasks, and nothing stands for them.
    """
    positions = sorted(positions)
    if lost is not None:
        yield from ((i, lost(i)) for i in positions)
    elif positions:
        names = [f"task {i}" + (f" ({labels[i]})" if labels else "") for i in positions]
        raise SamplingError(
            f"The worker process died during each of {attempts} attempts at {listed(names)}. "
            "Is memory short?"
        )
