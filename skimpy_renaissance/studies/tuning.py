"""Hyper-parameters of the training: the published optimum beside the best found for this organism.

The best of many trials has been lucky; it is therefore trained again from fresh seeds, and so is
the published optimum, at the same cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.tuning import tuning_result
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import Generator
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.tuning import (
    PUBLISHED,
    TUNED,
    Effort,
    Hyperparameters,
    SearchSpace,
    Tuning,
    tune,
)
from skimpy_renaissance.tuning.trial import Outcome, Trainer

__all__ = ["STUDY", "TuningStudySettings", "study_tuning"]

_FEW = 20  # trials below which a search says little

_TUNED: Mapping[str, tuple[Callable[[Hyperparameters], float | str], str]] = {
    "population size n": (lambda choice: choice.n_candidates, ""),
    "search radius": (lambda choice: choice.search_radius, ""),
    "learning rate": (lambda choice: choice.learning_rate, ""),
    "decay of the rate": (lambda choice: 100 * (1 - choice.decay), "%"),
    "hidden layers": (lambda choice: " / ".join(map(str, choice.hidden)), ""),
    "models per candidate": (lambda choice: choice.models_per_candidate, ""),
}


@dataclass(frozen=True)
class TuningStudySettings:
    """How much is searched.

    Parameters
    ----------
    trials
        Hyper-parameters tried, the published ones first.
    budget
        Models judged per training.
    confirmed
        Trainings from fresh seeds of the published and of the best choice, each.
    verified
        Fresh models that each incidence is measured on.
    space
        What is searched; the published choice lies in it.
    """

    trials: int = 30
    budget: int = 40_000
    confirmed: int = 3
    verified: int = 1000
    space: SearchSpace = field(default_factory=SearchSpace)


def study_tuning(case: Case, settings: TuningStudySettings, context: RunContext) -> AnalysisResult:
    """Search hyper-parameters at equal cost, and confirm the best.

    Parameters
    ----------
    case
        The organism.
    settings
        How much.
    context
        Its folder keeps the search, from which a stopped study resumes.

    Returns
    -------
    AnalysisResult
        Tables ``trials``, ``curves``, ``importance`` and ``confirmed``.

    Raises
    ------
    MissingExtraError
        optuna is not installed.
    InputError
        The case is trained by another optimiser, or the folder of the context holds another search.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    if not isinstance(case.optimizer, TUNED) or not isinstance(case.generator, Generator):
        raise InputError(
            "The study of tuning searches the hyper-parameters of natural evolution strategies, "
            f"got {type(case.optimizer).__name__} for {case.name!r}. Leave the choice of an "
            "optimizer out, or choose 'nes'."
        )
    effort = Effort(budget=settings.budget, verified=settings.verified)
    first = (PUBLISHED,) if settings.space.holds(PUBLISHED) else ()
    tuning = tune(
        case.bound,
        trials=settings.trials,
        space=settings.space,
        effort=effort,
        criterion=case.criterion,
        generator=case.generator,
        first=first,
        seed=context.seed,
        folder=context.folder / f"tuning_{settings.budget}",
        progress=context.progress,
    )
    choices = {"published": PUBLISHED, "best found": tuning.best}
    fresh = Effort(settings.budget, None, settings.confirmed, settings.verified)
    unseen = derived_seeds(context.seed, 2)[1]  # by the search
    trainer = Trainer(case.bound, case.criterion, case.generator, fresh, unseen)
    outcomes = {
        name: trainer(choice, folder=_folder_of(choice, context.folder, budget=fresh.budget))
        for name, choice in choices.items()
    }
    result = tuning_result(tuning, organism=case.name, effort=effort)
    return replace(
        result,
        findings=_findings(settings, tuning, outcomes),
        tables={**result.tables, "confirmed": _table(outcomes)},
        warnings=_warnings(settings, tuning),
    )


def _folder_of(choice: Hyperparameters, folder: Path, *, budget: int) -> Path:
    layers = "-".join(map(str, choice.hidden))
    numbers = (
        f"{choice.n_candidates}_{choice.models_per_candidate}_{choice.search_radius:.6g}"
        f"_{choice.learning_rate:.6g}_{choice.decay:.6g}"
    )
    return folder / f"confirmed_{budget}_{numbers}_{layers}"


def _table(outcomes: dict[str, Outcome]) -> pd.DataFrame:
    rows = [
        (name, repeat, incidence, in_training)
        for name, outcome in outcomes.items()
        for repeat, (incidence, in_training) in enumerate(
            zip(outcome.incidences, outcome.in_training, strict=True)
        )
    ]
    columns = ["hyper-parameters", "repeat", "incidence", "incidence_in_training"]
    return pd.DataFrame(rows, columns=columns)


def _findings(
    settings: TuningStudySettings, tuning: Tuning, outcomes: dict[str, Outcome]
) -> list[Finding]:
    cost = f"best of {len(tuning.trials)} trials, {settings.budget} models judged in each"
    found = [
        Finding(quantity, of(PUBLISHED), of(tuning.best), unit, cost)
        for quantity, (of, unit) in _TUNED.items()
    ]
    for name, outcome in outcomes.items():
        shares = 100 * np.array(outcome.incidences)
        found.append(
            Finding(
                f"incidence with the {name} hyper-parameters",
                92.0 if name == "published" else None,
                float(shares.mean()),
                "%",
                f"{len(shares)} trainings from fresh seeds, {shares.min():.1f} to "
                f"{shares.max():.1f} %; published after 100,000 models, ours after "
                f"{settings.budget}",
            )
        )
    if len(tuning.importance):
        ranked = ", ".join(f"{n} {100 * v:.0f} %" for n, v in tuning.importance.items())
        found.append(Finding("what decided", None, ranked, "", "PED-ANOVA over complete trials"))
    return found


def _warnings(settings: TuningStudySettings, tuning: Tuning) -> list[str]:
    found = []
    if settings.trials < _FEW:
        found.append(
            f"{settings.trials} trials: the first six are blind, so that this shows the way but "
            "finds no optimum."
        )
    if settings.budget < STUDY.full.budget:
        found.append(
            f"Trainings judge {settings.budget} models, the paper's judge 100,000: what learns "
            "fast early need not end best."
        )
    if tuning.importance.empty:
        found.append("Too few trials were complete to say what decided.")
    return found


STUDY = Study(
    name="tuning",
    source="Methods, Hyperparameter tuning of RENAISSANCE",
    question="Which hyper-parameters of the training give most valid models at the same cost?",
    full=TuningStudySettings(),
    quick=TuningStudySettings(trials=8, budget=6000, confirmed=1, verified=500),
    run=study_tuning,
)
