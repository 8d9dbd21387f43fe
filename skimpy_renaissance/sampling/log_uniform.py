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
    """
    uniform = torch.rand(n, len(space.names), dtype=torch.float64, generator=rng)
    return space.lower + (space.upper - space.lower) * uniform
