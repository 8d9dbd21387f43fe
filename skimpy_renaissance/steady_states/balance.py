r"""Fluxes brought to balance: the smallest relative change after which nothing accumulates.

Solvers balance metabolites to a tolerance, tables are rounded. The balanced fluxes nearest to
given ones are

.. math::

    v' = \arg\min \sum_r \Big(\frac{v'_r - v_r}{v_r}\Big)^2 \quad\text{with}\quad
    N v' = 0, \quad v'_r / v_r \ge \delta

with :math:`\delta` = 1e-3, so that every flux keeps its direction and none vanishes. Where the
bounds do not bind, that is one least-squares solution; where they do, it is least-distance
programming by non-negative least squares [1]_. Fluxes that are zero stay zero.

References
----------
.. [1] Lawson and Hanson, *Solving Least Squares Problems*, chapter 23 (1974),
   doi:10.1137/1.9781611971217.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
import scipy.optimize
from numpy.typing import NDArray

from skimpy_renaissance.errors import SteadyStateError, listed
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.steady_state import SteadyStates

__all__ = ["BalancedFluxes", "balance_fluxes"]

_LEAST_LEFT = 1e-3  # of a flux
_REFINEMENTS = 3
_BALANCED = 1e-9  # of the throughput, after refinement


@dataclass(frozen=True, eq=False, repr=False)
class BalancedFluxes:
    """Balanced steady states and what was changed; ``print`` says it in words.

    Parameters
    ----------
    states
        With balanced fluxes; concentrations and equilibrium constants as they were.
    relative_change
        `` `state x reaction` ``, dimensionless: change of each flux over the flux.
    impossible
        State to the reason why no balanced fluxes have its directions; it is left as it was.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from skimpy_renaissance.steady_states import balance_fluxes
    >>> more = np.where(np.array(network.reaction_names) == "PFK", 1.1, 1.0)  # 10 % through PFK
    >>> balanced = balance_fluxes(network, replace(states[:1], fluxes=states.fluxes[:1] * more))
    >>> balanced
    Fluxes of 1 steady state(s) balanced, directions kept; the largest relative change is 0.088, ...
    >>> len(sr.check_consistency(network, balanced.states).passed_names)
    1
    """

    states: SteadyStates
    relative_change: NDArray[np.float64]
    impossible: Mapping[str, str]

    def __repr__(self) -> str:
        changes = np.abs(self.relative_change)
        row, column = np.unravel_index(changes.argmax(), changes.shape)
        text = (
            f"Fluxes of {len(self.states) - len(self.impossible)} steady state(s) balanced, "
            f"directions kept; the largest relative change is {changes[row, column]:.2g}, of "
            f"{self.states.reaction_names[column]} in state {self.states.names[row]}"
        )
        if self.impossible:
            text += f"; not possible for {len(self.impossible)}: {listed(self.impossible)}"
        return text


def balance_fluxes(network: KineticNetwork, states: SteadyStates) -> BalancedFluxes:
    """Project fluxes onto balanced ones: the smallest relative change that keeps every direction.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states, read with ``check=False`` where they are not balanced.

    Returns
    -------
    BalancedFluxes

    Raises
    ------
    SteadyStateError
        No state can be balanced with these directions; metabolites in the way are named.

    Examples
    --------
    >>> print(balance_fluxes(network, states[:1]))
    Fluxes of 1 steady state(s) balanced, directions kept; the largest relative change is ...
    """
    changes = np.zeros_like(states.fluxes)
    impossible = {}
    for row, name in enumerate(states.names):
        found = _relative_change(network, states.fluxes[row])
        if isinstance(found, str):
            impossible[name] = found
        else:
            changes[row] = found
    if len(impossible) == len(states):
        name, reason = next(iter(impossible.items()))
        raise SteadyStateError(
            f"Fluxes of state {name!r} cannot be balanced: {reason}. Correct the directions, or "
            "add the reaction or the boundary that is missing."
        )
    balanced = replace(states, fluxes=states.fluxes * (1 + changes))
    return BalancedFluxes(balanced, changes, impossible)


def _relative_change(
    network: KineticNetwork, fluxes: NDArray[np.float64]
) -> NDArray[np.float64] | str:
    """Return the change, or why there is none."""
    flowing = network.stoichiometry * fluxes  # metabolite x reaction
    throughput = np.abs(flowing).sum(1)
    used = throughput > 0
    shares = flowing[used] / throughput[used, None]  # rows of order one, however small the fluxes
    change = _nearest(shares, -shares.sum(1))
    if (change < _LEAST_LEFT - 1).any():
        bounded = _nearest_within(shares, change, _LEAST_LEFT - 1)
        if bounded is None:
            return _in_the_way(network, shares, used)
        change = bounded
    return change


def _nearest(shares: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shortest u with ``shares @ u == wanted``, refined."""
    inverse = scipy.linalg.pinv(shares, rtol=1e-11)
    change = np.zeros(shares.shape[1])
    for _ in range(_REFINEMENTS):
        change = change + inverse @ (wanted - shares @ change)
    return change


def _nearest_within(
    shares: NDArray[np.float64], shortest: NDArray[np.float64], least: float
) -> NDArray[np.float64] | None:
    """Return the shortest such u of which no entry is below ``least``; ``None`` for none."""
    free = scipy.linalg.null_space(shares)  # reaction x direction
    if not free.size:
        return None
    lacking = least - shortest
    table = np.vstack([free.T, lacking])
    target = np.zeros(len(table))
    target[-1] = 1.0
    weights, _ = scipy.optimize.nnls(table, target, maxiter=30 * len(shortest))
    residual = table @ weights - target
    if abs(residual[-1]) < 1e-12:
        return None
    found = shortest - free @ (residual[:-1] / residual[-1])
    if np.abs(shares.sum(1) + shares @ found).max() > _BALANCED or found.min() < least - 1e-6:
        return None
    return np.asarray(found, dtype=np.float64)


def _in_the_way(
    network: KineticNetwork, shares: NDArray[np.float64], used: NDArray[np.bool_]
) -> str:
    names = [m for m, flows in zip(network.variables, used, strict=True) if flows]
    one_way = {
        "only made": [m for m, row in zip(names, shares, strict=True) if (row >= 0).all()],
        "only used": [m for m, row in zip(names, shares, strict=True) if (row <= 0).all()],
    }
    what = "; ".join(f"{how}: {listed(found)}" for how, found in one_way.items() if found)
    return "no balanced fluxes have these directions" + (f" ({what})" if what else "")
