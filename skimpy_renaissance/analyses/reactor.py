"""Models in a batch reactor: their courses, how well each fits what was measured, which fit best.

Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6, Fig. 2d; the
misfit is that of :mod:`skimpy_renaissance.dynamics.reactors.batch_fit`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.physiology import Plausible, batch_physiology
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, named_where_narrow
from skimpy_renaissance.analyses.robustness import failures_in_words
from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.dynamics import (
    BatchFit,
    BatchQuantity,
    BatchReactor,
    fit_batch,
    most_changing,
)
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.plots import plot_reactor
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import NarrowEnsembleWarning
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["ReactorOptions", "analyse_reactor"]

_CLOSEST = 13  # models drawn: as many as fit closely in the paper
_LISTED = 5


@dataclass(frozen=True)
class ReactorOptions:
    """How a batch begins and ends, and which misfit counts as close.

    Parameters
    ----------
    hours
        Length of the batch; ``None`` ends it at the last measured point.
    inoculum
        gDW/L at the beginning; ``None`` for the biomass measured at 0 h.
    cell_mass
        Dry weight of a cell, g; ``None`` for that of its volume.
    tolerance
        Largest misfit, in measured ranges, of a model that fits closely.
    time_limit
        Seconds that one run may take; longer ones count as failed.
    piece
        Runs that are kept together: what Ctrl-C loses at most.

    Raises
    ------
    InputError
        A number is not positive.
    """

    hours: float | None = None
    inoculum: float | None = None
    cell_mass: float | None = None
    tolerance: float = 0.2
    time_limit: float | None = None
    piece: int = 8

    def __post_init__(self) -> None:
        for name in ("hours", "inoculum", "cell_mass", "tolerance", "time_limit"):
            value = getattr(self, name)
            if value is not None:
                require_positive(name, value)


def analyse_reactor(
    reactor: BatchReactor,
    population: ParameterPopulation,
    state: SteadyState,
    quantities: Sequence[BatchQuantity] = (),
    *,
    options: ReactorOptions,
    context: RunContext,
    plausible: Plausible | None = None,
) -> AnalysisResult:
    """Grow every model in a batch, and rank them by their misfit where something was measured.

    Parameters
    ----------
    reactor
        One strain in its medium.
    population
        Models of the strain.
    state
        Steady state that cells come from.
    quantities
        What was measured; biomass is followed in any case, and where nothing was measured the
        metabolites that change most.
    options
        How batches begin and end, and what fits.
    context
        Its folder keeps the runs.
    plausible
        Ranges of concentrations and formulas of one's own.

    Returns
    -------
    AnalysisResult
        Tables ``models`` (the best first), ``courses``, ``ends`` (averages with their errors),
        ``implausible`` (concentrations that no cell has) and, where there are experiments,
        ``measured``; the file ``best.h5`` holds the
        models that fit closely, if any.

    Raises
    ------
    InputError
        A number makes no sense, or the folder holds other batches.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    followed = tuple(quantities)
    if BIOMASS not in {quantity.variable for quantity in followed}:
        followed = (BatchQuantity(BIOMASS, BIOMASS, "gDW/L"), *followed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NarrowEnsembleWarning)  # the result says so
        found = fit_batch(
            reactor,
            population,
            state,
            quantities=followed,
            hours=options.hours,
            inoculum=options.inoculum,
            cell_mass=options.cell_mass,
            folder=context.folder,
            piece=options.piece,
            time_limit=options.time_limit,
            n_processes=context.threads,
            progress=context.progress,
        )
    if not found.measured:
        found = replace(found, quantities=(*found.quantities, *most_changing(found.runs)))
    within = options.tolerance
    close = found.closest(tolerance=within) if found.measured else np.array([], dtype=np.intp)
    finite = found.misfit[np.isfinite(found.misfit)]
    count = f"{len(close)} of {len(found)} fit within {within:g} measured ranges"
    physiology = batch_physiology(found.runs, plausible=plausible)
    return AnalysisResult(
        tables=_tables(found) | {"implausible": physiology.implausible},
        drawings=named_where_narrow(_drawings(found, close), found.ensemble),
        numbers={
            "models": len(found),
            "failed": found.failures["status"].value_counts().to_dict(),
            "hours": float(found.runs.times[-1]),
            "inoculum": float(found.runs.biomass()[0, 0]),
            "close": found.runs.status["set"].iloc[close].tolist(),
            **({"misfit_median": float(np.median(finite))} if len(finite) else {}),
        },
        warnings=[
            *filter(None, [found.ensemble.warning]),
            *failures_in_words(
                found.failures, len(found), name="set", counted_as="fitting nothing"
            ),
            *physiology.warnings,
        ],
        summary={
            _heading(found, count): _summary(found),
            f"After {found.runs.times[-1]:.3g} h, median of all models": _ends(found.ends),
            "Physiology": physiology.summary,
        },
        files={"best.h5": population.select(close).save} if len(close) else {},
    )


