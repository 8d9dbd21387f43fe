r"""Right-hand side and Jacobian of one model, ready for an integrator.

.. math::
    f = \Big(W + \sum_k x_k M_k\Big) v, \qquad
    \frac{\partial f}{\partial x} = \Big(W + \sum_k x_k M_k\Big)\frac{\partial v}{\partial x}
    + \sum_k (M_k v)\, e_k^T .
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.lane_system import LaneSystem, lane_system
from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem
from skimpy_renaissance.dynamics.equations.rate_code import slopes_of, write_rate_code
from skimpy_renaissance.instructions.graph import UnknownOperation
from skimpy_renaissance.instructions.program import write_program

__all__ = ["CompiledSystem", "compile_system"]

Vector = NDArray[np.float64]
_NO_NUMBER = (ArithmeticError, ValueError, TypeError)  # of rates far outside their domain


class CompiledSystem:
    """Differential equations as functions of plain arrays; goes to other processes.

    Parameters
    ----------
    variables, reaction_names, parameter_names
        Names, in the order of the axes.
    source
        What :func:`~skimpy_renaissance.dynamics.equations.rate_code.write_rate_code` returns.
    slopes
        (reaction, variable) of each derivative.
    effects
        Carrier's position, ``None`` for none, to `` `variable x reaction` ``.

    Notes
    -----
    Where a rate has no value (a negative concentration under a fractional power, a division by
    zero), all results are NaN: an integrator takes that as a step too far.
    """

    def __init__(
        self,
        variables: Sequence[str],
        reaction_names: Sequence[str],
        parameter_names: Sequence[str],
        *,
        source: str,
        slopes: Sequence[tuple[int, int]],
        effects: Sequence[tuple[int | None, NDArray[np.float64]]],
    ) -> None:
        self.variables = tuple(variables)
        self.reaction_names = tuple(reaction_names)
        self.parameter_names = tuple(parameter_names)
        self._source, self._slopes, self._effects = source, tuple(slopes), tuple(effects)
        functions: dict[str, Any] = {}
        exec(
            compile(source, "<rate laws>", "exec"), functions
        )  # our own text: no name of a model is in it
        self._rates: Callable[[list[float], list[float]], list[float]] = functions["rates"]
        self._derivatives: Callable[[list[float], list[float]], list[float]] = functions["slopes"]
        self._matrices = [(k, scipy.sparse.csr_array(m)) for k, m in self._effects]
        self._assembly = [(k, _assembly(m, self._slopes)) for k, m in self._effects]

    def __reduce__(self) -> tuple[Any, ...]:
        names = (self.variables, self.reaction_names, self.parameter_names)
        return _rebuild, (names, self._source, self._slopes, self._effects)

    def __repr__(self) -> str:
        return (
            f"<CompiledSystem: {len(self.variables)} variables, {len(self.reaction_names)} rates>"
        )

    @cached_property
    def on_lanes(self) -> LaneSystem | None:
        """The same equations for many models side by side; ``None`` where a rate law is unusual."""
        sizes = len(self.variables), len(self.parameter_names)
        try:
            program = write_program(self._source, *sizes)
        except UnknownOperation:
            return None
        return lane_system(program, self._slopes, self._effects)

    def rates(self, x: Vector, p: Vector) -> Vector:
        """Return the net rates.

        Parameters
        ----------
        x
            `` `variable` ``, scaled concentration.
        p
            `` `parameter` ``, scaled units.

        Returns
        -------
        numpy.ndarray
            `` `reaction` ``, scaled concentration of the cell per h.
        """
        return _numbers(self._rates, x, p, size=len(self.reaction_names))

    def right_hand_side(self, x: Vector, p: Vector) -> Vector:
        """Return the time derivatives.

        Parameters
        ----------
        x, p
            As for :meth:`rates`.

        Returns
        -------
        numpy.ndarray
            `` `variable` ``, scaled concentration per h.
        """
        v = self.rates(x, p)
        return np.asarray(sum((1.0 if k is None else x[k]) * (m @ v) for k, m in self._matrices))

    def jacobian(self, x: Vector, p: Vector) -> Vector:
        """Return the derivatives of the right-hand side.

        Parameters
        ----------
        x, p
            As for :meth:`rates`.

        Returns
        -------
        numpy.ndarray
            `` `variable x variable` ``, 1/h.
        """
        n = len(self.variables)
        slopes = _numbers(self._derivatives, x, p, size=len(self._slopes))
        flat = sum((1.0 if k is None else x[k]) * (a @ slopes) for k, a in self._assembly)
        jacobian = np.asarray(flat).reshape(n, n)
        carriers = [(k, m) for k, m in self._matrices if k is not None]
        if carriers:
            v = self.rates(x, p)
            for k, m in carriers:
                jacobian[:, k] += m @ v
        return jacobian


def compile_system(system: OdeSystem) -> CompiledSystem:
    """Write the rate laws out and return functions of one model's numbers.

    Parameters
    ----------
    system
        Reactions and what each does to each variable.

    Returns
    -------
    CompiledSystem
    """
    position = {name: i for i, name in enumerate(system.variables)}
    return CompiledSystem(
        system.variables,
        system.reaction_names,
        system.parameter_names,
        source=write_rate_code(system),
        slopes=slopes_of(system),
        effects=[(None, system.weights), *((position[k], m) for k, m in system.carried.items())],
    )


def _rebuild(
    names: tuple[Sequence[str], Sequence[str], Sequence[str]],
    source: str,
    slopes: Sequence[tuple[int, int]],
    effects: Sequence[tuple[int | None, NDArray[np.float64]]],
) -> CompiledSystem:
    return CompiledSystem(*names, source=source, slopes=slopes, effects=effects)


def _assembly(
    effect: NDArray[np.float64], slopes: Sequence[tuple[int, int]]
) -> scipy.sparse.csr_array:
    """Return `` (variable, variable) x slope ``: where each derivative goes in the Jacobian."""
    n = len(effect)
    rows, columns, values = [], [], []
    for position, (reaction, variable) in enumerate(slopes):
        for row in np.flatnonzero(effect[:, reaction]):
            rows.append(row * n + variable)
            columns.append(position)
            values.append(effect[row, reaction])
    return scipy.sparse.csr_array((values, (rows, columns)), shape=(n * n, len(slopes)))


def _numbers(
    function: Callable[[list[float], list[float]], list[float]], x: Vector, p: Vector, *, size: int
) -> Vector:
    try:
        return np.array(function(x.tolist(), p.tolist()), dtype=np.float64)
    except _NO_NUMBER:
        return np.full(size, np.nan)
