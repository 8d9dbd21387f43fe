r"""Robustness: which models come back to the steady state that they were pushed off, and when.

Every concentration is changed by up to a share (conserved pools kept), each model from a state of
its own, and followed over a horizon. Of what is watched,

.. math::
    \text{a metabolite: } \frac{x_i - x_i^*}{x_i^*}, \qquad
    \text{a reaction: } \frac{v_r}{v_r^*}, \qquad
    \text{several: } \max_i \Bigl|\frac{x_i - x_i^*}{x_i^*}\Bigr|,

with :math:`v_r/v_r^* - 1` for reactions among several. A run is *back* at :math:`t` where it is
within a tolerance of the steady state from :math:`t` until the horizon: a run that only passes
through is not. A run that could not be integrated is never back.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6, Fig. 2c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.ensembles.plausible import Extremes
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.population.ensemble import Ensemble
from skimpy_renaissance.proportion import Proportion

__all__ = ["Robustness"]

_LEVELS = (5, 25, 50, 75, 95)


@dataclass(frozen=True, eq=False, repr=False)
class Robustness:
    """What became of perturbed models.

    Parameters
    ----------
    times
        `` `time` ``, h.
    courses
        Quantity to `` `run x time` ``: :math:`v/v^*` of a reaction, the relative deviation of a
        metabolite, the largest absolute one of several; NaN after a run stopped.
    at_rest
        Quantity to its value at the steady state: 1 for a reaction, else 0.
    runs
        One row per run: ``model``, ``perturbation``, ``status``, ``message``, ``seconds``.
    tolerance
        Largest relative deviation of what counts as back.
    extremes
        Lowest and highest concentrations of each run; ``None`` where units are not known.
    ensemble
        What the models stand for, and how many independent ones they are worth.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import robustness
    >>> watched = {"growth": "Biomass_Ecoli_core", "ATP": "atp_c"}
    >>> found = robustness(bound, population.select([0, 1]), watched, horizon=0.5)
    >>> found.return_times()[["model", "growth", "ATP"]]  # h until within 1 % for good
      model  growth    ATP
    0     0   0.135  0.005
    1     1   0.165  0.005
    """

    times: NDArray[np.float64]
    courses: Mapping[str, NDArray[np.float64]]
    at_rest: Mapping[str, float]
    runs: pd.DataFrame
    tolerance: float
    extremes: Extremes | None = None
    ensemble: Ensemble = field(default_factory=Ensemble)

    def __repr__(self) -> str:
        return (
            f"<Robustness: {len(self.runs)} runs, {len(self.failures)} failed; "
            f"{listed(self.courses)} over {self.times[-1]:g} h>"
        )

    @property
    def failures(self) -> pd.DataFrame:
        """The rows of ``runs`` that did not reach the horizon."""
        return self.runs[self.runs["status"] != "finished"]

    @property
    def worth(self) -> float:
        """Independent runs that these are worth: several of one model count as one."""
        return self.ensemble.effective_draws(self.runs["model"].tolist())

    def percentiles(self, levels: Sequence[float] = _LEVELS) -> pd.DataFrame:
        """Return percentiles over the runs, those that stopped as long as they went.

        Parameters
        ----------
        levels
            0 to 100.

        Returns
        -------
        pandas.DataFrame
            ``quantity``, ``time`` (h), ``n`` runs, ``mean``, and ``p5``, ``p25``, ...; ``error``
            and ``p5_error``, ... are their Monte-Carlo standard errors.
        """
        names = [f"p{level:g}" for level in levels]
        tables, of_runs = [], Ensemble(effective_share=self.worth / len(self.runs))
        for quantity, course in self.courses.items():
            n = np.isfinite(course).sum(axis=0)
            known = n > 0
            values = np.full((len(levels) + 1, len(self.times)), np.nan)
            values[0, known] = np.nanmean(course[:, known], axis=0)
            values[1:, known] = np.nanpercentile(course[:, known], list(levels), axis=0)
            columns = dict(zip(["mean", *names], values, strict=True))
            columns["error"] = of_runs.error_of_mean(course)
            errors = of_runs.error_of_quantile(course, [level / 100 for level in levels])
            columns |= dict(zip([f"{name}_error" for name in names], errors, strict=True))
            tables.append(
                pd.DataFrame({"quantity": quantity, "time": self.times, "n": n, **columns})
            )
        return pd.concat(tables, ignore_index=True)

    def return_times(self, *, tolerance: float | None = None) -> pd.DataFrame:
        """Return when each run is back, for good.

        Parameters
        ----------
        tolerance
            In the place of the one that was stated.

        Returns
        -------
        pandas.DataFrame
            ``model``, ``perturbation``, and one column per quantity, h: the first of the times
            from which on it stays within the tolerance; NaN where it is outside at the horizon.
        """
        table = self.runs[["model", "perturbation"]].reset_index(drop=True)
        for quantity in self.courses:
            back = self._back(quantity, tolerance)
            first = np.where(back.any(axis=1), self.times[back.argmax(axis=1)], np.nan)
            table[quantity] = first
        return table

    def returned(
        self, within: Sequence[float] | None = None, *, tolerance: float | None = None
    ) -> pd.DataFrame:
        """Return how many runs are back after some times.

        Parameters
        ----------
        within
            h; by default the horizon. Between two times of the grid the earlier one counts.
        tolerance
            In the place of the one that was stated.

        Returns
        -------
        pandas.DataFrame
            ``quantity``, ``within`` (h), ``back`` and ``runs``, ``share`` with its 95 % interval
            ``low_95``, ``high_95`` (Wilson, of as many independent runs as these are worth).

        Raises
        ------
        InputError
            A time lies beyond the horizon.
        """
        wanted = [float(self.times[-1])] if within is None else [float(hour) for hour in within]
        beyond = [hour for hour in wanted if not self.times[0] <= hour <= self.times[-1] + 1e-12]
        if beyond:
            raise InputError(
                f"Runs were followed for {self.times[-1]:g} h; nothing is known after "
                f"{listed(f'{hour:g}' for hour in beyond)} h."
            )
        rows, worth = [], self.worth
        for quantity in self.courses:
            back = self._back(quantity, tolerance)
            for hour in wanted:
                column = int(np.searchsorted(self.times, hour + 1e-12, side="right")) - 1
                found = Proportion(int(back[:, column].sum()), len(back), worth)
                rows.append((quantity, hour, found.hits, found.draws, found.share, *found.interval))
        columns = ["quantity", "within", "back", "runs", "share", "low_95", "high_95"]
        return pd.DataFrame(rows, columns=columns)

    def _back(self, quantity: str, tolerance: float | None) -> NDArray[np.bool_]:
        """Return `` `run x time` ``: whether within tolerance from then until the horizon."""
        limit = self.tolerance if tolerance is None else tolerance
        off = self.courses[quantity] - self.at_rest[quantity]
        near = np.abs(off) <= limit  # NaN is not
        return np.logical_and.accumulate(near[:, ::-1], axis=1)[:, ::-1]
