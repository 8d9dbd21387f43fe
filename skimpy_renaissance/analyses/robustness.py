"""Robustness: models pushed off their steady state, and how many are back when.

Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6, Fig. 2c.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.physiology import Plausible, cell_physiology
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, named_where_narrow
from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.dynamics import Robustness, robustness
from skimpy_renaissance.dynamics.ensembles.perturbation import require_change
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.plots import plot_returned, plot_robustness
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import NarrowEnsembleWarning
from skimpy_renaissance.proportion import Proportion

__all__ = ["RobustnessOptions", "analyse_robustness", "failures_in_words"]

_DRAWN_TOGETHER = 12
_FAILURES_TOLD = 5


@dataclass(frozen=True)
class RobustnessOptions:
    """How far models are pushed, for how long they are followed, and what counts as back.

    Parameters
    ----------
    horizon
        How long models are followed, h.
    perturbation
        Largest relative change of a concentration.
    tolerances
        Largest relative deviations of what counts as back; the first is that of the summary.
    within
        Times at which those back are counted, h; empty for the horizon.
    n_perturbations
        Perturbed states per model.
    time_limit
        Seconds that one run may take; longer ones count as failed.

    Raises
    ------
    InputError
        A number is not positive, the change is above 1, or a time lies beyond the horizon.
    """

    horizon: float = 1.0
    perturbation: float = 0.5
    tolerances: tuple[float, ...] = (0.01,)
    within: tuple[float, ...] = ()
    n_perturbations: int = 1
    time_limit: float | None = None

    def __post_init__(self) -> None:
        for tolerance in self.tolerances:
            require_positive("tolerance", tolerance)
        require_positive("horizon", self.horizon)
        if self.time_limit is not None:
            require_positive("time_limit", self.time_limit)
        require_change(self.perturbation)
        if beyond := [f"{hour:g}" for hour in self.within if hour > self.horizon]:
            raise InputError(
                f"within {listed(beyond)} h lies beyond the horizon of {self.horizon:g} h. Follow "
                "the models for longer, or count earlier."
            )

    @property
    def hours(self) -> tuple[float, ...]:
        """Times at which those back are counted, h."""
        return self.within or (self.horizon,)


def analyse_robustness(
    bound: BoundKinetics,
    population: ParameterPopulation,
    watched: Mapping[str, str | tuple[str, ...]],
    *,
    options: RobustnessOptions,
    context: RunContext,
    published: Mapping[str, Mapping[float, float]] | None = None,
    plausible: Plausible | None = None,
) -> AnalysisResult:
    """Push every model off its steady state, follow it, and count those that come back.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    population
        Models that have it.
    watched
        Quantity, in words, to a reaction, a metabolite, or metabolites that count together.
    options
        How far, how long, how near.
    context
        Its folder keeps the trajectories.
    published
        Quantity to time, h, to share back: drawn beside the models.

    Returns
    -------
    AnalysisResult
        Tables ``percentiles``, ``returned``, ``return_times`` and ``runs``.

    Raises
    ------
    InputError
        A number makes no sense, the models do not have this steady state, or the folder holds
        other trajectories.
    MissingEntryError
        Something watched is neither metabolite nor reaction.
    KeyboardInterrupt
        On Ctrl-C, saying how to resume.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NarrowEnsembleWarning)  # the result says so
        found = robustness(
            bound,
            population,
            watched,
            horizon=options.horizon,
            perturbation=options.perturbation,
            tolerance=options.tolerances[0],
            within=[hour for hour in options.hours if hour < options.horizon],
            n_perturbations=options.n_perturbations,
            seed=context.seed,
            folder=context.folder,
            time_limit=options.time_limit,
            n_processes=context.threads,
            progress=context.progress,
        )
    physiology = cell_physiology(bound.network, found.extremes, plausible=plausible)
    returned = found.returned(options.hours)
    tables = [
        found.returned(options.hours, tolerance=limit).assign(tolerance=limit)
        for limit in options.tolerances
    ]
    failed = found.failures["status"].value_counts().to_dict()
    return AnalysisResult(
        tables={
            "percentiles": found.percentiles(),
            "returned": pd.concat(tables, ignore_index=True) if len(tables) > 1 else returned,
            "return_times": found.return_times(),
            "runs": found.runs,
            "implausible": physiology.implausible,
        },
        drawings=named_where_narrow(
            _drawings(found, bound.network.name, options, published), found.ensemble
        ),
        numbers={
            "runs": len(found.runs),
            "failed": failed,
            "returned": returned.to_dict(orient="records"),
        },
        warnings=[
            *filter(None, [found.ensemble.warning]),
            *failures_in_words(
                found.failures, len(found.runs), name="model", counted_as="not back"
            ),
            *physiology.warnings,
        ],
        summary={"": _summary(returned, found.worth), "Physiology": physiology.summary},
    )


