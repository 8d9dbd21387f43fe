r"""Which constants moved when others were fixed.

For each constant, the two populations' distributions are compared by a two-sample statistic, by
default the Kolmogorov-Smirnov distance :math:`D = \sup_z |F_1(z) - F_2(z)|`, and the p-values are
corrected over all constants by Benjamini and Hochberg [1]_,

.. math:: q_{(k)} = \min_{j \ge k} \frac{n}{j}\, p_{(j)} .

How far a constant moved is the shift of its median in ln units: 0.69 doubles it.

References
----------
.. [1] Benjamini and Hochberg, *J. R. Stat. Soc. B* 57 (1995) 289,
   doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError, listed
from skimpy_renaissance.population import ParameterPopulation

__all__ = [
    "benjamini_hochberg",
    "kolmogorov_distances",
    "kolmogorov_smirnov",
    "moved_parameters",
]

TwoSample = Callable[[NDArray[np.float64], NDArray[np.float64]], tuple[float, float]]

_EXACT_UP_TO = 200  # sets; above it the asymptotic p-value is as good and much faster


def kolmogorov_smirnov(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float]:
    """Return the Kolmogorov-Smirnov distance of two samples and its p-value.

    Parameters
    ----------
    one, other
        `` `model` ``: the samples.

    Returns
    -------
    statistic : float
        Largest distance of the two empirical distribution functions, 0 to 1.
    p_value : float
        Two-sided; exact up to 200 models, asymptotic above.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import kolmogorov_smirnov
    >>> one, other = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
    >>> statistic, p_value = kolmogorov_smirnov(one, other)
    >>> round(statistic, 2), round(p_value, 2)
    (1.0, 0.1)
    """
    method = "exact" if max(len(one), len(other)) <= _EXACT_UP_TO else "asymp"
    result = stats.ks_2samp(one, other, method=method)
    return float(result.statistic), float(result.pvalue)


def kolmogorov_distances(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the Kolmogorov-Smirnov distance of two samples, constant by constant.

    Parameters
    ----------
    one, other
        `` `model x parameter` ``: the samples, of the same constants.

    Returns
    -------
    numpy.ndarray
        `` `parameter` ``, 0 to 1.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import kolmogorov_distances
    >>> one = np.array([[0.0, 0.0], [1.0, 1.0]])  # model x parameter
    >>> kolmogorov_distances(one, one + [0.5, 2.0]).tolist()
    [0.5, 1.0]
    """
    largest = np.zeros(one.shape[1])
    for i, (x, y) in enumerate(zip(np.sort(one.T), np.sort(other.T), strict=True)):
        both = np.concatenate([x, y])
        below = [np.searchsorted(side, both, "right") / len(side) for side in (x, y)]
        largest[i] = np.abs(below[0] - below[1]).max()
    return largest


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values corrected for how many there are.

    Parameters
    ----------
    p_values
        One per test, each 0 to 1.

    Returns
    -------
    numpy.ndarray
        Smallest false discovery rate at which each test is rejected, in the same order.

    Raises
    ------
    InputError
        A value is outside 0 to 1, or they are not a list of numbers.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import benjamini_hochberg
    >>> benjamini_hochberg([0.01, 0.02, 0.9]).round(2).tolist()
    [0.03, 0.03, 0.9]
    """
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise InputError(f"p-values must be a list of numbers from 0 to 1, got {p_values!r}.")
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum.accumulate(np.minimum(p[order] * len(p) / ranks, 1.0))
    return corrected


def moved_parameters(
    before: ParameterPopulation,
    after: ParameterPopulation,
    *,
    names: Sequence[str] | None = None,
    statistic: TwoSample = kolmogorov_smirnov,
    false_discovery_rate: float = 0.05,
) -> pd.DataFrame:
    """Return which constants are distributed differently in two populations.

    Parameters
    ----------
    before, after
        For example without and with measured constants, in the same units.
    names
        Which constants; by default every Vmax and Km that both populations have.
    statistic
        Two samples of ln values to (statistic, p-value).
    false_discovery_rate
        Share of false ones tolerated among those called moved.

    Returns
    -------
    pandas.DataFrame
        Index ``parameter``; columns ``kind`` (``"km"``, ``"vmax"``, ...), ``statistic``,
        ``p_value``, ``q_value``, ``moved``, ``shift`` (of the median, ln units) and
        ``spread_ratio`` (standard deviation of ln values, after / before; NaN where there was
        none). Most significant first, then largest shift.

    Raises
    ------
    MissingEntryError
        A constant is absent from a population, or the two share none.
    UnitsError
        The populations have different units, or only one states them.
    InputError
        A population is too small, a value is not positive, or the rate is not between 0 and 1.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import moved_parameters
    >>> stronger = population.with_changes({"PFK": 2.0})
    >>> moved_parameters(population, stronger)[["shift", "moved"]].head(2).round(2)  # few models
                       shift  moved
    parameter
    vmax_forward_PFK    0.69  False
    vmax_forward_ACKr   0.00  False
    """
    if not 0 < false_discovery_rate < 1:
        raise InputError(
            f"false_discovery_rate must be between 0 and 1, got {false_discovery_rate!r}."
        )
    _require_same_units(before, after)
    chosen = _shared_names(before, after) if names is None else list(names)
    first = _logs(before, chosen, what="before")
    second = _logs(after, chosen, what="after")
    tests = [statistic(one, other) for one, other in zip(first.T, second.T, strict=True)]
    values, p_values = (np.array(column, dtype=float) for column in zip(*tests, strict=True))
    spread = np.std(first, axis=0, ddof=1)
    ratio = np.std(second, axis=0, ddof=1) / np.where(spread > 0, spread, np.nan)
    table = pd.DataFrame(
        {
            "kind": [name.split("_", 1)[0] for name in chosen],
            "statistic": values,
            "p_value": p_values,
            "q_value": benjamini_hochberg(p_values),
            "shift": np.median(second, axis=0) - np.median(first, axis=0),
            "spread_ratio": ratio,
        },
        index=pd.Index(chosen, name="parameter", dtype=object),
    )
    table.insert(4, "moved", table["q_value"] <= false_discovery_rate)
    return table.iloc[np.lexsort((-table["shift"].abs(), table["q_value"]))]


def _require_same_units(before: ParameterPopulation, after: ParameterPopulation) -> None:
    if before.units is not None and after.units is not None:
        before.units.require_same(after.units, what="Populations that are compared")
    elif before.units is not after.units:
        raise UnitsError(
            f"Populations that are compared must state the same units; before has {before.units!r} "
            f"and after has {after.units!r}. State them when loading: units=Units(...)."
        )


def _shared_names(before: ParameterPopulation, after: ParameterPopulation) -> list[str]:
    known = set(after.without_missing().names)
    shared = [
        name
        for name in before.without_missing().names
        if name in known and name.startswith(("vmax_", "km_"))
    ]
    if not shared:
        raise MissingEntryError(
            "The two populations share no parameter named vmax_... or km_...; before has "
            f"{listed(before.names, most=3)}, after has {listed(after.names, most=3)}. "
            "Pass names=[...]."
        )
    return shared


def _logs(population: ParameterPopulation, names: list[str], *, what: str) -> NDArray[np.float64]:
    column = {name: i for i, name in enumerate(population.names)}
    unknown = [name for name in names if name not in column]
    if unknown or not names:
        raise MissingEntryError(
            f"Population {what} has no parameter {listed(unknown) or 'to compare (no names)'}. "
            f"It has {listed(population.names, most=3)}."
        )
    if len(population) < 2:
        raise InputError(
            f"A distribution needs at least two parameter sets; {what} has {len(population)}."
        )
    values = population.values[:, [column[name] for name in names]]
    bad = ~(np.isfinite(values) & (values > 0)).all(axis=0)
    if bad.any():
        raise InputError(
            f"Constants are compared in ln units and must be positive; population {what} has "
            f"others in {listed(np.array(names)[bad])}. Leave these out with names=[...]."
        )
    return np.log(values)
