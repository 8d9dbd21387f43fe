r"""Whether simulated cells keep to concentrations that cells have.

A run may begin wherever it was put; what it is asked is not to go beyond both its beginning and the
range of the metabolite's class
(:mod:`~skimpy_renaissance.steady_states.concentration_classes`). What is out of range at the steady
state, or where a batch begins, is said once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.errors import listed
from skimpy_renaissance.steady_states.concentration_classes import ConcentrationRange

__all__ = ["Extremes", "implausible", "implausible_by_run", "implausible_in_words"]

_COLUMNS = (
    "metabolite",
    "what",
    "value (mol/L)",
    "time (h)",
    "runs",
    "of",
    "low (mol/L)",
    "high (mol/L)",
    "class",
    "source",
)
_ARRAYS = ("reference", "initial", "lowest", "highest", "lowest_at", "highest_at")
_ROUNDING = 1e-6
_TOLD = 5


@dataclass(frozen=True, eq=False)
class Extremes:
    """Lowest and highest concentrations of each run.

    Parameters
    ----------
    variables
        Names along the ``variable`` axis.
    reference, initial
        `` `run x variable` ``, mol/L: the steady state, or where the run began; the first point.
    lowest, highest
        `` `run x variable` ``, mol/L; NaN where a run has no value.
    lowest_at, highest_at
        `` `run x variable` ``, h: when.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Extremes
    >>> extremes = Extremes.of(batches.trajectories, concentration_scaling=1e6)
    >>> glucose = extremes.variables.index("glc__D_e")
    >>> extremes.lowest[:, glucose].round(4).tolist()  # mol/L
    [0.0087, 0.0]
    >>> extremes.lowest_at[:, glucose].tolist()  # h
    [6.0, 6.0]
    """

    variables: tuple[str, ...]
    reference: NDArray[np.float64]
    initial: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    lowest_at: NDArray[np.float64]
    highest_at: NDArray[np.float64]

    @classmethod
    def of(cls, trajectories: Trajectories, *, concentration_scaling: float) -> Extremes:
        """Find the extremes of every run.

        Parameters
        ----------
        trajectories
            The runs.
        concentration_scaling
            Scaled concentration per mol/L.

        Returns
        -------
        Extremes
        """
        values = trajectories.concentrations / concentration_scaling
        known = np.isfinite(values)
        low = np.where(known, values, np.inf)
        high = np.where(known, values, -np.inf)
        never = ~known.any(axis=1)
        return cls(
            trajectories.variables,
            trajectories.reference / concentration_scaling,
            values[:, 0],
            np.where(never, np.nan, low.min(axis=1)),
            np.where(never, np.nan, high.max(axis=1)),
            trajectories.times[low.argmin(axis=1)],
            trajectories.times[high.argmax(axis=1)],
        )

    @staticmethod
    def joined(pieces: Sequence[Extremes]) -> Extremes:
        """Return those of several ensembles with the same variables as one.

        Parameters
        ----------
        pieces
            One at least.

        Returns
        -------
        Extremes
        """
        arrays = {name: np.concatenate([getattr(p, name) for p in pieces]) for name in _ARRAYS}
        return Extremes(pieces[0].variables, **arrays)


def implausible(
    extremes: Extremes, ranges: Mapping[str, ConcentrationRange | None]
) -> pd.DataFrame:
    """Find concentrations that no cell, or no medium, has.

    Parameters
    ----------
    extremes
        Of the runs.
    ranges
        Variable to what is plausible; those without an entry, or with ``None``, are not looked at.

    Returns
    -------
    pandas.DataFrame
        One row per metabolite and fault, too much before too little and then the farthest out
        first: ``metabolite``; ``what``
        (``"begins"``, ``"rises"`` or ``"falls"``, out of range); ``value (mol/L)``, the farthest,
        and its ``time (h)``; ``runs`` that do so, ``of`` all; the range, its class and source.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Extremes, implausible, plausible_ranges
    >>> extremes = Extremes.of(batches.trajectories, concentration_scaling=1e6)
    >>> found = implausible(extremes, plausible_ranges(reactor))
    >>> found[["metabolite", "what", "value (mol/L)", "high (mol/L)"]].head(2).round(2)
       metabolite   what  value (mol/L)  high (mol/L)
    0  core_pyr_c  rises           2.47          0.05
    1  core_pep_c  rises           0.75          0.05
    """
    rows = []
    for column, name in enumerate(extremes.variables):
        allowed = ranges.get(name)
        if allowed is None:
            continue
        reference, initial = extremes.reference[:, column], extremes.initial[:, column]
        low, high = extremes.lowest[:, column], extremes.highest[:, column]
        above = allowed.high * (1 + _ROUNDING)
        below = allowed.low * (1 - _ROUNDING) - 1e-9 * _ROUNDING
        begins = (reference > above) | (reference < below)
        rises = ~begins & (high > np.fmax(above, initial * (1 + _ROUNDING)))
        falls = ~begins & (low < np.fmin(below, initial * (1 - _ROUNDING)))
        found = {
            "begins": (begins, reference, np.zeros(len(reference))),
            "rises": (rises, high, extremes.highest_at[:, column]),
            "falls": (falls, low, extremes.lowest_at[:, column]),
        }
        for what, (which, values, times) in found.items():
            if not which.any():
                continue
            beyond = np.where(which, _decades_beyond(values, allowed), -np.inf)
            run = int(beyond.argmax())
            value, time = float(values[run]), float(times[run])
            counts = (int(which.sum()), len(which), allowed.low, allowed.high)
            told = (name, what, value, time, *counts, allowed.kind, allowed.source)
            rows.append(((what == "falls", -float(beyond[run])), told))
    rows.sort(key=lambda row: row[0])
    return pd.DataFrame([row for _, row in rows], columns=list(_COLUMNS))


def implausible_by_run(
    extremes: Extremes, ranges: Mapping[str, ConcentrationRange | None]
) -> list[frozenset[str]]:
    """Find the same for each run by itself.

    Parameters
    ----------
    extremes, ranges
        As for :func:`implausible`.

    Returns
    -------
    list of frozenset
        `` `run` ``: the metabolites.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Extremes, implausible_by_run, plausible_ranges
    >>> extremes = Extremes.of(batches.trajectories, concentration_scaling=1e6)
    >>> [len(names) for names in implausible_by_run(extremes, plausible_ranges(reactor))]
    [16, 8]
    """
    found = []
    for run in range(len(extremes.reference)):
        arrays = {name: getattr(extremes, name)[run : run + 1] for name in _ARRAYS}
        found.append(
            frozenset(implausible(Extremes(extremes.variables, **arrays), ranges)["metabolite"])
        )
    return found


def implausible_in_words(found: pd.DataFrame, *, run: str = "models") -> list[str]:
    """Say which concentrations no cell has.

    Parameters
    ----------
    found
        What :func:`implausible` returns.
    run
        What there is one of per run.

    Returns
    -------
    list of str
        A sentence for each metabolite of which there is too much, one for all of which there is too
        little; empty at best.

    Examples
    --------
    >>> from skimpy_renaissance import dynamics
    >>> extremes = dynamics.Extremes.of(batches.trajectories, concentration_scaling=1e6)
    >>> found = dynamics.implausible(extremes, dynamics.plausible_ranges(reactor))
    >>> print(dynamics.implausible_in_words(found)[0])
    Not that of a living cell or its medium: core_pyr_c rises to 2.47 mol/L after 6 h (1 of 2
    models); plausible are 1e-09 to 0.05 mol/L (central intermediate: Bennett et al. 2009, widened).
    """
    falls = (found["what"] == "falls").to_numpy(dtype=bool)
    much, little = found[~falls], found[falls]
    texts = []
    for row in much.head(_TOLD).to_dict(orient="records"):
        begins = row["what"] == "begins"
        then = " from the beginning" if begins else f" after {row['time (h)']:.3g} h"
        texts.append(
            f"Not that of a living cell or its medium: {row['metabolite']} "
            f"{'is' if begins else 'rises to'} {row['value (mol/L)']:.3g} mol/L{then} "
            f"({row['runs']} of {row['of']} {run}); plausible are {row['low (mol/L)']:g} to "
            f"{row['high (mol/L)']:g} mol/L ({row['class']}: {row['source']})."
        )
    if len(much) > _TOLD:
        more = ", ".join(dict.fromkeys(much["metabolite"].iloc[_TOLD:]))
        texts.append(f"Too much as well of {more}.")
    if len(little):
        first = little.iloc[0]
        names = list(little["metabolite"])
        texts.append(
            f"Next to nothing is left of {listed(names)}: of {first['metabolite']} "
            f"{max(first['value (mol/L)'], 0.0):.2g} mol/L after {first['time (h)']:.3g} h, where "
            f"{first['low (mol/L)']:g} is the least that is plausible. Cells that run out of a "
            "substrate keep more; do not read on from there."
        )
    return texts


def _decades_beyond(
    values: NDArray[np.float64], allowed: ConcentrationRange
) -> NDArray[np.float64]:
    """Tell how far out values are: decades, where there is a logarithm."""
    tiny = 1e-30
    size = np.log10(np.maximum(np.nan_to_num(values), tiny))
    low = np.log10(max(allowed.low, tiny)) - size
    return np.maximum(size - np.log10(max(allowed.high, tiny)), low)
