"""Whether valid models come back to their steady state after a push, as in Fig. 2c.

Published: 1,000 models, concentrations changed by up to 50 %. The paper does not say how close a
model must come to count as back; its criterion of validity speaks of 1 %. Shares are given for
several tolerances, of two ensembles: draws of the whole valid region, and, as in the paper, the
generator's own, which are narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.robustness import RobustnessOptions, analyse_robustness
from skimpy_renaissance.dynamics import metabolites_in
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import NARROW, WHOLE, Ensemble
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.studies.valid_models import (
    ensemble_finding,
    own_models,
    shortfall,
    trained_at_reference,
    valid_models,
)

__all__ = ["STUDY", "RobustnessSettings", "study_robustness"]

_OWN = "narrow"  # in names of files: the generator's own draws
_CYTOSOL = "all cytosolic metabolites"
_MINUTES = {24: 0.4, 34: 34 / 60}  # of the paper, in h
_PUBLISHED: Mapping[str, Mapping[int, float]] = {
    "biomass": {24: 100.0},
    "NADH": {24: 99.9},
    "ATP": {24: 99.9},
    "NADPH": {24: 100.0},
    _CYTOSOL: {24: 75.4, 34: 93.1},
}
_COFACTORS = {"NADH": "nadh_c", "ATP": "atp_c", "NADPH": "nadph_c"}


@dataclass(frozen=True)
class RobustnessSettings:
    """How many models are pushed, how far, and for how long they are followed.

    Parameters
    ----------
    models
        Valid models of either ensemble, each from a state of its own.
    perturbation
        Largest relative change of a concentration.
    horizon
        h.
    tolerances
        Largest relative deviations of what counts as back; the first is that of the figures.
    generations
        Generations of the training; ``None`` for those of the case's optimiser.
    cytosol
        Compartment of the metabolites that are watched together.
    """

    models: int = 1000
    perturbation: float = 0.5
    horizon: float = 1.0
    tolerances: tuple[float, ...] = (0.01, 0.05, 0.1)
    generations: int | None = None
    cytosol: str = "c"


def study_robustness(
    case: Case, settings: RobustnessSettings, context: RunContext
) -> AnalysisResult:
    """Push valid models off the reference state, and see which come back when.

    Parameters
    ----------
    case
        The organism.
    settings
        How many, how far, how long.
    context
        Holds the trained generator and the trajectories, from which a stopped study resumes.

    Returns
    -------
    AnalysisResult
        Tables ``percentiles``, ``returned`` (for every tolerance and ensemble), ``return_times``
        and ``runs``; figures and tables of the generator's own draws end in ``_narrow``.

    Raises
    ------
    InputError
        The folder of the context holds other trajectories.
    SamplingError
        The trained generator makes too few valid models.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    watched = _watched(case, settings)
    trained = trained_at_reference(case, context, generations=settings.generations)
    hours = [hour for hour in _MINUTES.values() if hour <= settings.horizon]

    def followed(population: ParameterPopulation, name: str) -> AnalysisResult:
        return analyse_robustness(
            case.bound,
            population,
            watched,
            options=RobustnessOptions(
                settings.horizon,
                settings.perturbation,
                settings.tolerances,
                tuple(dict.fromkeys((*hours, settings.horizon))),
            ),
            context=context.within(f"robustness_{settings.models}_{name}"),
            published={
                name: {_MINUTES[minute]: share / 100 for minute, share in shares.items()}
                for name, shares in _PUBLISHED.items()
            },
        )

    population = valid_models(case, trained, settings.models, context=context)
    own = own_models(case, trained, settings.models, seed=context.seed)
    found = {WHOLE: followed(population, "whole_region"), NARROW: followed(own, _OWN)}
    returned = {name: result.tables["returned"] for name, result in found.items()}
    runs = found[WHOLE].tables["runs"]
    return replace(
        found[WHOLE],
        findings=[
            ensemble_finding(population),
            *_findings(returned[WHOLE], settings),
            *_findings(returned[NARROW], settings, of="; generator's own draws, narrow"),
        ],
        tables={
            **found[WHOLE].tables,
            "returned": pd.concat(
                [table.assign(ensemble=name) for name, table in returned.items()],
                ignore_index=True,
            ),
            f"percentiles_{_OWN}": found[NARROW].tables["percentiles"],
            f"runs_{_OWN}": found[NARROW].tables["runs"],
        },
        drawings={
            **found[WHOLE].drawings,
            **{f"{name}_{_OWN}": drawn for name, drawn in found[NARROW].drawings.items()},
        },
        numbers={
            "models": len(runs),
            "failed": int((runs["status"] != "finished").sum()),
            "lambda_max_median": float(pd.Series(population.lambda_max).median()),
            f"lambda_max_median_{_OWN}": float(pd.Series(own.lambda_max).median()),
        },
        warnings=[
            *shortfall(population),
            *_warnings(case, watched),
            *found[WHOLE].warnings,
            *(f"Of the generator's own draws, {text}" for text in _others(found[NARROW])),
        ],
    )


def _others(narrow: AnalysisResult) -> list[str]:
    """Return warnings other than that the models are narrow, which every figure of them says."""
    return [text for text in narrow.warnings if text != Ensemble(NARROW).warning]


def _watched(case: Case, settings: RobustnessSettings) -> dict[str, str | tuple[str, ...]]:
    watched: dict[str, str | tuple[str, ...]] = {}
    if case.growth is not None:
        watched["biomass"] = case.growth
    balanced = set(case.network.variables)
    watched |= {name: id_ for name, id_ in _COFACTORS.items() if id_ in balanced}
    watched[_CYTOSOL] = metabolites_in(case.network, settings.cytosol)
    return watched


def _findings(
    returned: pd.DataFrame, settings: RobustnessSettings, *, of: str = ""
) -> list[Finding]:
    first = settings.tolerances[0]
    found = []
    for key, rows in returned.groupby(["quantity", "within"], sort=False):
        quantity, minutes = str(key[0]), round(60 * rows["within"].iloc[0])
        columns = (rows[name].tolist() for name in ("tolerance", "back", "runs"))
        shares = {
            float(limit): Proportion(back, runs) for limit, back, runs in zip(*columns, strict=True)
        }
        others = ", ".join(
            f"within {100 * limit:g} %: {share.in_percent}"
            for limit, share in shares.items()
            if limit != first
        )
        here = shares[first]
        found.append(
            Finding(
                f"{quantity} back within {100 * first:g} % after {minutes} min{of}",
                _PUBLISHED[quantity].get(minutes),
                100 * here.share,
                "%",
                f"{here.hits} of {here.draws} models ({here.interval_in_percent}); {others}",
            )
        )
    return found


def _warnings(case: Case, watched: Mapping[str, object]) -> list[str]:
    said = [
        "The paper does not state how near the steady state counts as back: compare the published "
        "shares with those of every tolerance."
    ]
    absent = [name for name in _PUBLISHED if name not in watched]
    if absent:
        said.append(f"{case.name} has no {', '.join(absent)} to watch.")
    return said


STUDY = Study(
    name="robustness",
    source="Fig. 2c",
    question="Do valid models come back to their steady state after changes of up to 50 %?",
    full=RobustnessSettings(),
    quick=RobustnessSettings(models=50, generations=20),
    run=study_robustness,
)
