r"""Which enzymes matter for an objective, over an ensemble, and how surely.

In model :math:`m` the enzyme :math:`i` moves the objective by :math:`g_{mi} = \partial \ln y /
\partial \ln e_i`, and has the rank

.. math:: r_{mi} = 1 + \#\{j : |g_{mj}| > |g_{mi}|\}

(ties share theirs). Models differ, so each enzyme has an interval of effects and of ranks *over
models*, that no number of models makes narrower; and what is told of the ensemble, a mean, a median
or a share, has a Monte-Carlo error, from the number of independent models that it is worth. Where
two ensembles are set side by side, a difference :math:`d` of an enzyme is beyond these errors where

.. math:: |d| > z \sqrt{s_1^2 + s_2^2}, \qquad z = \Phi^{-1}\!\left(1 - \frac{0.05}{2 n}\right) ,

with all :math:`n` enzymes in mind.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.proportion import Proportion

__all__ = ["compare_ranks", "rank_enzymes"]


def rank_enzymes(problem: ResponseProblem) -> pd.DataFrame:
    """Rank enzymes by what they do for the objective.

    Parameters
    ----------
    problem
        Enzymes, and what they do in each model; its limits do not count.

    Returns
    -------
    pandas.DataFrame
        Index: ``enzyme``, that of the least mean rank first. ``median`` of the effect (percent of
        the objective per percent of the enzyme) and ``median_error``; ``p5`` and ``p95`` over
        models; ``agreement``, the share of the models in which the effect has the sign of the
        median, with its 95 % interval ``agreement_low`` to ``agreement_high``; ``mean_rank`` (1:
        the largest effect of either sign) and ``mean_rank_error``; ``rank_p5`` and ``rank_p95``
        over models. Errors are Monte-Carlo standard errors, NaN for a single model.

    Examples
    --------
    >>> from skimpy_renaissance.design import rank_enzymes, ResponseProblem
    >>> from skimpy_renaissance.control import control_coefficients
    >>> control = control_coefficients(bound, population)
    >>> problem = ResponseProblem.of(control, network, state, "ACt2r")
    >>> rank_enzymes(problem)[["median", "agreement", "mean_rank"]].head(3).round(2)
            median  agreement  mean_rank
    enzyme
    NH4t      0.29        0.8        3.6
    ATPS4r   -0.39        0.8        4.0
    PYK       0.45        0.8        5.4
    """
    effects, ensemble = problem.gain, problem.ensemble
    ranks = rankdata(-np.abs(effects), axis=1)
    low, middle, high = np.quantile(effects, [0.05, 0.5, 0.95], axis=0)
    rank_low, rank_high = np.quantile(ranks, [0.05, 0.95], axis=0)
    worth = max(ensemble.effective_share * len(problem), 1.0)
    agree = [
        Proportion(int(hits), len(problem), worth=worth)
        for hits in (np.sign(effects) == np.sign(middle)).sum(axis=0)
    ]
    several = len(problem) > 1
    median_error = ensemble.error_of_quantile(effects, [0.5])[0]
    columns = {
        "median": middle,
        "median_error": median_error if several else np.nan,
        "p5": low,
        "p95": high,
        "agreement": [one.share for one in agree],
        "agreement_low": [one.interval[0] for one in agree],
        "agreement_high": [one.interval[1] for one in agree],
        "mean_rank": ranks.mean(axis=0),
        "mean_rank_error": ensemble.error_of_mean(ranks),
        "rank_p5": rank_low,
        "rank_p95": rank_high,
    }
    table = pd.DataFrame(columns, index=pd.Index(problem.enzymes, name="enzyme"))
    return table.sort_values("mean_rank", kind="stable")


def compare_ranks(problems: Mapping[str, ResponseProblem]) -> pd.DataFrame:
    """Set the ranks of two ensembles side by side: what depends on which models were looked at.

    Parameters
    ----------
    problems
        Two names, for example ``"narrow"`` and ``"whole"``, and problems of the same objective.

    Returns
    -------
    pandas.DataFrame
        Index: ``enzyme``, of those that both have, that of the least mean rank in the second
        ensemble first. For each name ``median NAME``, ``agreement NAME`` and ``mean_rank NAME``;
        ``flips``, whether the medians have opposite signs; ``median_change`` and ``rank_change``,
        second less first; ``median_differs`` and ``rank_differs``, whether these exceed the joint
        Monte-Carlo error, all enzymes in mind.

    Raises
    ------
    InputError
        There are not two problems, their objectives differ, or they share no enzyme.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r")
    >>> halves = {"first": problem.select([0, 1]), "others": problem.select([2, 3, 4])}
    >>> sr.design.compare_ranks(halves).filter(like="median").head(3).round(2)
            median first  median others  median_change  median_differs
    enzyme
    NH4t            3.10           0.29          -2.81           False
    PYK             1.34           0.45          -0.89           False
    ATPS4r         -1.05          -0.39           0.66           False
    """
    if len(problems) != 2:
        raise InputError(
            f"compare_ranks compares two ensembles, got {len(problems)} ({listed(problems)})."
        )
    (one, first), (other, second) = problems.items()
    if dict(first.weights) != dict(second.weights):
        raise InputError(
            f"Both problems must raise the same: {one!r} has {first.objective}, {other!r} "
            f"{second.objective}."
        )
    shared = [name for name in first.enzymes if name in second.enzymes]
    if not shared:
        raise InputError(
            f"The problems {one!r} and {other!r} have no enzyme in common: {listed(first.enzymes)} "
            f"and {listed(second.enzymes)}."
        )
    b = rank_enzymes(second.of_enzymes(shared))
    a = rank_enzymes(first.of_enzymes(shared)).loc[b.index]
    table = pd.DataFrame(index=b.index)
    for column in ("median", "agreement", "mean_rank"):
        for name, ranks in ((one, a), (other, b)):
            table[f"{column} {name}"] = ranks[column]
    table["flips"] = a["median"] * b["median"] < 0
    sure = float(norm.ppf(1 - 0.025 / len(shared)))
    for label, column in (("median", "median"), ("rank", "mean_rank")):
        change = b[column] - a[column]
        error = np.hypot(a[f"{column}_error"], b[f"{column}_error"])
        table[f"{label}_change"] = change
        table[f"{label}_differs"] = change.abs() > sure * error
    return table
