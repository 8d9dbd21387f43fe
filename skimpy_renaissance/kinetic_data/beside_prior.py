r"""What an overlap score is worth, beside that of the prior and of a proper score.

The overlap score :math:`|P \cap O|/|P|` grows as the predicted range :math:`P` shrinks, wherever
it shrinks to: of two ensembles that know as little, the narrower one has the higher scores. Beside
it stand

=================  =================================================================================
``coverage``       :math:`|P \cap O|/|O|`, the share of the observed range that was predicted, which
                   a narrow ensemble loses
``prior``          score of the prior itself, which no data were needed for
``same_width``     mean score of the prior cut to the width of :math:`P` (on the scale of ln Km),
                   over all places between its bounds
``crps``           continuous ranked probability score of the measured value :math:`y`,
                   :math:`E|X - y| - \tfrac12 E|X - X'|` for predictions :math:`X, X'` of ln Km,
                   without the bias of few models [1]_: a proper score, best for the ensemble that
                   says what is known and no more
``skill``          1 - crps / crps of the prior: 1 for the truth, 0 for the prior, below for worse
=================  =================================================================================

References
----------
.. [1] Ferro, *Q. J. R. Meteorol. Soc.* 140 (2014) 1917, doi:10.1002/qj.2270; Gneiting and Raftery,
   *J. Am. Stat. Assoc.* 102 (2007) 359, doi:10.1198/016214506000001437 (proper scores).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.measured_ranges import KmRanges
from skimpy_renaissance.kinetic_data.overlap import Scale, in_molar, overlap_ratio, overlap_scores
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors.km_space import KmSpace
from skimpy_renaissance.units import Units

__all__ = ["crps", "crps_of_uniform", "prior_space", "scores_beside_prior"]

_PLACES = 200
_BY_CHANCE = 0.05


def crps(log_values: NDArray[np.float64], truth: ArrayLike) -> NDArray[np.float64]:
    """Return the continuous ranked probability score of an ensemble, constant by constant.

    Parameters
    ----------
    log_values
        `` `model x parameter` ``, ln units: predictions.
    truth
        `` `parameter` ``, ln units; NaN where it is not known.

    Returns
    -------
    numpy.ndarray
        `` `parameter` ``, ln units: 0 is best; NaN where the truth is not known.

    Raises
    ------
    InputError
        There are fewer than two models.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import crps
    >>> ensemble = np.log([[1e-4], [1e-3], [1e-2]])
    >>> [crps(ensemble, np.log([truth])).round(2).tolist() for truth in (1e-3, 1.0)]  # ln units
    [[0.0], [5.37]]
    """
    n = len(log_values)
    if n < 2:
        raise InputError(f"A score of predictions needs two models at least, got {n}.")
    in_order = np.sort(log_values, axis=0)
    weights = 2 * np.arange(1, n + 1) - n - 1
    apart = 2 * (weights[:, None] * in_order).sum(0) / (n * (n - 1))
    away = np.abs(log_values - np.asarray(truth, dtype=float)).mean(0)
    return np.asarray(away - apart / 2)


def crps_of_uniform(low: ArrayLike, high: ArrayLike, truth: ArrayLike) -> NDArray[np.float64]:
    r"""Return the continuous ranked probability score of a uniform law, in closed form.

    With :math:`z` the place of the truth between the bounds, :math:`(z^2 - z + 1/3)` widths, and
    what it lies beyond them.

    Parameters
    ----------
    low, high
        `` `parameter` ``, ln units.
    truth
        `` `parameter` ``, ln units.

    Returns
    -------
    numpy.ndarray
        `` `parameter` ``, ln units.
    """
    a, b, y = (np.asarray(values, dtype=float) for values in (low, high, truth))
    width = b - a
    inside = np.clip(y, a, b)
    z = np.divide(inside - a, width, out=np.zeros_like(inside), where=width > 0)
    return np.asarray(width * (z * z - z + 1 / 3) * (width > 0) + np.abs(y - inside))


def prior_space(
    network: KineticNetwork, units: Units, *, default_range: tuple[float, float]
) -> KmSpace:
    """Return the bounds between which Km are drawn where nothing is measured.

    Parameters
    ----------
    network
        The kinetic model; bounds that it sets, scaled concentration.
    units
        Of these.
    default_range
        Lower and upper, ln(mol/L), of constants without bounds.

    Returns
    -------
    KmSpace

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import prior_space
    >>> limits = (math.log(1e-6), math.log(1.0))  # ln(mol/L)
    >>> space = prior_space(network, state.stated_units(), default_range=limits)
    >>> len(space.names), round(float(space.lower[0]), 2)
    (159, -13.82)
    """
    ends = [network.bounds.get(name, (None, None)) for name in network.km_names]
    scaled = torch.tensor(
        [[torch.nan if end is None else end for end in pair] for pair in ends], dtype=torch.float64
    )
    bounds = (scaled / units.concentration_scaling).log().reshape(-1, 2)
    return KmSpace.of(network.km_names, bounds, default_range=default_range)


def scores_beside_prior(
    population: ParameterPopulation,
    observed: KmRanges,
    space: KmSpace,
    *,
    share: float = 1.0,
    scale: Scale = in_molar,
) -> pd.DataFrame:
    """Return the overlap score of each measured constant, and what it is worth.

    Parameters
    ----------
    population
        Predicted parameter sets, two at least.
    observed
        Ranges of the constants to score.
    space
        Bounds of the prior, ln Km uniform between them; of these constants at least.
    share
        Central share of the sets that a predicted range holds; 1: from the smallest to the largest.
    scale
        Increasing function of concentration (mol/L) on whose scale lengths are measured.

    Returns
    -------
    pandas.DataFrame
        Index ``km``. Beside the columns of
        :func:`~skimpy_renaissance.kinetic_data.overlap.overlap_scores`: ``width`` (of the predicted
        range, ln units), ``coverage`` (0 to 1; NaN where an end of the observed range is open),
        ``prior`` and ``same_width`` (overlap scores), ``only_narrower`` (whether it scores above
        the prior and not above 95 % of the places of that width), ``crps``, ``prior_crps`` (ln
        units; NaN at an open end) and ``skill``.

    Raises
    ------
    InputError
        There are fewer than two sets, or ``share`` is out of its range.
    MissingEntryError
        A constant is not in the space.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_ranges, match_km, read_measured_km
    >>> from skimpy_renaissance.kinetic_data import prior_space, scores_beside_prior
    >>> table = pd.DataFrame({"reaction": ["PFK"], "metabolite": ["atp"], "value": [0.1]})
    >>> match = match_km(read_measured_km(table, unit="mM"), network)
    >>> space = prior_space(network, state.stated_units(), default_range=(-25.1, 3.0))
    >>> scores = scores_beside_prior(population, km_ranges(match), space, scale=np.log)
    >>> scores[["overlap", "prior", "skill"]].round(2)
                       overlap  prior  skill
    km
    km_substrate2_PFK      0.0   0.01  -0.04
    """
    table = overlap_scores(population, observed, share=share, scale=scale)
    names = list(observed.km_names)
    column = {name: i for i, name in enumerate(space.names)}
    low, high = (
        np.array([ends[column[name]].item() for name in names])
        for ends in (space.lower, space.upper)
    )
    ends = table[["observed_low", "observed_high"]].to_numpy()
    is_open = (ends[:, 0] <= 0) | np.isinf(ends[:, 1])
    seen = (ends[:, 0], ends[:, 1])
    predicted = table[["predicted_low", "predicted_high"]].to_numpy()
    log_predicted = np.log(predicted)
    width = log_predicted[:, 1] - log_predicted[:, 0]

    shared = np.minimum(scale(predicted[:, 1]), scale(ends[:, 1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        shared = shared - np.maximum(scale(predicted[:, 0]), scale(ends[:, 0]))
        length = scale(ends[:, 1]) - scale(ends[:, 0])
    covered = np.divide(
        np.maximum(shared, 0.0),
        length,
        out=np.full(len(names), np.nan),
        where=~is_open & (length > 0),
    )
    tail = (1 - share) / 2
    of_prior = overlap_ratio(
        np.exp(low + tail * (high - low)), np.exp(high - tail * (high - low)), *seen, scale=scale
    )
    cut = np.minimum(width, high - low)
    starts = low + (np.arange(_PLACES)[:, None] + 0.5) / _PLACES * (high - low - cut)
    elsewhere = overlap_ratio(np.exp(starts), np.exp(starts + cut), *seen, scale=scale)
    found = table["overlap"].to_numpy()
    as_good = (elsewhere >= found).mean(0)
    truth = np.where(is_open, np.nan, np.log(observed.table["mean"].to_numpy(dtype=float)))
    own, prior = crps(population.log_km(names), truth), crps_of_uniform(low, high, truth)
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = np.where(prior > 0, 1 - own / prior, np.nan)
    return table.assign(
        width=width,
        coverage=covered,
        prior=of_prior,
        same_width=elsewhere.mean(0),
        only_narrower=(found > of_prior) & (as_good > _BY_CHANCE),
        crps=own,
        prior_crps=prior,
        skill=skill,
    )
