r"""Strain designs of a population: what they promise, and what they reach in every model.

Designs are listed by network response analysis [1]_ on the control coefficients of all models;
those at the top are followed to the new steady state of every model, so that the promise

.. math:: \sum_y w_y\, C_y e \qquad \text{stands beside} \qquad \sum_y w_y \ln(y'/y) .

References
----------
.. [1] Tsouka et al., *Metab. Eng.* 64 (2021) 73, doi:10.1016/j.ymben.2021.01.004.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.design_task import BatchOptions, DesignTask
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, named_where_narrow
from skimpy_renaissance.design import (
    AtLeast,
    Designs,
    enumerate_designs,
    evaluate_designs,
    rank_enzymes,
    value_of_information,
    verify_designs,
    verify_in_batch,
)
from skimpy_renaissance.errors import InputError, SamplingError, listed
from skimpy_renaissance.plots import (
    enzymes_size,
    plot_enzymes_across_designs,
    plot_gains,
    plot_promised_reached,
    plot_value_of_information,
)
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.storage import make_folder

__all__ = ["SEARCH", "analyse_designs", "design_summary"]

SEARCH = "search.npz"
"""File in the folder of the context from which a stopped search goes on."""

_TOLD = 10  # designs in the summary
_BY_ENSEMBLE = ["design", "model"]


def analyse_designs(task: DesignTask, context: RunContext) -> AnalysisResult:
    """List designs near the best one, and follow the best of them in every model.

    Parameters
    ----------
    task
        The problem and its models.
    context
        Its folder keeps the search.

    Returns
    -------
    AnalysisResult
        Tables ``designs`` (``design``, ``enzyme``, ``fold``, ``log_gain``) and ``gains``, a row per
        design that was looked at closely and model: ``promised`` and ``reached``, logarithms of the
        objective, ``status``, ``works``, ``growth``, ``furthest`` and its ``fold`` as
        :func:`~skimpy_renaissance.design.verify_designs` has them; ``kept``, whether the limits
        hold to first order, and ``own``, the best with folds of the model's own. ``ranks``, of
        :func:`~skimpy_renaissance.design.rank_enzymes`; ``measure``, where there are models enough,
        of :func:`~skimpy_renaissance.design.value_of_information`; ``batch``, where strains are
        grown, of :func:`~skimpy_renaissance.design.verify_in_batch`.

    Raises
    ------
    SamplingError
        No design raises the objective within the limits.
    InputError
        An option cannot be used, or the folder holds another search.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    options, problem = task.options, task.problem
    resumable = not isinstance(options.aim, AtLeast)
    search = make_folder(context.folder) / SEARCH
    try:
        designs = enumerate_designs(
            problem,
            aim=options.aim,
            within=options.within,
            time_limit=options.time_limit,
            checkpoint=search if resumable else None,
            progress=context.progress,
        )
    except SamplingError as error:
        if options.time_limit is not None and search.exists():
            raise SamplingError(
                f"{error} The search is kept: repeat the command to go on."
            ) from None
        search.unlink(missing_ok=True)  # nothing to go on from: other limits may come next
        raise
    chosen = designs.designs[: options.verified]
    gains = _gains(task, designs, context)
    listing = designs.to_dataframe()
    tables = {"designs": listing, "gains": gains, "ranks": rank_enzymes(problem)}
    if task.batch is not None and chosen:
        tables["batch"] = _in_batch(task, task.batch, designs, context)
    warned = _warnings(task, designs)
    try:
        tables["measure"] = value_of_information(
            problem, task.population, chosen or designs.designs, network=task.bound.network
        )
    except InputError as error:  # few models, as a rule
        warned.append(f"Which constant to measure is not told: {error}")
    worked = gains.groupby("design")["works"].sum() if len(gains) else pd.Series(dtype=int)
    return AnalysisResult(
        tables=tables,
        numbers={
            "objective": designs.objective,
            "aim": repr(options.aim),
            "models": len(problem),
            "designs": len(designs),
            "best": designs[0].name,
            "best_log_gain": designs[0].log_gain,
            "bound": designs.bound,
            "complete": designs.complete,
            "certificate": designs.certificate,
            "nodes": designs.nodes,
            "followed": len(chosen),
            "works": {designs[place].name: n for place, n in enumerate(worked.tolist())},
        },
        drawings=_drawings(task, designs, gains, tables.get("measure")),
        warnings=warned,
        summary={
            **design_summary(
                listing,
                gains,
                best=_headline(designs, len(problem)),
                worth=problem.ensemble.effective_share,
            ),
            **_batch_summary(tables.get("batch")),
        },
    )


def design_summary(
    designs: pd.DataFrame, gains: pd.DataFrame, *, best: str = "", worth: float = 1.0
) -> dict[str, list[tuple[str, ...]]]:
    """Return the designs as a reader wants them: factors, and in how many models they work.

    What is promised is the mean of the models with the folds that they share; beside it stands what
    the same enzymes reach where each model has folds of its own, the price of sharing.

    Parameters
    ----------
    designs, gains
        Tables of :func:`analyse_designs`.
    best
        Heading.
    worth
        Independent draws that a model is worth.

    Returns
    -------
    dict
        Heading to rows of text.
    """
    head = (
        "design",
        "promised",
        "own folds",
        "reached, median",
        "works in",
        "95 % interval",
        "limits kept",
        "growth",
    )
    rows: list[tuple[str, ...]] = [head]
    names = dict(zip(gains["design"], gains["name"], strict=True)) if len(gains) else {}
    promised = designs.groupby("design")["log_gain"].first()
    for number, log_gain in promised.head(_TOLD).items():
        name = names.get(number) or _name(designs[designs["design"] == number])
        some = gains[gains["design"] == number] if len(gains) else gains
        if not len(some):
            rows.append((name, _factor(log_gain), *[""] * (len(head) - 2)))
            continue
        works = Proportion(int(some["works"].sum()), len(some), worth * len(some))
        reached = some.loc[some["works"], "reached"]
        grown = some.loc[some["works"], "growth"].dropna() if "growth" in some else reached[:0]
        rows.append(
            (
                name,
                _factor(log_gain),
                _factor(some["own"].mean()),
                _factor(reached.median()) if len(reached) else "-",
                f"{works.hits} of {works.draws}",
                works.interval_in_percent,
                f"{int(some['kept'].sum())} of {len(some)}",
                f"{100 * grown.median():.0f} %" if len(grown) else "-",
            )
        )
    return {best: rows}


