r"""Which concentrations and equilibrium constants go with given directions.

.. math:: \ln x \in [l, u], \qquad \ln K_r \in [\ln K_r^\circ \pm \epsilon_r], \qquad
          \sum_m n_{mr} \ln x_m - \ln K_r = \ln \Gamma_r \in [g_r, h_r], \qquad
          s_r \ln \Gamma_r \le -\delta

with :math:`s_r = 1` where a reaction runs forward and -1 where it runs backward: a polytope in
:math:`(\ln x, \ln K)`, with concentrations in mol/L. Where nothing is known of a constant, states
are often made with the displacement :math:`\Gamma_r` near 1 instead, so that it has a range, too.
Totals of several metabolites are no part of the polytope; they are a further limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number, require_names
from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.concentration_classes import concentration_range
from skimpy_renaissance.steady_states.displacement import log_displacement
from skimpy_renaissance.steady_states.hit_and_run import Excess
from skimpy_renaissance.steady_states.joint_errors import half_widths, joint_limits
from skimpy_renaissance.steady_states.linear_system import LinearSystem, Polytope
from skimpy_renaissance.steady_states.stated_ranges import Ranges, stated, widened
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.units import Units

__all__ = [
    "Energies",
    "beyond_totals",
    "concentration_system",
    "directions_of_energies",
    "explain_concentrations",
]

Array = NDArray[np.float64]
_LEAST_LOG = log(1e-9)  # mol/L, where a class of metabolites may be absent


@dataclass(frozen=True, eq=False)
class Energies:
    """What is stated of concentrations and equilibrium constants.

    Parameters
    ----------
    like
        States whose ranges hold where nothing else is stated.
    widen
        Width of these over that seen.
    concentrations
        Metabolite to (lowest, highest) or to a value, mol/L. Without ``like``, others keep the
        value that the network has, or the range of their class.
    k_eq
        Reaction to equilibrium constant, mol/L to the power of its summed stoichiometry. Without
        ``like``, others keep the value that the network has.
    k_eq_error
        Half width of ln K, one number or one per reaction, or `` `reaction x axis` ``, half axes
        of a box of ln K; ``None`` is the range seen in ``like``, else 0.
    displacements
        Reaction to (lowest, highest) or to a value, ln displacement. Those seen in ``like`` hold
        for others whose constant is not stated.
    least_displacement
        Least distance of ln displacement from 0, where ``like`` shows none that is less.
    """

    like: SteadyStates | None
    widen: float
    concentrations: Ranges
    k_eq: Mapping[str, float]
    k_eq_error: float | Mapping[str, float] | pd.DataFrame | None
    displacements: Ranges
    least_displacement: float

    @property
    def errors(self) -> Mapping[str, float]:
        """Half widths by reaction, where they are stated one by one or by a box."""
        if isinstance(self.k_eq_error, pd.DataFrame):
            return half_widths(self.k_eq_error)
        return self.k_eq_error if isinstance(self.k_eq_error, Mapping) else {}


def concentration_system(
    network: KineticNetwork, units: Units, energies: Energies, *, signs: NDArray[np.int_]
) -> LinearSystem:
    """Return ranges of logarithms and the limits that directions set.

    Parameters
    ----------
    network
        The kinetic model.
    units
        Of its scaled concentrations.
    energies
        What is stated.
    signs
        `` `reaction` ``: 1 forward, -1 backward, 0 where none is known yet.

    Returns
    -------
    LinearSystem
        Variables are ln concentrations (ln mol/L), then ln K of the network's reversible reactions;
        sums are their ln displacements, then what a joint error limits.

    Raises
    ------
    MissingEntryError
        There is no such metabolite or reaction, or no equilibrium constant is known.
    InputError
        A range or a constant is not one.
    """
    lows, highs = _log_ranges(network, units, energies)
    log_k = _log_constants(network, units, energies)
    low, high, least = _log_displacements(network, energies)
    table = _displacement_rows(network)
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    high = np.where(signs[reversible] > 0, np.minimum(high, -least), high)
    low = np.where(signs[reversible] < 0, np.maximum(low, least), low)
    if isinstance(energies.k_eq_error, pd.DataFrame):
        middle = (log_k[0] + log_k[1]) / 2
        joint = joint_limits(energies.k_eq_error, network.reversible_reactions, middle)
        rows = np.hstack([np.zeros((len(joint[0]), len(lows))), joint[0]])
        table = np.vstack([table, rows])
        low, high = np.append(low, joint[1]), np.append(high, joint[2])
    return LinearSystem(
        np.append(lows, log_k[0]),
        np.append(highs, log_k[1]),
        np.zeros((0, table.shape[1])),
        table,
        low,
        high,
    )


def _displacement_rows(network: KineticNetwork) -> Array:
    """Return ln displacements of reversible reactions as rows over (ln x, ln K)."""
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    return np.hstack([network.full_stoichiometry[:, reversible].T, -np.eye(reversible.sum())])


def directions_of_energies(network: KineticNetwork, system: LinearSystem) -> NDArray[np.int_]:
    """Return the directions that the ranges leave, each reaction by itself.

    Parameters
    ----------
    network
        The kinetic model.
    system
        Ranges of ln concentrations and ln K.

    Returns
    -------
    numpy.ndarray
        `` `reaction` ``: 1, -1, or 0 where either is possible.
    """
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    table = _displacement_rows(network)
    up, down = np.maximum(table, 0), np.minimum(table, 0)
    signs = np.zeros(len(reversible), dtype=int)
    highest, lowest = up @ system.high + down @ system.low, up @ system.low + down @ system.high
    signs[reversible] = np.where(highest < 0, 1, 0) - np.where(lowest > 0, 1, 0)
    return signs


def beyond_totals(
    network: KineticNetwork, polytope: Polytope, totals: Mapping[Sequence[str], tuple[float, float]]
) -> Excess | None:
    """Return how far totals of metabolites are out of their ranges.

    Parameters
    ----------
    network
        The kinetic model.
    polytope
        Of ln concentrations and ln K.
    totals
        Metabolites to (lowest, highest) of their sum, mol/L.

    Returns
    -------
    callable or None
        Of points of the polytope; summed over totals, in factors of e. ``None`` for no totals.

    Raises
    ------
    MissingEntryError
        There is no such metabolite.
    InputError
        A range is not one.
    """
    if not totals:
        return None
    parts = []
    for members, given in totals.items():
        if isinstance(members, str):
            raise InputError(
                f"totals maps several metabolites, ('nad_c', 'nadh_c'), to a range of their sum, "
                f"got {members!r}. The range of one stands in concentrations."
            )
        require_names(members, network.metabolites, what="metabolite of the kinetic model")
        low, high = _logs(" + ".join(members), given)
        rows = [network.metabolites.index(name) for name in members]
        parts.append((polytope.origin[rows], polytope.directions[rows], low, high))

    def excess(points: Array) -> Array:
        out = np.zeros(len(points))
        for origin, directions, low, high in parts:
            total = np.log(np.exp(origin + points @ directions.T).sum(axis=1))
            out += np.maximum(total - high, 0.0) + np.maximum(low - total, 0.0)
        return out

    return excess


def explain_concentrations(network: KineticNetwork, system: LinearSystem) -> None:
    """Raise where no concentrations go with the directions, and say what is in the way.

    Parameters
    ----------
    network
        The kinetic model.
    system
        Ranges and limits.

    Raises
    ------
    SteadyStateError
        Nothing is left.
    """
    contradiction = system.contradiction()
    if contradiction is None:
        return
    names = [*network.metabolites, *(f"K_eq of {name}" for name in network.reversible_reactions)]
    values = {kind: getattr(system, kind) for kind in ("low", "high", "least", "most")}

    def said(kind: str, place: int, value: float) -> str:
        sign = ">=" if kind in ("low", "least") else "<="
        if kind in ("least", "most") and place >= len(network.reversible_reactions):
            return "the joint error of k_eq"
        if kind in ("least", "most"):
            return f"ln displacement of {network.reversible_reactions[place]} {sign} {value:.3g}"
        return f"{names[place]} {sign} {exp(min(value, 700.0)):.3g}"

    bounds = [said(kind, place, values[kind][place]) for kind, place in contradiction.in_the_way]
    changes = [said(kind, place, value) for (kind, place), value in contradiction.change.items()]
    raise SteadyStateError(
        "No concentrations drive the fluxes in their directions: forward needs an ln displacement "
        "below 0, backward one above. These exclude one another (mol/L; K_eq to the power of its "
        f"summed stoichiometry): {listed(bounds, most=12)}. It would be enough to have "
        f"{listed(changes)}. Widen ranges, state a k_eq_error, or another direction."
    )


def _log_ranges(network: KineticNetwork, units: Units, energies: Energies) -> tuple[Array, Array]:
    """Return lowest and highest ln concentration, ln(mol/L)."""
    like, concentrations = energies.like, energies.concentrations
    require_names(concentrations, network.metabolites, what="metabolite of the kinetic model")
    if like is not None:
        seen = np.log(like.concentrations / like.units.concentration_scaling)
        low, high = widened(seen, energies.widen)
    else:
        low, high = np.empty(len(network.metabolites)), np.empty(len(network.metabolites))
    for place, name in enumerate(network.metabolites):
        if name in concentrations:
            low[place], high[place] = _logs(name, concentrations[name])
        elif like is None and name in network.values:
            low[place] = high[place] = log(network.values[name] / units.concentration_scaling)
        elif like is None:
            known = concentration_range(name, outside=name in network.boundaries)
            if known is None:
                raise MissingEntryError(
                    f"The concentration of {name!r} is not known: state it in concentrations, or "
                    "give states to be like."
                )
            low[place] = max(log(known.low), _LEAST_LOG) if known.low > 0 else _LEAST_LOG
            high[place] = log(known.high)
    return low, high


def _logs(name: str, given: object) -> tuple[float, float]:
    low, high = stated(name, given, what="concentration", unit="mol/L")
    if low <= 0:
        raise InputError(f"The concentration of {name!r} must be positive, mol/L, got {given!r}.")
    return log(low), log(high)


def _log_constants(
    network: KineticNetwork, units: Units, energies: Energies
) -> tuple[Array, Array]:
    """Return lowest and highest ln K of the reversible reactions, mol/L."""
    names, like, k_eq, errors = (
        network.reversible_reactions,
        energies.like,
        energies.k_eq,
        energies.errors,
    )
    for stated_names in (k_eq, errors):
        require_names(stated_names, names, what="reaction with an equilibrium constant")
    if not isinstance(energies.k_eq_error, Mapping | pd.DataFrame | None):
        errors = dict.fromkeys(names, energies.k_eq_error)
    for name, error in errors.items():
        if not (is_finite_number(error) and error >= 0):
            raise InputError(f"k_eq_error of {name!r} must be a number >= 0, got {error!r}.")
    reversible = np.isin(network.reaction_names, names)
    powers = network.full_stoichiometry[:, reversible].sum(axis=0)
    to_molar = -powers * log(units.concentration_scaling)
    low, high = np.empty(len(names)), np.empty(len(names))
    if like is not None:
        low, high = widened(
            np.log(like.equilibrium_constants[:, reversible]) + to_molar, energies.widen
        )
    parameters = {r.name: r.equilibrium_constant for r in network.reactions}
    for place, name in enumerate(names):
        own = network.values.get(parameters[name] or "")
        if name in k_eq:
            value = k_eq[name]
            if not (is_finite_number(value) and value > 0):
                raise InputError(f"k_eq of {name!r} must be a positive number, got {value!r}.")
            middle = log(value)
        elif like is not None:
            middle = (low[place] + high[place]) / 2
        elif own is not None:
            middle = log(own) + to_molar[place]
        else:
            raise MissingEntryError(
                f"The equilibrium constant of {name!r} is not known: state it in k_eq (mol/L to "
                "the power of its summed stoichiometry), or give states to be like."
            )
        if name in k_eq or name in errors or like is None:
            error = errors.get(name, 0.0)
            low[place], high[place] = middle - error, middle + error
    return low, high


def _log_displacements(network: KineticNetwork, energies: Energies) -> tuple[Array, Array, Array]:
    """Return lowest and highest ln displacement of the reversible reactions, and the least size."""
    names = network.reversible_reactions
    require_names(energies.displacements, names, what="reaction with an equilibrium constant")
    low, high = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    least = np.full(len(names), energies.least_displacement)
    if energies.like is not None:
        constants = energies.like.equilibrium_constants
        seen = log_displacement(network, energies.like.concentrations, constants)
        reversible = np.isin(network.reaction_names, names)
        seen = seen[:, reversible]
        low, high = widened(seen, energies.widen)
        least = np.minimum(least, np.abs(seen).min(axis=0))
        own = [name in energies.k_eq or name in energies.errors for name in names]
        low[own], high[own] = -np.inf, np.inf
    for name, given in energies.displacements.items():
        place = names.index(name)
        low[place], high[place] = stated(name, given, what="ln displacement", unit="dimensionless")
    return low, high, least
