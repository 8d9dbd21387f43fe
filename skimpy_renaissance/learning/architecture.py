"""What training expects of a generator's architecture; its weights are a flat vector elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Protocol

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors.km_space import KmSpace

__all__ = ["Architecture", "log_km_range"]


class Architecture(Protocol):
    """Turns noise and weights into saturation constants; a frozen set of sizes and ranges.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Architecture, HistogramGenerator
    >>> kinds: list[Architecture] = [sr.Generator(), HistogramGenerator(slices=32)]
    >>> [kind.n_weights(159) for kind in kinds]  # for 159 constants
    [845727, 5088]
    """

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


def log_km_range(given: Sequence[float]) -> tuple[float, float]:
    """Return the range of saturation constants without bounds of their own, or say what is wrong.

    Parameters
    ----------
    given
        Lower and upper end, ln(mol/L).

    Returns
    -------
    tuple of float

    Raises
    ------
    InputError
        There are not two finite numbers in ascending order.
    """
    if len(given) != 2 or not all(map(isfinite, given)) or not given[0] < given[1]:
        raise InputError(
            f"range must be two finite numbers (lower, upper) in ln(mol/L), got {tuple(given)!r}."
        )
    return given[0], given[1]
