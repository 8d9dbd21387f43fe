r"""Trajectories of many models at the same times, with how each run ended.

.. math:: \delta_i(t) = \frac{x_i(t) - x_i^*}{x_i^*}

with the reference :math:`x^*`: the steady state, or where the run began.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.array_layout import REAL, TEXT, Layout, require_layout
from skimpy_renaissance.dynamics.integrators.outcome import Status
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.storage import read_arrays, write_arrays

__all__ = ["Trajectories"]

_TUPLES = ("variables", "reactions", "events", "messages")
_PER_RUN = (
    "concentrations",
    "rates",
    "reference",
    "reference_rates",
    "event_times",
    "seconds",
)
_ARRAYS = ("times", *_PER_RUN)
_LAYOUT: Layout = {
    "variables": (TEXT, ("variable",)),
    "reactions": (TEXT, ("reaction",)),
    "events": (TEXT, ("event",)),
    "messages": (TEXT, ("run",)),
    "statuses": (TEXT, ("run",)),
    "labels": (TEXT, ("run", "label")),
    "label_names": (TEXT, ("label",)),
    "times": (REAL, ("time",)),
    "concentrations": (REAL, ("run", "time", "variable")),
    "rates": (REAL, ("run", "time", "reaction")),
    "reference": (REAL, ("run", "variable")),
    "reference_rates": (REAL, ("run", "reaction")),
    "event_times": (REAL, ("run", "event")),
    "seconds": (REAL, ("run",)),
}


@dataclass(frozen=True, eq=False, repr=False)
class Trajectories:
    """Concentrations and rates along the runs of an ensemble.

    Parameters
    ----------
    labels
        `` `run` ``: a table of what each run is, for example columns ``model`` and
        ``perturbation``.
    variables, reactions
        Names along the ``variable`` and ``reaction`` axes.
    times
        `` `time` ``, h.
    concentrations
        `` `run x time x variable` ``, scaled concentration; NaN after a run stopped.
    rates
        `` `run x time x reaction` ``, scaled concentration per model time; NaN as well.
    reference
        `` `run x variable` ``, scaled concentration.
    reference_rates
        `` `run x reaction` ``, scaled concentration per model time: the rates there.
    statuses, messages
        `` `run` ``: how each ended.
    events
        Names along the ``event`` axis.
    event_times
        `` `run x event` ``, h: when each first happened; NaN where it did not.
    seconds
        `` `run` ``: wall-clock time.

    Examples
    --------
    >>> courses = batches.trajectories
    >>> courses
    <Trajectories: 2 runs x 4 times: 2 finished>
    >>> courses.to_dataframe()[["set", "time", "glc__D_e"]].round(0).tail(2)  # h, umol/L
      set  time  glc__D_e
    6   1   4.0    5534.0
    7   1   6.0       9.0
    """

    labels: pd.DataFrame
    variables: tuple[str, ...]
    reactions: tuple[str, ...]
    times: NDArray[np.float64]
    concentrations: NDArray[np.float64]
    rates: NDArray[np.float64]
    reference: NDArray[np.float64]
    reference_rates: NDArray[np.float64]
    statuses: tuple[Status, ...]
    messages: tuple[str, ...]
    events: tuple[str, ...]
    event_times: NDArray[np.float64]
    seconds: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.statuses)

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {status.value}" for status, n in Counter(self.statuses).items())
        return f"<Trajectories: {len(self)} runs x {len(self.times)} times: {counts}>"

    @property
    def finished(self) -> NDArray[np.bool_]:
        """`` `run` ``: whether all times were reached."""
        return np.array([status is Status.FINISHED for status in self.statuses], dtype=bool)

    @property
    def status(self) -> pd.DataFrame:
        """One row per run: labels, status, message, wall-clock seconds, and event times (h)."""
        table = self.labels.copy()
        table["status"] = [status.value for status in self.statuses]
        table["message"] = list(self.messages)
        table["seconds"] = self.seconds
        for name, times in zip(self.events, self.event_times.T, strict=True):
            table[name] = times
        return table

    @property
    def deviations(self) -> NDArray[np.float64]:
        """`` `run x time x variable` ``: relative to the reference, 0 at it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.concentrations / self.reference[:, None] - 1

    @property
    def relative_rates(self) -> NDArray[np.float64]:
        """`` `run x time x reaction` ``: multiples of the rates at the reference."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.rates / self.reference_rates[:, None]

    def select(self, which: NDArray[np.bool_]) -> Trajectories:
        """Return some of the runs, for example those that are ``finished``.

        Parameters
        ----------
        which
            `` `run` ``: mask.

        Returns
        -------
        Trajectories

        Raises
        ------
        InputError
            The mask has another shape, or is none.
        """
        mask = np.asarray(which)
        if mask.dtype != bool or mask.shape != (len(self),):
            raise InputError(
                f"select needs {len(self)} booleans, one per run; got {mask.dtype} of shape "
                f"{mask.shape}."
            )
        kept = np.flatnonzero(mask)
        return replace(
            self,
            labels=self.labels[mask].reset_index(drop=True),
            statuses=tuple(self.statuses[i] for i in kept),
            messages=tuple(self.messages[i] for i in kept),
            **{name: getattr(self, name)[mask] for name in _PER_RUN},
        )

    @staticmethod
    def joined(pieces: Sequence[Trajectories]) -> Trajectories:
        """Return runs of several ensembles with the same variables and times as one.

        Parameters
        ----------
        pieces
            One at least.

        Returns
        -------
        Trajectories

        Raises
        ------
        InputError
            There is none, or variables, events or times differ.
        """
        if not pieces:
            raise InputError("There are no trajectories to join.")
        first = pieces[0]
        for other in pieces[1:]:
            names = all(
                getattr(other, name) == getattr(first, name)
                for name in ("variables", "reactions", "events")
            )
            if not names or not np.array_equal(other.times, first.times):
                raise InputError("Trajectories with other variables, events or times do not join.")
        arrays: dict[str, Any] = {
            name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in _PER_RUN
        }
        return replace(
            first,
            labels=pd.concat([piece.labels for piece in pieces], ignore_index=True),
            statuses=tuple(status for piece in pieces for status in piece.statuses),
            messages=tuple(message for piece in pieces for message in piece.messages),
            **arrays,
        )

    def in_hours(self, per_hour: float) -> Trajectories:
        """Return the same with times in hours.

        Parameters
        ----------
        per_hour
            Units of the present times per hour.

        Returns
        -------
        Trajectories
        """
        return replace(self, times=self.times / per_hour, event_times=self.event_times / per_hour)

    def to_dataframe(self) -> pd.DataFrame:
        """Return concentrations as a tidy table.

        Returns
        -------
        pandas.DataFrame
            One row per run and time: labels, ``time`` (h), and one column per variable in scaled
            concentration.
        """
        return self._tidy(self.concentrations, self.variables)

    def fluxes(self) -> pd.DataFrame:
        """Return rates as a tidy table.

        Returns
        -------
        pandas.DataFrame
            One row per run and time: labels, ``time`` (h), and one column per reaction in scaled
            concentration per model time.
        """
        return self._tidy(self.rates, self.reactions)

    def to_skimpy(self) -> pd.DataFrame:
        """Return the columns of ``ODESolutionPopulation.data`` of SKiMPy.

        Returns
        -------
        pandas.DataFrame
            ``solution_id`` (position of the run), ``time`` (h), and one column per variable.
        """
        n_runs, n_times, n_variables = self.concentrations.shape
        flat = self.concentrations.reshape(-1, n_variables)
        table = pd.DataFrame(flat, columns=list(self.variables))
        table.insert(0, "time", np.tile(self.times, n_runs))
        table.insert(0, "solution_id", np.repeat(np.arange(n_runs), n_times))
        table.index = pd.Index(np.tile(np.arange(n_times), n_runs))
        return table

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an ``.npz`` archive.

        Parameters
        ----------
        path
            The file, used as given; an existing one is replaced, at once.

        Raises
        ------
        OutputError
            The folder does not exist or cannot be written.
        """
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        texts = {
            "variables": self.variables,
            "reactions": self.reactions,
            "events": self.events,
            "statuses": [status.value for status in self.statuses],
            "messages": self.messages,
            "label_names": list(self.labels.columns),
        }
        arrays |= {name: np.array(list(text), dtype=np.str_) for name, text in texts.items()}
        table = self.labels.to_numpy(dtype=str)
        arrays["labels"] = np.asarray(table, dtype=np.str_)
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trajectories:
        """Read what :meth:`save` wrote; labels come back as text.

        Parameters
        ----------
        path
            The file.

        Returns
        -------
        Trajectories

        Raises
        ------
        FileFormatError
            The file is absent or not such an archive.
        """
        hint = "It cannot be an archive written by Trajectories.save."
        arrays = read_arrays(path, tuple(_LAYOUT), hint=hint)
        arrays = require_layout(arrays, _LAYOUT, source=os.fspath(path), hint=hint)
        try:
            labels = pd.DataFrame(arrays["labels"].tolist(), columns=arrays["label_names"].tolist())
            statuses = tuple(Status(text) for text in arrays["statuses"].tolist())
        except (ValueError, TypeError) as error:
            raise FileFormatError(f"{os.fspath(path)}: {error}. {hint}") from error
        fields: dict[str, Any] = {name: tuple(arrays[name].tolist()) for name in _TUPLES}
        fields |= {name: arrays[name] for name in _ARRAYS}
        return cls(labels=labels, statuses=statuses, **fields)

    def _tidy(self, values: NDArray[np.float64], names: tuple[str, ...]) -> pd.DataFrame:
        n_runs, n_times = values.shape[:2]
        runs = self.labels.iloc[np.repeat(np.arange(n_runs), n_times)].reset_index(drop=True)
        runs["time"] = np.tile(self.times, n_runs)
        return pd.concat(
            [runs, pd.DataFrame(values.reshape(-1, len(names)), columns=list(names))], axis=1
        )
