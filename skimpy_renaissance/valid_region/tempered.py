"""Particles on their way from the prior to the valid region."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log, sqrt

import torch
from torch import Tensor

from skimpy_renaissance.valid_region.sweep import Moves

__all__ = ["Tempered"]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True, eq=False)
class Tempered:
    """Draws of the prior below a limit, and how they came there.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L): all below the last limit.
    lambda_max
        `` `model` ``, float64, 1/h.
    family
        `` `model` ``, int: the first particle that each descends from.
    limits
        Every limit so far, 1/h, falling.
    shares
        Which share of the prior, then of the particles, lay below each of them.
    first_error
        Relative standard error of the first share.
    judged
        Models judged, the first draws included.
    moves
        Of the last sweep, if there was one, and of the next one.
    last_moved
        `` `block x model` ``, bool: which moves of the last sweep were accepted.
    kept
        How many of them were kept: below the first limit, or as moves of a sweep.
    """

    log_km: Tensor = field(repr=False)
    lambda_max: Tensor = field(repr=False)
    family: Tensor = field(repr=False)
    limits: tuple[float, ...]
    shares: tuple[float, ...]
    first_error: float
    judged: int
    moves: tuple[Moves, ...] = field(repr=False)
    last_moved: Tensor = field(default_factory=lambda: torch.zeros(0, 0).bool(), repr=False)
    kept: int = 0

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.log_km)

    @property
    def log_volume(self) -> float:
        """Nats relative to the prior: what lies below the last limit."""
        return sum(map(log, self.shares))

    @property
    def log_volume_error(self) -> float:
        """Standard error of it, nats; from the families, as in [2]_ of ``tempering``."""
        sizes = self.family.unique(return_counts=True)[1].double()
        n = len(self)
        families = (sizes.square().sum() / n**2).item() - 1 / n
        return sqrt(self.first_error**2 + max(families, 0.0))

    @property
    def log_volume_interval(self) -> tuple[float, float]:
        """Limits that contain the true log volume with 95 % confidence, nats."""
        half = _Z * self.log_volume_error
        return self.log_volume - half, min(self.log_volume + half, 0.0)
