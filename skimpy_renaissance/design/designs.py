"""Designs: enzymes with their fold changes, what they promise, and how surely none is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import exp

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.dynamics import StrainDesign

__all__ = ["Design", "Designs"]


@dataclass(frozen=True, eq=False)
class Design:
    """Fold changes of a few enzymes, and how far they raise the objective to first order.

    Parameters
    ----------
    folds
        Reaction to the factor on its capacity.
    log_gain
        By how much the objective, a logarithm, rises.
    log_gains
        `` `model` ``: the same for each model.

    Examples
    --------
    >>> design = sr.design.Design({"ACt2r": 2.0, "PPC": 0.5}, 0.18, np.array([0.15, 0.21]))
    >>> design.name, round(design.gain, 2)
    ('ACt2r x2, PPC x0.5', 1.2)
    """

    folds: Mapping[str, float]
    log_gain: float
    log_gains: NDArray[np.float64] = field(repr=False)

    @property
    def name(self) -> str:
        """For example ``"PFK x2, PYK x0.5"``."""
        return ", ".join(f"{reaction} x{fold:.3g}" for reaction, fold in self.folds.items())

    @property
    def gain(self) -> float:
        """The factor on the objective."""
        return exp(self.log_gain)

    @property
    def strain(self) -> StrainDesign:
        """The design as reactors and simulations take it."""
        return StrainDesign(self.name, self.folds)


@dataclass(frozen=True, eq=False, repr=False)
class Designs:
    """Designs within a tolerance of the best, the best first.

    Parameters
    ----------
    designs
        Each with other enzymes.
    objective
        What they raise, in words.
    within
        Share of the best logarithm by which others may fall short.
    bound
        What no design exceeds: the logarithm of the objective.
    complete
        Whether all that count are listed.
    nodes
        Programs that were looked at.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> limits = sr.design.DesignLimits(enzymes=1, candidates=("ACt2r", "ATPS4r", "PPC"))
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r", limits)
    >>> designs = sr.design.enumerate_designs(problem, within=0.5)
    >>> designs.to_dataframe().round(3)
       design enzyme   fold  log_gain
    0       0    PPC  0.908     0.048
    1       1  ACt2r  1.278     0.041
    """

    designs: tuple[Design, ...]
    objective: str
    within: float
    bound: float
    complete: bool
    nodes: int

    def __len__(self) -> int:
        """Return the number of designs."""
        return len(self.designs)

    def __iter__(self) -> Iterator[Design]:
        return iter(self.designs)

    def __getitem__(self, position: int) -> Design:
        """Return a design; 0 is the best."""
        return self.designs[position]

    def __repr__(self) -> str:
        best = f"; best {self[0].name}, +{self[0].log_gain:.4g}" if len(self) else ""
        return f"<Designs: {len(self)} that raise {self.objective}{best}; {self.certificate}>"

    @property
    def gap(self) -> float:
        """By how much a design that was not found could exceed the best one found."""
        best = self[0].log_gain if len(self) else 0.0
        return max(self.bound - best, 0.0)

    @property
    def certificate(self) -> str:
        """What is certain, in words."""
        if self.complete:
            return f"all within {100 * self.within:g} % of the best are listed"
        return f"stopped early: none exceeds +{self.bound:.4g}, others may be missing"

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per design and enzyme.

        Returns
        -------
        pandas.DataFrame
            ``design`` (0, 1, ...), ``enzyme``, ``fold``, ``log_gain`` of the design.
        """
        rows = [
            (place, enzyme, fold, design.log_gain)
            for place, design in enumerate(self)
            for enzyme, fold in design.folds.items()
        ]
        return pd.DataFrame(rows, columns=["design", "enzyme", "fold", "log_gain"])
