r"""What an integrator is given: an initial-value problem.

.. math:: \frac{dx}{dt} = f(x), \qquad x(t_0) = x_0, \qquad J = \frac{\partial f}{\partial x}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.integrators.outcome import Run, Status

__all__ = [
    "Crossing",
    "Integrator",
    "Notebook",
    "Problem",
    "record_crossings",
    "run_recorded",
]

Vector = NDArray[np.float64]


class TimeUp(Exception):  # noqa: N818 - not an error: how a run is stopped from within
    """The run has used up its wall-clock time."""


@dataclass(frozen=True)
class Crossing:
    """A function of the state that falls to zero when an event happens.

    Parameters
    ----------
    function
        Function of a state, `` `variable` ``.
    terminal
        Whether the run stops there.
    name
        What the event is called.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BDF, Crossing, Problem
    >>> half = Crossing(lambda x: x[0] - 0.5, terminal=True, name="half is left")
    >>> times, one = np.array([0.0, 1.0]), np.ones(1)
    >>> decay = Problem(lambda x: -x, None, one, times, rtol=1e-8, atol=1e-10 * one, events=[half])
    >>> BDF().run(decay).message
    'half is left at 0.693147'
    """

    function: Callable[[Vector], float]
    terminal: bool
    name: str


@dataclass(frozen=True, eq=False)
class Problem:
    """An autonomous initial-value problem.

    Parameters
    ----------
    right_hand_side
        Function of a state, `` `variable` ``.
    jacobian
        Function of a state; `` `variable x variable` ``. ``None``: by finite differences.
    initial
        `` `variable` ``.
    times
        `` `time` ``, ascending; the first is that of ``initial``.
    rtol
        Relative tolerance.
    atol
        `` `variable` ``: absolute tolerance.
    events
        What to look out for.
    time_limit
        Seconds of wall-clock time; ``None`` for no limit.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BDF, Problem
    >>> times, one = np.array([0.0, 1.0]), np.ones(1)
    >>> decay = Problem(lambda x: -x, None, one, times, rtol=1e-8, atol=1e-10 * one)
    >>> BDF().run(decay).states.round(4).tolist()
    [[1.0], [0.3679]]
    """

    right_hand_side: Callable[[Vector], Vector]
    jacobian: Callable[[Vector], Vector] | None
    initial: Vector
    times: Vector
    rtol: float
    atol: Vector
    events: Sequence[Crossing] = ()
    time_limit: float | None = None


class Integrator(Protocol):
    """Anything that solves an initial-value problem.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Run, Status, simulate
    >>> class Nothing:
    ...     def run(self, problem):
    ...         states = np.repeat(problem.initial[None], len(problem.times), axis=0)
    ...         return Run(states, Status.FINISHED, "nothing moves", np.zeros(0), seconds=0.0)
    >>> simulate(bound, population, [0, 1], integrator=Nothing()).status["message"][0]
    'nothing moves'
    """

    def run(self, problem: Problem) -> Run:
        """Return the trajectory; an exception of the problem's functions passes through.

        Parameters
        ----------
        problem
            Right-hand side, initial state, times and tolerances.

        Returns
        -------
        Run
        """


@dataclass
class Notebook:
    """Keeps the books of one run; mutable.

    Parameters
    ----------
    problem
        What is solved.
    """

    problem: Problem
    states: Vector = field(init=False)
    event_times: Vector = field(init=False)
    _begin: float = field(init=False, default_factory=perf_counter)

    def __post_init__(self) -> None:
        problem = self.problem
        self.states = np.full((len(problem.times), len(problem.initial)), np.nan)
        self.states[0] = problem.initial
        self.event_times = np.full(len(problem.events), np.nan)

    def slope(self, x: Vector) -> Vector:
        """Return the right-hand side.

        Parameters
        ----------
        x
            `` `variable` ``.

        Returns
        -------
        numpy.ndarray
            `` `variable` ``.

        Raises
        ------
        TimeUp
            The run has used up its wall-clock time.
        """
        limit = self.problem.time_limit
        if limit is not None and perf_counter() - self._begin > limit:
            raise TimeUp
        return self.problem.right_hand_side(x)

    def happened(self, event: int, time: float) -> bool:
        """Record an event the first time.

        Parameters
        ----------
        event
            Its position.
        time
            When it happened.

        Returns
        -------
        bool
            Whether it ends the run.
        """
        if np.isnan(self.event_times[event]):
            self.event_times[event] = time
        return self.problem.events[event].terminal

    def at_start(self) -> Run | None:
        """Return a run that is over before it begins, if it is."""
        problem = self.problem
        if (
            not np.isfinite(problem.initial).all()
            or not np.isfinite(problem.right_hand_side(problem.initial)).all()
        ):
            return self.close(
                Status.NOT_FINITE, "The right-hand side is not finite at the initial state."
            )
        ends = [
            self.happened(i, problem.times[0])
            for i, event in enumerate(problem.events)
            if event.function(problem.initial) <= 0
        ]
        if any(ends):
            return self.stopped_by_event()
        return self.close(Status.FINISHED, "") if len(problem.times) == 1 else None

    def stopped_by_event(self) -> Run:
        """Return the run as it is after a terminal event."""
        names = [
            f"{event.name} at {time:g}"
            for event, time in zip(self.problem.events, self.event_times, strict=True)
            if event.terminal and not np.isnan(time)
        ]
        return self.close(Status.EVENT, "; ".join(names))

    def close(self, status: Status, message: str) -> Run:
        """Return the run.

        Parameters
        ----------
        status
            How it ended.
        message
            In words.

        Returns
        -------
        Run
        """
        seconds = perf_counter() - self._begin
        return Run(self.states, status, message, self.event_times, seconds)


def run_recorded(problem: Problem, run: Callable[[Notebook], Run]) -> Run:
    """Carry out a run in a notebook, unless it is over at its start, until its time is up.

    Parameters
    ----------
    problem
        What is integrated.
    run
        The method: integrates the problem of a notebook and closes it.

    Returns
    -------
    Run
    """
    book = Notebook(problem)
    over = book.at_start()
    if over is not None:
        return over
    try:
        with np.errstate(all="ignore"):
            return run(book)
    except TimeUp:
        limit = f"Stopped after {problem.time_limit:g} s of wall-clock time."
        return book.close(Status.TIME_LIMIT, limit)


def record_crossings(
    book: Notebook,
    path: Callable[[float], Vector],
    interval: tuple[float, float],
    *,
    before: Sequence[float],
    after: Sequence[float],
) -> float:
    """Record the events of one step.

    Parameters
    ----------
    book
        Notebook of the run.
    path
        Time to state, within the step.
    interval
        Begin and end of the step.
    before, after
        `` `event` ``: value of each event's function there.

    Returns
    -------
    float
        Time of the first terminal event, or infinity.
    """
    times = {}
    for i in range(len(before)):
        if before[i] > 0 >= after[i]:

            def value(t: float, i: int = i) -> float:
                return book.problem.events[i].function(path(t))

            bracketed = value(interval[0]) > 0 >= value(interval[1])
            times[i] = scipy.optimize.brentq(value, *interval) if bracketed else interval[1]
    terminal = [time for i, time in times.items() if book.problem.events[i].terminal]
    end = min(terminal, default=np.inf)
    for i, time in times.items():
        if time <= end:
            book.happened(i, time)
    return float(end)
