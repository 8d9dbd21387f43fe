r"""How fast each of thousands of steady states can be, and which concentrations decide it (Fig. 3).

.. math:: \lambda^*(s) = \min_{K_m} \lambda_{max}(K_m; s)

for every state :math:`s`, searched from the models of one generator that was trained for speed at
some of the states; then a neighbourhood of fast states, new states from its Gaussian, the
concentrations at which no state is fast, and new states confined to these.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.landscape import (
    FastestModels,
    allowed_ranges,
    compatible_ranges,
    concentration_rules,
    embed_states,
    fast_states,
    fastest_dynamics,
    fastest_neighbourhood,
    resample_states,
    slowest_neighbourhood,
    train_for_speed,
)
from skimpy_renaissance.landscape.features import features_of
from skimpy_renaissance.landscape.polytope import polytope_around
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.steady_state import SteadyStates, check_consistency
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.landscape_drawings import (
    landscape_drawings,
    resampling_drawings,
    rule_drawings,
)
from skimpy_renaissance.studies.landscape_findings import (
    PUBLISHED_SLOW,
    SIGNIFICANT,
    landscape_findings,
)
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "LandscapeSettings", "run"]

_TELLING = (0.05, 0.95)  # share of slow states between which fast and slow can be compared
_FILLED = 25  # states made at most, per state given
_SHARPNESS = 10.0  # of the smoothed maximum; at a state's ceiling 5 would stop short of it
_SHARPNESS_NEAR_X = 5.0  # further away more modes are to be moved
_KNOWN = 2  # states given at least, per way in which they differ, to make others from them


@dataclass(frozen=True)
class LandscapeSettings:
    """How much is computed.

    Parameters
    ----------
    n_states
        Steady states of the landscape. Where fewer are given, others are resampled from them.
    generator_generations
        Of the training of a generator for speed, at some of the states, from which the search at
        each state starts; 0 starts near :math:`K_m = x` instead.
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
    generator_generations: int = 10
    steps: int = 50
    members: int = 22
    n_resampled: int = 90
    n_constrained: int = 40
    n_rules: int = 30
    walk: int = 1000


