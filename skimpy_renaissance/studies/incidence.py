"""How many of the generated models are valid, generation by generation, as in Fig. 2a and 2b.

Trainings are repeated from other seeds; the repeat that learns fastest is looked at along its way:
some of its generators, each with a higher incidence than those before it, and where the slowest
modes of their models lie. The study is about generators: all models are their own draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.along_training import spectra_along_training
from skimpy_renaissance.analyses.spectra import spectra
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.learning import NES, Judged, TrainedGenerator, judge, train_repeats
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "IncidenceSettings", "study_incidence"]


@dataclass(frozen=True)
class IncidenceSettings:
    """How much is trained and drawn.

    Parameters
    ----------
    repeats
        Trainings from different seeds.
    generations
        Generations of each; ``None`` for those of the case's optimiser.
    snapshots
        Generators looked at along one run, at most.
    models
        Drawn from each of them.
    blind
        Models drawn log-uniformly, for the base rate.
    """

    repeats: int = 10
    generations: int | None = None
    snapshots: int = 10
    models: int = 500
    blind: int = 20_000


def study_incidence(case: Case, settings: IncidenceSettings, context: RunContext) -> AnalysisResult:
    """Train repeatedly, and follow one repeat from untrained to trained.

    Parameters
    ----------
    case
        The organism.
    settings
        How much.
    context
        Its folder keeps the trainings, from which a stopped study resumes.

    Returns
    -------
    AnalysisResult
        Tables ``incidence`` (repeat x generation), ``lambda_max`` (generation, model) and
        ``base_rates``.

    Raises
    ------
    InputError
        The folder of the context holds trainings with another set-up.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    optimizer = case.optimizer_over(settings.generations)
    last = optimizer.generations
    n_kept = 2 * settings.snapshots + 1
    kept = np.unique(np.linspace(1, last, n_kept).round().astype(int)).tolist()
    repeats = train_repeats(
        context.kinetics(case.bound),
        repeats=settings.repeats,
        seed=context.seed,
        checkpoint=context.folder / f"repeats_of_{last}",
        criterion=case.criterion,
        optimizer=optimizer,
        reward=case.reward,
        generator=case.generator,
        runner=context.runner,
        keep_snapshots=[g - 1 for g in kept],  # generation g is drawn around the weights before it
        progress=context.progress,
        provenance={"state": case.reference, "units": case.units.to_dict()},
    )
    table = np.stack([one.history.incidence for one in repeats])  # repeat x generation
    chosen = int(np.argmax(table.mean(axis=1)))  # learns fastest
    along = spectra_along_training(
        repeats[chosen],
        case.bound,
        case.criterion,
        generations=kept,
        models=settings.models,
        most=settings.snapshots,
        seed=context.seed,
    )
    marked: list[int] = along.numbers["generations_shown"]  # type: ignore[assignment]
    course = training_course(repeats, highlight=chosen, marked=marked)
    untrained = _untrained(case, repeats, settings, seed=context.seed)
    shares = spectra(untrained, partition=case.criterion.partition).tables["shares"]
    return AnalysisResult(
        findings=_findings(case, repeats, along.tables["lambda_max"], shares),
        tables={
            "incidence": course.tables["history"],
            "lambda_max": along.tables["lambda_max"],
            "base_rates": shares,
        },
        drawings={
            "incidence": replace(
                course.drawings["incidence"],
                caption=f"Incidence of valid models over {len(repeats)} repeats of the training of "
                f"{case.name}: mean, range, and the repeat that learns fastest (dashed). Diamonds "
                "are the generators whose models the next figure shows.",
            ),
            **along.drawings,
        },
        numbers={"repeat_followed": chosen, **along.numbers},
        warnings=_warnings(case, settings, last),
    )


def _untrained(
    case: Case, repeats: Sequence[TrainedGenerator], settings: IncidenceSettings, *, seed: int
) -> dict[str, Judged]:
    """Judge models without training: blind, and of the untrained generators."""
    with torch.no_grad():
        untrained = [
            next(one.at(0).blocks(settings.models, seed=seed + i, at=case.bound))
            for i, one in enumerate(repeats)
        ]
        sources = {
            "blind draws": log_uniform(repeats[0].space, settings.blind, seed=seed),
            "untrained generator": torch.cat(untrained),
        }
        return {name: judge(case.bound, log_km, case.criterion) for name, log_km in sources.items()}


def _findings(
    case: Case,
    repeats: Sequence[TrainedGenerator],
    along: pd.DataFrame,
    rates: pd.DataFrame,
) -> list[Finding]:
    table = np.stack([one.history.incidence for one in repeats])
    best = np.stack([one.history.incidence_max for one in repeats])
    n, last = table.shape
    complete = int((best == 1).any(axis=1).sum())
    end = 100 * table[:, -1]
    found = [
        Finding(
            f"mean incidence after {last} generations",
            92.0,
            float(end.mean()),
            "%",
            f"{n} repeats, {end.min():.1f} to {end.max():.1f} %; published after 50 generations",
        ),
        Finding(
            "repeats in which a generator reached 100 %",
            "some of 10",
            f"{complete} of {n}",
            note="100 % of the models that a candidate of any generation was judged by",
        ),
    ]
    shown = along["generation"]
    for generation in dict.fromkeys((shown.iloc[0], shown.iloc[-1])):
        models = along[shown == generation]
        share = Proportion(int(models["valid"].sum()), len(models))
        found.append(
            Finding(
                f"median lambda_max at generation {generation}",
                None,
                float(models["lambda_max"].median()),
                "1/h",
                f"{share.hits} of {share.draws} {case.criterion.in_words} "
                f"({share.interval_in_percent})",
            )
        )
    valid = rates[rates["property"] == "valid"]
    for source, hits, draws in zip(valid["source"], valid["hits"], valid["draws"], strict=True):
        share = Proportion(int(hits), int(draws))
        found.append(
            Finding(
                f"below the partition without training: {source}",
                None,
                100 * share.share,
                "%",
                f"{share.hits} of {share.draws} ({share.interval_in_percent})",
            )
        )
    return found


def _warnings(case: Case, settings: IncidenceSettings, generations: int) -> list[str]:
    found = []
    method = getattr(case.optimizer, "title", type(case.optimizer).__name__)
    if method != NES.title:
        found.append(f"Trained by: {method}; the published trainings by evolution strategies.")
    if settings.repeats < 10:
        found.append(f"{settings.repeats} repeats; the published band spans 10.")
    if generations < 50:
        found.append(f"{generations} generations; the published trainings took 50.")
    return found


STUDY = Study(
    name="incidence",
    source="Fig. 2a, 2b",
    question="How fast does training raise the share of valid models, and how surely?",
    full=IncidenceSettings(),
    quick=IncidenceSettings(repeats=2, generations=20, snapshots=6, models=200, blind=1000),
    run=study_incidence,
)
