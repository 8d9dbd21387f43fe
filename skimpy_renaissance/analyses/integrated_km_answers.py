"""What runs with measured constants told, before it is put into words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import torch

from skimpy_renaissance.analyses.observations import Observations
from skimpy_renaissance.kinetic_data import KmComponents
from skimpy_renaissance.kinetic_data.effects import Effect
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["Answers", "Question", "Without"]


@dataclass(frozen=True, eq=False)
class Question:
    """What integrating some constants did to the others.

    Parameters
    ----------
    name
        The reactions, the subsystem, or ``"all measured Km"``.
    kind
        ``"enzyme"``, ``"subsystem"`` or ``"everything"``.
    km_names
        Constants that were integrated in some run.
    n_integrated
        How many of them a run integrates.
    change, skill
        As :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_scores` returns, of all
        measured constants: overlap score, and skill beyond the prior.
    effects
        (what it is about, ``"shift"`` or ``"gain"``) to what was found, beside chance.
    incidence
        Share that is valid, per run, 0 to 1.
    worth
        Independent models that each run is worth, where that is known.
    """

    name: str
    kind: str
    km_names: tuple[str, ...]
    n_integrated: int
    change: pd.DataFrame
    skill: pd.DataFrame
    effects: Mapping[tuple[str, str], Effect]
    incidence: Sequence[float]
    worth: Sequence[float]

    def inside(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are about its own constants."""
        return table[table.index.isin(list(self.km_names))]

    def outside(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are about other constants."""
        return table[~table.index.isin(list(self.km_names))]


@dataclass(frozen=True, eq=False)
class Without:
    """What runs without data are.

    Parameters
    ----------
    by_chance
        Overlap scores of one half of them against the other half.
    by_number
        Overlap scores of all models of one half of them together, against those of single runs.
    incidence
        Share that is valid, per run.
    worth
        Independent models that each run is worth, where that is known.
    width
        Mean width of the range of a measured constant, relative to the prior's.
    apart
        Mean Kolmogorov-Smirnov distance of a constant in two of them.
    models
        `` `model x km` ``, ln(mol/L): all of them.
    """

    by_chance: pd.DataFrame
    by_number: pd.DataFrame
    incidence: Sequence[float]
    worth: Sequence[float]
    width: float
    apart: float
    models: torch.Tensor = field(repr=False)


@dataclass(frozen=True, eq=False)
class Answers:
    """Everything that was found, before it is put into words.

    Parameters
    ----------
    observations
        Measured constants.
    subsystem_of
        Index ``km``.
    questions
        The enzyme, the subsystems, everything that was measured.
    without
        What runs without data are.
    moved, control
        Where constants moved when the enzyme was fixed, and in other runs without data; as
        :func:`~skimpy_renaissance.kinetic_data.distance.located` returns.
    distances
        Distance of each reaction from the enzyme.
    populations
        ``"without"`` and ``"fixed"``, runs together.
    components
        Principal components of the unmeasured constants.
    turnover
        kcat where proteomics is given.
    """

    observations: Observations
    subsystem_of: pd.Series
    questions: Sequence[Question]
    without: Without
    moved: pd.DataFrame
    control: pd.DataFrame
    distances: pd.DataFrame
    populations: Mapping[str, ParameterPopulation]
    components: KmComponents
    turnover: pd.DataFrame | None

    @property
    def fixed(self) -> tuple[str, ...]:
        """Reactions of the enzyme that was fixed."""
        return tuple(self.questions[0].name.split(", "))

    @property
    def focus(self) -> Question:
        """The subsystem that is shown constant by constant: the first one."""
        return next(one for one in self.questions if one.kind == "subsystem")