def run(case: Case, settings: LandscapeSettings, context: RunContext) -> AnalysisResult:
    """Carry out the study.

    Parameters
    ----------
    case
        The organism, with as many steady states as there are.
    settings
        How much is computed.
    context
        Searches go on where they were stopped, in its folder ``landscape``; its runner carries out
        their chunks.

    Returns
    -------
    AnalysisResult

    Raises
    ------
    InputError
        There are too few steady states to see a landscape.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    warnings: list[str] = []
    if case.optimizer_chosen:
        warnings.append("No generator is trained here: the choice of an optimizer has no effect.")
    states = _states(case, settings, context.seed, warnings)
    search = _Search(case, settings, context, _generator(case, settings, context, states))
    fastest = search("states", states)
    speed = fastest.lambda_max
    partition = _partition(speed, case.criterion.partition, warnings)
    fast = fast_states(speed, partition)
    embedding = embed_states(case.network, states, seed=context.seed)
    ranked = np.where(np.isfinite(speed), speed, np.nanmax(speed))
    size = min(settings.members, len(states) // 5)
    near_fast = fastest_neighbourhood(embedding, ranked, size=size)
    near_slow = slowest_neighbourhood(embedding, ranked, size=size)
    rules = concentration_rules(states, fast, seed=context.seed)
    windows = _windows(rules, settings.n_rules, warnings)
    confined = compatible_ranges(case.network, states, windows)
    if len(confined) < len(windows):
        warnings.append(
            f"Of {len(windows)} concentration windows {len(confined)} go together in one state; "
            "the others were left free in the constrained sampling."
        )
    draws: dict[str, tuple[int, tuple[str, ...], Mapping[str, tuple[float, float]]]] = {
        "fast": (settings.n_resampled, near_fast.names, {}),
        "slow": (settings.n_resampled, near_slow.names, {}),
    }
    if confined:
        draws["confined"] = (settings.n_constrained, near_fast.names, confined)
    new = {
        label: resample_states(
            case.network,
            states,
            n,
            around=around,
            ranges=ranges,
            seed=context.seed + number,
            steps=settings.walk,
            prefix=label,
        )
        for number, (label, (n, around, ranges)) in enumerate(draws.items(), start=1)
    }
    new_speed = {label: search(label, drawn.states).lambda_max for label, drawn in new.items()}
    close = SteadyStates.stack([*states.select(near_fast.names), *new["fast"].states])
    magnified = embed_states(case.network, close, seed=context.seed)
    close_speed = np.concatenate([near_fast.lambda_max, new_speed["fast"]])
    table = pd.concat([fastest.to_dataframe(), embedding.to_dataframe()], axis=1)
    return AnalysisResult(
        findings=landscape_findings(
            speed,
            near_fast,
            near_slow,
            rules,
            new_speed,
            wanted=case.criterion.partition,
            partition=partition,
            n_confined=len(confined),
        ),
        tables={
            "states": table.assign(fast=fast),
            "rules": rules,
            "allowed_ranges": pd.DataFrame.from_dict(
                allowed_ranges(rules, states),
                orient="index",
                columns=["lower_mol_per_L", "upper_mol_per_L"],
            ).rename_axis("metabolite"),
            "new_states": pd.concat(
                pd.DataFrame(
                    {"fastest lambda_max (1/h)": values, "group": label},
                    index=pd.Index(new[label].states.names, name="state"),
                )
                for label, values in new_speed.items()
            ),
        },
        drawings={
            **landscape_drawings(embedding, speed, partition, fast=near_fast, slow=near_slow),
            **resampling_drawings(
                magnified, close_speed, partition, n_members=size, everywhere=speed, new=new_speed
            ),
            **rule_drawings(states, speed, partition, rules=rules),
        },
        numbers={
            "partition": partition,
            "seed": context.seed,
            "states": len(states),
            "principal_components": embedding.n_components,
            "models_judged": int(fastest.judged.sum()),
            "models_judged_in_training": search.judged_in_training,
            "still_improving": fastest.status.count("improving"),
            "confined": {name: list(limits) for name, limits in confined.items()},
            "resampling": {
                label: {
                    "drawn": drawn.drawn,
                    "rejected": dict(drawn.rejected),
                    "inside_without_truncation": drawn.inside,
                }
                for label, drawn in new.items()
            },
        },
        warnings=warnings,
    )


@dataclass(frozen=True)
class _Search:
    """The fastest dynamics of some states, kept in a folder of their own.

    A search begins at the generator's model; where that leads to none below the partition, another
    begins near Km = x, as what counts is that *no* model is fast.
    """

    case: Case
    settings: LandscapeSettings
    context: RunContext
    generator: TrainedGenerator | None

    @property
    def judged_in_training(self) -> int:
        """Models judged for the generator."""
        return 0 if self.generator is None else int(self.generator.history.judged[-1])

    def __call__(self, label: str, states: SteadyStates) -> FastestModels:
        first = self._from(self.generator, label, states)
        fast = fast_states(first.lambda_max, self.case.criterion.partition)
        slow = [name for name, reached in zip(states.names, fast, strict=True) if not reached]
        if self.generator is None or not slow:
            return first
        return first.improved_by(self._from(None, f"{label}_again", states.select(slow)))

    def _from(
        self, generator: TrainedGenerator | None, label: str, states: SteadyStates
    ) -> FastestModels:
        low, high = self.case.generator.range
        return fastest_dynamics(
            self.case.kinetics,
            states,
            steps=self.settings.steps,
            generator=generator,
            candidates_per_state=1,
            sharpness=_SHARPNESS if generator else _SHARPNESS_NEAR_X,
            log_km_range=(low, high),
            seed=self.context.seed,
            threads=self.case.threads,
            runner=self.context.runner,
            progress=self.context.progress,
            folder=self.context.folder / "landscape" / label,
        )


def _generator(
    case: Case, settings: LandscapeSettings, context: RunContext, states: SteadyStates
) -> TrainedGenerator | None:
    if settings.generator_generations == 0:
        return None
    low, high = case.generator.range
    return train_for_speed(
        case.kinetics,
        states,
        generations=settings.generator_generations,
        log_km_range=(low, high),
        seed=context.seed,
        threads=case.threads,
        checkpoint=context.folder / "landscape" / "generator",
        progress=context.progress,
    )


def _states(
    case: Case, settings: LandscapeSettings, seed: int, warnings: list[str]
) -> SteadyStates:
    """Return as many states as wanted: those given, the rest resampled from them."""
    report = check_consistency(case.network, case.states)
    states = case.states
    if not report.passed.all():
        states = states.select(report.passed_names)
        warnings.append(f"{(~report.passed).sum()} inconsistent steady states were left out.")
    if len(states) > settings.n_states:
        chosen = np.linspace(0, len(states) - 1, settings.n_states).round().astype(int)
        return states.select([states.names[i] for i in chosen])
    missing = min(settings.n_states, _FILLED * len(states)) - len(states)
    n_dimensions = polytope_around(features_of(case.network, states)).n_dimensions
    if missing > 0 and len(states) < _KNOWN * n_dimensions:
        warnings.append(
            f"{len(states)} steady states differ in {n_dimensions} independent ways: too few to "
            f"tell how they vary, so the landscape is these alone, not {settings.n_states}. Sample "
            "more of the flux model (sample_tfa_states)."
        )
        return states
    if missing <= 0:
        return states
    drawn = resample_states(
        case.network, states, missing, seed=seed, steps=settings.walk, prefix="filled"
    )
    warnings.append(
        f"{len(states)} steady states are given; {missing} more were drawn from their Gaussian, "
        "within the ranges seen. They show what lies between the given ones, not beyond: sample "
        "the flux model itself where it is at hand (sample_tfa_states)."
    )
    return SteadyStates.stack([*states, *drawn.states])


def _partition(speed: NDArray[np.float64], wanted: float, warnings: list[str]) -> float:
    """Return the partition, or one that parts the states where that one does not."""
    slow = float(np.mean(~(speed < wanted)))
    if _TELLING[0] <= slow <= _TELLING[1]:
        return wanted
    other = float(np.nanquantile(speed, 1 - PUBLISHED_SLOW))
    warnings.append(
        f"{100 * slow:.1f} % of the states never get below the partition of {wanted:.3g} 1/h, so "
        f"it does not tell states apart. Here states count as fast below {other:.3g} 1/h, which "
        f"{100 * PUBLISHED_SLOW:.1f} % of them, as many as in the paper, do not reach."
    )
    return other


def _windows(rules: pd.DataFrame, most: int, warnings: list[str]) -> dict[str, tuple[float, float]]:
    """Return the windows to confine concentrations to: rules, else the most biased ones."""
    found = rules[rules["rule"]].head(most)
    if not len(found):
        found = rules[rules["q_value"] <= SIGNIFICANT].head(most)
        warnings.append(
            "No range of a single concentration excludes fast states here. "
            + (
                "States were confined to the windows with fewest of them instead, of "
                f"{len(found)} metabolite(s) with a significant bias."
                if len(found)
                else "Nor has any a significant bias, so no states were confined to it: there are "
                "too few states, or concentrations matter only together."
            )
        )
    return {
        str(name): (float(low), float(high))
        for name, low, high in zip(found.index, found["lower"], found["upper"], strict=True)
    }


STUDY = Study(
    name="landscape",
    source="Fig. 3",
    question="Which steady states can be as fast as observed, and what do they have in common?",
    full=LandscapeSettings(),
    quick=LandscapeSettings(n_states=400, steps=30, n_resampled=40, n_constrained=20, walk=400),
    run=run,
)
