"""A batch fermentation against experiments, as in Fig. 2d: growth, the sugar, the product.

Published: biomass shows an exponential and a stationary phase, glucose uptake halts and
anthranilate saturates at around 20 h, and 13 models fit the experiments closely. Neither the number
of models simulated nor what "closely" means is stated; here it is a misfit of at most
``FermentationSettings.tolerance`` (see :mod:`skimpy_renaissance.dynamics.reactors.batch_fit`). The
models have not been trained on these experiments. They are draws of the whole valid region; the
paper's are its generator's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.reactor import ReactorOptions, analyse_reactor
from skimpy_renaissance.dynamics import read_experiments, settling_times
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.curve_fit import reactor_of
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.studies.valid_models import (
    ensemble_finding,
    shortfall,
    trained_at_reference,
    valid_models,
)

__all__ = ["STUDY", "FermentationSettings", "study_fermentation"]

_PUBLISHED_CLOSE = 13.0
_PUBLISHED_SETTLED = {"glc": 20.0, "anth": 20.0}  # h, of the paper's experiments
_WORDS = {"glc": "glucose uptake has halted", "anth": "anthranilate is flat"}
_PIECE = 4  # runs lost at most when stopped


@dataclass(frozen=True)
class FermentationSettings:
    """How many models grow, for how long, and what fits.

    Parameters
    ----------
    models
        Valid models.
    hours
        Length of the batch, where nothing was measured; else it ends at the last measured point.
    tolerance
        Largest misfit, in measured ranges, of a model that fits closely.
    inoculum, cell_mass
        gDW/L, and g per cell, where the case names a reactor: those of the published scripts.
    bundled_inoculum
        gDW/L, in the bundled reactor.
    molar_masses
        Quantity to g/mol, where the tables of experiments have no column ``molar_mass``.
    generations
        Generations of the training; ``None`` for those of the case's optimiser.
    time_limit
        Seconds per run.
    """

    models: int = 100
    hours: float = 12.0
    tolerance: float = 0.2
    inoculum: float = 0.037
    cell_mass: float | None = 0.28e-12
    bundled_inoculum: float = 0.05
    molar_masses: Mapping[str, float] = field(
        default_factory=lambda: {"glc": 180.156, "anth": 136.13}
    )
    generations: int | None = None
    time_limit: float = 120.0


def study_fermentation(
    case: Case, settings: FermentationSettings, context: RunContext
) -> AnalysisResult:
    """Grow valid models in the case's batch reactor, and rank them against experiments.

    Parameters
    ----------
    case
        The organism; ``reactor`` and ``experiments`` among its data.
    settings
        How many, how long.
    context
        Holds the trained generator and the batches, from which a stopped study resumes.

    Returns
    -------
    AnalysisResult
        Tables ``models`` (the best first), ``courses`` and, where there are experiments,
        ``measured``.

    Raises
    ------
    InputError
        There is no reactor, or the folder of the context holds other batches.
    SamplingError
        The trained generator makes too few valid models.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    reactor = reactor_of(case)
    if reactor is None:
        case.file("reactor", needed_for="The study of fermentation")  # raises
        raise AssertionError("a case with a reactor file has a reactor")
    quantities = (
        read_experiments(case.data["experiments"], reactor, molar_masses=settings.molar_masses)
        if "experiments" in case.data
        else ()
    )
    trained = trained_at_reference(case, context, generations=settings.generations)
    population = valid_models(case, trained, settings.models, context=context)
    published = "reactor" in case.data
    found = analyse_reactor(
        reactor,
        population,
        case.state,
        quantities,
        options=ReactorOptions(
            hours=None if quantities else settings.hours,
            inoculum=settings.inoculum if published else settings.bundled_inoculum,
            cell_mass=settings.cell_mass if published else None,
            tolerance=settings.tolerance,
            time_limit=settings.time_limit,
            piece=_PIECE,
        ),
        context=replace(context.within(f"fermentation_{settings.models}"), threads=case.threads),
    )
    return replace(
        found,
        findings=[ensemble_finding(population), *_findings(found.tables, settings)],
        warnings=[*shortfall(population), *_warnings(case, settings), *found.warnings],
    )


