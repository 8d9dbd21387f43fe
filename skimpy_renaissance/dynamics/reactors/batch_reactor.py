r"""A batch reactor: strains that grow in one shared, well-mixed medium.

Strain :math:`s` has :math:`B_s` cells of volume :math:`V_{cell}` in a reactor of volume :math:`V`.
With its rates :math:`v^s` (per volume of cell) and stoichiometry :math:`N^s`,

.. math::
    \frac{dm_i}{dt} = \sum_s B_s \frac{V_{cell}}{V} \sum_r N^s_{ir} v^s_r, \qquad
    \frac{dx^s_i}{dt} = w^s_i \sum_r N^s_{ir} v^s_r, \qquad
    \frac{dB_s}{dt} = \mu_s B_s, \qquad \mu_s = \frac{\beta_s}{\phi\,\tau}\, v^s_{growth}

for the medium :math:`m`, which all strains share, for what is inside of each, and for the cells;
:math:`v/\phi` is ``units.mmol_per_gdw_h(v)``, :math:`\tau` is
``units.time_scaling`` and :math:`\beta` is ``biomass_scaling``. These are the equations of SKiMPy's
``make_batch_reactor`` [1]_ (which leaves :math:`\tau` out): metabolites are not diluted by growth,
the strains' own boundaries are dropped (inside the cell too), and a metabolite held constant by the
reactor has a right-hand side of zero.

Biomass is a number of cells in the whole reactor. One cell weighs :math:`\rho\, r\, V_{cell}`,
the mass that the fluxes are per gram of; ``cell_mass`` states another one, for example 0.28e-12 g
as in the scripts of RENAISSANCE [2]_, where the fluxes go by 0.33e-12 g.

References
----------
.. [1] Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
.. [2] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names, require_positive
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem, compile_system
from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    NetworkError,
    listed,
    repeated,
)
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.units import Units

__all__ = ["BatchReactor"]


@dataclass(frozen=True, eq=False)
class BatchReactor:
    """Strains in a shared medium.

    Parameters
    ----------
    strains
        Name to strain. Variables and parameters of strain ``a`` are called ``a_<name>``; those of
        the medium keep their names.
    units
        Units of the strains' parameters and of every concentration here.
    volume
        Volume of the reactor in the unit of the strains' ``cell_volume``.
    medium
        Metabolite to initial concentration, mol/L; those not named start at zero.
    constant
        Variables held at their initial value, for example ``{"o2_e", "a_h_c"}``.
    extracellular
        The compartment that is the medium.
    litre_per_volume
        Litres per unit of ``volume``: 1e-15 for cubic micrometres.

    Raises
    ------
    InputError
        No strain, or a volume, concentration or scaling that is not positive.
    MissingEntryError
        A strain lacks the compartment, or a medium or constant metabolite is in no strain.
    NetworkError
        A strain does not state its cell volume, or two names collide.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BatchReactor, Strain
    >>> strain = Strain(network, "Biomass_Ecoli_core")
    >>> medium = {"glc__D_e": 0.02, "nh4_e": 0.05}  # mol/L
    >>> units = state.stated_units()
    >>> one = BatchReactor({"core": strain}, units=units, volume=1e12, medium=medium)
    >>> one.medium_names
    ('ac_e', 'h_e', 'co2_e', 'glc__D_e', 'nh4_e', 'o2_e', 'pi_e')
    >>> one.gram_per_cell_per_litre("core")
    3.6e-10
    """

    strains: Mapping[str, Strain]
    units: Units
    volume: float
    medium: Mapping[str, float] = field(default_factory=dict)
    constant: frozenset[str] = frozenset()
    extracellular: str = "e"
    litre_per_volume: float = 1e-15

    def __post_init__(self) -> None:
        if not self.strains:
            raise InputError("A reactor needs at least one strain, got none.")
        if isinstance(self.constant, str):
            raise InputError(f"constant is a set of names, got the text {self.constant!r}.")
        object.__setattr__(self, "constant", frozenset(self.constant))
        require_positive("volume of a reactor", self.volume)
        require_positive("litre_per_volume of a reactor", self.litre_per_volume)
        for name in self.strains:
            self.cell_volume(name)
        self.require_medium(self.medium)
        lost = sorted(self.constant - set(self.variables))
        if lost:
            raise MissingEntryError(
                f"No variable {listed(lost)} to hold constant; the medium has "
                f"{listed(self.medium_names)}, and a metabolite inside of a strain is called "
                f"{listed(self.variables[-1:])}, say."
            )
        names = [n for s in self.strains for n in self.parameter_names(s)]
        twice = repeated([*names, *self.variables])
        if twice:
            raise NetworkError(
                f"Two things in the reactor are called {listed(twice)}. Rename a strain."
            )

    # -- names -----------------------------------------------------------------------------------

    @cached_property
    def medium_names(self) -> tuple[str, ...]:
        """Metabolites of the medium, in order of the strains."""
        every = (s.unbounded for s in self.strains.values())
        return tuple(dict.fromkeys(m for n in every for m in n.variables if self._is_outside(n, m)))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Cells, medium, then the inside of each strain: SKiMPy's order."""
        cells = [self.biomass_name(name) for name in self.strains]
        inside = [self._local(s, m) for s in self.strains for m in self.inside_names(s)]
        return (*cells, *self.medium_names, *inside)

    def biomass_name(self, strain: str) -> str:
        """Return the variable that counts a strain's cells.

        Parameters
        ----------
        strain
            Name of the strain.

        Returns
        -------
        str
        """
        return f"biomass_{self._strain_name(strain)}"

    def inside_names(self, strain: str) -> tuple[str, ...]:
        """Return the metabolites inside of a strain, by their names in its network.

        Parameters
        ----------
        strain
            Name of the strain.

        Returns
        -------
        tuple of str
        """
        return tuple(m for m in self._network(strain).variables if m not in self._medium_set)

    def parameter_names(self, strain: str) -> tuple[str, ...]:
        """Return the parameters in a strain's rate laws, by their names in the reactor.

        Parameters
        ----------
        strain
            Name of the strain.

        Returns
        -------
        tuple of str
        """
        network = self._network(strain)
        metabolites = set(network.variables)
        names = dict.fromkeys(n for r in network.reactions for n in r.names.values())
        return tuple(f"{strain}_{name}" for name in names if name not in metabolites)

    def require_medium(self, medium: Mapping[str, float]) -> None:
        """Raise unless these are concentrations of the medium.

        Parameters
        ----------
        medium
            Metabolite to mol/L.

        Raises
        ------
        MissingEntryError
            A metabolite is not in the medium.
        InputError
            A concentration is negative or no finite number.
        """
        lost = [name for name in medium if name not in self._medium_set]
        if lost:
            raise MissingEntryError(
                f"The medium has no {listed(lost)}: no strain has it in compartment "
                f"{self.extracellular!r}. It has {listed(self.medium_names, most=40)}."
            )
        for name, value in medium.items():
            if not (isfinite(value) and value >= 0):
                raise InputError(f"The medium's {name!r} must be 0 or more mol/L, got {value!r}.")

    # -- equations -------------------------------------------------------------------------------

    @cached_property
    def system(self) -> OdeSystem:
        """The differential equations."""
        row = {name: i for i, name in enumerate(self.variables)}
        reactions: list[Reaction] = []
        for name in self.strains:
            reactions += [self._renamed(name, r) for r in self._network(name).reactions]
        shape = (len(self.variables), len(reactions))
        weights = np.zeros(shape)
        carried: dict[str, NDArray[np.float64]] = {}
        start = 0
        for name, strain in self.strains.items():
            network, biomass = strain.unbounded, self.biomass_name(name)
            columns = slice(start, start + len(network.reactions))
            effect = carried[biomass] = np.zeros(shape)
            share = self.cell_volume(name) / self.volume
            ratios = network.volume_ratios
            for i, metabolite in enumerate(network.variables):
                outside = metabolite in self._medium_set
                into, factor = (effect, share) if outside else (weights, ratios[i])
                made = network.stoichiometry[i]
                into[row[self._local(name, metabolite)], columns] = factor * made
            grown_by = start + network.reaction_names.index(strain.growth_reaction)
            effect[row[biomass], grown_by] = self.growth_per_rate(name)
            start = columns.stop
        held = [row[name] for name in self.constant]
        for matrix in (weights, *carried.values()):
            matrix[held] = 0.0
        return OdeSystem(self.variables, tuple(reactions), weights, carried)

    @cached_property
    def compiled(self) -> CompiledSystem:
        """The differential equations as functions."""
        return compile_system(self.system)

    def growth_per_rate(self, strain: str) -> float:
        r"""Return :math:`\beta/(\phi\tau)`: growth rate per rate of the growth reaction.

        Parameters
        ----------
        strain
            Name of the strain.

        Returns
        -------
        float
            1 per scaled concentration: both rates are per model time.
        """
        scaling = self.strains[self._strain_name(strain)].biomass_scaling
        return self.units.mmol_per_gdw_h(scaling) / self.units.time_scaling

    # -- biomass ---------------------------------------------------------------------------------

    def cell_volume(self, strain: str) -> float:
        """Return the volume of one cell.

        Parameters
        ----------
        strain
            Name of the strain.

        Returns
        -------
        float
            In the unit of ``volume``.
        """
        network = self._network(strain)
        if self.extracellular not in network.compartments:
            raise MissingEntryError(
                f"Strain {strain!r} has no compartment {self.extracellular!r} to be the medium; it "
                f"has {listed(network.compartments) or 'none'}. Pass extracellular=..."
            )
        volume = network.compartments[self.extracellular].cell_volume
        if volume is None:
            raise NetworkError(
                f"Strain {strain!r} does not say how large its cells are, in the unit of the "
                f"reactor's volume. State it: network.with_parameters({{'cell_volume_"
                f"{self.extracellular}': 1.0}})."
            )
        return volume

    def gram_per_cell_per_litre(self, strain: str, *, cell_mass: float | None = None) -> float:
        """Return what one cell in the reactor is in grams dry weight per litre of medium.

        Parameters
        ----------
        strain
            Name of the strain.
        cell_mass
            Dry weight of a cell, g; by default that of its volume, density and dry fraction, which
            the fluxes are per gram of.

        Returns
        -------
        float
            gDW/L per cell: multiply numbers of cells by it, divide an inoculum in gDW/L by it.

        Raises
        ------
        InputError
            ``cell_mass`` is not positive.
        """
        if cell_mass is None:
            dry = self.units.density * self.units.gdw_gww_ratio
            return dry * self.cell_volume(strain) / self.volume
        require_positive("cell_mass of a reactor", cell_mass)
        return cell_mass / (self.volume * self.litre_per_volume)

    # -- bookkeeping -----------------------------------------------------------------------------

    def _strain_name(self, name: str) -> str:
        require_names([name], self.strains, what="strain")
        return name

    def _network(self, strain: str) -> KineticNetwork:
        return self.strains[self._strain_name(strain)].unbounded

    def _is_outside(self, network: KineticNetwork, metabolite: str) -> bool:
        return network.compartment_of.get(metabolite) == self.extracellular

    def _local(self, strain: str, metabolite: str) -> str:
        return metabolite if metabolite in self._medium_set else f"{strain}_{metabolite}"

    @cached_property
    def _medium_set(self) -> frozenset[str]:
        return frozenset(self.medium_names)

    def _renamed(self, strain: str, reaction: Reaction) -> Reaction:
        """Return the reaction with its own parameters and metabolites, the medium's shared."""
        metabolites = set(self._network(strain).variables)

        def name(old: str) -> str:
            return self._local(strain, old) if old in metabolites else f"{strain}_{old}"

        def optional(old: str | None) -> str | None:
            return None if old is None else name(old)

        return replace(
            reaction,
            name=f"{strain}_{reaction.name}",
            names={role: name(old) for role, old in reaction.names.items()},
            metabolites=tuple(name(old) for old in reaction.metabolites),
            stoichiometry={name(m): n for m, n in reaction.stoichiometry.items()},
            declared=tuple((name(old), flag) for old, flag in reaction.declared),
            hooks={name(constant): name(m) for constant, m in reaction.hooks.items()},
            capacity=optional(reaction.capacity),
            equilibrium_constant=optional(reaction.equilibrium_constant),
            mechanism=None,  # what the strain's file said; the names no longer hold
            modifiers=(),
            enzyme=optional(reaction.enzyme),
        )
