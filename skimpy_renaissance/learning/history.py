r"""What happened in each generation of a training.

Row :math:`g = 1, 2, \dots` describes the candidates of generation :math:`g`, that is, weights
around the parent as it was after :math:`g - 1` steps.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.learning.optimizer import Step
from skimpy_renaissance.proportion import Proportion

__all__ = ["History"]

_WHOLE = ("generation", "judged")  # all other columns are float64
_ADDED = ("held_out", "held_out_low", "held_out_high")  # absent from older files


@dataclass(frozen=True, eq=False)
class History:
    r"""One array per quantity, one entry per generation.

    Parameters
    ----------
    generation
        `generation`, int: 1, 2, ...
    incidence, incidence_min, incidence_max
        `generation`: mean, least and largest fraction of valid models over the candidates.
    reward_mean, reward_max
        `generation`: over the candidates.
    lambda_fastest, lambda_median
        `generation`, 1/h: smallest and median :math:`\lambda_{max}` over all models, failed
        spectra left out; NaN where all failed.
    judged
        `generation`, int: models judged so far.
    seconds
        `generation`, s: time spent so far in steps of the optimiser.
    learning_rate
        `generation`: as used in the generation.
    held_out, held_out_low, held_out_high
        `generation`: incidence among models that took no part in training, generated after the
        generation, and its 95 % interval; NaN where none were judged.

    Examples
    --------
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.NES(generations=2, n_candidates=2, models_per_candidate=5),
    ...     generator=sr.Generator(latent=4, hidden=(8,)),
    ...     seed=1,
    ... )
    >>> trained.history.to_dataframe()[["generation", "judged", "learning_rate"]]
       generation  judged  learning_rate
    0           1      10        0.00100
    1           2      20        0.00095
    """

    generation: NDArray[np.int64]
    incidence: NDArray[np.float64]
    incidence_min: NDArray[np.float64]
    incidence_max: NDArray[np.float64]
    reward_mean: NDArray[np.float64]
    reward_max: NDArray[np.float64]
    lambda_fastest: NDArray[np.float64]
    lambda_median: NDArray[np.float64]
    judged: NDArray[np.int64]
    seconds: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    held_out: NDArray[np.float64]
    held_out_low: NDArray[np.float64]
    held_out_high: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of generations."""
        return len(self.generation)

    @classmethod
    def empty(cls) -> History:
        """Return a history without generations."""
        return cls(*(np.empty(0, _dtype(field.name)) for field in fields(cls)))

    def extended(
        self,
        step: Step,
        *,
        learning_rate: float,
        seconds: float,
        held_out: Proportion | None = None,
    ) -> History:
        """Return a history with one more generation.

        Parameters
        ----------
        step
            What the optimiser did.
        learning_rate
            As used in the step.
        seconds
            Time the step took, s.
        held_out
            How many of the models judged after the step, if any, were valid.

        Returns
        -------
        History
        """
        incidence, rewards = step.judged.incidence.detach(), step.rewards.detach()
        lambda_max = step.judged.lambda_max.detach()
        known = lambda_max[~torch.isnan(lambda_max)]
        row = {
            "generation": step.state.generation,
            "incidence": incidence.mean().item(),
            "incidence_min": incidence.min().item(),
            "incidence_max": incidence.max().item(),
            "reward_mean": rewards.mean().item(),
            "reward_max": rewards.max().item(),
            "lambda_fastest": known.min().item() if len(known) else np.nan,
            "lambda_median": known.quantile(0.5).item() if len(known) else np.nan,
            "judged": lambda_max.numel() + (self.judged[-1] if len(self) else 0),
            "seconds": seconds + (self.seconds[-1] if len(self) else 0.0),
            "learning_rate": learning_rate,
            "held_out": np.nan if held_out is None else held_out.share,
            "held_out_low": np.nan if held_out is None else held_out.interval[0],
            "held_out_high": np.nan if held_out is None else held_out.interval[1],
        }
        columns = {name: np.append(getattr(self, name), value) for name, value in row.items()}
        return History(**columns)

    def until(self, generation: int) -> History:
        """Return the history up to and including a generation.

        Parameters
        ----------
        generation
            The last one to keep; 0 keeps none.

        Returns
        -------
        History
        """
        kept = self.generation <= generation
        return History(*(getattr(self, field.name)[kept] for field in fields(self)))

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table, one row per generation.

        Returns
        -------
        pandas.DataFrame
        """
        return pd.DataFrame({field.name: getattr(self, field.name) for field in fields(self)})

    def write_csv(self, file: IO[bytes]) -> None:
        """Write the table as CSV, each number with all its digits.

        Parameters
        ----------
        file
            Open for writing bytes.
        """
        file.write(self.to_dataframe().to_csv(index=False, lineterminator="\n").encode())

    @classmethod
    def read_csv(cls, path: Path) -> History:
        """Read what :meth:`write_csv` wrote.

        Parameters
        ----------
        path
            The CSV file.

        Returns
        -------
        History

        Raises
        ------
        FileFormatError
            The file is absent, truncated or something else.
        """
        names = [field.name for field in fields(cls)]
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, restval="absent"))
            columns: dict[str, Any] = {
                name: np.array([_number(name, _entry(row, name)) for row in rows], _dtype(name))
                for name in names
            }
        except (OSError, ValueError, KeyError, OverflowError, csv.Error) as error:
            raise FileFormatError(
                f"{path} must hold a training history with columns {names}: {error!r}."
            ) from error
        return cls(**columns)


def _entry(row: Mapping[str, str], name: str) -> str:
    return row.get(name, "") if name in _ADDED else row[name]


def _number(name: str, text: str) -> float:
    # an empty entry is a number that is not known; text to float keeps every digit
    return int(text) if name in _WHOLE else float(text or "nan")


def _dtype(name: str) -> type:
    return np.int64 if name in _WHOLE else np.float64
