"""From a constraint-based model to a kinetic one with steady states: what ``build`` does.

In order: fluxes within the condition decide what runs and which way; reactions get rate laws and
energies, and those without an energy are written as irreversible; steady states are sampled within
fluxes, concentrations and the errors of energies; models drawn blindly at each tell at which state
they are fast, and what of a state decides that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.build_task import USUAL, BuildTask
from skimpy_renaissance.analyses.fast_states import Demand, state_speeds, what_speed_depends_on
from skimpy_renaissance.checks import require_names
from skimpy_renaissance.design.value_of_information import FEWEST
from skimpy_renaissance.draft import Draft, draft_from_cobra, flux_ranges, read_cobra_model
from skimpy_renaissance.draft.assembly import kinetic_ids
from skimpy_renaissance.errors import SteadyStateError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.sampling.default_partition import partition_of_growth
from skimpy_renaissance.steady_states import (
    SampledStates,
    SteadyState,
    growth_reaction,
    sample_steady_states,
)
from skimpy_renaissance.thermodynamics import (
    ReactionEnergies,
    energies_from_equilibrator,
    explain_infeasible,
)
from skimpy_renaissance.thermodynamics.reaction_energies import missing_table

__all__ = ["BuiltModel", "build_model"]

_TURNOVER_SPAN = 100.0  # from the lowest to the highest concentration, at least
_CONDITION = ("growth", "bounds", "fluxes", "objective")


@dataclass(frozen=True, eq=False)
class BuiltModel:
    """A kinetic model, its steady states, and how they came about.

    Parameters
    ----------
    draft
        The kinetic model and what was decided for it.
    energies
        Of its reversible reactions.
    unknown
        Index ``reaction``, column ``reason``: without an energy, therefore irreversible.
    sampled
        The steady states.
    speeds
        Of :func:`~skimpy_renaissance.analyses.fast_states.state_speeds`.
    measure
        Of :func:`~skimpy_renaissance.analyses.fast_states.what_speed_depends_on`; empty where
        states are too few, or alike.
    """

    draft: Draft
    energies: ReactionEnergies
    unknown: pd.DataFrame
    sampled: SampledStates
    speeds: pd.DataFrame
    measure: pd.DataFrame

    @property
    def network(self) -> KineticNetwork:
        """The kinetic model."""
        return self.draft.network

    @property
    def state(self) -> SteadyState:
        """The steady state at which most models are valid."""
        return self.sampled.states[str(self.speeds.index[0])]

    @property
    def partition(self) -> float:
        """Largest real part of eigenvalues at that state, 1/h."""
        return float(self.speeds["partition"].iloc[0])

    @property
    def n_with_valid(self) -> int:
        """Steady states at which some blindly drawn model is valid."""
        return int((self.speeds["valid"] > 0).sum())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader has to know, a sentence or two each."""
        found = []
        if len(self.unknown):
            found.append(
                f"{len(self.unknown)} reactions have no energy and are written as irreversible: "
                f"{listed(self.unknown.index)}. State energies for them (--energies) if they run "
                "both ways."
            )
        imbalance = self.draft.laws["imbalance"]
        if (imbalance != "").any():
            off = imbalance[imbalance != ""]
            found.append(
                "Reactions gain or lose protons or charge: "
                f"{listed([f'{name} ({what})' for name, what in off.items()])}."
            )
        best = self.speeds.iloc[0]
        if not best["valid"]:
            found.append(
                f"At none of {len(self.speeds)} steady states was one of {int(best['drawn'])} "
                "models drawn blindly valid; the one with the fastest model that the gradient "
                f"finds is taken ({best['lambda_max_fastest']:.3g} 1/h). Train through the "
                "gradient (run.toml does), narrow concentrations or fluxes by what is "
                "measured, or sample more states (--number)."
            )
        return tuple(found)


