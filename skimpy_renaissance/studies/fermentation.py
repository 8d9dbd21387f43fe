"""A batch fermentation against experiments, as in Fig. 2d: growth, the sugar, the product.

Published: biomass shows an exponential and a stationary phase, glucose uptake halts and
anthranilate saturates at around 20 h, and 13 models fit the experiments closely. Neither the number
of models simulated nor what "closely" means is stated; here it is a misfit of at most
``FermentationSettings.tolerance`` (see :mod:`skimpy_renaissance.dynamics.reactors.batch_fit`). The
models have not been trained on these experiments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from skimpy_renaissance.analyses import AnalysisResult, Drawing, Finding, RunContext
from skimpy_renaissance.dynamics import (
    BatchFit,
    BatchQuantity,
    BatchReactor,
    fit_batch,
    most_changing,
    read_experiments,
    settling_times,
)
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.plots.reactor import plot_reactor
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.curve_fit import reactor_of
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.studies.valid_models import trained_at_reference, valid_models

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
        Holds the trained generator and the batches, from which a stopped study goes on.

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
        On Ctrl-C, saying how to go on.
    """
    reactor = reactor_of(case)
    if reactor is None:
        case.file("reactor", needed_for="The study of fermentation")  # raises
        raise AssertionError("a case with a reactor file has a reactor")
    quantities = _measured(case, reactor, settings)
    trained = trained_at_reference(case, context, generations=settings.generations)
    population = valid_models(case, trained, settings.models, seed=context.seed)
    published = "reactor" in case.data
    found = fit_batch(
        reactor,
        population,
        case.state,
        quantities=quantities or (BatchQuantity(BIOMASS, BIOMASS, "gDW/L"),),
        hours=None if quantities else settings.hours,
        inoculum=settings.inoculum if published else settings.bundled_inoculum,
        cell_mass=settings.cell_mass if published else None,
        folder=context.folder / f"fermentation_{settings.models}",
        piece=_PIECE,
        time_limit=settings.time_limit,
        n_processes=case.threads,
        progress=context.progress,
    )
    if not quantities:
        found = BatchFit(found.runs, (*found.quantities, *most_changing(found.runs, 2)))
    return AnalysisResult(
        findings=_findings(found, settings),
        tables=_tables(found),
        drawings=_drawings(case, found),
        numbers={"models": len(found), "failed": len(found.failures), **_misfits(found)},
        warnings=_warnings(case, found, settings),
    )


def _measured(
    case: Case, reactor: BatchReactor, settings: FermentationSettings
) -> tuple[BatchQuantity, ...]:
    if "experiments" not in case.data:
        return ()
    return read_experiments(case.data["experiments"], reactor, molar_masses=settings.molar_masses)


def _looked_at(found: BatchFit, settings: FermentationSettings) -> tuple[BatchFit, str]:
    """Return the models that fit closely, else all that finished, and which these are."""
    if found.measured:
        close = found.closest(tolerance=settings.tolerance)
        if len(close):
            return found.select(close), f"median of the {len(close)} that fit closely"
    finished = np.flatnonzero(found.runs.trajectories.finished)
    return found.select(finished), f"median of all {len(finished)} that finished"


def _findings(found: BatchFit, settings: FermentationSettings) -> list[Finding]:
    findings = []
    if found.measured:
        counts = {limit: len(found.closest(tolerance=limit)) for limit in (0.1, 0.15, 0.2, 0.3)}
        findings.append(
            Finding(
                "models that closely fit the experiments",
                _PUBLISHED_CLOSE,
                float(len(found.closest(tolerance=settings.tolerance))),
                "",
                f"of {len(found)}; misfit of at most {settings.tolerance:g} measured ranges. "
                + ", ".join(f"within {limit:g}: {n}" for limit, n in counts.items()),
            )
        )
        best = found.closest(1)
        value = float(found.misfit[best[0]]) if len(best) else None
        findings.append(Finding("misfit of the best model", None, value, "measured ranges"))
    some, which = _looked_at(found, settings)
    if not len(some):
        return findings
    both = _two_phases(some.runs.times, some.runs.biomass())
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
    for quantity in some.quantities:
        times = settling_times(some.runs.times, quantity.course(some.runs))
        if not np.isfinite(times).any():
            continue
        low, middle, high = np.nanquantile(times, [0.1, 0.5, 0.9])
        note = f"{which}, 10 to 90 %: {low:.1f} to {high:.1f} h; 95 % of the change is done"
        if quantity.measured:
            table = quantity.table
            own = settling_times(table["time"].to_numpy(), table["mean"].to_numpy()[None])[0]
            note += f"; measured, by the same rule: {own:.1f} h"
        findings.append(
            Finding(
                _WORDS.get(quantity.name, f"{quantity.name} has settled"),
                _PUBLISHED_SETTLED.get(quantity.name),
                float(middle),
                "h",
                note,
            )
        )
    return findings


def _two_phases(times: NDArray[np.float64], biomass: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return `run`: whether cells first multiply and then stay."""
    before = np.array([np.interp(0.9 * times[-1], times, course) for course in biomass])
    return (biomass[:, -1] >= 4 * biomass[:, 0]) & (abs(biomass[:, -1] / before - 1) < 0.01)


def _tables(found: BatchFit) -> dict[str, pd.DataFrame]:
    tables = {"models": found.table, "courses": found.to_dataframe()}
    if found.measured:
        tables["measured"] = pd.concat(
            [q.table.assign(quantity=q.name, unit=q.unit) for q in found.measured],
            ignore_index=True,
        )
    return tables


def _drawings(case: Case, found: BatchFit) -> dict[str, Drawing]:
    points = " Points: measured, with standard deviations." if found.measured else ""
    drawings = {}
    if found.runs.trajectories.finished.any():
        drawings["batch"] = Drawing(
            lambda figure: _draw(figure, found),
            f"Batches of {len(found)} valid models of {case.name}: each, their median and range."
            + points,
            (10.8, 3.4),
        )
    best = found.closest(int(_PUBLISHED_CLOSE)) if found.measured else np.array([], dtype=int)
    if 0 < len(best) < len(found):
        drawings["closest"] = Drawing(
            lambda figure: _draw(figure, found.select(best)),
            f"Batches of the {len(best)} of {len(found)} models of {case.name} that fit best, with "
            f"misfits from {found.misfit[best[0]]:.2f} to {found.misfit[best[-1]]:.2f} measured "
            "ranges." + points,
            (10.8, 3.4),
        )
    return drawings


def _draw(figure: Figure, found: BatchFit) -> None:
    axes = figure.subplots(1, len(found.quantities), squeeze=False)[0]
    plot_reactor(found.runs.times, found.courses, found.measured_tables, axes=list(axes))


def _misfits(found: BatchFit) -> dict[str, object]:
    finite = found.misfit[np.isfinite(found.misfit)]
    return {"misfit_median": float(np.median(finite))} if len(finite) else {}


def _warnings(case: Case, found: BatchFit, settings: FermentationSettings) -> list[str]:
    said = []
    if found.measured:
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
    if len(found.failures):
        reasons = found.failures["status"].value_counts()
        said.append(
            f"{len(found.failures)} of {len(found)} batches did not reach the end, and fit "
            "nothing: " + ", ".join(f"{n} {status}" for status, n in reasons.items()) + "."
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
