"""What trainings with measured constants told, before it is put into words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from skimpy_renaissance.analyses.observations import Observations
from skimpy_renaissance.kinetic_data import KmComponents
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["Answers", "SubsystemAnswer"]


@dataclass(frozen=True, eq=False)
class SubsystemAnswer:
    """What integrating halves of one subsystem's constants did.

    Parameters
    ----------
    name
        The subsystem.
    km_names
        Its measured constants.
    n_integrated
        How many of them a combination integrates.
    change
        As :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_overlap` returns, of all
        measured constants.
    incidence
        Share of valid models per combination, 0 to 1.
    """

    name: str
    km_names: tuple[str, ...]
    n_integrated: int
    change: pd.DataFrame
    incidence: Sequence[float]

    @property
    def inside(self) -> pd.DataFrame:
        """The change of its own constants."""
        return self.change[self.change.index.isin(list(self.km_names))]

    @property
    def outside(self) -> pd.DataFrame:
        """The change of all other measured constants."""
        return self.change.drop(index=self.inside.index)

    @property
    def n_measured(self) -> int:
        """How many measured constants it has."""
        return len(self.km_names)


@dataclass(frozen=True, eq=False)
class Answers:
    """Everything that the study found, before it is put into words.

    Parameters
    ----------
    observations
        Measured constants.
    subsystem_of
        Index ``km``.
    subsystems
        One answer per subsystem that was integrated.
    by_chance
        ``change`` of trainings without data against other trainings without data.
    fixed
        Reactions of the enzyme that was fixed.
    incidence
        Share of valid models: ``"without"`` and ``"fixed"``, one number per training.
    moved, control
        Where constants moved when the enzyme was fixed, and when training was repeated without
        data; as :func:`~skimpy_renaissance.kinetic_data.distance.located` returns.
    distances
        Distance of each reaction from the enzyme.
    populations
        ``"without"`` and ``"fixed"``, all trainings together.
    components
        Principal components of the unmeasured constants.
    median_log_km
        `training x km`, ln(mol/L): medians; index ``group``.
    turnover
        kcat where proteomics is given.
    """

    observations: Observations
    subsystem_of: pd.Series
    subsystems: Sequence[SubsystemAnswer]
    by_chance: pd.DataFrame
    fixed: tuple[str, ...]
    incidence: Mapping[str, Sequence[float]]
    moved: pd.DataFrame
    control: pd.DataFrame
    distances: pd.DataFrame
    populations: Mapping[str, ParameterPopulation]
    components: KmComponents
    median_log_km: pd.DataFrame
    turnover: pd.DataFrame | None
