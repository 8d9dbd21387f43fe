r"""Whether many short chains can be taken as draws of what they leave invariant.

*Families.* Chains that began at one model may still be alike. With :math:`d_i` the deviation of
model :math:`i` from the mean,

.. math:: n_{eff} = n\,\frac{\sum_i d_i^2}{\sum_f \big(\sum_{i \in f} d_i\big)^2}

independent draws have a mean as sure as that of the ensemble [1]_: :math:`n` where the families
:math:`f` have forgotten that they are families.

*Memory.* The correlation over chains between a sweep and one half of the run later,
:math:`\rho_{1/2}`, is squared to that with the start, :math:`\rho_{1/2}^2`: so much of the ensemble
is not yet drawn anew, or as much as has not moved at all, if that is more.

*Nested R-hat* [2]_. Chains are put together into a few groups, before and after the second half of
the run; with :math:`B` the variance of the groups' means and :math:`W` the variance within,

.. math:: \hat R = \sqrt{1 + B/W} .

Many chains make it work for short ones: it exceeds 1 by :math:`1/2m` for groups of :math:`m`
chains, and by more where groups or halves disagree.

References
----------
.. [1] Lee and Whiteley, *Biometrika* 105 (2018) 609, doi:10.1093/biomet/asy028.
.. [2] Margossian et al., *Bayesian Anal.* (2024), doi:10.1214/24-BA1453.
"""

from __future__ import annotations

from math import sqrt

import torch
from scipy import stats
from torch import Tensor

__all__ = ["family_sizes", "group_moments", "memory_of_start", "nested_r_hat", "r_hat_limit"]

N_GROUPS = 4
_FEWEST = 8  # chains for a correlation
_EXCESS = 0.01  # of R-hat squared, beside what chance explains


def family_sizes(values: Tensor, family: Tensor) -> Tensor:
    """Return how many independent draws an ensemble of families is worth.

    Parameters
    ----------
    values
        `` `model x km` ``, or any other quantities along the last axis.
    family
        `` `model` ``, int: models of one origin have one number.

    Returns
    -------
    torch.Tensor
        `` `km` ``, float64: at most the number of models; all of it for what does not vary.
    """
    n = len(values)
    apart = values.double() - values.double().mean(0)
    place = family.unique(return_inverse=True)[1]
    summed = apart.new_zeros(int(place.max()) + 1, apart.shape[1]).index_add_(0, place, apart)
    alone, together = apart.square().sum(0), summed.square().sum(0)
    return n * torch.where(together > alone, alone / together, 1.0)


def memory_of_start(trace: Tensor) -> Tensor:
    """Estimate how much of an ensemble is not drawn anew since the chains began.

    Parameters
    ----------
    trace
        `` `sweep x chain x km` ``, the start included.

    Returns
    -------
    torch.Tensor
        `` `km` ``, 0 to 1; 1 where there are fewer than 8 chains or 2 sweeps.
    """
    sweeps, n_chains = len(trace) - 1, trace.shape[1]
    if sweeps < 2 or n_chains < _FEWEST:
        return torch.ones(trace.shape[2], dtype=torch.float64)
    lag = sweeps // 2
    later = trace[sweeps - lag :].double()  # the second half, met again one half earlier
    earlier = trace[sweeps - 2 * lag : sweeps - lag + 1].double()
    pairs = []
    for one, other in zip(earlier[-2:], later[-2:], strict=True):
        a, b = one - one.mean(0), other - other.mean(0)
        size = (a.square().sum(0) * b.square().sum(0)).sqrt()
        same = torch.where(size > 0, (a * b).sum(0) / size, 1.0)
        pairs.append(torch.where((one == other).all(0), 1.0, same))
    half = torch.stack(pairs).mean(0).clamp(0.0, 1.0)
    unmoved = (trace[-1] == trace[0]).double().mean(0)  # starts that are alike hardly correlate
    return torch.maximum(half ** (sweeps / lag), unmoved)


def group_moments(values: Tensor) -> Tensor:
    """Return mean and variance of each group of chains.

    Parameters
    ----------
    values
        `` `model x km` ``.

    Returns
    -------
    torch.Tensor
        `` `2 x group x km` ``, float64: mean, variance.
    """
    parts = [values[group::N_GROUPS].double() for group in range(min(N_GROUPS, len(values)))]
    means = torch.stack([part.mean(0) for part in parts])
    variances = torch.stack([part.var(0, unbiased=False) for part in parts])
    return torch.stack((means, variances))


def nested_r_hat(half: Tensor, whole: Tensor) -> Tensor:
    """Return the nested R-hat of chains after half of the run and after all of it.

    Parameters
    ----------
    half, whole
        `` `2 x group x km` ``, from :func:`group_moments`.

    Returns
    -------
    torch.Tensor
        `` `km` ``, 1 or more; infinite for what differs and does not vary within groups.
    """
    means, variances = torch.cat((half, whole), 1)
    between, within = means.var(0), variances.mean(0)
    return torch.where(between == 0, 1.0, 1 + between / within).sqrt()


def r_hat_limit(n_models: int, n_km: int) -> float:
    """Return the largest R-hat that chance explains, and one percent of the variance.

    Parameters
    ----------
    n_models
        Number of chains.
    n_km
        Of how many constants the largest is looked at.

    Returns
    -------
    float
    """
    largest = stats.chi2.ppf(0.99 ** (1 / n_km), 2 * N_GROUPS - 1) / (2 * N_GROUPS - 1)
    return sqrt(1 + _EXCESS + largest * N_GROUPS / max(n_models, 1))