def failures_in_words(
    failures: pd.DataFrame, n_runs: int, *, name: str, counted_as: str
) -> list[str]:
    """Say how many runs failed, and why the first ones did.

    Parameters
    ----------
    failures
        Columns ``status``, ``message`` and ``name``.
    n_runs
        How many runs there were.
    name
        Column that names the model.
    counted_as
        What a failed run counts as.

    Returns
    -------
    list of str
        Empty where none failed.
    """
    if not len(failures):
        return []
    counts = ", ".join(f"{n} {status}" for status, n in failures["status"].value_counts().items())
    first = failures.head(_FAILURES_TOLD)
    told = zip(first[name], first["status"], first["message"], strict=True)
    reasons = "; ".join(f"model {model}, {status}: {why}" for model, status, why in told)
    return [
        f"{len(failures)} of {n_runs} runs failed and count as {counted_as} ({counts}): {reasons}"
    ]


def _summary(returned: pd.DataFrame, worth: float) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for quantity, some in returned.groupby("quantity", sort=False):
        if not rows:
            cells = [(f"in {hour:.3g} h", "95 % interval") for hour in some["within"]]
            rows.append(("back", *(cell for pair in cells for cell in pair)))
        counts = zip(some["back"].tolist(), some["runs"].tolist(), strict=True)
        shares = [Proportion(back, runs, worth) for back, runs in counts]
        texts = [(share.in_percent, share.interval_in_percent) for share in shares]
        rows.append((str(quantity), *(text for pair in texts for text in pair)))
    return rows


def _drawings(
    found: Robustness,
    model: str,
    options: RobustnessOptions,
    published: Mapping[str, Mapping[float, float]] | None,
) -> dict[str, Drawing]:
    pushed = (
        f"{len(found.runs)} models of {model}, each pushed by up to "
        f"{100 * options.perturbation:g} %"
    )
    drawn = [name for name, course in found.courses.items() if _has_values(course)]
    drawings = {}
    if drawn:
        drawings["courses"] = Drawing.on_panels(
            lambda axes: plot_robustness(found, drawn, marks=options.hours[:1], axes=axes),
            f"{pushed}: median, mean (dashed), 25 to 75 % (dark) and 5 to 95 % (light) of the "
            f"models. Vertical: {60 * options.hours[0]:.0f} min.",
            n=len(drawn),
            panel=(6.0, 3.6) if len(drawn) == 1 else (3.4, 2.7),
        )
    if len(found.courses) <= _DRAWN_TOGETHER:
        limits = list(dict.fromkeys((options.tolerances[0], options.tolerances[-1])))

        def shares(axes: Sequence[Axes]) -> None:
            for ax, limit in zip(axes, limits, strict=True):
                plot_returned(found, ax, published=published, tolerance=limit)
            if len(axes) > 1 and (legend := axes[0].get_legend()) is not None:
                legend.remove()

        percents = ", ".join(f"{100 * limit:g} %" for limit in limits)
        points = " Points: published, for an unstated tolerance." if published else ""
        drawings["returned"] = Drawing.on_panels(
            shares,
            f"{pushed}: those back to stay, within {percents}.{points}",
            n=len(limits),
            panel=(6.0, 3.8) if len(limits) == 1 else (4.3, 3.8),
        )
    return drawings


def _has_values(course: NDArray[np.float64]) -> bool:
    """Tell whether some run has a value at every time; percentiles need one."""
    return bool(np.isfinite(course).any(axis=0).all())