def build_model(
    task: BuildTask,
    *,
    seed: int = 0,
    threads: int | None = None,
    progress: bool | None = False,
    tell: Callable[[str], object] = lambda _: None,
) -> BuiltModel:
    """Build a kinetic model and its steady states.

    Parameters
    ----------
    task
        What from.
    seed
        Of steady states, blind draws and permutations.
    threads
        Processor cores to use; ``None`` for all.
    progress
        Whether a bar is shown on stderr; ``None`` shows one on a terminal.
    tell
        Takes a line about each step when it is done.

    Returns
    -------
    BuiltModel

    Raises
    ------
    SteadyStateError
        No steady states are possible; the message names the smallest set of limits that exclude
        one another.
    InputError
        As the functions named in :class:`~skimpy_renaissance.analyses.build_task.BuildTask`.
    """
    draft, energies, unknown = _with_energies(task, tell)
    sampled = _states(task, draft, energies, seed=seed)
    tell(f"{sampled}.")
    demand = Demand(task.partition, task.growth, task.growth_scaling, task.km_range)
    speeds = state_speeds(
        draft.network,
        sampled.states,
        demand,
        n=task.models_per_state,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    measure = pd.DataFrame()
    if sampled.enough and len(sampled.states) >= FEWEST:
        measure = what_speed_depends_on(draft.network, sampled.states, speeds, seed=seed)
    return BuiltModel(draft, energies, unknown, sampled, speeds, measure)


def _with_energies(
    task: BuildTask, tell: Callable[[str], object]
) -> tuple[Draft, ReactionEnergies, pd.DataFrame]:
    """Draft, find energies, and draft again with what has none as irreversible."""
    model = read_cobra_model(task.model)
    choices = dict(task.choices)
    if all(choices.get(name) is None for name in _CONDITION):
        choices["objective"] = _own_objective(model)
    draft = draft_from_cobra(model, **choices)
    tell(f"Draft: {len(draft.network.reactions)} reactions by {draft.condition}.")
    energies = _energies(task, draft, [m.compartment for m in model.metabolites])
    tell(f"{energies}.")
    reversible = draft.network.reversible_reactions
    reasons = energies.missing["reason"].to_dict()
    unknown = {
        name: str(reasons.get(name, "no energy is stated"))
        for name in reversible
        if name not in energies.reactions
    }
    if unknown:
        parts = [part for name in unknown for part in draft.lumps.get(name, {name: 1.0})]
        one_way = [*choices.get("irreversible", ()), *parts]
        choices["irreversible"] = tuple(dict.fromkeys(one_way))
        draft = draft_from_cobra(model, **choices)
    kept = [name for name in draft.network.reversible_reactions if name in energies.reactions]
    return draft, energies.only(kept), missing_table(unknown)


def _own_objective(model: Any) -> str | None:
    aims = [r.id for r in model.reactions if r.objective_coefficient]
    return aims[0] if len(aims) == 1 else None


def _energies(task: BuildTask, draft: Draft, compartments: Iterable[str]) -> ReactionEnergies:
    reversible = list(draft.network.reversible_reactions)
    stated = task.stated
    if task.conditions is None:
        nothing = ReactionEnergies((), np.empty(0), np.empty((0, 0)), "none stated")
        return nothing if stated is None else stated
    conditions = _in_draft(task.conditions, draft, set(compartments))
    found = energies_from_equilibrator(draft.model, reactions=reversible, **conditions)
    return found if stated is None else found.updated(stated)


def _in_draft(
    stated: Mapping[str, Any], draft: Draft, compartments: Collection[str]
) -> dict[str, Any]:
    """Complete conditions, and keep those of the compartments that are left in the draft."""
    left = {m.compartment for m in draft.model.metabolites}
    conditions = {**USUAL, **stated}
    for name, given in stated.items():
        if isinstance(given, Mapping) and name != "compounds":
            require_names(given, compartments, what=f"compartment, of which {name} is stated,")
    return {
        name: {place: value for place, value in given.items() if place in left}
        if isinstance(given, Mapping) and name != "compounds"
        else given
        for name, given in conditions.items()
    }


def _usual(task: BuildTask, draft: Draft) -> dict[str, tuple[float, float]]:
    r"""Return concentrations that nobody states, none of them too large to turn over in time.

    A pool of concentration :math:`x` through which :math:`v` flows has no faster mode than
    :math:`v / x`, so that :math:`x \le v / |\lambda|` where every mode is to be below
    :math:`\lambda`.
    """
    low, high = task.usual_concentrations
    ids = kinetic_ids(draft.model)
    fluxes = {} if draft.fluxes is None else draft.fluxes.to_dict()
    slowest = task.partition
    if slowest is None:
        growth = task.growth or growth_reaction(draft.network) or ""
        slowest = partition_of_growth(task.growth_scaling * abs(fluxes.get(growth, 0.0)))
    usual = {}
    for metabolite in draft.model.metabolites:
        name, most = ids[metabolite.id], high
        if fluxes and slowest is not None and name not in draft.network.boundary_names:
            through = sum(
                abs(r.metabolites[metabolite] * fluxes[r.id]) for r in metabolite.reactions
            )
            molar = through / 2 * task.units.flux_factor / task.units.concentration_scaling
            most = min(high, molar / -slowest)
        usual[name] = (min(low, most / _TURNOVER_SPAN), most)
    return {name: ends for name, ends in usual.items() if name in draft.network.metabolites}


def _states(
    task: BuildTask, draft: Draft, energies: ReactionEnergies, *, seed: int
) -> SampledStates:
    network = draft.network
    protons = {
        name: 10.0**-ph for name, ph in energies.protons.items() if name in network.metabolites
    }
    concentrations = {**_usual(task, draft), **protons, **task.concentrations}
    directions = {n: int(draft.directions[n]) for n in network.reaction_names}
    known = {name: sign for name, sign in directions.items() if sign}
    fluxes = flux_ranges(draft)
    try:
        return sample_steady_states(
            network,
            task.n_states,
            fluxes=fluxes,
            concentrations=concentrations,
            directions=known,
            units=task.units,
            least_displacement=task.least_displacement,
            seed=seed,
            prefix="state",
            **energies.for_sampling(network, level=task.level),
        )
    except SteadyStateError as error:
        found = explain_infeasible(
            network,
            energies,
            directions=known,
            concentrations=concentrations,
            units=task.units,
            level=task.level,
            least_displacement=task.least_displacement,
        )
        if found is None:
            raise
        raise SteadyStateError(
            f"No steady state is possible. {found}\nWiden concentrations (--concentrations), state "
            "an energy (--energies) or a higher probability of its range (--level), name another "
            "compound (--compounds), or write a reaction as irreversible (--irreversible)."
        ) from error