def _gains(task: DesignTask, designs: Designs, context: RunContext) -> pd.DataFrame:
    chosen = designs.designs[: task.options.verified]
    if not chosen:
        return pd.DataFrame()
    reached = verify_designs(
        task.bound,
        task.population,
        task.problem,
        chosen,
        growth=task.options.growth,
        progress=context.progress,
    )
    promised = evaluate_designs(task.problem, chosen)[[*_BY_ENSEMBLE, "kept", "own"]]
    return reached.merge(promised, on=_BY_ENSEMBLE, how="left", validate="one_to_one")


def _in_batch(
    task: DesignTask, batch: BatchOptions, designs: Designs, context: RunContext
) -> pd.DataFrame:
    return verify_in_batch(
        batch.reactor,
        task.population,
        task.problem,
        designs.designs[: task.options.verified],
        state=batch.state,
        inoculum=batch.inoculum,
        until=batch.hours,
        hours=(),
        time_limit=batch.time_limit,
        n_processes=context.threads,
        progress=context.progress,
    )


def _batch_summary(batch: pd.DataFrame | None) -> dict[str, list[tuple[str, ...]]]:
    """Say what the strains make by the end of the batch, beside their wild type."""
    if batch is None:
        return {}
    columns = [name for name in ("titre_end", "yield_end", "biomass_end") if name in batch]
    rows: list[tuple[str, ...]] = [("design", *(c.removesuffix("_end") for c in columns), "works")]
    for name, some in batch.groupby("name", sort=False):
        medians = [some[column].median() for column in columns]
        shown = [
            f"x{value:.3g}" if column == "biomass_end" else _factor(value)
            for column, value in zip(columns, medians, strict=True)
        ]
        rows.append((str(name), *shown, f"{int(some['works'].sum())} of {len(some)}"))
    return {"At the end of the batch, median of the models, relative to the wild type": rows}


def _headline(designs: Designs, n_models: int) -> str:
    of = f"over {n_models} models" if n_models > 1 else "in the one model"
    return (
        f"Best of {len(designs)}: {designs[0].name} changes {designs.objective} by a factor of "
        f"{designs[0].gain:.3g} {of}, to first order; {designs.certificate}"
    )


def _drawings(
    task: DesignTask, designs: Designs, gains: pd.DataFrame, measure: pd.DataFrame | None
) -> dict[str, Drawing]:
    of = f"{designs.objective}, {len(task.problem)} models of {task.bound.network.name}"
    verified = gains if len(gains) else None
    shown = designs.designs[: task.options.verified or _TOLD]
    drawings = {
        "gains": Drawing.on_axes(
            lambda ax: plot_gains(shown, ax, verified=verified, objective=designs.objective),
            f"Factor on {of}: promised to first order, and reached in new steady states; bars hold "
            "25 to 75 %, lines 5 to 95 % of the models, ticks are medians.",
            size=(7.0, 1.6 + 0.6 * len(shown)),
        ),
        "enzymes": Drawing.on_axes(
            lambda ax: plot_enzymes_across_designs(designs, ax),
            f"Enzymes of the best designs, with their fold changes: {of}.",
            size=enzymes_size(designs),
        ),
    }
    if verified is not None:
        drawings["promised_reached"] = Drawing.on_axes(
            lambda ax: plot_promised_reached(gains, ax, objective=designs.objective),
            f"Factor on {of}: reached in the new steady state of every model, over what was "
            "promised.",
            size=(4.8, 4.6),
        )
    if measure is not None:
        drawings["measure"] = Drawing.on_axes(
            lambda ax: plot_value_of_information(measure, ax),
            f"Which constants tell most about the gain of {designs[0].name}: share of the variance "
            "over the models that each explains; dashed, the most that chance finds.",
            size=(6.0, 3.6),
        )
    return named_where_narrow(drawings, task.problem.ensemble)


def _warnings(task: DesignTask, designs: Designs) -> list[str]:
    said = list(filter(None, [task.problem.ensemble.warning]))
    if task.left_out:
        said.append(
            f"{len(task.left_out)} models have no control coefficients and are left out: "
            f"{listed(task.left_out)}."
        )
    if task.problem.violated:
        said.append(
            "The steady state itself is beyond these limits, which then forbid to go further: "
            f"{listed(task.problem.violated)}."
        )
    if not designs.complete:
        said.append(
            f"The search was stopped after {designs.nodes} programs: no design exceeds a factor of "
            f"{np.exp(designs.bound):.4g}. Repeat the command with a longer --time-limit."
        )
    return said


def _name(rows: pd.DataFrame) -> str:
    return ", ".join(f"{e} x{f:.3g}" for e, f in zip(rows["enzyme"], rows["fold"], strict=True))


def _factor(log_gain: float) -> str:
    return f"x{np.exp(log_gain):.3g}"
