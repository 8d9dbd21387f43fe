r"""Steady states by the thousand: uniform fluxes, and uniform concentrations that drive them.

Fluxes fill a polytope (balance, bounds, measured rates); logarithms of concentrations and of
equilibrium constants another one (ranges, distance from equilibrium). They know of each other by
the directions of the reactions alone, so that, these given, a uniform state is a uniform point of
the one with an independent uniform point of the other.

What nobody states can be taken from given states: ``like`` gives each flux, ln concentration,
ln K and ln displacement from equilibrium the range seen there, ``widen`` times as wide. Of a
quantity that spreads evenly, n states show (n - 1) / (n + 1) of the range, on average.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import (
    is_finite_number,
    require_names,
    require_positive,
    require_whole,
)
from skimpy_renaissance.errors import (
    InputError,
    SamplingError,
    SteadyStateError,
    UnitsError,
    listed,
)
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.balance import balance_fluxes
from skimpy_renaissance.steady_states.concentration_polytope import (
    Energies,
    beyond_totals,
    concentration_system,
    directions_of_energies,
    explain_concentrations,
)
from skimpy_renaissance.steady_states.consistency import check_consistency, require_consistent
from skimpy_renaissance.steady_states.flux_ranges import (
    explain_fluxes,
    flux_system,
    known_directions,
)
from skimpy_renaissance.steady_states.linear_system import LinearSystem, Polytope
from skimpy_renaissance.steady_states.stated_ranges import Ranges
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.steady_states.uniform_points import UniformPoints, uniform_points
from skimpy_renaissance.units import Units

__all__ = ["SampledStates", "sample_steady_states"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class SampledStates:
    """Steady states drawn uniformly, and what is known of the draw; ``print`` says it in words.

    Parameters
    ----------
    states
        The states, all consistent with the network.
    quantities
        A row per flux, concentration and equilibrium constant, index (``kind``, ``name``);
        ``low`` and ``high`` (``flux_unit``, mol/L, mol/L to the power of the summed
        stoichiometry) of its range, ``effective_size`` and ``r_hat`` of its mean (of the
        logarithm, but for fluxes), both NaN where it cannot vary.
    n_dimensions
        Ways in which fluxes, and concentrations and constants, can vary.
    enough
        Whether every effective size is half of the number of states, and every R-hat below 1.05.

    Examples
    --------
    >>> from dataclasses import replace
    >>> others = set(network.reaction_names) - {"PGM", "ENO"}
    >>> path = network.without(others)
    >>> path = replace(path, boundaries=path.boundaries | {"_3pg_c", "pep_c"})
    >>> drawn = sr.sample_steady_states(path, 20, like=states)
    >>> drawn.n_dimensions  # one flux; three concentrations, two constants
    (1, 5)
    >>> drawn.quantities.loc[("flux", "ENO"), ["low", "high"]].round(2).tolist()  # mmol/gDW/h
    [12.63, 15.74]
    """

    states: SteadyStates
    quantities: pd.DataFrame
    n_dimensions: tuple[int, int]
    enough: bool

    def __repr__(self) -> str:
        moving = self.quantities.dropna()
        sizes = moving["effective_size"]
        fluxes, logs = self.n_dimensions
        text = (
            f"{len(self.states)} steady states, uniform: fluxes vary in {fluxes} independent ways, "
            f"concentrations and equilibrium constants in {logs}"
        )
        if len(moving):
            kind, name = moving.index[int(sizes.argmin())]
            text += (
                f"; effective sizes {sizes.min():.0f} ({kind} of {name}) to {sizes.max():.0f}, "
                f"R-hat at most {moving['r_hat'].max():.3f}"
            )
        return text


def sample_steady_states(
    network: KineticNetwork,
    n: int,
    *,
    like: SteadyStates | None = None,
    widen: float = 1.0,
    fluxes: Ranges | None = None,
    concentrations: Ranges | None = None,
    k_eq: Mapping[str, float] | None = None,
    k_eq_error: float | Mapping[str, float] | pd.DataFrame | None = None,
    displacements: Ranges | None = None,
    directions: Mapping[str, int] | None = None,
    totals: Mapping[Sequence[str], tuple[float, float]] | None = None,
    least_displacement: float = 1e-3,
    units: Units | None = None,
    seed: int = 0,
    prefix: str = "sampled",
) -> SampledStates:
    """Draw steady states of a kinetic model, uniformly.

    Parameters
    ----------
    network
        The kinetic model.
    n
        Number of states.
    like
        Known steady states: each flux, ln concentration, ln K and ln displacement keeps to the
        range seen in them where nothing else is stated, each reaction to its direction.
    widen
        Width of these ranges over that seen. A flux keeps its direction, and a tenth of the
        smallest seen.
    fluxes
        Reaction to (lowest, highest), or to a measured rate, ``units.flux_unit``. Without ``like``,
        others are bounded by the balance alone.
    concentrations
        Metabolite to (lowest, highest) or to a value, mol/L. Without ``like``, others keep the
        value that the network has, or to the range of their class of metabolite.
    k_eq
        Reaction to equilibrium constant, mol/L to the power of its summed stoichiometry. Without
        ``like``, others keep the value that the network has.
    k_eq_error
        Half width of ln K around its value, one number or one per reaction; or `` `reaction x axis`
        ``, half axes of a box in which all ln K move together (``energies.joint_error()``); by
        default the range seen in ``like``, else 0.
    displacements
        Reaction to (lowest, highest) or to a value of the ln displacement from equilibrium. Those
        seen in ``like`` hold for others whose constant is not stated.
    directions
        Reaction to 1 (forward) or -1 (backward). Others follow from bounds, balance and energies.
    totals
        Several metabolites to (lowest, highest) of the sum of their concentrations, mol/L, for
        example ``{("nad_c", "nadh_c"): (1e-3, 2e-3)}``.
    least_displacement
        Least distance of ln displacement from 0, where a reaction would stand at equilibrium; less
        where ``like`` shows less.
    units
        Scaling of the states; by default that of ``like``.
    seed
        Seed of the random walks.
    prefix
        Beginning of the names, ``sampled_0``, ...

    Returns
    -------
    SampledStates
        The same seed gives the same states.

    Raises
    ------
    InputError
        A range, a number or a direction is not one.
    MissingEntryError
        There is no such reaction or metabolite, or a constant is not known.
    SteadyStateError
        Bounds contradict one another, a flux has no bound, or a direction is not known; what is in
        the way is named.
    UnitsError
        No units are known, or the states are none of a cell.
    SamplingError
        The totals cannot be met.

    Examples
    --------
    >>> print(sr.sample_steady_states(network, 20, like=states))
    20 steady states, uniform: fluxes vary in ...
    """
    require_whole("n", n)
    require_positive("widen", widen)
    require_positive("least_displacement", least_displacement)
    units = _units(units, like)
    if like is not None:
        like = like.of(network)
    chosen = _directions(network, directions or {})
    flux = flux_system(network, units, like=like, widen=widen, fluxes=fluxes or {})
    if like is not None and not flux.feasible:  # they are balanced to a solver's tolerance only
        balanced = balance_fluxes(network, like).states
        flux = flux_system(network, units, like=balanced, widen=widen, fluxes=fluxes or {})
    energies = Energies(
        like=like,
        widen=widen,
        concentrations=concentrations or {},
        k_eq=k_eq or {},
        k_eq_error=k_eq_error,
        displacements=displacements or {},
        least_displacement=least_displacement,
    )
    unlimited = np.zeros(len(network.reactions), dtype=int)
    ranges = concentration_system(network, units, energies, signs=unlimited)
    explain_fluxes(network, units, flux)
    signs = _all_directions(network, flux, chosen, ranges)
    flux = flux.within(np.where(signs > 0, 0.0, -np.inf), np.where(signs < 0, 0.0, np.inf))
    explain_fluxes(network, units, flux)
    logs = concentration_system(network, units, energies, signs=signs)
    explain_concentrations(network, logs)

    names = network.reaction_names
    generator = np.random.default_rng(seed)
    spaces = flux.polytope(lambda i: f"the flux of {names[i]}"), logs.polytope(str)
    excess = beyond_totals(network, spaces[1], totals or {})
    drawn = (
        _draw(spaces[0], n, generator=generator),
        _draw(spaces[1], n, generator=generator, excess=excess),
    )
    if excess is not None and (excess(drawn[1].points) > 0).any():
        raise SamplingError(
            f"No concentrations were found that meet all totals of "
            f"{listed(' + '.join(members) for members in totals or {})} within their ranges and "
            "directions. Widen them."
        )
    values = [
        space.origin + one.points[generator.permutation(n)] @ space.directions.T
        for space, one in zip(spaces, drawn, strict=True)
    ]
    states = _states(network, units, *values, names=[f"{prefix}_{i}" for i in range(n)])
    _require_states(network, states)
    sampled = SampledStates(
        states,
        _quantities(network, (flux, logs), drawn),
        (spaces[0].directions.shape[1], spaces[1].directions.shape[1]),
        all(one.enough for one in drawn),
    )
    if not sampled.enough:
        warnings.warn(
            f"{sampled}: too few independent ones. Sample more, or narrow ranges that are far "
            "wider than others.",
            stacklevel=2,
        )
    return sampled


def _units(units: Units | None, like: SteadyStates | None) -> Units:
    if like is None and not isinstance(units, Units):
        raise UnitsError(
            f"Steady states need their units, got {units!r}. Pass units=Units("
            "concentration_scaling=..., density=..., gdw_gww_ratio=...), or like=states."
        )
    if like is not None and units is not None:
        units.require_same(like.units, what="The states in like")
    return like.units if units is None and like is not None else units  # type: ignore[return-value]


def _directions(network: KineticNetwork, directions: Mapping[str, int]) -> Mapping[str, int]:
    require_names(directions, network.reaction_names, what="reaction of the kinetic model")
    for name, direction in directions.items():
        if not is_finite_number(direction) or direction not in (1, -1):
            raise InputError(
                f"The direction of {name!r} must be 1 (forward) or -1 (backward), got "
                f"{direction!r}."
            )
    return directions


def _all_directions(
    network: KineticNetwork,
    flux: LinearSystem,
    chosen: Mapping[str, int],
    ranges: LinearSystem,
) -> NDArray[np.int_]:
    """Return the direction of every reaction, `reaction`: stated, by fluxes, by energies."""
    signs = known_directions(network, flux, chosen)
    signs = np.where(signs == 0, directions_of_energies(network, ranges), signs)
    if (signs == 0).any():
        low, high = flux.within(
            np.where(signs > 0, 0.0, -np.inf), np.where(signs < 0, 0.0, np.inf)
        ).ranges()
        size = flux.size
        forced = np.where(low >= -1e-9 * size, 1, 0) - np.where(high <= 1e-9 * size, 1, 0)
        signs = np.where(signs == 0, forced, signs)
    if (signs == 0).any():
        unknown = [network.reaction_names[i] for i in np.flatnonzero(signs == 0)]
        raise SteadyStateError(
            f"Once every reaction has a direction, states are uniform; bounds and energies leave "
            f"both to {listed(unknown)}. State it, directions={{{unknown[0]!r}: 1}} or -1, for "
            "example that of a flux balance solution; or narrow fluxes, concentrations or k_eq."
        )
    return signs


def _draw(space: Polytope, n: int, **options: object) -> UniformPoints:
    return uniform_points(
        (space.normals, space.offsets),
        np.zeros(space.directions.shape[1]),
        n,
        quantities=space.directions,
        **options,  # type: ignore[arg-type]
    )


def _states(
    network: KineticNetwork, units: Units, fluxes: Array, logs: Array, *, names: list[str]
) -> SteadyStates:
    n_metabolites = len(network.metabolites)
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    log_scaling = np.log(units.concentration_scaling)
    powers = network.full_stoichiometry[:, reversible].sum(axis=0)
    constants = np.full(fluxes.shape, np.nan)
    constants[:, reversible] = np.exp(logs[:, n_metabolites:] + powers * log_scaling)
    return SteadyStates(
        names=tuple(names),
        reaction_names=network.reaction_names,
        metabolite_names=network.metabolites,
        fluxes=fluxes * units.flux_factor,
        concentrations=units.scaled(logs[:, :n_metabolites]),
        equilibrium_constants=constants,
        units=units,
    )


def _require_states(network: KineticNetwork, states: SteadyStates) -> None:
    """Raise where a drawn state is none: by the ranges stated, it is not that of a cell."""
    if not check_consistency(network, states).passed.all():
        require_consistent(network, states)


def _quantities(
    network: KineticNetwork,
    systems: tuple[LinearSystem, LinearSystem],
    drawn: tuple[UniformPoints, UniformPoints],
) -> pd.DataFrame:
    flux, logs = systems
    labels = [
        *(("flux", name) for name in network.reaction_names),
        *(("concentration", name) for name in network.metabolites),
        *(("K_eq", name) for name in network.reversible_reactions),
    ]
    with np.errstate(over="ignore"):
        ends = [
            np.append(one, np.exp(other))
            for one, other in ((flux.low, logs.low), (flux.high, logs.high))
        ]
    return pd.DataFrame(
        {
            "low": ends[0],
            "high": ends[1],
            "effective_size": np.append(*(one.effective_sizes for one in drawn)),
            "r_hat": np.append(*(one.r_hat for one in drawn)),
        },
        index=pd.MultiIndex.from_tuples(labels, names=["kind", "name"]),
    )
