"""What training expects of a generator's architecture; its weights are a flat vector elsewhere."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from skimpy_renaissance.priors.km_space import KmSpace

__all__ = ["Architecture"]


class Architecture(Protocol):
    """Turns noise and weights into saturation constants; a frozen set of sizes and ranges."""

    @property
    def range(self) -> tuple[float, float]:
        """Lower and upper ln Km, ln(mol/L), where the kinetic model gives no bounds."""

    @property
    def relative(self) -> bool:
        """Whether constants are counted from the concentrations of a steady state."""

    def n_weights(self, n_km: int) -> int:
        """Return the length of the weight vector."""

    def initial_weights(self, n_km: int, *, rng: torch.Generator) -> Tensor:
        """Return `weight`: before training."""

    def draw(self, *shape: int, n_km: int, rng: torch.Generator) -> Tensor:
        """Return `... x latent`, on the CPU: noise."""

    def values(self, weights: Tensor, latent: Tensor) -> Tensor:
        """Return `(candidate x) model x km`, float64, no unit."""

    def squash(self, values: Tensor, space: KmSpace, *, anchors: Tensor | None = None) -> Tensor:
        """Return `... x model x km`, float64, ln(mol/L), from values."""
