r"""Whether fluxes and concentrations are those of a cell: growth rates and turnover times.

The turnover time of a metabolite is its amount over the flux through it,

.. math:: \tau_i = x_i \Big/ \tfrac{1}{2} w_i \sum_r |N_{ir}|\,|v_r| .

In published kinetic models of bacteria and yeast its median over the metabolites is about a second;
fluxes in mmol/gDW/h taken for scaled ones give days, fluxes scaled twice nanoseconds. Growth
reactions are often lumped, their coefficients multiplied and their flux divided by one factor, so
that growth is judged by what the reaction takes from the metabolites too, which does not change:
between 1 and 200 mmol make a gram of cells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.steady_state import SteadyState, SteadyStates

__all__ = [
    "PLAUSIBLE_TURNOVER",
    "growth_out_of_range",
    "growth_rate",
    "growth_reaction",
    "maintenance_reactions",
    "turnover_times",
]

PLAUSIBLE_TURNOVER = (1e-8, 10.0)
"""Range of the median turnover time of a state, h."""

_GROWTH_WORDS = ("biomass", "growth")
_MAINTENANCE_WORDS = ("atpm", "ngam", "maintenance")
_PLAUSIBLE_GROWTH = (1e-3, 10.0)  # 1/h; the slower end also in mmol/gDW/h that growth takes
_PER_GRAM = 200.0  # mmol: more than a gram of cells takes
_SLOW = 0.01  # 1/h: slower cells are kept alive rather than grown


def growth_reaction(network: KineticNetwork) -> str | None:
    """Return the reaction whose flux is the growth rate, found by its name.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    str or None
        ``None`` where no name, or more than one, contains "biomass" or "growth".

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import growth_reaction
    >>> growth_reaction(network)
    'Biomass_Ecoli_core'
    """
    found = [r for r in network.reaction_names if any(word in r.lower() for word in _GROWTH_WORDS)]
    return found[0] if len(found) == 1 else None


def maintenance_reactions(network: KineticNetwork) -> tuple[str, ...]:
    """Return reactions that stand for maintenance and have no enzyme, found by their names.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    tuple of str
        Those with "ATPM", "NGAM" or "maintenance" in their name, in any case.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import maintenance_reactions
    >>> maintenance_reactions(network)
    ('ATPM',)
    """
    return tuple(
        r for r in network.reaction_names if any(word in r.lower() for word in _MAINTENANCE_WORDS)
    )


def growth_rate(
    network: KineticNetwork,
    state: SteadyState,
    *,
    reaction: str | None = None,
    scaling: float = 1.0,
) -> float | None:
    """Return the growth rate of a steady state.

    Parameters
    ----------
    network
        The kinetic model.
    state
        The steady state.
    reaction
        The growth reaction; by default found by its name.
    scaling
        Growth rate, 1/h, per flux of that reaction, mmol/gDW/h.

    Returns
    -------
    float or None
        1/h; ``None`` where no reaction is growth or units are not known.

    Raises
    ------
    MissingEntryError
        The network has no such reaction.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import growth_rate
    >>> round(growth_rate(network, state), 2)
    0.61
    """
    name = growth_reaction(network) if reaction is None else network.reaction(reaction).name
    if name is None or state.units is None:
        return None
    return scaling * state.units.mmol_per_gdw_h(float(state.fluxes[name]))


def turnover_times(
    network: KineticNetwork, states: SteadyState | SteadyStates
) -> NDArray[np.float64]:
    """Return the amount of each balanced metabolite over the flux through it.

    Parameters
    ----------
    network
        The kinetic model.
    states
        One steady state, or several.

    Returns
    -------
    numpy.ndarray
        `` `metabolite` `` or `` `state x metabolite` ``, h; infinite where nothing flows.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import turnover_times
    >>> hours = pd.Series(turnover_times(network, state), network.variables)
    >>> print(f"{3600 * hours['atp_c']:.1f} s")
    1.2 s
    """
    if isinstance(states, SteadyState):
        x = states.concentrations[list(network.variables)].to_numpy(dtype=float)
        fluxes = states.fluxes.to_numpy(dtype=float)
    else:
        x, fluxes = states.concentrations[:, : len(network.variables)], states.fluxes
    per_hour = np.abs(fluxes) * (1.0 if states.units is None else states.units.time_scaling)
    through = network.volume_ratios * (per_hour @ np.abs(network.stoichiometry).T) / 2
    return np.divide(x, through, out=np.full_like(x, np.inf), where=through > 0)


def growth_out_of_range(
    network: KineticNetwork, states: SteadyStates
) -> tuple[str | None, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return how fast each state grows, and whether no cell does, or hardly any.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.

    Returns
    -------
    reaction : str or None
        The growth reaction, where one is known by its name.
    rates : numpy.ndarray
        `` `state` ``, 1/h: its flux in mmol/gDW/h; NaN where there is none.
    impossible : numpy.ndarray
        `` `state` ``: neither the flux nor what it takes is that of a growing cell.
    doubtful : numpy.ndarray
        `` `state` ``: what the reaction takes makes a gram, but its flux is below 0.01 1/h.
    """
    name = growth_reaction(network)
    if name is None:
        never = np.zeros(len(states), dtype=bool)
        return None, np.full(len(states), np.nan), never, never
    column = network.reaction_names.index(name)
    rates = np.abs(states.units.mmol_per_gdw_h(states.fluxes[:, column]))
    takes = -np.minimum(network.full_stoichiometry[:, column], 0.0).sum()
    taken = rates * takes  # mmol/gDW/h
    slowest, fastest = _PLAUSIBLE_GROWTH
    slow = (np.maximum(rates, taken) < slowest) & (rates > 0)
    impossible = slow | (np.minimum(rates, taken / _PER_GRAM) > fastest)
    doubtful = (rates > 0) & (rates < _SLOW) & ~impossible & (1 < takes < _PER_GRAM)
    return name, rates, impossible, doubtful
