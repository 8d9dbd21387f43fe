"""Right-hand side and Jacobian of one model, for integrators that ask for one state at a time.

Where numba is installed and the rate laws are usual ones, a model goes through the compiled
instructions that serve eight models side by side, all lanes alike: for a network of a hundred
reactions an integrator is several times as fast as with the interpreter, which serves otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem
from skimpy_renaissance.dynamics.equations.lane_system import LaneSystem
from skimpy_renaissance.sparse import have_numba, lane_rows

__all__ = ["functions_of_any", "functions_of_one"]

Vector = NDArray[np.float64]
Function = Callable[[Vector], Vector]
FunctionAt = Callable[[Vector, Vector], Vector]


def functions_of_one(compiled: CompiledSystem, parameters: Vector) -> tuple[Function, Function]:
    """Return the right-hand side and the Jacobian of one model.

    Parameters
    ----------
    compiled
        The differential equations.
    parameters
        `` `parameter` ``, scaled units.

    Returns
    -------
    right_hand_side, jacobian : Callable
        `` `variable` `` (scaled concentration) to `` `variable` `` (scaled concentration per h)
        and to `` `variable x variable` `` (1/h).
    """
    if have_numba() and compiled.on_lanes is not None:
        model = _OneModel(compiled.on_lanes)
        model.take(parameters)
        return model.right_hand_side, model.jacobian
    interpreted = compiled.model(parameters)
    return interpreted.right_hand_side, interpreted.jacobian


def functions_of_any(compiled: CompiledSystem) -> tuple[FunctionAt, FunctionAt]:
    """Return the same for parameters that change from call to call.

    Parameters
    ----------
    compiled
        The differential equations.

    Returns
    -------
    right_hand_side, jacobian : Callable
        Of `` `variable` `` (scaled concentration) and `` `parameter` `` (scaled units).
    """
    if not (have_numba() and compiled.on_lanes is not None):
        return compiled.right_hand_side, compiled.jacobian
    model = _OneModel(compiled.on_lanes)

    def right_hand_side(x: Vector, parameters: Vector) -> Vector:
        model.take(parameters)
        return model.right_hand_side(x)

    def jacobian(x: Vector, parameters: Vector) -> Vector:
        model.take(parameters)
        return model.jacobian(x)

    return right_hand_side, jacobian


class _OneModel:
    """Fills a table of its own; not for several threads at a time."""

    def __init__(self, system: LaneSystem) -> None:
        from skimpy_renaissance.instructions import program_kernels  # noqa: PLC0415 - needs numba

        self._execute, self._assemble = program_kernels.execute, program_kernels.assemble
        self._system, plan = system, system.elimination
        self._rates = system.program.rates.arrays
        self._rates_and_slopes = system.program.rates_and_slopes.arrays
        self._right, self._jacobian = system.right_hand_side.arrays, system.jacobian.arrays
        self._table, self._sums = system.program.new_table(), lane_rows(len(plan.rows))
        self._once = system.program.once.arrays

    def take(self, parameters: Vector) -> None:
        """Put parameters in the place of those before."""
        n = self._system.elimination.n_rows
        self._table[n : n + len(parameters)] = parameters[:, None]
        self._execute(self._once, self._table)

    def right_hand_side(self, x: Vector) -> Vector:
        """Return the time derivatives."""
        result = np.empty_like(x)
        self._table[: len(x)] = x[:, None]
        self._execute(self._rates, self._table)
        self._assemble(self._right, self._table, self._sums)
        result[self._system.elimination.order] = self._sums[: len(x), 0]
        return result

    def jacobian(self, x: Vector) -> Vector:
        """Return the derivatives of the right-hand side."""
        plan, result = self._system.elimination, np.zeros((len(x), len(x)))
        self._table[: len(x)] = x[:, None]
        self._execute(self._rates_and_slopes, self._table)
        self._assemble(self._jacobian, self._table, self._sums)
        result[plan.rows, plan.columns] = self._sums[:, 0]
        return result
