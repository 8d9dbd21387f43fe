r"""The smallest set of directions, concentrations and energies that contradict one another.

Directions :math:`s_r`, ranges of concentrations and energies within their errors leave something
where

.. math::

    s_r \Big( \sum_m n_{mr} \ln x_m - \ln K_r \Big) \le -\delta, \qquad
    \ln x \in [l, u], \qquad \ln K_r \in [\ln K_r^\circ \pm z \sigma_r]

has a solution. Where it has none, limits are left out one by one; one without which something is
left stays, any other goes (deletion filter [1]_), until each of those left is needed. It begins
with a single reaction where one is enough, else with what Farkas' lemma names, and leaves out in
two orders; the smaller set is told. A second programme finds the least :math:`z` that leaves
something. Bounds on fluxes that contradict the balance are found alike.

References
----------
.. [1] Chinneck and Dravnieks, *ORSA J. Comput.* 3 (1991) 157, doi:10.1287/ijoc.3.2.157.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log, log10

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from skimpy_renaissance.checks import is_finite_number, require_names, require_positive
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.concentration_polytope import Energies, concentration_system
from skimpy_renaissance.steady_states.flux_ranges import flux_system, known_directions
from skimpy_renaissance.steady_states.linear_system import LinearSystem
from skimpy_renaissance.steady_states.stated_ranges import Ranges
from skimpy_renaissance.thermodynamics.reaction_energies import ReactionEnergies, standard_errors
from skimpy_renaissance.units import Units

__all__ = ["Infeasible", "explain_infeasible"]

Array = NDArray[np.float64]
Limit = tuple[str, int]

_MISSED = 1e-6  # of ln displacement: less is rounding
_FORWARD = {1: "forward", -1: "backward"}


@dataclass(frozen=True, eq=False, repr=False)
class Infeasible:
    """Limits of which none is too much: without any one of them something is left.

    Parameters
    ----------
    table
        Columns ``kind`` (``"direction"``, ``"concentration"``, ``"energy"``, ``"flux"``,
        ``"balance"``), ``name``, ``limit`` in words, and ``standard_errors``: of an energy, by
        which it alone would have to be off so that these limits do not exclude one another.
    standard_errors
        Least number of standard errors within which all energies of the model may be off, so that
        something is left; infinite where none helps, NaN for a contradiction among fluxes.
    level
        Probability of the ranges of energies that were allowed.

    Examples
    --------
    >>> from skimpy_renaissance.thermodynamics import energies_from_table, explain_infeasible
    >>> stated = {"reaction": ["PGI"], "ln_k": [-25.0], "error": [0.2]}
    >>> energies = energies_from_table(pd.DataFrame(stated))
    >>> explain_infeasible(network, energies, directions={"PGI": 1}, units=state.units)
    These exclude one another, and each is needed for that:
      concentration f6p_c: >= 1e-09 mol/L
      concentration g6p_c: <= 0.05 mol/L
      energy PGI: dG'0 >= 61 kJ/mol (estimated 61.97, standard error 0.5)
      direction PGI: forward, ln displacement <= -0.001
    Energies were allowed 1.96 standard errors; with 36.37 all directions and ...
    """

    table: pd.DataFrame
    standard_errors: float
    level: float

    def __repr__(self) -> str:
        parts = [
            f"{row.kind} {row.name}: {row.limit}" for row in self.table.itertuples(index=False)
        ]
        text = "These exclude one another, and each is needed for that:\n  " + "\n  ".join(parts)
        if np.isnan(self.standard_errors):
            return text + "\nWiden a bound, state another direction, or add what is missing."
        if np.isinf(self.standard_errors):
            return text + (
                "\nNo error of the energies helps: change a direction or widen concentrations."
            )
        return text + (
            f"\nEnergies were allowed {standard_errors(self.level):.2f} standard errors; with "
            f"{self.standard_errors:.2f} all directions and concentrations would be possible."
        )


def explain_infeasible(
    network: KineticNetwork,
    energies: ReactionEnergies,
    *,
    directions: Mapping[str, float] | None = None,
    concentrations: Ranges | None = None,
    fluxes: Ranges | None = None,
    units: Units,
    level: float = 0.95,
    least_displacement: float = 1e-3,
    held: Mapping[str, float] | None = None,
) -> Infeasible | None:
    """Say which directions, concentrations and energies contradict one another.

    Parameters
    ----------
    network
        The kinetic model.
    energies
        Of its reactions; the constants of others are left open.
    directions
        Reaction to its direction: the sign of a number, for example of its flux; of zero, none.
    concentrations
        Metabolite to (lowest, highest) or to a value, mol/L; others have the value of the kinetic
        model, or the range of their class.
    fluxes
        Reaction to (lowest, highest) or to a value, ``units.flux_unit``; where they leave one
        direction only, that is stated, too.
    units
        Of the kinetic model.
    level
        Probability of the range of each energy, by itself.
    least_displacement
        Least distance of ln displacement from 0.
    held
        Metabolites that the kinetic model leaves out to their concentrations, mol/L.

    Returns
    -------
    Infeasible or None
        ``None`` where something is left.

    Raises
    ------
    MissingEntryError
        There is no such reaction or metabolite.
    InputError
        A range, a direction or the level is not one.

    Examples
    --------
    >>> from skimpy_renaissance.thermodynamics import energies_from_table, explain_infeasible
    >>> energies = energies_from_table(pd.DataFrame({"reaction": ["PGI"], "ln_k": [-1.0]}))
    >>> forward = {"PGI": 1}  # needs f6p_c below a third of g6p_c
    >>> explain_infeasible(network, energies, directions=forward, units=state.units) is None
    True
    """
    require_positive("least_displacement", least_displacement)
    signs = _signs(network, directions or {})
    flux = flux_system(network, units, like=None, widen=1.0, fluxes=fluxes or {})
    flux = flux.within(
        np.array([0.0 if signs.get(name) == 1 else -np.inf for name in network.reaction_names]),
        np.array([0.0 if signs.get(name) == -1 else np.inf for name in network.reaction_names]),
    )
    if fluxes:
        found = _irreducible(flux)
        if found is not None:
            return Infeasible(_flux_table(network, flux, found), float("nan"), level)
    log_k = energies.log_k_in(network, held=held)
    protons = _protons(network, energies)
    log_k = (
        log_k
        - (protons @ network.full_stoichiometry)[
            [network.reaction_names.index(name) for name in log_k.index]
        ]
    )
    sigma = dict(zip(energies.reactions, energies.error.tolist(), strict=True))
    half = standard_errors(level)
    ways = known_directions(network, flux, signs)
    system = _system(
        network,
        units,
        log_k,
        {name: half * sigma[name] for name in log_k.index},
        Energies(
            like=None,
            widen=1.0,
            concentrations=concentrations or {},
            k_eq={},
            k_eq_error=None,
            displacements={},
            least_displacement=least_displacement,
        ),
        ways,
        protons != 0,
    )
    members = _irreducible(system)
    if members is None:
        return None
    reversible = network.reversible_reactions
    errors = np.array([sigma.get(name, 0.0) for name in reversible])
    alone = {}
    for name in {
        reversible[i - len(network.metabolites)]
        for kind, i in members
        if _is_energy(network, kind, i)
    }:
        only = np.where(np.array(reversible) == name, errors, 0.0)
        alone[name] = _least_errors(_only(system, members), errors, half, widened=only)
    return Infeasible(
        _table(network, system, members, alone, log_k, energies),
        _least_errors(system, errors, half, widened=errors),
        level,
    )


def _signs(network: KineticNetwork, directions: Mapping[str, float]) -> dict[str, int]:
    require_names(directions, network.reaction_names, what="reaction of the kinetic model")
    for name, value in directions.items():
        if not is_finite_number(value):
            raise InputError(
                f"The direction of {name!r} must be a number whose sign counts, got {value!r}."
            )
    return {name: int(np.sign(value)) for name, value in directions.items() if value}


def _protons(network: KineticNetwork, energies: ReactionEnergies) -> Array:
    """Return ln concentrations of protons at the pH of the energies, `metabolite`; others 0."""
    ph = {sanitized(proton): value for proton, value in energies.protons.items()}
    return np.array([-ph.get(name, 0.0) * log(10.0) for name in network.metabolites])


def _system(
    network: KineticNetwork,
    units: Units,
    log_k: pd.Series,
    widths: Mapping[str, float],
    stated: Energies,
    signs: NDArray[np.int_],
    constant: NDArray[np.bool_],
) -> LinearSystem:
    """Return ranges and limits over apparent constants.

    One without an energy has no bounds; concentrations that are ``constant`` are part of others.
    """
    names = network.reversible_reactions
    open_constants = {**dict.fromkeys(names, 1.0), **dict.fromkeys(log_k.index, 1.0)}
    system = concentration_system(network, units, replace(stated, k_eq=open_constants), signs=signs)
    low, high = system.low.copy(), system.high.copy()
    for place, name in enumerate(names, start=len(network.metabolites)):
        known = name in log_k.index
        low[place] = log_k[name] - widths[name] if known else -np.inf
        high[place] = log_k[name] + widths[name] if known else np.inf
    sums = system.sums.copy()
    sums[np.ix_(np.isin(names, log_k.index), np.flatnonzero(constant))] = 0.0
    return replace(system, low=low, high=high, sums=sums)


def _irreducible(system: LinearSystem) -> list[Limit] | None:
    """Return limits that exclude one another, none too much; ``None`` where something is left."""
    found = system.contradiction()
    if found is None:
        return None
    members = _of_one_sum(system) or list(found.in_the_way)
    if _only(system, members).feasible:  # to the tolerance of the programme that found them
        members = _all_limits(system)
    return min((_needed(system, order) for order in (members, members[::-1])), key=len)


def _needed(system: LinearSystem, members: list[Limit]) -> list[Limit]:
    """Return those that are left when any that is too much goes, in turn."""
    left = list(members)
    for limit in members:
        fewer = [one for one in left if one != limit]
        if not _only(system, fewer).feasible:
            left = fewer
    return sorted(left, key=members.index)


def _of_one_sum(system: LinearSystem) -> list[Limit]:
    """Return the limit that its sum misses most, whatever else holds, and what the sum consists of.

    There may be none: then several sums are needed for a contradiction.
    """
    up, down = np.maximum(system.sums, 0.0), np.minimum(system.sums, 0.0)
    with np.errstate(invalid="ignore"):
        parts = [np.where(up > 0, up * system.low, 0) + np.where(down < 0, down * system.high, 0)]
        parts += [np.where(up > 0, up * system.high, 0) + np.where(down < 0, down * system.low, 0)]
    lowest, highest = (part.sum(axis=1) for part in parts)
    missed = np.append(lowest - system.most, system.least - highest)
    if not len(missed) or missed.max() <= _MISSED:
        return []
    worst, n = int(missed.argmax()), len(system.sums)
    kind, place = ("most", worst) if worst < n else ("least", worst - n)
    ends = ("low", "high") if kind == "most" else ("high", "low")
    row = system.sums[place]
    bounds = [(ends[0] if row[i] > 0 else ends[1], int(i)) for i in np.flatnonzero(row)]
    return [*bounds, (kind, place)]


def _all_limits(system: LinearSystem) -> list[Limit]:
    return [
        (kind, int(i))
        for kind in ("low", "high", "least", "most")
        for i in np.flatnonzero(np.isfinite(getattr(system, kind)))
    ]


def _only(system: LinearSystem, members: list[Limit]) -> LinearSystem:
    """Return the system with these limits alone; balances stay."""
    ends = {}
    for kind, without in (("low", -np.inf), ("high", np.inf), ("least", -np.inf), ("most", np.inf)):
        values = np.full_like(getattr(system, kind), without)
        places = [place for one, place in members if one == kind]
        values[places] = getattr(system, kind)[places]
        ends[kind] = values
    return replace(system, **ends)


def _least_errors(system: LinearSystem, errors: Array, half: float, *, widened: Array) -> float:
    """Return the least number of standard errors of the energies that leaves something."""
    n_constants, n = len(errors), len(system.low)
    constants = np.hstack([np.zeros((n_constants, n - n_constants)), np.eye(n_constants)])
    kept = half * errors * (widened == 0)
    low, high = system.low[-n_constants:], system.high[-n_constants:]
    rows = [
        (constants, high - half * errors + kept, -widened),
        (-constants, -(low + half * errors - kept), -widened),
        (system.sums, system.most, np.zeros(len(system.most))),
        (-system.sums, -system.least, np.zeros(len(system.least))),
    ]
    table = np.vstack([np.column_stack([left, factor]) for left, _, factor in rows])
    right = np.concatenate([limit for _, limit, _ in rows])
    there = np.isfinite(right)
    bounds = [*zip(system.low, system.high, strict=True)][: n - n_constants]
    solved = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=table[there],
        b_ub=right[there],
        bounds=[*bounds, *[(None, None)] * n_constants, (0, None)],
        method="highs",
    )
    return float("inf") if solved.x is None else float(solved.x[-1])


def _is_energy(network: KineticNetwork, kind: str, place: int) -> bool:
    return kind in ("low", "high") and place >= len(network.metabolites)


def _table(
    network: KineticNetwork,
    system: LinearSystem,
    members: list[Limit],
    alone: Mapping[str, float],
    log_k: pd.Series,
    energies: ReactionEnergies,
) -> pd.DataFrame:
    rows = []
    thermal = energies.thermal_energy
    for kind, place in members:
        value = float(getattr(system, kind)[place])
        sign = ">=" if kind in ("low", "least") else "<="
        if kind in ("least", "most"):
            name = network.reversible_reactions[place]
            way = _FORWARD[1 if kind == "most" else -1]
            said = f"{way}, ln displacement {sign} {value:.3g}"
            rows.append(("direction", name, said, np.nan))
        elif _is_energy(network, kind, place):
            name = network.reversible_reactions[place - len(network.metabolites)]
            most = "<=" if kind == "low" else ">="
            error = thermal * energies.error[energies.reactions.index(name)]
            said = (
                f"dG'0 {most} {-value * thermal:.4g} kJ/mol (estimated "
                f"{-log_k[name] * thermal:.4g}, standard error {error:.2g})"
            )
            rows.append(("energy", name, said, alone[name]))
        else:
            said = f"{sign} {exp(min(value, log(10) * 300)):.3g} mol/L"
            if log10(exp(1)) * abs(value) > 300:
                said = f"ln {sign} {value:.4g}"
            rows.append(("concentration", network.metabolites[place], said, np.nan))
    return pd.DataFrame(rows, columns=["kind", "name", "limit", "standard_errors"])


def _flux_table(
    network: KineticNetwork, system: LinearSystem, members: list[Limit]
) -> pd.DataFrame:
    sign = {"low": ">=", "high": "<="}
    rows = [
        ("flux", network.reaction_names[i], f"{sign[kind]} {getattr(system, kind)[i]:.4g}", np.nan)
        for kind, i in members
    ]
    found = _only(system, members).contradiction()
    through = [] if found is None else [network.variables[i] for i in found.balances]
    if through:
        rows.append(("balance", listed(through, most=20), "what is made is used", np.nan))
    return pd.DataFrame(rows, columns=["kind", "name", "limit", "standard_errors"])
