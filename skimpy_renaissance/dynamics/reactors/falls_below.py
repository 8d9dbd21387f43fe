"""What may happen in a reactor: a substrate is used up.

.. math:: g(x) = x_i - l
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names, require_positive

__all__ = ["FallsBelow"]


@dataclass(frozen=True)
class FallsBelow:
    """A variable falls to a level, for example glucose to 0.1 mmol/L.

    Parameters
    ----------
    variable
        Name of the variable.
    level
        Scaled concentration: mol/L times ``units.concentration_scaling``.
    terminal
        Whether the run stops there, or the time is only recorded.
    name
        What the event is called in results; by default ``"<variable> used up"``.

    Raises
    ------
    InputError
        The level is not positive and finite.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import FallsBelow, simulate_reactor
    >>> used_up = FallsBelow("glc__D_e", level=100.0)  # 0.1 mmol/L
    >>> given = {"times": [0, 6], "biomass": 0.05, "events": [used_up]}
    >>> runs = simulate_reactor(reactor, population.select([1]), state, **given)
    >>> runs.status["glc__D_e used up"].round(1).tolist()  # h
    [4.5]
    """

    variable: str
    level: float
    terminal: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        require_positive("level of FallsBelow", self.level)
        object.__setattr__(self, "name", self.name or f"{self.variable} used up")

    def function(
        self, variables: Sequence[str], reference: NDArray[np.float64]
    ) -> Callable[[NDArray[np.float64]], float]:
        """Return the distance to the level.

        Parameters
        ----------
        variables
            Names along the ``variable`` axis.
        reference
            Not used.

        Returns
        -------
        Callable
            Function of a state, `` `variable` ``, scaled concentration.

        Raises
        ------
        MissingEntryError
            There is no such variable.
        """
        del reference
        require_names([self.variable], variables, what="variable to watch")
        column, level = list(variables).index(self.variable), self.level
        return lambda x: float(x[column] - level)
