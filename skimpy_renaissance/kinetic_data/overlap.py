r"""How far predicted Michaelis constants agree with measured ones.

.. math:: OS = \frac{\lvert P \cap O \rvert}{\lvert P \rvert}

with the predicted range :math:`P` of a constant over a population and its observed range :math:`O`
[1]_: 1 where every prediction is within what was observed, 0 where none can be. Lengths are taken
in mol/L, or on another scale where the caller passes one (``numpy.log``: decades count alike).

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 5g).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetic_data.measured_ranges import KmRanges
from skimpy_renaissance.kinetic_data.name_tables import one_to_many
from skimpy_renaissance.population import ParameterPopulation

__all__ = [
    "by_subsystem",
    "in_molar",
    "overlap_change",
    "overlap_ratio",
    "overlap_scores",
    "predicted_ranges",
    "require_share",
]

Scale = Callable[[NDArray[np.float64]], NDArray[np.float64]]

UNASSIGNED = "unassigned"
"""Subsystem of reactions that a table of subsystems does not list."""


def in_molar(concentration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return concentrations as they are: lengths of ranges are in mol/L.

    Parameters
    ----------
    concentration
        mol/L.

    Returns
    -------
    numpy.ndarray
        The same.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import in_molar
    >>> in_molar(np.array([1e-4])).tolist()
    [0.0001]
    """
    return concentration


def predicted_ranges(
    population: ParameterPopulation, km_names: Sequence[str], *, share: float = 1.0
) -> pd.DataFrame:
    """Return the range of each constant over a population.

    Parameters
    ----------
    population
        Parameter sets that know their units.
    km_names
        Which constants.
    share
        Central share of the sets that the range holds; 1: from the smallest to the largest.

    Returns
    -------
    pandas.DataFrame
        Index ``km``, columns ``low`` and ``high``, mol/L.

    Raises
    ------
    InputError
        The share is not in (0, 1], or the population is empty.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import predicted_ranges
    >>> predicted_ranges(population, ["km_substrate2_PFK"]).columns.tolist()
    ['low', 'high']
    """
    require_share(share)
    if not len(population):
        raise InputError("A predicted range needs at least one parameter set; there is none.")
    logs = population.log_km(list(km_names))
    tail = (1 - share) / 2
    ends = np.exp(np.quantile(logs, [tail, 1 - tail], axis=0))
    index = pd.Index(list(km_names), name="km", dtype=object)
    return pd.DataFrame({"low": ends[0], "high": ends[1]}, index=index)


def overlap_scores(
    population: ParameterPopulation,
    observed: KmRanges,
    *,
    share: float = 1.0,
    scale: Scale = in_molar,
) -> pd.DataFrame:
    """Return the overlap score of each measured constant.

    Parameters
    ----------
    population
        Predicted parameter sets.
    observed
        Ranges of the constants to score.
    share
        As for :func:`predicted_ranges`.
    scale
        Increasing function of concentration (mol/L) on whose scale lengths are measured, for
        example ``numpy.log``.

    Returns
    -------
    pandas.DataFrame
        Index ``km``; columns ``reaction``, ``metabolite``, ``predicted_low``, ``predicted_high``,
        ``observed_low``, ``observed_high`` (mol/L) and ``overlap`` (0 to 1). Where all sets agree
        on one value, ``overlap`` is 1 if it was observed and 0 otherwise.

    Raises
    ------
    InputError
        As for :func:`predicted_ranges`.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import KmRanges, overlap_scores
    >>> places = {"reaction": "PFK", "metabolite": "atp_c", "low": 1e-5, "high": 1e-2}  # mol/L
    >>> observed = KmRanges(pd.DataFrame(places, index=["km_substrate2_PFK"]))
    >>> overlap_scores(population, observed, scale=np.log)["overlap"].round(2)
    km_substrate2_PFK    0.62
    Name: overlap, dtype: float64
    """
    predicted = predicted_ranges(population, observed.km_names, share=share)
    scores = observed.table[["reaction", "metabolite"]].copy()
    scores[["predicted_low", "predicted_high"]] = predicted
    scores[["observed_low", "observed_high"]] = observed.table[["low", "high"]]
    ends = (scores.iloc[:, i].to_numpy() for i in range(2, 6))
    return scores.assign(overlap=overlap_ratio(*ends, scale=scale))


