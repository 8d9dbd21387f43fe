"""Custom requirements: models that do more than being valid, and what each requirement costs.

The paper says that any requirement can be imposed. Here requirements are chosen to be rare: of the
valid models of a generator, a tenth has that much control, a tenth responds that strongly, half are
that slow in their fastest mode, and three constants lie where few models have them. A second part
asks for a batch fermentation, as measured on a hidden model that no generator has seen. The study
is about what training achieves: all models are generators' own draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.analyses import AnalysisResult, Drawing, Finding, RunContext
from skimpy_renaissance.analyses.result import named_where_narrow
from skimpy_renaissance.analyses.trade_off import trade_off_result
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import Gradient, TrainedGenerator, require_followed, train
from skimpy_renaissance.population.ensemble import NARROW, Ensemble
from skimpy_renaissance.requirements import (
    ControlCoefficient,
    EigenvalueWindow,
    EnzymeResponse,
    KmPrior,
    Requirements,
    TradeOff,
    trade_off,
)
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.curve_fit import CurveSettings, reactor_of, train_on_curve
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "RequirementsSettings", "rare_requirements", "study_requirements"]

_BEFORE, _AFTER = "valid only", "all required"


@dataclass(frozen=True)
class RequirementsSettings:
    """How much is trained and compared.

    Parameters
    ----------
    generations
        Generations of either training, by gradient unless the case's optimiser was asked for.
    batch
        Models per generation of these.
    models
        Compared, of either training.
    curve
        Settings of the training on a fermentation.
    """

    generations: int = 60
    batch: int = 100
    models: int = 1000
    curve: CurveSettings = field(default_factory=CurveSettings)


def study_requirements(
    case: Case, settings: RequirementsSettings, context: RunContext
) -> AnalysisResult:
    """Impose rare requirements, then a fermentation curve.

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
        Tables ``trade_off``, ``correlation`` and, where there is a reactor, ``misfits`` and
        ``measured``.

    Raises
    ------
    InputError
        The case's optimiser cannot follow requirements, the folder holds other trainings, or the
        reactor file cannot be used.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    valid = EigenvalueWindow(slowest_below=case.criterion.partition)
    require_followed(case.optimizer, valid)
    base = _trained(case, Requirements([valid]), settings, context, name="valid")

    def drawn(trained: TrainedGenerator, *, seed: int) -> Tensor:
        return trained.generate(settings.models, seed=seed, at=case.bound, batch=trained.batch)

    wanted = rare_requirements(case, drawn(base, seed=context.seed))
    trained = _trained(case, wanted, settings, context, name="required", start=base)
    groups = {
        _BEFORE: drawn(base, seed=context.seed + 1),
        _AFTER: drawn(trained, seed=context.seed + 1),
    }
    bound_wanted = wanted.on(case.bound)
    found = trade_off(bound_wanted, groups, kinetics=case.bound, criterion=case.criterion)
    reactor = reactor_of(case)
    result = trade_off_result(found, organism=case.name)
    findings, tables, drawings = _findings(found), dict(result.tables), dict(result.drawings)
    if reactor is not None:
        fit = train_on_curve(case, reactor, settings=settings.curve, context=context)
        findings += fit.findings
        tables |= {"misfits": fit.table, "measured": fit.measured_table}
        drawings["fermentation"] = Drawing(
            fit.draw,
            "Batch curves of models trained for validity alone, and on a curve simulated from "
            "one hidden valid model and disturbed by noise (points with standard deviations): "
            "medians, and the range of the middle half and of nine tenths.",
            (8.0, 3.4),
        )
    return AnalysisResult(
        findings=findings,
        tables=tables,
        drawings=named_where_narrow(drawings, Ensemble(NARROW)),
        warnings=[
            "All models are generators' own draws, narrow ensembles: shares tell what a training "
            "achieves, not how common such models are in the valid region.",
            "The paper gives no number for requirements other than validity and speed.",
            "No batch reactor is given (reactor in [data]): the part on a fermentation is left out."
            if reactor is None
            else "The fermentation is synthetic: simulated from a valid model with Km drawn at "
            "random, with noise added.",
        ],
    )


