"""What a population holds, as functions below the class see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.units import Units

__all__ = ["ParameterSets"]


class ParameterSets(Protocol):
    """Fields of a population; see ``ParameterPopulation`` for their meaning."""

    @property
    def names(self) -> tuple[str, ...]:
        """`` `parameter` ``."""

    @property
    def values(self) -> NDArray[np.float64]:
        """`` `model x parameter` ``, scaled units."""

    @property
    def index(self) -> tuple[str, ...]:
        """`` `model` ``: set names."""

    @property
    def lambda_max(self) -> NDArray[np.float64] | None:
        """`` `model` ``, 1/h."""

    @property
    def lambda_min(self) -> NDArray[np.float64] | None:
        """`` `model` ``, 1/h."""

    @property
    def units(self) -> Units | None:
        """Units of ``values``."""

    @property
    def provenance(self) -> Mapping[str, object]:
        """Where the values come from."""
