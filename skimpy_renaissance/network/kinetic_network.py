r"""A kinetic model of metabolism, as data.

.. math:: \frac{dx_i}{dt} = w_i \sum_r N_{ir}\, v_r(x; p)

with concentrations :math:`x` of the balanced metabolites, stoichiometry :math:`N`, rate laws
:math:`v` with constants :math:`p`, and the ratio :math:`w_i` of cell volume to the volume of the
compartment that holds metabolite :math:`i`. Everything downstream (rates, elasticities, Jacobians)
is derived from this one object; nothing in it is ever changed in place. Laws and files are those of
SKiMPy (Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import isfinite
from numbers import Real
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.display import Shown
from skimpy_renaissance.errors import NetworkError, listed, repeated
from skimpy_renaissance.network.compartment import Compartment
from skimpy_renaissance.network.conservation import ConservedPools, find_pools
from skimpy_renaissance.network.reaction import Reaction

__all__ = ["Compartment", "KineticNetwork"]


@dataclass(frozen=True, repr=False)
class KineticNetwork(Shown):
    """Reactions with rate laws, their metabolites, and what is known of their constants.

    Parameters
    ----------
    name
        Name of the kinetic model.
    reactions
        In the order of every ``reaction`` axis.
    boundaries
        Metabolites held constant: they appear in rate laws but are not balanced.
    compartments
        Name to compartment.
    compartment_of
        Metabolite to compartment name, ``None`` where the model does not say.
    values
        Parameter to value where it has one (scaled units); volumes stand in ``compartments``.
    bounds
        Saturation constant to (lower, upper), scaled concentration; either may be ``None``.
    pools
        Conserved pools; by default found exactly from the stoichiometry.
    extras
        Entries of the source file kept for writing it back, unused by the mathematics.

    Raises
    ------
    NetworkError
        No reaction, a name used twice or for both metabolite and parameter, a compartment that
        does not exist, or a conserved pool that some reaction changes.

    Examples
    --------
    >>> network.without("THD2")
    <KineticNetwork 'e_coli_core': 43 reactions, 44 metabolites and 8 boundaries, 155 free Km>
    """

    name: str
    reactions: tuple[Reaction, ...]
    boundaries: frozenset[str] = frozenset()
    compartments: Mapping[str, Compartment] = field(default_factory=dict)
    compartment_of: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    pools: ConservedPools | None = None
    extras: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = f"{len(self.reactions)} reactions, {len(self.variables)} metabolites and "
        counts += f"{len(self.boundary_names)} boundaries, {len(self.km_names)} free Km"
        return f"<KineticNetwork {self.name!r}: {counts}>"

    def __post_init__(self) -> None:
        if not self.reactions:
            raise NetworkError(
                f"A kinetic model needs at least one reaction; {self.name!r} has none."
            )
        twice = repeated(r.name for r in self.reactions)
        if twice:
            raise NetworkError(
                f"Reaction names must be unique; used twice: {listed(twice)}. Rename one of each."
            )
        clash = sorted(set(self.variables) & set(self.parameter_names))
        if clash:
            raise NetworkError(
                f"A name cannot be both a metabolite and a parameter: {listed(clash)}. Rename one; "
                "a metabolite in a rate_expression needs a role, for example inhibitor1."
            )
        lost = {
            metabolite: place
            for metabolite, place in self.compartment_of.items()
            if place is not None and place not in self.compartments
        }
        if lost:
            metabolite, place = next(iter(lost.items()))
            raise NetworkError(
                f"Metabolite {metabolite!r} is placed in compartment {place!r}, which the kinetic "
                f"model does not define (it has {listed(sorted(self.compartments)) or 'none'})."
            )
        if self.pools is not None:
            self.pools.require_conserved(
                self.stoichiometry, self.variables, reactions=self.reaction_names
            )

    def __getstate__(self) -> dict[str, object]:
        """Let a network travel to other processes: its fields do, what follows from them not."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    # -- names, in the order of the axes ---------------------------------------------------------

    @cached_property
    def reaction_names(self) -> tuple[str, ...]:
        """Reactions, in order."""
        return tuple(reaction.name for reaction in self.reactions)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Balanced metabolites, in order of first appearance (SKiMPy's order)."""
        return tuple(m for m in self._in_order if m not in self.boundaries)

    @cached_property
    def boundary_names(self) -> tuple[str, ...]:
        """Metabolites held constant, in order of first appearance in a reaction."""
        return tuple(m for m in self._in_order if m in self.boundaries)

    @property
    def _in_order(self) -> dict[str, None]:
        return dict.fromkeys(m for reaction in self.reactions for m in reaction.metabolites)

    @property
    def metabolites(self) -> tuple[str, ...]:
        """Variables, then boundaries: every concentration that a rate law can need."""
        return self.variables + self.boundary_names

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Every parameter, in the order of SKiMPy's ``model.parameters``."""
        names: dict[str, None] = {}
        for reaction in self.reactions:
            names.update(dict.fromkeys(reaction.parameter_names(self.boundaries)))
        names.update(dict.fromkeys(self._volumes))
        return tuple(names)

    @cached_property
    def parameters(self) -> Mapping[str, float | None]:
        """Parameter to value, ``None`` where it is unknown; in the order of ``parameter_names``."""
        known = {**self.values, **self._volumes}
        return MappingProxyType({name: known.get(name) for name in self.parameter_names})

    @cached_property
    def _volumes(self) -> dict[str, float | None]:
        return {
            f"{label}_{compartment.name}": getattr(compartment, label)
            for compartment in self.compartments.values()
            for label in ("volume", "cell_volume")
        }

    @cached_property
    def hooks(self) -> Mapping[str, str]:
        """Saturation constant (Km, Ki, Ka) to the metabolite it is measured against, in order."""
        order = {name: i for i, name in enumerate(self.parameter_names)}
        hooks: dict[str, str] = {}
        for reaction in self.reactions:
            hooks.update(reaction.hooks)
        return MappingProxyType(dict(sorted(hooks.items(), key=lambda item: order[item[0]])))

    @cached_property
    def km_names(self) -> tuple[str, ...]:
        """Saturation constants without a value, in order: the columns of every ``km`` axis."""
        return tuple(name for name in self.hooks if self.values.get(name) is None)

    @cached_property
    def vmax_names(self) -> tuple[str | None, ...]:
        """Per reaction the parameter that scales its rate; ``None`` where the rate has none."""
        return tuple(reaction.capacity for reaction in self.reactions)

    @cached_property
    def reversible_reactions(self) -> tuple[str, ...]:
        """Reactions whose rate law needs an equilibrium constant, in order."""
        return tuple(r.name for r in self.reactions if r.equilibrium_constant is not None)

    # -- structure -------------------------------------------------------------------------------

    @cached_property
    def stoichiometry(self) -> NDArray[np.float64]:
        """`` `metabolite x reaction` ``: moles of metabolite made per turnover of the reaction."""
        return self.full_stoichiometry[: len(self.variables)]

    @cached_property
    def full_stoichiometry(self) -> NDArray[np.float64]:
        """`` `metabolite x reaction` ``: the same over variables, then boundaries."""
        row = {metabolite: i for i, metabolite in enumerate(self.metabolites)}
        matrix = np.zeros((len(row), len(self.reactions)))
        for column, reaction in enumerate(self.reactions):
            for metabolite, coefficient in reaction.stoichiometry.items():
                matrix[row[metabolite], column] = coefficient
        return matrix

    @cached_property
    def volume_ratios(self) -> NDArray[np.float64]:
        """`` `metabolite` ``: cell volume over the volume of its compartment, :math:`w`."""
        places = (self.compartment_of.get(metabolite) for metabolite in self.variables)
        return np.array([1.0 if p is None else self.compartments[p].ratio for p in places])

    @cached_property
    def balance(self) -> NDArray[np.float64]:
        """`` `independent x reaction` ``: change of concentration per turnover, w_i N_i."""
        rows = self.conserved_pools.independent
        return self.volume_ratios[rows, None] * self.stoichiometry[rows]

    @cached_property
    def pool_response(self) -> NDArray[np.float64]:
        """`` `dependent x independent` ``: what a pool takes from one for what it gives another."""
        pools, amounts = self.conserved_pools, self.conserved_pools.matrix / self.volume_ratios
        response = np.linalg.solve(amounts[:, pools.dependent], amounts[:, pools.independent])
        return np.asarray(response, dtype=np.float64)

    @cached_property
    def conserved_pools(self) -> ConservedPools:
        """The given pools, or those found from the stoichiometry by exact arithmetic."""
        if self.pools is not None:
            return self.pools
        return find_pools(self.stoichiometry, self.variables)

    def reaction(self, name: str) -> Reaction:
        """Return the reaction called ``name``.

        Parameters
        ----------
        name
            One of ``reaction_names``.

        Returns
        -------
        Reaction

        Raises
        ------
        MissingEntryError
            There is none of that name.
        """
        require_names([name], self.reaction_names, what=f"reaction of {self.name!r} called")
        return self.reactions[self.reaction_names.index(name)]

    # -- new networks from this one --------------------------------------------------------------

    def with_parameters(self, values: Mapping[str, float]) -> KineticNetwork:
        """Return a network in which the given parameters are fixed.

        Parameters
        ----------
        values
            Parameter to value, in the kinetic model's scaled units. A boundary metabolite's
            concentration is a parameter named by the metabolite.

        Returns
        -------
        KineticNetwork

        Raises
        ------
        MissingEntryError
            A name is not a parameter of this network.
        NetworkError
            A value is not a finite number.
        """
        require_names(values, self.parameters, what=f"parameter of {self.name!r} called")
        finite = {name: _finite(name, value) for name, value in values.items()}
        compartments = {
            key: replace(
                compartment,
                volume=finite.pop(f"volume_{compartment.name}", compartment.volume),
                cell_volume=finite.pop(f"cell_volume_{compartment.name}", compartment.cell_volume),
            )
            for key, compartment in self.compartments.items()
        }
        return replace(self, values={**self.values, **finite}, compartments=compartments)

    def with_bounds(
        self, bounds: Mapping[str, tuple[float | None, float | None]]
    ) -> KineticNetwork:
        """Return a network in which saturation constants are bounded.

        Parameters
        ----------
        bounds
            Saturation constant to (lower, upper) in scaled concentration, as SKiMPy's ``.bounds``;
            ``None`` leaves a side open.

        Returns
        -------
        KineticNetwork

        Raises
        ------
        MissingEntryError
            A name is not a saturation constant of this network.
        NetworkError
            A bound is negative or not a number, or the lower one exceeds the upper one.
        """
        require_names(bounds, self.hooks, what=f"saturation constant of {self.name!r} called")
        for name, (lower, upper) in bounds.items():
            given = [value for value in (lower, upper) if value is not None]
            usable = all(isinstance(value, Real) and value >= 0 for value in given)
            if not usable or given != sorted(given):
                raise NetworkError(
                    f"Bounds of {name!r} must be numbers with 0 <= lower <= upper, "
                    f"got ({lower!r}, {upper!r})."
                )
        return replace(self, bounds={**self.bounds, **bounds})

    def with_pools(self, pools: ConservedPools | None) -> KineticNetwork:
        """Return a network with the given conserved pools.

        Parameters
        ----------
        pools
            Pools over ``variables``; ``None`` has them found from the stoichiometry.

        Returns
        -------
        KineticNetwork

        Raises
        ------
        NetworkError
            The pools are of other metabolites, or some reaction changes one of them.
        """
        return replace(self, pools=pools)

    def without(self, *reactions: str | Iterable[str]) -> KineticNetwork:
        """Return a network without some reactions: knocked out, or off in the steady state.

        What only they made or used is held constant from now on, where another rate law needs it.
        Conserved pools that were given stay, those that come about are added.

        Parameters
        ----------
        *reactions
            Names, one by one or in sequences, for example ``states.zero_fluxes``.

        Returns
        -------
        KineticNetwork
            Read its steady states anew, or take ``states.of(network)``.

        Raises
        ------
        MissingEntryError
            There is no reaction of a name.
        NetworkError
            No reaction is left.
        """
        names = {n for one in reactions for n in ([one] if isinstance(one, str) else one)}
        require_names(sorted(names), self.reaction_names, what=f"reaction of {self.name!r} called")
        kept = tuple(r for r in self.reactions if r.name not in names)
        changed = {m for r in self.reactions if r.name in names for m in r.stoichiometry}
        idle = changed - {m for r in kept for m in r.stoichiometry}
        smaller = replace(
            self,
            reactions=kept,
            boundaries=self.boundaries | idle,
            values={},
            bounds={},
            pools=None,
        )
        gone = {*self.parameter_names} - {*smaller.parameter_names}
        unused, of_gone = self.extras.get("parameters"), tuple(f"_{name}" for name in names)
        if isinstance(unused, Mapping):
            unused = {name: v for name, v in unused.items() if not name.endswith(of_gone)}
        return replace(
            smaller,
            values={name: value for name, value in self.values.items() if name not in gone},
            bounds={name: pair for name, pair in self.bounds.items() if name not in gone},
            pools=None if self.pools is None else self.pools.joined(smaller.conserved_pools),
            extras={**self.extras, "parameters": unused} if unused else self.extras,
        )


def _finite(name: str, value: float) -> float:
    try:
        number = float("nan") if isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number):
        raise NetworkError(f"Parameter {name!r} needs a finite number, got {value!r}.")
    return number