def rare_requirements(case: Case, log_km: Tensor) -> Requirements:
    """Ask for what few valid models have.

    Parameters
    ----------
    case
        The organism.
    log_km
        `model x km`, float64, ln(mol/L): models, of which the valid ones are looked at.

    Returns
    -------
    Requirements
    """
    bound, partition = case.bound, case.criterion.partition
    with torch.no_grad():
        real = bound.eigenvalues(log_km).real
    log_km, real = log_km[real.amax(-1) < partition], real[real.amax(-1) < partition]
    flux = case.growth or bound.network.reaction_names[0]
    (first, at_least), (second, log_ratio) = _controlling(bound, log_km, flux=flux)
    spread = log_km.std(0)
    columns = spread.argsort(descending=True)[:3].tolist()
    far = {bound.km_names[i]: exp(float(log_km[:, i].mean() + 1.5 * spread[i])) for i in columns}
    return Requirements(
        [
            EigenvalueWindow(slowest_below=partition, fastest_above=float(real.amin(-1).median())),
            ControlCoefficient("positive", flux=flux, enzyme=first, at_least=at_least),
            EnzymeResponse({second: 2.0}, flux=flux, at_least=exp(log_ratio)),
            KmPrior(far, fold=2.0),
        ]
    )


def _controlling(
    bound: BoundKinetics, log_km: Tensor, *, flux: str
) -> tuple[tuple[str, float], tuple[str, float]]:
    """Return two enzymes whose control of a flux varies most among those that raise it.

    The first with the coefficient, the second with the ln of the response to two-fold enzyme, that
    a tenth of the models exceeds.
    """
    control = control_coefficients(bound, log_km).flux
    values = control.values[:, control.rows.index(flux)]  # model x parameter
    values = values[np.isfinite(values).all(-1)]
    often = np.quantile(values, 0.9, axis=0)
    raising = np.where(often > 0, values.std(0), -np.inf)
    names = dict(zip(bound.network.vmax_names, bound.network.reaction_names, strict=True))
    one, other = np.argsort(raising)[::-1][:2]
    return (
        (names[control.parameters[one]], round(float(often[one]), 3)),
        (names[control.parameters[other]], log(2.0) * float(often[other])),
    )


def _trained(
    case: Case,
    wanted: Requirements,
    settings: RequirementsSettings,
    context: RunContext,
    *,
    name: str,
    start: TrainedGenerator | None = None,
) -> TrainedGenerator:
    own = Gradient(models=settings.batch, generations=settings.generations, learning_rate=3e-3)
    chosen = case.optimizer_over(settings.generations) if case.optimizer_chosen else own
    return train(
        case.bound,
        criterion=case.criterion,
        optimizer=chosen,
        generator=case.generator,
        reward=wanted.on(case.bound),
        start=start,
        seed=context.seed,
        checkpoint=context.folder / f"{name}_{settings.generations}_{settings.batch}",
        checkpoint_every=10,
        progress=context.progress,
        provenance={"state": case.reference, "units": case.units.to_dict()},
    )


def _findings(found: TradeOff) -> list[Finding]:
    before, after = found.satisfied(_BEFORE), found.satisfied(_AFTER)
    return [
        Finding(
            f"models with: {name}",
            None,
            100 * float(after[name]),
            "%",
            f"{100 * before[name]:.1f} % of the models trained for validity alone",
        )
        for name in after.index
    ]


STUDY = Study(
    name="requirements",
    source="Discussion: other requirements",
    question="Can models be had that also meet requirements on control, responses, constants and "
    "a fermentation?",
    full=RequirementsSettings(),
    quick=RequirementsSettings(
        generations=25,
        batch=40,
        models=200,
        curve=CurveSettings(generations=12, n_candidates=12, models=4, grown=20),
    ),
    run=study_requirements,
)
