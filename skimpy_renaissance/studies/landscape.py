"""How fast each of thousands of steady states can be, and which concentrations decide it (Fig. 3).

Where few states are given, the landscape is of thousands of others, drawn uniformly within their
ranges. The search at every state starts from the models of one generator that was trained for speed
at some of the states. Then the fastest neighbourhood, new states from its Gaussian, the
concentrations at which no state is fast, and new states confined to these.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.landscape import SpeedSearch, landscape
from skimpy_renaissance.analyses.new_states import new_states
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape import train_for_speed
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.steady_states import (
    SteadyStates,
    check_consistency,
    sample_steady_states,
)
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.landscape_findings import PUBLISHED_SLOW, landscape_findings
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "LandscapeSettings", "study_landscape"]

_FEWEST = 10  # states from whose ranges others are sampled


@dataclass(frozen=True)
class LandscapeSettings:
    """How much is computed.

    Parameters
    ----------
    n_states
        Steady states of the landscape. Where fewer are given, as many are sampled within their
        ranges.
    widen
        Width of these ranges over that seen in the given states; ``None`` for (n + 1) / (n - 1)
        with n of them, the whole that n uniform draws of one quantity are expected to come from.
    generator_generations
        Generations of the training of a generator for speed, at some of the states, from which the
        search at each state starts; 0 starts near :math:`K_m = x` instead.
    steps
        Gradients followed in the search at each state.
    members
        States of a neighbourhood.
    n_resampled
        New states around the fast, and around the slow neighbourhood.
    n_constrained
        New states around the fast neighbourhood, confined to what allows no fast dynamics.
    n_rules
        Concentrations confined at most.
    walk
        Steps of the random walk behind each new state.
    """

    n_states: int = 5000
    widen: float | None = None
    generator_generations: int = 10
    steps: int = 50
    members: int = 22
    n_resampled: int = 90
    n_constrained: int = 40
    n_rules: int = 30
    walk: int = 1000


def study_landscape(case: Case, settings: LandscapeSettings, context: RunContext) -> AnalysisResult:
    """Carry out the study.

    Parameters
    ----------
    case
        The organism, with as many steady states as there are.
    settings
        How much is computed.
    context
        Searches are kept in its folder ``landscape`` and resumed there; its runner carries out
        their chunks.

    Returns
    -------
    AnalysisResult

    Raises
    ------
    InputError
        There are too few steady states to see a landscape.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    warnings: list[str] = []
    if case.optimizer_chosen:
        warnings.append("No generator is trained here: the choice of an optimizer has no effect.")
    states = _states(case, settings, context.seed, warnings)
    place = replace(context.within("landscape"), threads=case.threads)
    generator = _generator(case, settings, place, states)
    search = SpeedSearch(
        case.kinetics,
        case.criterion.partition,
        case.generator.range,
        settings.steps,
        place,
        generator=generator,
    )
    found = landscape(
        case.network,
        states,
        search("states", states),
        partition=case.criterion.partition,
        members=min(settings.members, len(states) // 5),
        slow_share=PUBLISHED_SLOW,
        seed=context.seed,
    )
    if "rules" not in found.tables:
        raise InputError(found.warnings[-1])
    new = new_states(
        states,
        found,
        search,
        resampled=settings.n_resampled,
        confined=settings.n_constrained,
        n_rules=settings.n_rules,
        walk=settings.walk,
    )
    given = _given(case, states, search)
    judged = 0 if generator is None else int(generator.history.judged[-1])
    numbers = {"seed": context.seed, "models_judged_in_training": judged}
    result = AnalysisResult(
        tables={**found.tables, **given, **new.tables},
        drawings={**found.drawings, **new.drawings},
        numbers={**found.numbers, **new.numbers, **numbers},
        warnings=[*warnings, *found.warnings, *new.warnings],
    )
    return replace(
        result, findings=landscape_findings(result, states, wanted=case.criterion.partition)
    )


def _generator(
    case: Case, settings: LandscapeSettings, context: RunContext, states: SteadyStates
) -> TrainedGenerator | None:
    if settings.generator_generations == 0:
        return None
    return train_for_speed(
        case.kinetics,
        states,
        generations=settings.generator_generations,
        log_km_range=case.generator.range,
        seed=context.seed,
        threads=context.threads,
        checkpoint=context.folder / "generator",
        progress=context.progress,
    )


def _given(case: Case, states: SteadyStates, search: SpeedSearch) -> dict[str, pd.DataFrame]:
    """Search the given states, too, where the landscape is of others like them."""
    if set(states.names) <= set(case.states.names):
        return {}
    report = check_consistency(case.network, case.states)
    given = case.states.select(report.passed_names)
    return {"given_states": search("given", given).to_dataframe()}


def _states(
    case: Case, settings: LandscapeSettings, seed: int, warnings: list[str]
) -> SteadyStates:
    """Return as many states as wanted: some of those given, or others within their ranges."""
    report = check_consistency(case.network, case.states)
    states = case.states
    if not report.passed.all():
        states = states.select(report.passed_names)
        warnings.append(f"{(~report.passed).sum()} inconsistent steady states were left out.")
    if len(states) >= settings.n_states:
        chosen = np.linspace(0, len(states) - 1, settings.n_states).round().astype(int)
        return states.select([states.names[i] for i in chosen])
    if len(states) < _FEWEST:
        raise InputError(
            f"{_FEWEST} consistent steady states at least are needed to sample others within "
            f"their ranges, got {len(states)}. Read more of them, or sample the flux model itself."
        )
    widen = settings.widen or (len(states) + 1) / (len(states) - 1)
    sampled = sample_steady_states(
        case.network, settings.n_states, like=states, widen=widen, seed=seed
    )
    warnings.append(
        f"{len(states)} steady states are given. The landscape is of {sampled}, within the ranges "
        f"of the given ones, {widen:.3g} times as wide."
    )
    return sampled.states


STUDY = Study(
    name="landscape",
    source="Fig. 3",
    question="Which steady states can be as fast as observed, and what do they have in common?",
    full=LandscapeSettings(),
    quick=LandscapeSettings(n_states=400, steps=30, n_resampled=40, n_constrained=20, walk=400),
    run=study_landscape,
)
