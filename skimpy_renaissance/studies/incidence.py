"""How many of the generated models are valid, generation by generation, as in Fig. 2a and 2b.

Trainings are repeated from other seeds; the repeat that learns fastest is looked at along its way:
some of its generators, each with a higher incidence than those before it, and where the slowest
modes of their models lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.analyses import AnalysisResult, Drawing, Finding, RunContext
from skimpy_renaissance.learning import NES, Judged, TrainedGenerator, judge, train_repeats
from skimpy_renaissance.plots import plot_incidence, plot_lambda_shift
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "IncidenceSettings", "rising_snapshots", "study_incidence"]


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
        Holds the trainings, from which a stopped study goes on.

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
        On Ctrl-C, saying how to go on.
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
        generator=case.generator,
        runner=context.runner,
        keep_snapshots=[g - 1 for g in kept],  # generation g is drawn around the weights before it
        progress=context.progress,
        provenance={"state": case.reference, "units": case.units.to_dict()},
    )
    table = np.stack([one.history.incidence for one in repeats])  # repeat x generation
    best = np.stack([one.history.incidence_max for one in repeats])
    chosen = int(np.argmax(table.mean(axis=1)))  # learns fastest
    followed = repeats[chosen]
    judged = {
        g: _judged(case, followed.at(g - 1), settings.models, seed=context.seed) for g in kept
    }
    partition = case.criterion.partition
    shares = {g: models.incidence.item() for g, models in judged.items()}
    marked = rising_snapshots(shares, settings.snapshots)
    shown = {g: judged[g] for g in marked}
    slowest = {g: models.lambda_max.numpy() for g, models in shown.items()}
    rates = _base_rates(case, repeats, settings, seed=context.seed)
    histories = [one.history for one in repeats]
    return AnalysisResult(
        findings=_findings(case, table, best, shown, rates),
        tables={
            "incidence": pd.concat(
                [h.to_dataframe().assign(repeat=i) for i, h in enumerate(histories)],
                ignore_index=True,
            ),
            "lambda_max": pd.concat(
                [
                    pd.DataFrame({"generation": g, "model": range(len(v)), "lambda_max": v})
                    for g, v in slowest.items()
                ],
                ignore_index=True,
            ),
            "base_rates": rates,
        },
        drawings={
            "incidence": Drawing(
                lambda figure: plot_incidence(
                    histories,
                    figure.add_subplot(),
                    highlight=chosen,
                    marked=marked,
                ),
                f"Incidence of valid models over {len(repeats)} repeats of the training of "
                f"{case.name}: mean, range, and the repeat that learns fastest (dashed). Diamonds "
                "are the generators whose models the next figure shows.",
            ),
            "lambda_max": Drawing(
                lambda figure: plot_lambda_shift(slowest, partition, figure.add_subplot()),
                f"Slowest modes of {settings.models} models from each of {len(shown)} generators "
                f"along one training. Dashed: zero, and the partition at {partition:g} 1/h.",
                (6.4, 4.8),
            ),
        },
        numbers={"repeat_followed": chosen, "generations_shown": marked},
        warnings=_warnings(case, settings, last),
    )


def rising_snapshots(shares: dict[int, float], most: int) -> list[int]:
    """Return generations each with a higher incidence than all before it.

    Parameters
    ----------
    shares
        Generation to incidence, in order of the training.
    most
        How many at most, spread over the incidence; the first and the best are among them.

    Returns
    -------
    list of int
    """
    rising: list[int] = []
    for generation, share in shares.items():
        if not rising or share > shares[rising[-1]]:
            rising.append(int(generation))
    while len(rising) > max(most, 2):
        gaps = [shares[c] - shares[a] for a, c in zip(rising, rising[2:], strict=False)]
        rising.pop(1 + int(np.argmin(gaps)))
    return rising


def _judged(case: Case, trained: TrainedGenerator, n: int, *, seed: int) -> Judged:
    log_km = next(trained.blocks(n, seed=seed, at=case.bound))
    return judge(case.bound, log_km, case.criterion)


def _base_rates(
    case: Case, repeats: Sequence[TrainedGenerator], settings: IncidenceSettings, *, seed: int
) -> pd.DataFrame:
    """Return how many models are stable, and how many valid, without training."""
    blind = log_uniform(repeats[0].space, settings.blind, seed=seed)
    sources = {
        "ln Km uniform": [judge(case.bound, blind, case.criterion)],
        "untrained generators": [
            _judged(case, one.at(0), settings.models, seed=seed + i)
            for i, one in enumerate(repeats)
        ],
    }
    rows = []
    for source, parts in sources.items():
        verdicts = {
            "stable": torch.cat([part.lambda_max < 0 for part in parts]),
            "fast": torch.cat([part.valid for part in parts]),
        }
        for property_, verdict in verdicts.items():
            found = Proportion(int(verdict.sum()), len(verdict))
            low, high = found.interval
            rows.append((source, property_, found.hits, found.draws, found.share, low, high))
    columns = ["source", "property", "hits", "draws", "share", "low_95", "high_95"]
    return pd.DataFrame(rows, columns=columns)


def _findings(
    case: Case,
    table: NDArray[np.float64],
    best: NDArray[np.float64],
    shown: dict[int, Judged],
    rates: pd.DataFrame,
) -> list[Finding]:
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
    ends = list(shown)
    for generation in dict.fromkeys((ends[0], ends[-1])):
        share = shown[generation].proportion
        found.append(
            Finding(
                f"median lambda_max at generation {generation}",
                None,
                shown[generation].median,
                "1/h",
                f"{share.hits} of {share.draws} {case.criterion.in_words} "
                f"({share.interval_in_percent})",
            )
        )
    fast = rates[rates["property"] == "fast"]
    for source, hits, draws in zip(fast["source"], fast["hits"], fast["draws"], strict=True):
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