def _findings(tables: Mapping[str, pd.DataFrame], settings: FermentationSettings) -> list[Finding]:
    models = tables["models"]
    findings = []
    some = models[models["status"] == "finished"]
    which = f"median of all {len(some)} that finished"
    if "measured" in tables:
        misfit = models["misfit"]
        close = models[misfit <= settings.tolerance]
        counts = {limit: int((misfit <= limit).sum()) for limit in (0.1, 0.15, 0.2, 0.3)}
        findings.append(
            Finding(
                "models that closely fit the experiments",
                _PUBLISHED_CLOSE,
                float(len(close)),
                "",
                f"of {len(models)}; misfit of at most {settings.tolerance:g} measured ranges. "
                + ", ".join(f"within {limit:g}: {n}" for limit, n in counts.items()),
            )
        )
        best = float(misfit.min()) if np.isfinite(misfit.min()) else None
        findings.append(Finding("misfit of the best model", None, best, "measured ranges"))
        if len(close):
            some, which = close, f"median of the {len(close)} that fit closely"
    if not len(some):
        return findings
    courses = tables["courses"]
    courses = courses[courses["set"].isin(some["set"])]
    both = _two_phases(courses[courses["quantity"] == BIOMASS])
    findings.append(
        Finding(
            "models with an exponential, then a stationary phase",
            "clear phases",
            100 * float(both.mean()),
            "%",
            f"{both.sum()} of {len(both)}: biomass grows at least four-fold, and changes by less "
            "than 1 % in the last tenth of the batch",
        )
    )
    points = tables.get("measured", pd.DataFrame({"quantity": []}))
    for name in courses["quantity"].unique():
        times = some[f"settled_{name}"].to_numpy()
        if not np.isfinite(times).any():
            continue
        low, middle, high = np.nanquantile(times, [0.1, 0.5, 0.9])
        note = f"{which}, 10 to 90 %: {low:.1f} to {high:.1f} h; 95 % of the change is done"
        table = points[points["quantity"] == name]
        if len(table):
            own = settling_times(table["time"].to_numpy(), table["mean"].to_numpy()[None])[0]
            note += f"; measured, by the same rule: {own:.1f} h"
        findings.append(
            Finding(
                _WORDS.get(name, f"{name} has settled"),
                _PUBLISHED_SETTLED.get(name),
                float(middle),
                "h",
                note,
            )
        )
    return findings


def _two_phases(biomass: pd.DataFrame) -> pd.Series[bool]:
    """Tell for each model whether its cells first multiply and then stay."""
    courses = biomass.pivot(index="set", columns="time", values="value")
    times = courses.columns.to_numpy()
    before = np.array([np.interp(0.9 * times[-1], times, one) for one in courses.to_numpy()])
    first, last = courses.iloc[:, 0], courses.iloc[:, -1]
    return (last >= 4 * first) & ((last / before - 1).abs() < 0.01)


def _warnings(case: Case, settings: FermentationSettings) -> list[str]:
    said = []
    if "experiments" in case.data:
        said.append(
            "The paper states neither how many models were simulated nor when one fits closely: "
            "compare counts with the number of models."
        )
    else:
        said.append(
            f"No experiments are given for {case.name} (experiments in [data]): courses are drawn, "
            "nothing is compared."
        )
    if "reactor" in case.data:
        mass = "that of its volume" if settings.cell_mass is None else f"{settings.cell_mass:g} g"
        said.append(
            f"Inoculum {settings.inoculum:g} gDW/L, dry weight of a cell {mass}: by default "
            "those of the published scripts."
        )
    return said


STUDY = Study(
    name="fermentation",
    source="Fig. 2d",
    question="Do valid models grow in a batch as cells do, without having been trained to?",
    full=FermentationSettings(),
    quick=FermentationSettings(models=8, generations=20),
    run=study_fermentation,
)
