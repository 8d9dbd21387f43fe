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
    """How a run ended."""

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
    """

    states: NDArray[np.float64]
    status: Status
    message: str
    event_times: NDArray[np.float64]
    seconds: float
