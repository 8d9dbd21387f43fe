r"""Priors of the saturation constants of a kinetic model at a steady state.

Both know the model's own bounds. ORACLE's is about the saturation :math:`\sigma = x/(x + K_m)`,

.. math:: \sigma = \sigma_{low} + (\sigma_{high} - \sigma_{low})\,U, \qquad
          K_m = x\,(1 - \sigma)/\sigma,

with limits that the bounds of :math:`K_m` imply; it is the law that
:class:`~skimpy_renaissance.sampling.oracle.OracleSampler` draws from.

References
----------
Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090.
"""

from __future__ import annotations

from math import log

import torch

from skimpy_renaissance.checks import require_fractions
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.priors import KmSpace, Prior, Saturation
from skimpy_renaissance.priors.km_space import DEFAULT_KM_RANGE

__all__ = ["log_uniform_prior", "oracle_prior"]


def log_uniform_prior(
    bound: BoundKinetics, *, km_range: tuple[float, float] = DEFAULT_KM_RANGE
) -> Prior:
    """Return the prior in which ln Km is uniform, as a generator's range says.

    Parameters
    ----------
    bound
        Kinetics at one steady state; its network's bounds come first.
    km_range
        Smallest and largest Km without bounds of its own, mol/L.

    Returns
    -------
    Prior

    Raises
    ------
    InputError
        The range is not one.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> log_uniform_prior(bound, km_range=(1e-6, 0.1)).sample(5, seed=0).shape
    torch.Size([5, 159])
    """
    low, high = km_range
    if not 0 < low < high:
        raise InputError(f"km_range must satisfy 0 < lower < upper in mol/L, got {km_range!r}.")
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=(log(low), log(high)))
    return Prior.of_space(space)


def oracle_prior(bound: BoundKinetics, *, saturation: tuple[float, float] = (0.0, 1.0)) -> Prior:
    """Return ORACLE's prior: every saturation uniform, within the bounds of its Km.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    saturation
        Part of the possible saturations that is drawn from, as SKiMPy's ``bounds_sample``.

    Returns
    -------
    Prior

    Raises
    ------
    InputError
        The range is not one.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import oracle_prior
    >>> oracle_prior(bound).sample(5, seed=0).shape
    torch.Size([5, 159])
    """
    low, high = require_fractions("saturation", saturation)
    network, reference = bound.network, bound.reference
    x = reference.of_metabolites(network.hooks[name] for name in bound.km_names)
    log_x = reference.log_molar(torch.from_numpy(x))
    ends = torch.tensor([-torch.inf, torch.inf], dtype=torch.float64)
    open_ended = bound.log_km_bounds.cpu()
    lower, upper = torch.where(open_ended.isnan(), ends, open_ended).T
    if (low, high) != (0.0, 1.0):
        law = Saturation(log_x, lower, upper)
        # a small saturation is a large Km
        part = torch.tensor([[1 - high], [1 - low]], dtype=torch.float64)
        lower, upper = law.quantile(part, 1 - part)
    return Prior.of(bound.km_names, Saturation(log_x, lower, upper))
