"""Which enzymes to change: published designs number for number, or robust ones of valid models.

Where a case names published models and designs, each published objective stands beside the one
found here. Else designs are made that all of some valid models share, and are followed to the new
steady state of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.design import analyse_designs
from skimpy_renaissance.analyses.design_task import DesignOptions, DesignTask
from skimpy_renaissance.design import log_k_of_tfa
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import read_steady_state
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.published_designs import designs_of_models, gains_in_models
from skimpy_renaissance.studies.published_supports import supports_comparison
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.studies.valid_models import (
    ensemble_finding,
    shortfall,
    trained_at_reference,
    valid_models,
)

__all__ = ["STUDY", "DesignStudySettings", "published_comparison", "published_task", "study_design"]

_AGREE = 1e-8  # of a published objective, a logarithm


@dataclass(frozen=True)
class DesignStudySettings:
    """How many models share a design, and how far it is sought and followed.

    Parameters
    ----------
    models
        Valid models that share it.
    published
        Published models at most, where their designs are known by their enzymes; ``None``: all.
    enzymes
        Enzymes changed at most; ``None`` for as many as the case states.
    verified
        Designs that are followed to new steady states.
    time_limit
        Seconds of the search.
    generations
        Generations of the training; ``None`` for those of the case's optimiser.
    """

    models: int = 100
    published: int | None = None
    enzymes: int | None = None
    verified: int = 5
    time_limit: float = 1800.0
    generations: int | None = None


def study_design(case: Case, settings: DesignStudySettings, context: RunContext) -> AnalysisResult:
    """Compare published designs, or design for valid models.

    Parameters
    ----------
    case
        The organism; its ``design`` says what strains are to make.
    settings
        How many models, how long.
    context
        Holds trained generator, models and search, from which a stopped study resumes.

    Returns
    -------
    AnalysisResult
        With published models the table ``published`` (or ``designs``, where these are known by
        their enzymes); else those of
        :func:`~skimpy_renaissance.analyses.design.analyse_designs`.

    Raises
    ------
    InputError
        The case does not say what strains are to make.
    SamplingError
        There are too few valid models, or no design raises the objective.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    options = _options(case)
    if "design_supports" in case.data:
        return supports_comparison(
            case,
            replace(options, growth=case.growth),
            context,
            most=settings.published,
            time_limit=settings.time_limit,
        )
    if "design_models" in case.data:
        return published_comparison(case, published_task(case))
    trained = trained_at_reference(case, context, generations=settings.generations)
    population = valid_models(case, trained, settings.models, context=context)
    enzymes = settings.enzymes or options.limits.enzymes
    options = replace(
        options,
        limits=replace(options.limits, enzymes=enzymes),
        growth=case.growth,
        verified=settings.verified,
        time_limit=settings.time_limit,
    )
    task = DesignTask.of(case.bound, population, case.state, options)
    found = analyse_designs(task, context.within(f"designs_{enzymes}_{settings.models}"))
    return replace(
        found,
        findings=[replace(ensemble_finding(population), published=None), *_findings(found)],
        warnings=[*shortfall(population), *found.warnings],
    )


def published_task(case: Case) -> DesignTask:
    """Return the problem of the published models.

    Parameters
    ----------
    case
        Names the models, their steady state and, for directions, the TFA model.

    Returns
    -------
    DesignTask

    Raises
    ------
    InputError
        A file is not named, or the case does not say what strains are to make.
    FileFormatError, MissingEntryError, UnitsError
        A file cannot be used.
    """
    options = _options(case)
    state_file = case.file("design_state", needed_for="The study of designs")
    state = read_steady_state(state_file, case.network)
    models = ParameterPopulation.load(
        case.file("design_models", needed_for="The study of designs"), units=state.units
    )
    if "tfa_model" in case.data:
        log_k = log_k_of_tfa(case.data["tfa_model"], case.network, state)
        options = replace(options, log_k=log_k)
    bound = case.kinetics.at(state, threads=case.threads)
    return DesignTask.of(bound, models, state, replace(options, growth=case.growth))


def _options(case: Case) -> DesignOptions:
    if case.design is None:
        raise InputError(
            f"What strains of {case.name!r} are to make is not stated. Name it in [design] of the "
            'run file: raises = ["PRODUCT"] and per = ["UPTAKE"].'
        )
    return case.design


def published_comparison(case: Case, task: DesignTask) -> AnalysisResult:
    """Set every published objective beside what the same enzymes reach here.

    Parameters
    ----------
    case
        Names the published designs.
    task
        The problem of the published models.

    Returns
    -------
    AnalysisResult
        Table ``published``: ``model``, ``design``, ``enzymes``, ``published``, ``found``, ``of``.

    Raises
    ------
    InputError
        The case names no designs.
    FileFormatError, MissingEntryError
        A table cannot be used.
    """
    parts = {}
    if "design_gains" in case.data:
        parts["of all designs in all models"] = gains_in_models(
            task.problem, case.data["design_gains"]
        )
    if "designs" in case.data:
        parts["of the designs of a model"] = designs_of_models(task.problem, case.data["designs"])
    if not parts:
        case.file("designs", needed_for="The study of designs")  # says what is to be named
    summary, rows = [], []
    for what, table in parts.items():
        off = (table["found"] - table["published"]).abs()
        summary.append(
            Finding(
                f"objectives {what} that agree within {_AGREE:g}",
                float(len(table)),
                float((off <= _AGREE).sum()),
                "",
                f"largest difference {off.max():.1e}",
            )
        )
        columns = (table[name].tolist() for name in ("model", "design", "enzymes"))
        values = (table[name].tolist() for name in ("published", "found"))
        rows += [
            Finding(f"model {model}, design {number} ({enzymes})", known, ours, "ln", what)
            for model, number, enzymes, known, ours in zip(*columns, *values, strict=True)
        ]
    published = pd.concat([table.assign(of=what) for what, table in parts.items()])
    off = (published["found"] - published["published"]).abs()
    return AnalysisResult(
        findings=[*summary, *rows],
        tables={"published": published.reset_index(drop=True)},
        numbers={
            "objectives": len(published),
            "agree": int((off <= _AGREE).sum()),
            "largest_difference": float(off.max()),
        },
    )


def _findings(found: AnalysisResult) -> list[Finding]:
    numbers, gains = found.numbers, found.tables["gains"]
    objective, best = str(numbers["objective"]), gains[gains["design"] == 0]
    note = f"{numbers['best']}; {numbers['certificate']}"
    promised = float(np.exp(best["promised"].mean()))
    works = best["works"].to_numpy(dtype=bool)
    reached = np.exp(best["reached"][works].median()) if works.any() else None
    return [
        Finding(f"factor on {objective} of the best design, promised", None, promised, "", note),
        Finding(
            "the same, reached in new steady states",
            None,
            None if reached is None else float(reached),
            "",
            "median of the models in which it works",
        ),
        Finding(
            "models in which it works",
            None,
            100 * float(works.mean()),
            "%",
            f"{int(works.sum())} of {len(best)} models",
        ),
    ]


STUDY = Study(
    name="design",
    source="beyond the paper: NOMAD, Nature Communications 15 (2024) 723",
    question="Which enzymes have to change for more product, and do the strains reach it?",
    full=DesignStudySettings(),
    quick=DesignStudySettings(
        models=10, published=1, enzymes=1, verified=3, time_limit=60.0, generations=20
    ),
    run=study_design,
)
