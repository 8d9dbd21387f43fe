r"""Which measurement would help a design most: the value of knowing one constant.

The models of an ensemble gain differently by a design, because their constants differ. If the
constant :math:`k` were measured, only models with its value would remain; on average over what the
measurement may say, this leaves less of the variance of the gain :math:`g`, the share

.. math::
    1 - \frac{E[\operatorname{Var}(g \mid k)]}{\operatorname{Var}(g)}

less, and may change which design :math:`d` is best, so that

.. math::
    E\big[\max_d E(g_d \mid k)\big] - \max_d E(g_d)

is added to what is gained: the expected value of perfect information about :math:`k` [1]_. Leaving
the strain as it is, with :math:`g = 0`, counts as a design.

The values of :math:`k` are cut into 8 parts of equal count, so that only order matters, and a
measurement is as good as telling the part. Both estimates are less what chance gives on average.
The largest that chance finds among as many constants is told by permuting models: of every
permutation the largest of all constants is kept. Models that are alike count as the independent
ones that they are worth.

References
----------
.. [1] Strong, Oakley and Brennan, *Med. Decis. Making* 34 (2014) 311,
   doi:10.1177/0272989X13505910.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names, require_whole
from skimpy_renaissance.design.designs import Design
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.network import KineticNetwork, km_labels
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors.randomness import require_seed

__all__ = ["FEWEST", "value_of_information", "variance_explained"]

Array = NDArray[np.float64]

_PARTS = 8
FEWEST = 10 * _PARTS
"""Independent models that are needed: ten in each part."""

_AT_ONCE = 64  # constants side by side
_ROUNDING = 1e-12  # relative to the gain


def value_of_information(
    problem: ResponseProblem,
    known: ParameterPopulation | pd.DataFrame,
    designs: Iterable[Design],
    *,
    network: KineticNetwork | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Tell what knowing each constant would be worth for a design, and for the choice among some.

    Parameters
    ----------
    problem
        What enzymes do in each model: draws of the whole valid region, not of a corner of it.
    known
        Parameters of these models, or a table with the names of the models as index and a column
        per quantity that could be measured, of any unit: also concentrations, where the models have
        several steady states. What is the same in all models is left out, and so is what is as
        good as measuring an earlier column.
    designs
        The first is the one whose gain is asked about; all are there to choose from.
    network
        The kinetic model, for labels.
    permutations
        How often models are permuted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    pandas.DataFrame
        A row per constant, that which explains most first: ``constant``; ``label``, for
        example "Km of atp_c in PFK"; ``explained``, the share of the variance of the gain (a
        logarithm) of the first design that a measurement explains, and ``explained_by_chance``,
        which the largest of all reaches in 1 of 20 cases where none matters; ``decision``, what
        choosing the design only after the measurement adds to the gain, a logarithm, and
        ``decision_by_chance``. Both may be below 0 where there is nothing.

    Raises
    ------
    InputError
        No design, too few models, or nothing that differs between them.
    MissingEntryError
        A design changes an enzyme that the problem does not, or a model has no parameters.

    Examples
    --------
    >>> many = sr.OracleSampler.Parameters(n_samples=100)
    >>> models = sr.OracleSampler(many).sample(network, state, seed=1)
    >>> control = sr.control.control_coefficients(bound, models)
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r")
    >>> folds = {"PPC": 0.8}
    >>> designs = [sr.design.Design(folds, 0.1, problem.log_gains(folds))]
    >>> told = sr.design.value_of_information(problem, models, designs, network=network)
    >>> told[["label", "explained", "explained_by_chance"]].head(2).round(2)
                    label  explained  explained_by_chance
    0         Vmax of PPC       0.22                 0.19
    1  Km of pep_c in PPC       0.15                 0.19
    """
    worth = int(problem.ensemble.effective_share * len(problem) + 1e-9)
    gains = _gains(problem, designs)
    told = _told(
        _of_models(known, problem.models), gains, worth=worth, permutations=permutations, seed=seed
    )
    told.insert(1, "label", _labels(told["constant"].tolist(), network))
    return told


