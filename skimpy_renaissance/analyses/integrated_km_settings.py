"""How large a study of measured constants is, and which of them it integrates."""

from __future__ import annotations

from dataclasses import dataclass

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.learning import Optimizer

__all__ = ["KineticDataSettings"]


@dataclass(frozen=True)
class KineticDataSettings:
    """Sizes of the study.

    Parameters
    ----------
    n_models
        Valid models of a run.
    runs
        Runs with the same data, each part of a subsystem being one; twice as many without data:
        one half is what all runs are compared with, the other tells what chance does.
    share
        Share of the measured constants of a subsystem that a part integrates.
    subsystems
        Which are integrated, at most: the citric acid cycle, then those with most measured
        constants.
    fewest
        Measured constants that a subsystem needs to be integrated.
    fixed
        Reactions of the enzyme that is fixed. Where none of them is measured, the reaction with
        most measured constants takes their place.
    relative
        Half width of a measured range, relative to its value.
    stand_in
        Share of the constants given out as measured where the case has no measurements.
    trainings
        Also the paper's own way, for the first subsystem: so many generators trained with parts of
        its constants, and twice as many without data; 0: none.
    optimizer
        Of these trainings, in place of the case's, unless that was asked for.
    permutations
        Samples that tell how much information chance finds.
    cell_dry_mass
        Gram per cell, where proteomics counts copies per cell.
    """

    n_models: int = 500
    runs: int = 10
    share: float = 0.5
    subsystems: int = 6
    fewest: int = 4
    fixed: tuple[str, ...] = ("ACONTa", "ACONTb")
    relative: float = 0.2
    stand_in: float = 108 / 384
    trainings: int = 0
    optimizer: Optimizer | None = None
    permutations: int = 200
    cell_dry_mass: float | None = None

    def __post_init__(self) -> None:
        least = {"n_models": 2, "runs": 2, "subsystems": 1, "fewest": 2, "permutations": 1}
        for name, at_least in {**least, "trainings": 0}.items():
            require_whole(name, getattr(self, name), at_least=at_least)
        if self.trainings == 1:
            require_whole("trainings", self.trainings, at_least=2)  # one tells of no other
