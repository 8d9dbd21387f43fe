"""What a study works on: a kinetic model at its steady states, how it is trained, and measurements.

A study asks the same question of any organism; a :class:`Case` is the organism. The kinetics at the
reference state, and the generator trained there, are what most studies begin with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cached_property
from pathlib import Path

from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetic_data import KmSource
from skimpy_renaissance.kinetics import BoundKinetics, CompiledKinetics, compile_network
from skimpy_renaissance.learning import NES, Architecture, Generator, Optimizer
from skimpy_renaissance.learning.reward import RewardFunction
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_states import SteadyState, SteadyStates
from skimpy_renaissance.units import Units

__all__ = ["Case"]


@dataclass(frozen=True, eq=False)
class Case:
    """An organism to study.

    Parameters
    ----------
    name
        In words, for titles.
    network
        The kinetic model.
    states
        Steady states; one at least.
    reference
        Name of the state that studies of a single state take.
    criterion
        When a model is valid.
    generator, optimizer
        How generators are trained.
    optimizer_chosen
        Whether that optimiser was asked for: then it also takes the place of one that a study
        would choose by itself.
    reward
        What trainings increase; ``None`` for the optimiser's own.
    growth
        Reaction whose flux is the growth rate, where the model has one.
    growth_scaling
        Growth rate, 1/h, per flux of that reaction, mmol/gDW/h, as SKiMPy's ``biomass_scaling``.
    data
        Role (``"reactor"``, ``"experiments"``, ``"measured_km"``, ...) to file or folder.
    measured
        Measured Km, where there are some.
    design
        What strains are to make, within which limits, where that is stated.
    threads
        Processor cores to use; ``None`` for all.

    Raises
    ------
    MissingEntryError
        There is no state called ``reference``, or no reaction called ``growth``.

    Examples
    --------
    >>> case = sr.studies.Case(
    ...     "E. coli core", network, states, reference="97", growth="Biomass_Ecoli_core"
    ... )
    >>> round(case.growth_rate(case.state), 2)  # 1/h
    0.61
    """

    name: str
    network: KineticNetwork
    states: SteadyStates
    reference: str
    criterion: Validity = field(default_factory=Validity)
    generator: Architecture = field(default_factory=Generator)
    optimizer: Optimizer = field(default_factory=NES)
    optimizer_chosen: bool = False
    reward: RewardFunction | None = None
    growth: str | None = None
    growth_scaling: float = 1.0
    data: Mapping[str, Path] = field(default_factory=dict)
    measured: KmSource | None = None
    design: DesignOptions | None = None
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.reference not in self.states.names:
            raise MissingEntryError(
                f"There is no steady state {self.reference!r}; there are "
                f"{listed(self.states.names)}."
            )
        if self.growth is not None and self.growth not in self.network.reaction_names:
            raise MissingEntryError(
                f"{self.network.name!r} has no reaction {self.growth!r} to take as growth."
            )

    @property
    def units(self) -> Units:
        """Units of the steady states."""
        return self.states.units

    @property
    def state(self) -> SteadyState:
        """The reference state."""
        return self.states[self.reference]

    @cached_property
    def kinetics(self) -> CompiledKinetics:
        """Rate laws, compiled."""
        return compile_network(self.network)

    @cached_property
    def bound(self) -> BoundKinetics:
        """Kinetics at the reference state."""
        return self.kinetics.at(self.state, threads=self.threads)

    def optimizer_over(self, generations: int | None) -> Optimizer:
        """Return the optimiser with another number of generations.

        Parameters
        ----------
        generations
            ``None`` keeps its own.

        Returns
        -------
        Optimizer

        Raises
        ------
        InputError
            It is no dataclass, so that its number of generations cannot be changed.
        """
        if generations is None or generations == self.optimizer.generations:
            return self.optimizer
        if not is_dataclass(self.optimizer) or isinstance(self.optimizer, type):
            raise InputError(
                f"The study takes {generations} generations, and {self.optimizer!r} is no "
                "dataclass that could be given as many. Pass an optimizer with this number."
            )
        return replace(self.optimizer, generations=generations)

    def growth_rate(self, state: SteadyState) -> float | None:
        """Return the growth rate of a state, 1/h; ``None`` where no reaction is growth.

        Parameters
        ----------
        state
            A steady state of this network.

        Returns
        -------
        float or None
        """
        if self.growth is None:
            return None
        flux = self.units.mmol_per_gdw_h(float(state.fluxes[self.growth]))
        return self.growth_scaling * flux

    def file(self, role: str, *, needed_for: str) -> Path:
        """Return a file of measurements.

        Parameters
        ----------
        role
            Key of ``data``.
        needed_for
            What cannot be done without, for the message.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        InputError
            It is not given.
        """
        if role not in self.data:
            raise InputError(
                f"{needed_for} needs {role!r} of {self.name!r}, which has {listed(self.data)}. "
                f"Name the file with --{role.replace('_', '-')}, or as {role} in [data] of the "
                "run file."
            )
        return self.data[role]
