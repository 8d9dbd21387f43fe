"""Models on their way from the valid region to what the data say."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt

import torch
from torch import Tensor

from skimpy_renaissance.valid_region.sweep import Moves

__all__ = ["Weighted"]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True, eq=False)
class Weighted:
    """Draws of the valid region under a limit and a power of the likelihood.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L).
    weights
        `` `datum x model` ``, as :meth:`~skimpy_renaissance.valid_region.data.Data.weigh` returns.
    family
        `` `model` ``, int: which draw of the valid region each descends from.
    moves
        Of the last sweep, if there was one, and of the next one.
    limits, powers
        Of the shortfalls, and of the likelihood, step by step.
    log_means
        Nats: by how much each step lowered the evidence.
    first_worth
        How many independent draws of the valid region the first step had.
    judged, kept
        Models judged, and accepted.
    sweeps
        Made so far.
    last_moved
        `` `block x model` ``, bool: which moves of the last sweep were accepted.
    """

    log_km: Tensor = field(repr=False)
    weights: Tensor = field(repr=False)
    family: Tensor = field(repr=False)
    moves: tuple[Moves, ...] = field(repr=False)
    limits: tuple[float, ...] = ()
    powers: tuple[float, ...] = ()
    log_means: tuple[float, ...] = ()
    first_worth: float = torch.nan
    judged: int = 0
    kept: int = 0
    sweeps: int = 0
    last_moved: Tensor = field(default_factory=lambda: torch.zeros(0, 0).bool(), repr=False)

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.log_km)

    @property
    def limit(self) -> float:
        """Shortfall below which all models are."""
        return self.limits[-1] if self.limits else torch.inf

    @property
    def power(self) -> float:
        """Of the likelihood, as far as it counts."""
        return self.powers[-1] if self.powers else 0.0

    @property
    def effective_families(self) -> float:
        """How many draws of the valid region the models descend from, equally shared."""
        sizes = self.family.unique(return_counts=True)[1].double()
        return (len(self) ** 2 / sizes.square().sum()).item()

    @property
    def log_evidence(self) -> float:
        """Nats: of the data, given that models are valid."""
        return sum(self.log_means)

    @property
    def log_evidence_error(self) -> float:
        """Standard error of it, nats, from the families."""
        n = len(self)
        families = max(1 / self.effective_families - 1 / n, 0.0)
        return sqrt(families * max(n / self.first_worth, 1.0)) if self.log_means else 0.0

    @property
    def log_evidence_interval(self) -> tuple[float, float]:
        """Limits that contain the true log evidence with 95 % confidence, nats."""
        half = _Z * self.log_evidence_error
        return self.log_evidence - half, self.log_evidence + half
