r"""What may happen on the way: a concentration leaves its bounds, or all come back.

An event happens when a function of the state falls to zero,

.. math::
    g_{bounds} = \min_i \min(x_i/x_i^* - l,\; u - x_i/x_i^*), \qquad
    g_{tolerance} = \max_i |x_i/x_i^* - 1| - \epsilon .
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.errors import InputError, MissingEntryError, listed

__all__ = ["Event", "LeavesBounds", "ReachesTolerance"]

Vector = NDArray[np.float64]


class Event(Protocol):
    """Anything with a name that becomes a function of the state.

    Examples
    --------
    >>> class Halved:
    ...     name, terminal = "glucose halved", True
    ...
    ...     def function(self, variables, reference):
    ...         glucose = variables.index("glc__D_e")
    ...         return lambda x: x[glucose] - reference[glucose] / 2
    >>> from skimpy_renaissance.dynamics import simulate_reactor
    >>> given = {"times": [0, 6], "biomass": 0.05, "events": [Halved()]}
    >>> runs = simulate_reactor(reactor, population.select([1]), state, **given)
    >>> runs.status[["set", "status", "glucose halved"]].round(1)  # h
      set status  glucose halved
    0   1  event             3.5
    """

    @property
    def name(self) -> str:
        """What the event is called in results."""

    @property
    def terminal(self) -> bool:
        """Whether it stops the run."""

    def function(self, variables: Sequence[str], reference: Vector) -> Callable[[Vector], float]:
        """Return a function of the state that falls to zero when the event happens.

        Parameters
        ----------
        variables
            Names along the ``variable`` axis.
        reference
            `` `variable` ``, scaled concentration.

        Returns
        -------
        Callable
            Function of a state, `` `variable` ``, scaled concentration.
        """


@dataclass(frozen=True)
class LeavesBounds:
    """A concentration falls below or rises above a multiple of its reference.

    Parameters
    ----------
    lower, upper
        Multiples of the reference.
    variables
        Those watched; ``None`` for all.
    terminal
        Whether the run stops there, or the time is only recorded.
    name
        What the event is called in results.

    Raises
    ------
    InputError
        The bounds do not hold 1 between them.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import LeavesBounds, perturb, simulate
    >>> start = perturb(bound, 1, seed=0, lower=0.8, upper=1.2)
    >>> simulate(bound, population, [0, 0.1], initial=start, events=[LeavesBounds(0.5, 2.0)])
    <Trajectories: 5 runs x 2 times: 4 finished, 1 event>
    """

    lower: float = 0.1
    upper: float = 10.0
    variables: tuple[str, ...] | None = None
    terminal: bool = True
    name: str = "leaves bounds"

    def __post_init__(self) -> None:
        if not self.lower < 1 < self.upper:
            raise InputError(
                "LeavesBounds takes multiples of the reference with lower < 1 < upper, got "
                f"{self.lower!r} and {self.upper!r}."
            )

    def function(self, variables: Sequence[str], reference: Vector) -> Callable[[Vector], float]:
        """Return the distance to the nearest bound, positive within.

        Parameters
        ----------
        variables
            Names along the ``variable`` axis.
        reference
            `` `variable` ``, scaled concentration.

        Returns
        -------
        Callable
            Function of a state, `` `variable` ``, scaled concentration.
        """
        at, x0 = _watched(self.variables, variables, reference)
        lower, upper = self.lower, self.upper

        def distance(x: Vector) -> float:
            ratio = x[at] / x0
            return float(min(ratio.min() - lower, upper - ratio.max()))

        return distance


@dataclass(frozen=True)
class ReachesTolerance:
    """All concentrations are within a relative tolerance of their reference, for the first time.

    Parameters
    ----------
    tolerance
        Largest relative deviation.
    variables
        Those watched; ``None`` for all.
    terminal
        Whether the run stops there, or the time is only recorded.
    name
        What the event is called in results.

    Raises
    ------
    InputError
        The tolerance is not positive.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import ReachesTolerance, perturb, simulate
    >>> back = ReachesTolerance(tolerance=0.05)
    >>> start = perturb(bound, 1, seed=0, lower=0.8, upper=1.2)
    >>> courses = simulate(bound, population.select([0, 1]), [0, 1], initial=start, events=[back])
    >>> courses.status["reaches tolerance"].round(2).tolist()  # h; one is not
    [nan, 0.71]
    """

    tolerance: float = 0.01
    variables: tuple[str, ...] | None = None
    terminal: bool = False
    name: str = "reaches tolerance"

    def __post_init__(self) -> None:
        require_positive("tolerance", self.tolerance)

    def function(self, variables: Sequence[str], reference: Vector) -> Callable[[Vector], float]:
        """Return the largest relative deviation, less the tolerance.

        Parameters
        ----------
        variables
            Names along the ``variable`` axis.
        reference
            `` `variable` ``, scaled concentration.

        Returns
        -------
        Callable
            Function of a state, `` `variable` ``, scaled concentration.
        """
        at, x0 = _watched(self.variables, variables, reference)
        tolerance = self.tolerance

        def excess(x: Vector) -> float:
            return float(np.abs(x[at] / x0 - 1).max() - tolerance)

        return excess


def _watched(
    chosen: Sequence[str] | None, variables: Sequence[str], reference: Vector
) -> tuple[NDArray[np.intp], Vector]:
    names = tuple(variables) if chosen is None else tuple(chosen)
    unknown = [name for name in names if name not in variables]
    if unknown or not names:
        raise MissingEntryError(
            f"An event watches {listed(unknown) or 'nothing'}; the variables look like "
            f"{listed(variables, most=3)}."
        )
    at = np.array([list(variables).index(name) for name in names], dtype=np.intp)
    zero = [name for name, value in zip(names, reference[at], strict=True) if not value > 0]
    if zero:
        raise InputError(
            f"An event compares with the reference, which must be positive; it is not for "
            f"{listed(zero)}. Name the variables to watch: variables=(...)."
        )
    return at, reference[at]
