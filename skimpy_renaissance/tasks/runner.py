"""What carries out tasks, and the simplest way: one after the other, here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from skimpy_renaissance.errors import InputError

__all__ = ["Here", "Runner", "require_attempts"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Runner(Protocol):
    """A way to carry out tasks that do not depend on one another."""

    def results(
        self, task: Callable[[Item], Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result as soon as it is there.

        Parameters
        ----------
        task
            Carried out on each item. It must give the same when it is carried out again, and
            travel to other processes with its items and results.
        items
            One per task.

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
class Here:
    """One task after the other, in this process."""

    def results(
        self, task: Callable[[Item], Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result; see :class:`Runner`."""
        for position, item in enumerate(items):
            yield position, task(item)


def require_attempts(attempts: object) -> None:
    """Raise unless a task may be tried at least once.

    Parameters
    ----------
    attempts
        How often a task is tried whose worker dies.

    Raises
    ------
    InputError
        It is not a whole number of at least 1.
    """
    if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
        raise InputError(f"attempts must be a whole number of at least 1, got {attempts!r}.")
