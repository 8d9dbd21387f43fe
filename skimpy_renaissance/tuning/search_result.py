"""What a search found: a row per trial, the best choice, and which hyper-parameters mattered."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.tuning.search_space import Hyperparameters, from_parameters
from skimpy_renaissance.tuning.trial import STEPS, Outcome

__all__ = ["ENOUGH", "Tuning", "tuning_of"]

_FEWEST = 4  # complete trials below which nothing is said of importance
ENOUGH = 40
"""Complete trials from which on importances are a ranking.

Of made-up searches with six hyper-parameters, of which one explains half of the variance, PED-ANOVA
puts that one first in 25 % with 8 trials, 57 % with 20, 87 % with 40, 97 % with 60; where none
explains anything, the first of them has a share of 61 % with 8 trials.
"""
PARAMETERS = tuple(Hyperparameters.__dataclass_fields__)
OUTCOME = "outcome"  # user attribute of a trial


@dataclass(frozen=True, eq=False)
class Tuning:
    """The trials of a search.

    Parameters
    ----------
    trials
        One row per finished trial: ``trial``, ``state`` (``complete`` or ``pruned``),
        ``incidence`` (mean over repeats, of fresh models; empty where pruned), ``incidence_sd``
        (over repeats), ``incidence_in_training``, ``generations``, ``judged`` (models),
        ``seconds``, and the hyper-parameters.
    curves
        Learning curves: ``trial``, ``share`` (of the training done), ``incidence``.
    importance
        Hyper-parameter to its share of what decides whether a trial is among the best; sums up to
        1. Empty with fewer than four complete trials, no ranking with fewer than 40 (``ENOUGH``).
    choices
        Trial to its hyper-parameters.

    Examples
    --------
    >>> from skimpy_renaissance.tuning import Effort, SearchSpace, tune
    >>> space, effort = SearchSpace(hidden=((8,),)), Effort(budget=200, verified=50)
    >>> criterion = sr.Validity(partition=-1.2)
    >>> found = tune(bound, trials=2, space=space, effort=effort, criterion=criterion, first=())
    >>> found.trials["state"].tolist(), found.best.hidden
    (['complete', 'complete'], (8,))
    """

    trials: pd.DataFrame
    curves: pd.DataFrame
    importance: pd.Series
    choices: dict[int, Hyperparameters]

    @property
    def best_trial(self) -> int:
        """Number of the complete trial with the largest incidence.

        Raises
        ------
        SamplingError
            No trial is complete.
        """
        complete = self.trials[self.trials["state"] == "complete"]
        if complete.empty:
            raise SamplingError("No trial of this search is complete. Run more trials.")
        place = int(complete["incidence"].to_numpy(dtype=float).argmax())
        return int(complete["trial"].to_numpy()[place])

    @property
    def best(self) -> Hyperparameters:
        """Its hyper-parameters."""
        return self.choices[self.best_trial]

    def incidence_of(self, trial: int) -> float:
        """Return the incidence of a trial.

        Parameters
        ----------
        trial
            Its number.

        Returns
        -------
        float
            NaN where it was pruned.
        """
        rows = self.trials.loc[self.trials["trial"] == trial, "incidence"]
        return float(rows.iloc[0]) if len(rows) else float("nan")


def tuning_of(study: Any) -> Tuning:
    """Return what an optuna study holds.

    Parameters
    ----------
    study
        An ``optuna.Study``.

    Returns
    -------
    Tuning
    """
    finished = [t for t in study.get_trials(deepcopy=False) if t.state.is_finished()]
    rows, curves, choices = [], [], {}
    for trial in finished:
        choices[trial.number] = from_parameters(trial.params)
        rows.append(_row(trial))
        curves += [
            (trial.number, step / STEPS, value)
            for step, value in sorted(trial.intermediate_values.items())
        ]
    return Tuning(
        pd.DataFrame(rows, columns=[*_COLUMNS, *PARAMETERS]),
        pd.DataFrame(curves, columns=["trial", "share", "incidence"]),
        _importance(study, finished),
        choices,
    )


_COLUMNS = (
    "trial",
    "state",
    "incidence",
    "incidence_sd",
    "incidence_in_training",
    "generations",
    "judged",
    "seconds",
)


def _row(trial: Any) -> dict[str, object]:
    stored = dict(trial.user_attrs)
    row = {"trial": trial.number, "state": trial.state.name.lower(), **trial.params}
    row["generations"] = stored.get("generations")
    if OUTCOME in stored:
        outcome = Outcome(**stored[OUTCOME])
        row["incidence"] = outcome.incidence
        row["incidence_sd"] = float(np.std(outcome.incidences))
        row["incidence_in_training"] = float(np.mean(outcome.in_training))
        row["judged"] = outcome.judged
        row["seconds"] = round(outcome.seconds, 3)
    else:
        row["judged"] = stored.get("judged")
    return row


def _importance(study: Any, finished: Sequence[Any]) -> pd.Series:
    """Return optuna's PED-ANOVA: what separates the best trials from the others.

    References
    ----------
    Watanabe et al., *PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary
    subspaces* (2023), arXiv:2304.10255.
    """
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances  # noqa: PLC0415

    empty = pd.Series(dtype=float, name="importance")
    complete = [t for t in finished if t.state.name == "COMPLETE"]
    if len(complete) < _FEWEST or len({t.value for t in complete}) < 2:
        return empty
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of experimental parts, and of few trials
        found = get_param_importances(
            study,
            evaluator=PedAnovaImportanceEvaluator(target_quantile=0.25, evaluate_on_local=False),
        )
    series = pd.Series(found, name="importance", dtype=float)
    return series if np.isfinite(series).all() else empty
