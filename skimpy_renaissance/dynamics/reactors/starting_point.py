r"""What a reactor starts from: cells, medium and the inside of each strain, and its parameters.

Each run is one parameter set per strain under one design. Its inside starts at the steady state
that the set was made for, its medium where the reactor says, its cells at the inoculum

.. math:: B(0) = b / g

with :math:`b` in gDW/L and :math:`g` the gDW/L that one cell makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.designs import WILD_TYPE, StrainDesign
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError, listed
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = [
    "Design",
    "Sets",
    "States",
    "initial_conditions",
    "medium_at",
    "named_designs",
    "parameter_values",
    "per_strain",
]

Design: TypeAlias = StrainDesign | Mapping[str, StrainDesign]
Sets: TypeAlias = ParameterPopulation | Mapping[str, ParameterPopulation]
States: TypeAlias = (
    SteadyState | Sequence[SteadyState] | Mapping[str, SteadyState | Sequence[SteadyState]]
)

_T = TypeVar("_T")


def medium_at(reactor: BatchReactor, state: SteadyState) -> dict[str, float]:
    """Return the medium of a steady state.

    Parameters
    ----------
    reactor
        The reactor.
    state
        A profile; what it does not hold is left out.

    Returns
    -------
    dict
        Metabolite to mol/L, for ``medium=``: ``{**medium_at(reactor, state), "glc_D_e": 0.055}``.

    Raises
    ------
    UnitsError
        The profile has other units than the reactor.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import medium_at
    >>> reactor = sr.examples.e_coli_core_reactor(network, state)
    >>> sorted(medium_at(reactor, state))
    ['ac_e', 'co2_e', 'glc__D_e', 'h_e', 'nh4_e', 'o2_e', 'pi_e']
    """
    _require_units(reactor, state.stated_units(), f"Steady state {state.name!r}")
    scale = reactor.units.concentration_scaling
    held = state.concentrations
    return {name: float(held[name]) / scale for name in reactor.medium_names if name in held.index}


def initial_conditions(
    reactor: BatchReactor,
    states: States,
    n_sets: int,
    *,
    biomass: float | Mapping[str, float],
    medium: Mapping[str, float] | None = None,
    cell_mass: float | None = None,
) -> NDArray[np.float64]:
    """Return where each parameter set starts.

    Parameters
    ----------
    reactor
        The reactor.
    states
        One profile, or one per parameter set; by strain where there are several.
    n_sets
        Number of parameter sets.
    biomass
        Inoculum, gDW/L; by strain where there are several.
    medium
        Metabolite to mol/L, in the place of the reactor's; those not named start at zero.
    cell_mass
        Dry weight of a cell, g; see :meth:`BatchReactor.gram_per_cell_per_litre`.

    Returns
    -------
    numpy.ndarray
        `` `set x variable` ``, scaled concentration; cells for the biomass.

    Raises
    ------
    MissingEntryError
        A profile lacks a metabolite, or the medium has one that no strain has.
    UnitsError
        A profile has other units than the reactor.
    InputError
        An inoculum is negative, or there are neither one nor ``n_sets`` profiles.
    """
    medium = reactor.medium if medium is None else medium
    reactor.require_medium(medium)
    column = {name: i for i, name in enumerate(reactor.variables)}
    start = np.zeros((n_sets, len(column)))
    for name, value in medium.items():
        start[:, column[name]] = value * reactor.units.concentration_scaling
    for strain, grams in per_strain(reactor, biomass, "biomass").items():
        if not (np.isfinite(grams) and grams >= 0):
            raise InputError(f"The inoculum of {strain!r} must be 0 or more gDW/L, got {grams!r}.")
        one = reactor.gram_per_cell_per_litre(strain, cell_mass=cell_mass)
        start[:, column[reactor.biomass_name(strain)]] = grams / one
    by_strain: Mapping[str, SteadyState | Sequence[SteadyState]] = per_strain(
        reactor, states, "states"
    )
    for strain, given in by_strain.items():
        profiles = [given] * n_sets if isinstance(given, SteadyState) else list(given)
        if len(profiles) != n_sets:
            raise InputError(
                f"Strain {strain!r} has {n_sets} parameter sets and {len(profiles)} steady states; "
                "pass one, or one per set."
            )
        inside = list(reactor.inside_names(strain))
        columns = [column[f"{strain}_{name}"] for name in inside]
        for row, state in enumerate(profiles):
            _require_units(reactor, state.stated_units(), f"Steady state {state.name!r}")
            lost = [name for name in inside if name not in state.concentrations.index]
            if lost:
                raise MissingEntryError(
                    f"Steady state {state.name!r} has no concentration of {listed(lost)}, which "
                    f"strain {strain!r} starts from. Is it a state of another network?"
                )
            start[row, columns] = state.concentrations[inside].to_numpy(dtype=np.float64)
    return start


def parameter_values(
    reactor: BatchReactor, sets: Sets | None, design: Mapping[str, StrainDesign]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the parameters of each set under one design.

    Parameters
    ----------
    reactor
        The reactor.
    sets
        Parameter sets; by strain where there are several, and then as many of each, or one.
        ``None`` takes the values in the strains' networks. Volumes and concentrations among them
        are not used: those are the reactor's.
    design
        Strain to design.

    Returns
    -------
    values : numpy.ndarray
        `` `set x parameter` ``, scaled units, in the order of ``reactor.system.parameter_names``.
    names : tuple of str
        `` `set` ``; those of several strains joined by ``"+"`` where they differ.

    Raises
    ------
    MissingEntryError
        A parameter has a value neither in the sets nor in the network.
    UnitsError
        The sets have other units than the reactor, or none.
    InputError
        Strains have different numbers of sets.
    """
    chosen = {s: _of_network(reactor, s) for s in reactor.strains}
    if sets is not None:
        chosen = per_strain(reactor, sets, "sets")
        for strain, population in chosen.items():
            if population.units is None:
                raise UnitsError(
                    f"The parameter sets of {strain!r} do not state their units. Load them with "
                    "ParameterPopulation.load(path, units=reactor.units) if those are theirs."
                )
            _require_units(reactor, population.units, f"The population of {strain!r}")
    count = max(len(population) for population in chosen.values())
    uneven = {s: len(population) for s, population in chosen.items()}
    if set(uneven.values()) - {1, count} or not min(uneven.values()):
        raise InputError(f"Strains need equally many parameter sets, or one each, got {uneven}.")
    column = {name: i for i, name in enumerate(reactor.system.parameter_names)}
    values = np.empty((count, len(column)))
    for strain, population in chosen.items():
        changed = design[strain].applied_to(population) if strain in design else population
        held = {name: i for i, name in enumerate(changed.names)}
        known = reactor.strains[strain].network.values
        lost = []
        for full in reactor.parameter_names(strain):
            name = full.removeprefix(f"{strain}_")
            value = changed.values[:, held[name]] if name in held else known.get(name, np.nan)
            values[:, column[full]] = value
            lost += [name] if np.isnan(value).any() else []
        if lost:
            raise MissingEntryError(
                f"Strain {strain!r} has no value for {len(lost)} parameters: {listed(lost)}. The "
                "parameter sets, or its network, must hold every constant of its rate laws."
            )
    together = zip(*(p.index * (count // len(p)) for p in chosen.values()), strict=True)
    return values, tuple("+".join(dict.fromkeys(names)) for names in together)


def named_designs(
    reactor: BatchReactor, designs: Sequence[Design]
) -> list[tuple[str, Mapping[str, StrainDesign]]]:
    """Return designs as name and strain to design.

    Parameters
    ----------
    reactor
        The reactor.
    designs
        Designs; each by strain where there are several strains. None stands for the wild type.

    Returns
    -------
    list of tuple

    Raises
    ------
    InputError
        A bare design meets several strains, or two designs have one name.
    MissingEntryError
        A design is for a strain that is not there.
    """
    found: list[tuple[str, Mapping[str, StrainDesign]]] = []
    for design in designs or [WILD_TYPE]:
        if isinstance(design, StrainDesign) and not design.fold_changes:
            found.append((design.name, {}))
            continue
        by_strain = (
            per_strain(reactor, design, "a design") if isinstance(design, StrainDesign) else design
        )
        require_names(by_strain, reactor.strains, what="strain")
        found.append(("+".join(dict.fromkeys(d.name for d in by_strain.values())), by_strain))
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise InputError(f"Designs need different names, got {listed(names)}.")
    return found


def per_strain(reactor: BatchReactor, given: _T | Mapping[str, _T], what: str) -> dict[str, _T]:
    """Return an argument by strain; one of several strains must be named."""
    if isinstance(given, Mapping):
        if set(given) != set(reactor.strains):
            raise MissingEntryError(
                f"{what} must name the strains {listed(reactor.strains)}, got {listed(given)}."
            )
        return {strain: given[strain] for strain in reactor.strains}
    if len(reactor.strains) > 1:
        raise InputError(
            f"The reactor has the strains {listed(reactor.strains)}: give {what} as a mapping from "
            f"strain, got one {type(given).__name__}."
        )
    return dict.fromkeys(reactor.strains, given)


def _of_network(reactor: BatchReactor, strain: str) -> ParameterPopulation:
    values = reactor.strains[strain].network.values
    names = tuple(name for name, value in values.items() if value is not None)
    row = np.array([[values[name] for name in names]])
    return ParameterPopulation(names, row, ("network",), units=reactor.units)


def _require_units(reactor: BatchReactor, units: Units, what: str) -> None:
    mine = reactor.units
    known = {name: getattr(mine, name) for name in ("energy_unit", "temperature", "flux_unit")}
    scaling = replace(units, **known)
    mine.require_same(scaling, what=what)
