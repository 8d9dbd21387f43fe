r"""How an ensemble is spread, one saturation constant at a time and model against model.

Constants are measured on the scale of their prior, :math:`u = F(\ln K_m)`, uniform on 0 to 1 for
the prior itself whatever its law. The marginal divergence of an ensemble of :math:`n` models is
estimated from :math:`B` equally probable bins,

.. math:: \mathrm{KL}_k = \sum_b p_{kb} \ln\frac{p_{kb}}{r_{kb}}
          - \frac{B - 1}{2}\Big(\frac{1}{n} + \frac{1}{n_r}\Big), \qquad p_{kb} = n_{kb}/n,

against the prior, :math:`r_{kb} = 1/B`, or a reference ensemble of :math:`n_r` models, counted with
half a model more in every bin. The second term takes off what the plug-in estimate is too large by
on average (Miller, [1]_), so that an ensemble drawn from the reference has 0, give or take, and a
sum over hundreds of constants is not the noise of its bins. The distance of two models is

.. math:: d = \sqrt{6\,\langle (u_k - u_k')^2 \rangle_k},

1 in the mean square for two independent draws of the prior.

References
----------
.. [1] Miller, *Note on the bias of information estimates* (1955); Paninski, *Neural Comput.* 15
   (2003) 1191, doi:10.1162/089976603321780272.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors.randomness import random_stream, require_seed

__all__ = ["bin_counts", "divergence", "divergence_error", "pairwise_distances"]

N_BINS = 12
_RESAMPLES = 200


def bin_counts(share: Tensor) -> Tensor:
    """Count models per bin.

    Parameters
    ----------
    share
        `` `model x km` ``, 0 to 1: how much of the prior lies below.

    Returns
    -------
    torch.Tensor
        `` `km x bin` ``, float64.
    """
    n_models, n_km = share.shape
    if not n_models:
        raise InputError("A spread needs at least one model, got none.")
    place = (share * N_BINS).long().clamp(0, N_BINS - 1)
    place = place + N_BINS * torch.arange(n_km, device=place.device)
    return torch.bincount(place.flatten(), minlength=N_BINS * n_km).view(n_km, N_BINS).double()


def divergence(counts: Tensor, reference: Tensor | None = None) -> Tensor:
    """Estimate the divergence of each marginal, without the bias of few models.

    Parameters
    ----------
    counts
        `` `... x km x bin` ``, as :func:`bin_counts` returns.
    reference
        The same of a reference ensemble; ``None`` compares with the prior.

    Returns
    -------
    torch.Tensor
        `` `... x km` ``, nats; may be below 0 by chance where there is no difference.
    """
    n = counts.sum(-1, keepdim=True)
    share = counts / n
    if reference is None:
        expected = torch.full_like(share, 1 / N_BINS)
        noise = 1 / n
    else:
        smoothed = reference + 0.5
        expected = smoothed / smoothed.sum(-1, keepdim=True)
        noise = 1 / n + 1 / reference.sum(-1, keepdim=True)
    plug_in = torch.where(share > 0, share * (share / expected).log(), 0.0).sum(-1)
    return plug_in - 0.5 * (N_BINS - 1) * noise[..., 0]


def divergence_error(counts: Tensor, reference: Tensor | None = None, *, seed: int = 0) -> float:
    """Estimate the standard error of the summed divergence, by resampling counts.

    Parameters
    ----------
    counts, reference
        As for :func:`divergence`.
    seed
        Seed of the resampling.

    Returns
    -------
    float
        Nats. Constants are resampled independently of one another.
    """
    rng = np.random.default_rng(require_seed(seed))
    drawn = _resampled(counts, rng)
    compared = None if reference is None else _resampled(reference, rng)
    return divergence(drawn, compared).sum(-1).std().item()


def pairwise_distances(share: Tensor, *, pairs: int = 2000, seed: int = 0) -> Tensor:
    """Return the distances of random pairs of models.

    Parameters
    ----------
    share
        `` `model x km` ``, 0 to 1: how much of the prior lies below.
    pairs
        How many pairs.
    seed
        Seed of their choice.

    Returns
    -------
    torch.Tensor
        `` `pair` ``: 1 in the mean square for independent draws of the prior; empty where there
        is only one model.
    """
    n = len(share)
    if n < 2:
        return share.new_empty(0)
    rng = random_stream(seed, purpose="pairs of models")
    one = torch.randint(n, (pairs,), generator=rng)
    other = (one + 1 + torch.randint(n - 1, (pairs,), generator=rng)) % n
    apart = share[one.to(share.device)] - share[other.to(share.device)]
    return (6 * apart.square().mean(-1)).sqrt()


def _resampled(counts: Tensor, rng: np.random.Generator) -> Tensor:
    """Return `` `resample x km x bin` ``: as many models again, drawn with replacement."""
    n, share = int(counts[0].sum()), (counts / counts.sum(-1, keepdim=True)).cpu().numpy()
    return torch.from_numpy(rng.multinomial(n, share, size=(_RESAMPLES, len(share)))).double()
