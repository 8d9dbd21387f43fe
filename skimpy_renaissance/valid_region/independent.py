r"""Independent draws of a posterior: draws of the valid region, kept as their likelihood says.

.. math:: \text{kept with probability } \frac{L(K)}{L_{max}}\,[\text{limits}], \qquad
          \widehat Z = \frac{1}{N} \sum_i L(K_i)\,[\text{limits}]

:math:`L_{max}` is what no model exceeds: the likelihood of one that agrees with every measurement.
Where the valid region is reached by rejection and data are not too narrow, this costs least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, sqrt

import torch
from torch import Tensor

from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.valid_region.data import Data, within
from skimpy_renaissance.valid_region.valid_region_sample import ValidRegionSample

__all__ = ["Kept", "keep_by_likelihood", "kept_share", "pays"]

_ASKING = 100.0  # what asking the data costs, in blind draws that are screened
_MOVING = 9000.0  # what a model costs that is moved to the data and there, likewise
_SEEN = 10.0  # models that must be kept, so that their share is known
_MARGIN = 1.1
_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True, eq=False)
class Kept:
    """Independent draws of a posterior.

    Parameters
    ----------
    region
        All draws of the valid region that were looked at.
    weights
        `` `datum x model` ``: what the data say of them.
    chosen
        Positions of those that were kept.
    log_evidence, error
        Nats, and its standard error.
    """

    region: ValidRegionSample
    weights: Tensor
    chosen: Tensor
    log_evidence: float
    error: float

    @property
    def log_evidence_interval(self) -> tuple[float, float]:
        """Limits that contain the true log evidence with 95 % confidence, nats."""
        return self.log_evidence - _Z * self.error, self.log_evidence + _Z * self.error


def pays(data: Data, weights: Tensor, log_volume: float | None) -> bool:
    """Tell whether independent draws cost less than moves.

    Parameters
    ----------
    data
        On the kinetic model.
    weights
        `` `datum x model` ``: what they say of draws of the valid region.
    log_volume
        Nats: share of the prior that is valid; ``None`` where it is not known.

    Returns
    -------
    bool
    """
    chance = _chance(data, weights)
    if log_volume is None or chance.sum() < _SEEN:
        return False
    return (exp(-log_volume) + _ASKING) / chance.mean().item() < _MOVING


def kept_share(data: Data, weights: Tensor) -> float:
    """Return the share of some draws of the valid region that would be kept.

    Parameters
    ----------
    data
        On the kinetic model.
    weights
        `` `datum x model` ``: what they say of the draws.

    Returns
    -------
    float
    """
    return _chance(data, weights).mean().item()


def keep_by_likelihood(
    data: Data,
    draw: Callable[[int], ValidRegionSample],
    *,
    share: float,
    n: int,
    seed: int,
) -> Kept:
    """Draw from the valid region until enough models are kept.

    Parameters
    ----------
    data
        On the kinetic model.
    draw
        Gives so many independent draws of the valid region; more of them begin with the fewer.
    share
        Of the draws, that will be kept, roughly: :func:`kept_share`.
    n
        Models wanted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    Kept
        At least ``n``.
    """
    rng = random_stream(seed, purpose="kept by likelihood")
    wanted = ceil(_MARGIN * n / share)
    region = draw(wanted)
    weights = data.weigh(region.log_km, limit=0.0)
    chance = torch.rand(wanted, dtype=torch.float64, generator=rng)
    while int((kept := chance.to(weights.device) < _chance(data, weights)).sum()) < n:
        wanted = ceil(1.3 * len(region))
        before, region = len(region), draw(wanted)
        weights = torch.cat((weights, data.weigh(region.log_km[before:], limit=0.0)), 1)
        more = torch.rand(wanted - before, dtype=torch.float64, generator=rng)
        chance = torch.cat((chance, more))
    likelihood = _chance(data, weights)
    mean = likelihood.mean()
    return Kept(
        region,
        weights,
        kept.nonzero().flatten(),
        mean.log().item() + data.highest,
        (likelihood.std() / mean).item() / sqrt(len(likelihood)),
    )


def _chance(data: Data, weights: Tensor) -> Tensor:
    """Return `model`: the likelihood relative to the highest, 0 beyond the limits."""
    relative = (data.log_likelihood(weights) - data.highest).exp()
    return torch.where(within(data.shortfall(weights), 0.0), relative, 0.0)
