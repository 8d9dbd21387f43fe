"""How one integration ended, and what it left.

A model that cannot be integrated is data: it has a status and a message, like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Run", "Status"]


class Status(str, Enum):
    """How a run ended.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Status
    >>> batches.trajectories.statuses[0] is Status.FINISHED
    True
    >>> [status.value for status in Status][1:4]
    ['event', 'time limit', 'step limit']
    """

    FINISHED = "finished"
    """All requested times were reached."""
    EVENT = "event"
    """A terminal event stopped it."""
    TIME_LIMIT = "time limit"
    """It used up its seconds of wall-clock time."""
    STEP_LIMIT = "step limit"
    """It needed too many steps between two requested times."""
    DIVERGED = "diverged"
    """A variable grew far beyond its reference: nothing that follows means anything."""
    NOT_FINITE = "not finite"
    """The equations have no finite value where the run began or went."""
    FAILED = "failed"
    """The integrator gave up: the message tells why."""
    LOST = "lost"
    """Its process died."""


@dataclass(frozen=True, eq=False)
class Run:
    """One trajectory.

    Parameters
    ----------
    states
        `` `time x variable` ``; NaN after the run stopped.
    status
        How it ended.
    message
        In words.
    event_times
        `` `event` ``: when each first happened, NaN where it never did.
    seconds
        Wall-clock time it took.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BDF, Problem
    >>> times, one = np.array([0.0, 1.0]), np.ones(1)
    >>> run = BDF().run(Problem(lambda x: -x, None, one, times, rtol=1e-8, atol=1e-10 * one))
    >>> run.status.value, run.states[-1].round(4).tolist()
    ('finished', [0.3679])
    """

    states: NDArray[np.float64]
    status: Status
    message: str
    event_times: NDArray[np.float64]
    seconds: float