def variance_explained(
    known: pd.DataFrame, outcome: Array, *, permutations: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Tell how much of what varies between models, or states, each quantity explains.

    Parameters
    ----------
    known
        A row per model and a column per quantity, of any unit; the rows are independent.
    outcome
        `model`; give ranks where a few values lie far out.
    permutations
        How often models are permuted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    pandas.DataFrame
        A row per quantity, that which explains most first: ``constant``, ``explained`` and
        ``explained_by_chance``, as :func:`value_of_information`.

    Raises
    ------
    InputError
        Too few models, or nothing differs between them.
    """
    outcomes = np.asarray(outcome, dtype=float)[:, None]
    if not np.ptp(outcomes) > 0:
        raise InputError("All models have the same outcome: there is nothing to explain.")
    told = _told(known, outcomes, worth=len(known), permutations=permutations, seed=seed)
    return told[["constant", "explained", "explained_by_chance"]]


def _told(
    known: pd.DataFrame, gains: Array, *, worth: int, permutations: int, seed: int
) -> pd.DataFrame:
    """Return what each quantity explains of the first gain and adds to a choice among all."""
    require_whole("permutations", permutations)
    rng = np.random.default_rng(require_seed(seed))
    n = len(known)
    worth = min(worth, n)
    if worth < FEWEST:
        raise InputError(
            f"The value of information needs at least {FEWEST} independent models, got {n} that "
            f"are worth {worth}. Sample more."
        )
    names, order = _orders(known)
    explained, decision = _values(order, gains, worth=worth)
    some = np.sort(rng.choice(n, worth, replace=False))
    fewer = order if worth == n else order[some].argsort(axis=0, kind="stable").argsort(axis=0)
    chance = np.array(
        [
            _values(fewer, gains[rng.choice(n, worth, replace=False)], worth=worth)
            for _ in range(permutations)
        ]
    )
    usual = chance[:, 1].mean()
    largest = np.quantile(chance.max(axis=2), 0.95, axis=0)
    table = pd.DataFrame(
        {
            "constant": names,
            "explained": explained,
            "explained_by_chance": largest[0],
            "decision": decision - usual,
            "decision_by_chance": largest[1] - usual,
        }
    )
    return table.sort_values("explained", ascending=False, kind="stable", ignore_index=True)


def _gains(problem: ResponseProblem, designs: Iterable[Design]) -> Array:
    """Return `model x design`, the last one being none."""
    listed_designs = [designs] if isinstance(designs, Design) else list(designs)
    if not listed_designs:
        raise InputError("The value of information is that for a design: give one at least.")
    gains = np.stack([problem.log_gains(design.folds) for design in listed_designs], axis=1)
    if not np.ptp(gains[:, 0]) > 0:
        raise InputError(
            f"All models gain the same by {listed_designs[0].name}: there is nothing to learn."
        )
    return np.hstack([gains, np.zeros((len(gains), 1))])


def _of_models(known: ParameterPopulation | pd.DataFrame, models: tuple[str, ...]) -> pd.DataFrame:
    table = known.to_dataframe() if isinstance(known, ParameterPopulation) else known
    if list(table.index) == list(models):
        return table
    require_names(models, table.index, what="model in the table of what is known")
    if not table.index.is_unique:
        raise InputError(
            "The table of what is known must have one row per model, or the models of the problem "
            f"in their order; got {len(table)} rows for {len(models)} models."
        )
    return table.loc[list(models)]


def _orders(table: pd.DataFrame) -> tuple[list[str], NDArray[np.intp]]:
    """Return names, and `model x known`, the place of each model among all in what differs."""
    values = table.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        bad = table.columns[~np.isfinite(values).all(axis=0)]
        raise InputError(f"What is known must be finite, got other values of {listed(bad)}.")
    order = values.argsort(axis=0, kind="stable").argsort(axis=0)
    spread, size = np.ptp(values, axis=0), np.abs(values).max(axis=0)
    seen: dict[bytes, int] = {}
    for column in np.flatnonzero(spread > 1e-9 * size):
        seen.setdefault(order[:, column].tobytes(), int(column))
    if not seen:
        raise InputError("No parameter differs between the models: there is nothing to measure.")
    kept = list(seen.values())
    return [str(table.columns[column]) for column in kept], order[:, kept]


def _values(order: NDArray[np.intp], gains: Array, *, worth: int) -> tuple[Array, Array]:
    """Return what is explained, and what is added with its bias, `known` each."""
    n, n_known = order.shape
    place = order * _PARTS // n
    count = np.bincount(place[:, 0], minlength=_PARTS)
    total = gains.sum(axis=0)
    spread = ((gains[:, 0] - gains[:, 0].mean()) ** 2).sum()
    explained, added = [], []
    for start in range(0, n_known, _AT_ONCE):
        inside = place[:, start : start + _AT_ONCE, None] == np.arange(_PARTS)
        sums = np.tensordot(inside.astype(float), gains, axes=(0, 0))
        means = sums / count[:, None]
        between = (count * (means[..., 0] - total[0] / n) ** 2).sum(axis=1) / spread
        explained.append(1 - (1 - between) * (worth - 1) / (worth - _PARTS))
        best = (count * means.max(axis=2)).sum(axis=1) / n
        gain = best - (total / n).max()
        added.append(np.where(gain > _ROUNDING * abs(total / n).max(), gain, 0.0))
    return np.concatenate(explained), np.concatenate(added)


def _labels(names: list[str], network: KineticNetwork | None) -> list[str]:
    words: dict[str, str] = {}
    if network is not None:
        words = {km: f"Km of {label}" for km, label in km_labels(network).items()}
        words |= {one.capacity or "": f"Vmax of {one.name}" for one in network.reactions}
    return [words.get(name, name) for name in names]
