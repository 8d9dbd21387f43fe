r"""Which fluxes a steady state can have: balance, bounds, measured rates and directions.

.. math:: N v = 0, \qquad l \le v \le u, \qquad v_r > 0 \text{ or } v_r < 0 .

Fluxes are in the unit of the genome-scale model (``Units.flux_unit``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import SteadyStateError, listed
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.linear_system import LinearSystem
from skimpy_renaissance.steady_states.stated_ranges import Ranges, stated, widened
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.units import Units

__all__ = ["explain_fluxes", "flux_system", "known_directions"]

Array = NDArray[np.float64]

_LEAST = 0.1  # of the smallest flux seen: a widened range comes no nearer to zero


def flux_system(
    network: KineticNetwork,
    units: Units,
    *,
    like: SteadyStates | None,
    widen: float,
    fluxes: Ranges,
) -> LinearSystem:
    """Return balance and bounds.

    Parameters
    ----------
    network
        The kinetic model.
    units
        Of the fluxes.
    like
        States whose ranges hold where ``fluxes`` states none.
    widen
        Width of these over that seen.
    fluxes
        Reaction to (lowest, highest) or to a value, ``units.flux_unit``.

    Returns
    -------
    LinearSystem
        Variables are the fluxes, in ``units.flux_unit``.

    Raises
    ------
    MissingEntryError
        There is no such reaction.
    InputError
        A range is not one.
    """
    names = network.reaction_names
    require_names(fluxes, names, what="reaction of the kinetic model")
    low, high = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    if like is not None:
        seen = like.fluxes / like.units.flux_factor
        low, high = widened(seen, widen)
        least = _LEAST * np.abs(seen).min(axis=0)
        low = np.where((seen > 0).all(axis=0), np.maximum(low, least), low)
        high = np.where((seen < 0).all(axis=0), np.minimum(high, -least), high)
    for name, given in fluxes.items():
        place = names.index(name)
        low[place], high[place] = stated(name, given, what="flux", unit=units.flux_unit)
    none = np.zeros(0)
    return LinearSystem(low, high, network.stoichiometry, np.zeros((0, len(names))), none, none)


def known_directions(
    network: KineticNetwork, system: LinearSystem, directions: Mapping[str, int]
) -> NDArray[np.int_]:
    """Return the direction of each reaction as far as fluxes tell it.

    Parameters
    ----------
    network
        The kinetic model.
    system
        Bounds of its fluxes.
    directions
        Reaction to 1 (forward) or -1 (backward).

    Returns
    -------
    numpy.ndarray
        `` `reaction` ``: 1, -1, or 0 where a flux can have either sign.
    """
    low, high = system.low, system.high
    signs = np.where(low >= 0, 1, 0) - np.where(high <= 0, 1, 0)
    one_way = [r.equilibrium_constant is None and r.rate.backward == 0 for r in network.reactions]
    signs = np.where((signs == 0) & np.array(one_way), 1, signs)
    for name, direction in directions.items():
        signs[network.reaction_names.index(name)] = direction
    return signs


def explain_fluxes(network: KineticNetwork, units: Units, system: LinearSystem) -> None:
    """Raise where no fluxes keep to balance and bounds, and say which bounds are in the way.

    Parameters
    ----------
    network
        The kinetic model.
    units
        Of the fluxes.
    system
        Balance and bounds.

    Raises
    ------
    SteadyStateError
        Nothing is left.
    """
    found = system.contradiction()
    if found is None:
        return
    values = {"low": system.low, "high": system.high}
    sign = {"low": ">=", "high": "<="}

    def said(side: str, place: int, value: float) -> str:
        return f"{network.reaction_names[place]} {sign[side]} {value:.4g}"

    bounds = [said(side, place, values[side][place]) for side, place in found.in_the_way]
    changes = [said(side, place, value) for (side, place), value in found.change.items()]
    through = [network.variables[place] for place in found.balances]
    raise SteadyStateError(
        f"No fluxes are balanced within these bounds ({units.flux_unit}): {listed(bounds, most=8)} "
        "exclude one another"
        + (f", through the balance of {listed(through)}" if through else "")
        + f". It would be enough to have {listed(changes)}."
    )