def _tables(found: BatchFit) -> dict[str, pd.DataFrame]:
    tables = {
        "models": found.table,
        "courses": found.to_dataframe(),
        "ends": found.ends.reset_index(),
    }
    if found.measured:
        points = [q.table.assign(quantity=q.name, unit=q.unit) for q in found.measured]
        tables["measured"] = pd.concat(points, ignore_index=True)
    return tables


def _heading(found: BatchFit, count: str) -> str:
    """Say how many fit, and where all are where not all are listed."""
    said = [count] if found.measured else []
    if len(found) > _LISTED:
        which = "best" if found.measured else "first"
        said.append(f"the {which} {_LISTED} of {len(found)}, all of them in models.csv")
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


def _summary(found: BatchFit) -> list[tuple[str, ...]]:
    """Show how the five best models do, or the first ones where nothing was measured."""
    shown = {"set": "model", "status": "status", "misfit": "misfit"}
    shown |= {f"settled_{q.name}": f"{q.name} settled (h)" for q in found.quantities}
    table = found.table
    columns = [name for name in shown if name in table]
    rows = [tuple(shown[name] for name in columns)]
    for row in table[columns].head(_LISTED).itertuples(index=False):
        rows.append(tuple(f"{v:.3g}" if isinstance(v, float) else str(v) for v in row))
    return rows


def _ends(ends: pd.DataFrame) -> list[tuple[str, ...]]:
    """Show the median of each quantity at the end, with its error, and the range of the models."""
    rows: list[tuple[str, ...]] = [("quantity", "median", "+-", "5 to 95 % of models", "unit")]
    for name, row in ends[ends["n"] > 0].iterrows():
        rows.append(
            (
                str(name),
                f"{row['p50']:.4g}",
                f"{row['p50_error']:.1g}",
                f"{row['p5']:.4g} to {row['p95']:.4g}",
                str(row["unit"]),
            )
        )
    return rows


def _drawings(found: BatchFit, close: NDArray[np.intp]) -> dict[str, Drawing]:
    (strain,) = found.runs.reactor.strains.values()
    models = f"models of {strain.network.name}"
    drawings = {}
    if found.runs.trajectories.finished.any():
        drawings["batch"] = _batches(found, f"{len(found)} {models}: each, their median and range.")
    best = found.closest(_CLOSEST) if found.measured else close
    groups = {"best": (close, "closely")}
    if len(best) < len(found):
        groups["closest"] = (best, "best")
    for name, (some, how) in groups.items():
        if len(some):
            drawings[name] = _batches(
                found.select(some),
                f"the {len(some)} of {len(found)} {models} that fit {how}, with misfits from "
                f"{found.misfit[some[0]]:.2f} to {found.misfit[some[-1]]:.2f} measured ranges.",
            )
    return drawings


def _batches(some: BatchFit, which: str) -> Drawing:
    points = " Points: measured, with standard deviations." if some.measured else ""
    n = len(some.quantities)
    return Drawing.on_panels(
        lambda axes: plot_reactor(some.runs.times, some.courses, some.measured_tables, axes=axes),
        f"Batches of {which}{points}",
        n=n,
        columns=3,
        panel=(3.6 if n < 3 else 2.6, 3.2),
    )
