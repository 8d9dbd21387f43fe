r"""Right-hand side and Jacobian of one model, ready for an integrator.

.. math::
    f = \Big(W + \sum_k x_k M_k\Big) v, \qquad
    \frac{\partial f}{\partial x} = \Big(W + \sum_k x_k M_k\Big)\frac{\partial v}{\partial x}
    + \sum_k (M_k v)\, e_k^T .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.derivatives import laws_of, slopes_of
from skimpy_renaissance.dynamics.equations.lane_system import LaneSystem, lane_system
from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem
from skimpy_renaissance.instructions import Interpreter, RateProgram, write_program

__all__ = ["CompiledSystem", "InterpretedModel", "compile_system"]

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CompiledSystem:
    """Differential equations as functions of plain arrays; goes to other processes.

    Parameters
    ----------
    variables, reaction_names, parameter_names
        Names, in the order of the axes.
    program
        What computes rates and derivatives.
    slopes
        (reaction, variable) of each derivative.
    effects
        Carrier's position, ``None`` for none, to `` `variable x reaction` ``.

    Examples
    --------
    >>> compiled = reactor.compiled
    >>> compiled
    <CompiledSystem: 53 variables, 44 rates>
    >>> start = batches.trajectories.concentrations[0, 0]
    >>> compiled.jacobian(start, np.ones(len(compiled.parameter_names))).shape
    (53, 53)
    """

    variables: tuple[str, ...]
    reaction_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    program: RateProgram
    slopes: Sequence[tuple[int, int]]
    effects: Sequence[tuple[int | None, NDArray[np.float64]]]

    def __repr__(self) -> str:
        return (
            f"<CompiledSystem: {len(self.variables)} variables, {len(self.reaction_names)} rates>"
        )

    @cached_property
    def on_lanes(self) -> LaneSystem | None:
        """The same equations for many models side by side; ``None`` where a rate law is unusual."""
        if not self.program.can_be_compiled:
            return None
        return lane_system(self.program, self.slopes, self.effects)

    @cached_property
    def matrices(self) -> list[tuple[int | None, scipy.sparse.csr_array]]:
        """The effects, sparse."""
        return [(k, scipy.sparse.csr_array(m)) for k, m in self.effects]

    @cached_property
    def assembly(self) -> list[tuple[int | None, scipy.sparse.csr_array]]:
        """Where each derivative goes in the Jacobian, `` (variable, variable) x slope ``."""
        return [(k, _assembly(m, self.slopes)) for k, m in self.effects]

    def model(self, p: Vector) -> InterpretedModel:
        """Return the equations of one model.

        Parameters
        ----------
        p
            `` `parameter` ``, scaled units.

        Returns
        -------
        InterpretedModel
        """
        return InterpretedModel(self, p)

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
        return self.model(p).rates(x)

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
        return self.model(p).right_hand_side(x)

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
        return self.model(p).jacobian(x)


class InterpretedModel:
    """Equations of one model in plain Python; not for several threads at a time.

    Parameters
    ----------
    compiled
        The differential equations.
    p
        `` `parameter` ``, scaled units.

    Notes
    -----
    All results are NaN where a rate has no value; see :class:`Interpreter`.
    """

    def __init__(self, compiled: CompiledSystem, p: Vector) -> None:
        self._matrices, self._assembly = compiled.matrices, compiled.assembly
        self._interpreter = Interpreter(compiled.program, np.asarray(p))

    def rates(self, x: Vector) -> Vector:
        """Return the net rates at a state; see :meth:`CompiledSystem.rates`."""
        return self._interpreter.rates(x)

    def right_hand_side(self, x: Vector) -> Vector:
        """Return the time derivatives; see :meth:`CompiledSystem.right_hand_side`."""
        v = self.rates(x)
        return np.asarray(sum((1.0 if k is None else x[k]) * (m @ v) for k, m in self._matrices))

    def jacobian(self, x: Vector) -> Vector:
        """Return their derivatives; see :meth:`CompiledSystem.jacobian`."""
        n, n_rates = len(x), self._matrices[0][1].shape[1]
        v, slopes = np.split(self._interpreter.rates_and_slopes(x), [n_rates])
        flat = sum((1.0 if k is None else x[k]) * (a @ slopes) for k, a in self._assembly)
        jacobian = np.asarray(flat).reshape(n, n)
        for k, m in self._matrices:
            if k is not None:
                jacobian[:, k] += m @ v
        return jacobian


def compile_system(system: OdeSystem) -> CompiledSystem:
    """Lower the rate laws to instructions.

    Parameters
    ----------
    system
        Reactions and what each does to each variable.

    Returns
    -------
    CompiledSystem

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import compile_system, network_system
    >>> compiled = compile_system(network_system(network))
    >>> x = state.concentrations[list(compiled.variables)].to_numpy()
    >>> p = population.to_dataframe()[list(compiled.parameter_names)].to_numpy()[0]
    >>> bool(abs(compiled.right_hand_side(x, p) / x).max() < 1e-6)  # 1/h: a steady state
    True
    """
    position = {name: i for i, name in enumerate(system.variables)}
    sizes = len(system.variables), len(system.parameter_names)
    return CompiledSystem(
        system.variables,
        system.reaction_names,
        system.parameter_names,
        write_program(laws_of(system), *sizes),
        slopes_of(system),
        [(None, system.weights), *((position[k], m) for k, m in system.carried.items())],
    )


def _assembly(
    effect: NDArray[np.float64], slopes: Sequence[tuple[int, int]]
) -> scipy.sparse.csr_array:
    """Return `` (variable, variable) x slope ``: where each derivative goes in the Jacobian."""
    n = len(effect)
    reactions, variables = np.array(slopes, dtype=np.intp).reshape(-1, 2).T
    by_slope = effect[:, reactions]
    row, position = np.nonzero(by_slope)
    entries = (by_slope[row, position], (row * n + variables[position], position))
    return scipy.sparse.csr_array(entries, shape=(n * n, len(slopes)))
