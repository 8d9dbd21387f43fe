r"""What integrating some constants did to the others, beside what two runs without data differ by.

A *run* is an ensemble of valid models. Each constant of a run is compared with a large ensemble
without data: how far its distribution moved (Kolmogorov-Smirnov distance), and where its true value
is known, how much better it is predicted (difference of the continuous ranked probability scores).
Runs with data and runs without data are of the same size and compared with the same ensemble, so
that under the hypothesis "the data say nothing of these constants" they differ by their labels
alone; permuting the labels gives the chance of a mean that is as large [1]_. No assumption on the
models within a run is made, which may depend on one another.

References
----------
.. [1] Phipson and Smyth, *Stat. Appl. Genet. Mol. Biol.* 9 (2010) 39, doi:10.2202/1544-6115.1585
   (permutation p-values are never zero).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.beside_prior import crps
from skimpy_renaissance.kinetic_data.shifts import kolmogorov_distances

__all__ = ["Effect", "Yardstick", "effect_of"]

_RESAMPLES = 9999


@dataclass(frozen=True, eq=False)
class Yardstick:
    """A large ensemble without data, with which runs are compared.

    Parameters
    ----------
    names
        Constants.
    log_values
        `` `model x parameter` ``, ln units.
    truth
        `` `parameter` ``, ln units: true values; NaN where they are not known.
    """

    names: tuple[str, ...]
    log_values: NDArray[np.float64] = field(repr=False)
    truth: NDArray[np.float64] = field(repr=False)

    @cached_property
    def _error(self) -> NDArray[np.float64]:
        return crps(self.log_values, self.truth)

    def compare(self, log_values: NDArray[np.float64]) -> pd.DataFrame:
        """Compare a run with the ensemble without data.

        Parameters
        ----------
        log_values
            `` `model x parameter` ``, ln units, in the order of ``names``.

        Returns
        -------
        pandas.DataFrame
            Index ``constant``; columns ``shift`` (Kolmogorov-Smirnov distance), ``gain`` (crps
            without data less that of the run, ln units: above 0 is better; NaN where the truth is
            not known) and ``error_before`` (crps without data).
        """
        return pd.DataFrame(
            {
                "shift": kolmogorov_distances(self.log_values, log_values),
                "gain": self._error - crps(log_values, self.truth),
                "error_before": self._error,
            },
            index=pd.Index(self.names, name="constant"),
        )


@dataclass(frozen=True, eq=False)
class Effect:
    """A number of runs with data, beside that of runs without.

    Parameters
    ----------
    n
        Constants that it is a mean over (at most, where runs integrate different ones).
    with_data, by_chance
        `` `run` ``: means over these constants.
    error
        Standard error of the mean over ``with_data``: over runs, or over constants where these
        differ more.
    """

    n: int
    with_data: NDArray[np.float64]
    by_chance: NDArray[np.float64]
    error: float

    @property
    def found(self) -> float:
        """Mean over runs with data."""
        return float(self.with_data.mean())

    @property
    def excess(self) -> float:
        """What it exceeds the mean of runs without data by."""
        return self.found - float(self.by_chance.mean())

    @property
    def p_value(self) -> float:
        """Chance of a mean as large where the data say nothing, by permuting labels of runs."""
        return float(
            stats.permutation_test(
                (self.with_data, self.by_chance),
                lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis),
                vectorized=True,
                n_resamples=_RESAMPLES,
                alternative="greater",
                random_state=np.random.default_rng(0),
            ).pvalue
        )


def effect_of(
    runs: Sequence[pd.DataFrame],
    without: Sequence[pd.DataFrame],
    *,
    about: Sequence[Collection[str]],
    column: str,
) -> Effect | None:
    """Average what runs with data and runs without tell of some constants.

    Parameters
    ----------
    runs, without
        As :meth:`Yardstick.compare` returns.
    about
        One entry per run with data: the constants that it is asked about. Runs without data are
        asked about the same ones, in turn.
    column
        ``"shift"`` (0 to 1), or ``"gain"``, which is returned in percent of the score without data.

    Returns
    -------
    Effect or None
        ``None`` where nothing is known of the constants asked about.

    Raises
    ------
    InputError
        Fewer than two runs of either kind, or another number of entries in ``about``.
    """
    if len(runs) != len(about) or min(len(runs), len(without)) < 2:
        raise InputError(
            "An effect needs two runs with data and two without at least, and what each run with "
            f"data is asked about; got {len(runs)}, {len(without)} and {len(about)}."
        )
    constants = list(dict.fromkeys(name for names in about for name in names))
    known = runs[0].loc[constants, column].dropna()
    if not len(known):
        return None
    scale = 1.0
    if column == "gain":
        scale = 100 / float(runs[0].loc[known.index, "error_before"].mean())

    def of(table: pd.DataFrame, names: Collection[str]) -> pd.Series:
        return scale * table[column].reindex([name for name in names if name in known.index])

    parts = [of(table, names) for table, names in zip(runs, about, strict=True)]
    null = [of(table, about[i % len(about)]) for i, table in enumerate(without)]
    with_data = np.array([part.mean() for part in parts])
    over_runs = with_data.std(ddof=1) / np.sqrt(len(parts))
    by_constant = pd.concat(parts, axis=1).mean(axis=1)
    if column == "gain":  # a ratio of two means over constants
        by_constant -= with_data.mean() / 100 * scale * runs[0]["error_before"][by_constant.index]
    else:
        by_constant -= pd.concat(null, axis=1).mean(axis=1)
    return Effect(
        n=len(known),
        with_data=with_data,
        by_chance=np.array([part.mean() for part in null]),
        error=float(np.nanmax([over_runs, by_constant.sem()])),
    )
