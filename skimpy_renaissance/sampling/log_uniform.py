r"""Blind draws: uniform in :math:`\ln K_m` between the bounds that a training has too."""

from __future__ import annotations

import torch

from skimpy_renaissance.priors import KmSpace, random_stream

__all__ = ["log_uniform", "log_uniform_draws"]


def log_uniform(space: KmSpace, n: int, *, seed: int) -> torch.Tensor:
    r"""Draw models uniformly in :math:`\ln K_m`.

    Parameters
    ----------
    space
        Bounds of the saturation constants.
    n
        Number of models.
    seed
        A whole number, 0 or more.

    Returns
    -------
    torch.Tensor
        `model x km`, float64, ln(mol/L).

    Examples
    --------
    >>> from skimpy_renaissance.priors import KmSpace
    >>> from skimpy_renaissance.sampling import log_uniform
    >>> limits = (math.log(1e-6), math.log(1e-2))  # ln(mol/L)
    >>> space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=limits)
    >>> log_km = log_uniform(space, 1000, seed=0)
    >>> round(float(log_km.exp().min()), 8), round(float(log_km.exp().max()), 4)  # mol/L
    (1e-06, 0.01)
    """
    rng = random_stream(seed, purpose="log-uniform draws")
    return log_uniform_draws(space, n, rng=rng)


def log_uniform_draws(space: KmSpace, n: int, *, rng: torch.Generator) -> torch.Tensor:
    """Draw such models from a stream that the caller has.

    Parameters
    ----------
    space
        Bounds of the saturation constants.
    n
        Number of models.
    rng
        The caller's random stream; it moves on.

    Returns
    -------
    torch.Tensor
        `model x km`, float64, ln(mol/L).

    Examples
    --------
    >>> from skimpy_renaissance.priors import KmSpace
    >>> from skimpy_renaissance.sampling import log_uniform_draws
    >>> limits = (math.log(1e-6), math.log(1e-2))  # ln(mol/L)
    >>> space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=limits)
    >>> rng = torch.Generator().manual_seed(0)
    >>> tuple(log_uniform_draws(space, 5, rng=rng).shape)
    (5, 159)
    """
    uniform = torch.rand(n, len(space.names), dtype=torch.float64, generator=rng)
    return space.lower + (space.upper - space.lower) * uniform
