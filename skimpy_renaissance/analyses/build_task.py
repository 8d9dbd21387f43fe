"""What a kinetic model is built from: a constraint-based model, its condition, its energies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.priors import DEFAULT_KM_RANGE
from skimpy_renaissance.steady_states.stated_ranges import Ranges
from skimpy_renaissance.thermodynamics import ReactionEnergies
from skimpy_renaissance.thermodynamics.reaction_energies import standard_errors
from skimpy_renaissance.units import Units

__all__ = ["USUAL", "BuildTask"]

USUAL: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "ph": MappingProxyType({"c": 7.5, "e": 7.0, "p": 7.0}),
        "potential": MappingProxyType({"c": -150.0}),
    }
)
"""Conditions of compartments, BiGG's names, where nobody states them; potentials in mV."""


@dataclass(frozen=True, eq=False, kw_only=True)
class BuildTask:
    """What a kinetic model and its steady states are built from.

    Parameters
    ----------
    model
        A model of COBRApy, its file, or the name of one that COBRApy ships.
    choices
        Of :func:`~skimpy_renaissance.draft.draft_from_cobra`: ``growth``, ``bounds``, ``laws``, ...
    conditions
        Of :func:`~skimpy_renaissance.thermodynamics.energies_from_equilibrator`: ``ph``,
        ``potential``, ``compounds``, ...; pH and potential are :data:`USUAL` where they are not
        stated; ``None`` where nothing is estimated.
    stated
        Energies that are known, in the place of estimates.
    concentrations
        Metabolite to (lowest, highest) or to a value, mol/L.
    usual_concentrations
        Lowest and highest of others, mol/L; by default the usual assumption where nothing is
        measured [1]_, and none so high that its pool cannot turn over as fast as models are to be.
        Protons have the pH of the energies.
    units
        Of the kinetic model.
    n_states
        Steady states that are sampled.
    models_per_state
        Models that are drawn blindly at each, to tell where they are fast.
    km_range
        Smallest and largest Km of these, mol/L.
    partition
        Largest real part of their eigenvalues, 1/h; ``None`` for five times growth.
    growth, growth_scaling
        Reaction whose flux is growth, by default found by its name, and 1/h per its flux.
    level
        Probability of the ranges of energies.
    least_displacement
        Least distance of ln displacement from 0, where a reaction would stand at equilibrium.

    Raises
    ------
    InputError
        A number cannot be used.

    References
    ----------
    .. [1] Noor et al., *PLoS Comput. Biol.* 10 (2014) e1003483, doi:10.1371/journal.pcbi.1003483.
    """

    model: Any
    units: Units
    choices: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] | None = None
    stated: ReactionEnergies | None = None
    concentrations: Ranges = field(default_factory=dict)
    usual_concentrations: tuple[float, float] = (1e-6, 1e-2)
    n_states: int = 200
    models_per_state: int = 100
    km_range: tuple[float, float] = DEFAULT_KM_RANGE
    partition: float | None = None
    growth: str | None = None
    growth_scaling: float = 1.0
    level: float = 0.95
    least_displacement: float = 1e-3

    def __post_init__(self) -> None:
        require_whole("n_states", self.n_states)
        require_whole("models_per_state", self.models_per_state)
        standard_errors(self.level)
        require_positive("least_displacement", self.least_displacement)
