"""What requirements cost one another: who satisfies which, without and with training.

A share of models that satisfy each requirement, the mean grade, how many satisfy all at once, and
the rank correlation of grades over models: negative where two requirements pull apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Kinetics, judge
from skimpy_renaissance.requirements.composite import BoundRequirements
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["ALL", "TradeOff", "trade_off"]

ALL = "all at once"


@dataclass(frozen=True, eq=False)
class TradeOff:
    """Requirements against one another.

    Parameters
    ----------
    table
        One row per group of models and requirement, and one for all together: ``group``,
        ``requirement``, ``weight``, ``models`` (looked at), ``satisfied`` (share), ``score`` (mean
        grade; the weighted mean for all together).
    correlation
        ``group``, ``requirement``, ``other``, ``correlation``: Spearman's, over models; NaN where
        all grades are equal.
    grades
        One row per model: ``group``, ``model``, and a column per requirement; NaN where the model
        was not looked at.

    Examples
    --------
    >>> wanted = sr.requirements.Requirements([
    ...     sr.requirements.EigenvalueWindow(slowest_below=-1.0),
    ...     sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK"),
    ... ])
    >>> drawn = {"stable": torch.tensor(population.log_km(bound.km_names))}
    >>> cost = sr.requirements.trade_off(wanted.on(bound), drawn, kinetics=bound)
    >>> cost.satisfied("stable")
    requirement
    slowest mode < -1 1/h                  0.4
    control of PFK over GLCpts positive    0.8
    all at once                            0.4
    Name: satisfied, dtype: float64
    """

    table: pd.DataFrame
    correlation: pd.DataFrame
    grades: pd.DataFrame

    def satisfied(self, group: str) -> pd.Series:
        """Return the share of models that satisfy each requirement.

        Parameters
        ----------
        group
            A group of models.

        Returns
        -------
        pandas.Series
            By requirement.
        """
        rows = self.table[self.table["group"] == group]
        return rows.set_index("requirement")["satisfied"]


def trade_off(
    requirements: BoundRequirements,
    groups: Mapping[str, Tensor],
    *,
    kinetics: Kinetics,
    criterion: Validity | None = None,
) -> TradeOff:
    """Assess groups of models.

    Parameters
    ----------
    requirements
        On the kinetic model.
    groups
        Name (``"untrained generator"``, ``"trained generator"``) to `model x km`, float64,
        ln(mol/L).
    kinetics
        The kinetic model that they are on.
    criterion
        When a model counts as valid: models that do not are not simulated.

    Returns
    -------
    TradeOff

    Raises
    ------
    InputError
        There is no group.

    Examples
    --------
    >>> wanted = sr.requirements.Requirements([
    ...     sr.requirements.EigenvalueWindow(slowest_below=-1.0),
    ...     sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK"),
    ... ])
    >>> drawn = {"stable": torch.tensor(population.log_km(bound.km_names))}
    >>> cost = sr.requirements.trade_off(wanted.on(bound), drawn, kinetics=bound)
    >>> cost.table[["requirement", "models", "satisfied", "score"]].round(2)
                               requirement  models  satisfied  score
    0                slowest mode < -1 1/h       5        0.4   0.58
    1  control of PFK over GLCpts positive       5        0.8   0.90
    2                          all at once       5        0.4   0.74
    """
    if not groups:
        raise InputError("trade_off needs at least one group of models, got none.")
    columns = ["group", "requirement", "weight", "models", "satisfied", "score"]
    rows, pairs, grades = [], [], []
    for group, log_km in groups.items():
        table, satisfied = _grades(
            requirements, log_km, kinetics=kinetics, criterion=criterion or Validity()
        )
        complete = table.notna().all(axis=1)
        for part in requirements.parts:
            known = table[part.label].notna()
            met, score = satisfied.loc[known, part.label].mean(), table[part.label].mean()
            rows.append((group, part.label, part.weight, int(known.sum()), met, score))
        weights = np.array([part.weight for part in requirements.parts])
        met = satisfied[complete].all(axis=1).mean()
        score = float(weights @ table.mean() / weights.sum())
        rows.append((group, ALL, weights.sum(), int(complete.sum()), met, score))
        matrix = table[complete].corr(method="spearman")
        pairs += [
            (group, one, other, matrix.loc[one, other])
            for one in matrix.index
            for other in matrix.columns
        ]
        grades.append(table.rename_axis("model").reset_index().assign(group=group))
    correlation = pd.DataFrame(pairs, columns=["group", "requirement", "other", "correlation"])
    return TradeOff(
        pd.DataFrame(rows, columns=columns), correlation, pd.concat(grades, ignore_index=True)
    )


@torch.no_grad()
def _grades(
    requirements: BoundRequirements, log_km: Tensor, *, kinetics: Kinetics, criterion: Validity
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return grades and verdicts, one row per model, one column per requirement."""
    judged = judge(kinetics, log_km[:, None], criterion)  # each its own candidate: all looked at
    grades, satisfied = {}, {}
    for part in requirements.parts:
        assessment = part.assess(judged)
        grades[part.label] = assessment.grades[:, 0].cpu().numpy()
        satisfied[part.label] = assessment.satisfied[:, 0].cpu().numpy()
    return pd.DataFrame(grades), pd.DataFrame(satisfied)