def overlap_ratio(
    predicted_low: NDArray[np.float64],
    predicted_high: NDArray[np.float64],
    observed_low: NDArray[np.float64],
    observed_high: NDArray[np.float64],
    *,
    scale: Scale = in_molar,
) -> NDArray[np.float64]:
    """Return the share of predicted ranges that was observed.

    Parameters
    ----------
    predicted_low, predicted_high
        `` `... x km` ``, mol/L.
    observed_low, observed_high
        `` `km` ``, mol/L; 0 or infinity at an open end.
    scale
        As for :func:`overlap_scores`.

    Returns
    -------
    numpy.ndarray
        `` `... x km` ``, 0 to 1; of a range without length 1 where it was observed, else 0.
    """
    with np.errstate(divide="ignore"):  # the logarithm of an open end
        p_low, p_high, o_low, o_high = map(
            scale, (predicted_low, predicted_high, observed_low, observed_high)
        )
    shared = np.minimum(p_high, o_high) - np.maximum(p_low, o_low)
    length = p_high - p_low
    point = np.where(shared >= 0, 1.0, 0.0)
    return np.divide(np.maximum(shared, 0.0), length, out=point, where=length > 0)


def overlap_change(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare the overlap scores of two populations.

    Parameters
    ----------
    before, after
        As :func:`overlap_scores` returns, of the same constants.

    Returns
    -------
    pandas.DataFrame
        Index ``km``; columns ``reaction``, ``metabolite``, ``before``, ``after``, ``change`` and
        ``improved``, largest improvement first.

    Raises
    ------
    MissingEntryError
        The two tables are of different constants.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import overlap_change
    >>> place = {"reaction": "PFK", "metabolite": "atp_c"}
    >>> scores = pd.DataFrame(place, index=["km_substrate2_PFK"])
    >>> change = overlap_change(scores.assign(overlap=0.2), scores.assign(overlap=0.5))
    >>> change[["change", "improved"]]
                       change  improved
    km_substrate2_PFK     0.3      True
    """
    different = sorted(set(before.index) ^ set(after.index))
    if different:
        raise MissingEntryError(
            f"Both populations must be scored on the same constants; {listed(different)} is in one "
            "table only. Score both with the same ranges."
        )
    table = before[["reaction", "metabolite"]].copy()
    table["before"] = before["overlap"]
    table["after"] = after["overlap"].reindex(table.index)
    table["change"] = table["after"] - table["before"]
    table["improved"] = table["change"] > 0
    return table.sort_values("change", ascending=False, kind="stable")


def by_subsystem(
    scores: pd.DataFrame,
    subsystem_of: Mapping[str, str] | pd.DataFrame,
    *,
    column: str = "overlap",
) -> pd.DataFrame:
    """Average scores over the subsystems of metabolism.

    Parameters
    ----------
    scores
        As :func:`overlap_scores` or :func:`overlap_change` return.
    subsystem_of
        Reaction to subsystem, or a table with the columns ``reaction`` and ``subsystem``.
    column
        What is averaged, for example ``"overlap"`` or ``"change"``.

    Returns
    -------
    pandas.DataFrame
        Index ``subsystem``, sorted; columns ``n`` (constants), ``mean`` and ``standard_error`` (NaN
        for one constant). Constants of reactions without subsystem are under ``"unassigned"``.

    Raises
    ------
    InputError
        A reaction is in two subsystems.
    MissingEntryError
        A column is absent.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import by_subsystem
    >>> scores = pd.DataFrame({"reaction": ["PFK", "PGI", "CS"], "overlap": [0.2, 0.4, 0.9]})
    >>> by_subsystem(scores, {"PFK": "glycolysis", "PGI": "glycolysis", "CS": "TCA cycle"})
                n  mean  standard_error
    subsystem
    TCA cycle   1   0.9             NaN
    glycolysis  2   0.3             0.1
    """
    require_columns(scores, ["reaction", column], what="A table of scores")
    pairs = one_to_many(subsystem_of, ("reaction", "subsystem"), what="subsystem_of")
    twice = [name for name, several in pairs.items() if len(several) > 1]
    if twice:
        raise InputError(
            f"A reaction must be in one subsystem; {twice[0]!r} is in {listed(pairs[twice[0]])}. "
            "Keep one of them."
        )
    one = {reaction: several[0] for reaction, several in pairs.items()}
    labels = scores["reaction"].map(lambda reaction: one.get(reaction, UNASSIGNED))
    groups = scores[column].astype(float).groupby(labels.rename("subsystem"))
    return pd.DataFrame({"n": groups.size(), "mean": groups.mean(), "standard_error": groups.sem()})


def require_share(share: float) -> None:
    """Raise unless a number can be the central share of a predicted range.

    Parameters
    ----------
    share
        Above 0, at most 1.

    Raises
    ------
    InputError
        It is not.
    """
    if not 0 < share <= 1:
        raise InputError(f"share must be above 0 and at most 1, got {share!r}. 0.9: 5 % to 95 %.")
