"""What is kept of each run, and how runs are compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.integrated_km_settings import KineticDataSettings
from skimpy_renaissance.analyses.observations import Observations
from skimpy_renaissance.kinetic_data import (
    held_out_scores,
    km_places,
    kolmogorov_distances,
    scores_beside_prior,
)
from skimpy_renaissance.kinetic_data.effects import Effect, Yardstick, effect_of
from skimpy_renaissance.kinetic_data.integration import Integration
from skimpy_renaissance.kinetic_data.measured_ranges import KmRanges
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.priors import KmSpace

__all__ = ["ABOUT", "Noted", "Runs"]

ABOUT = {
    "own_vmax": "Vmax of the same reactions",
    "own_km": "other Km of the same reactions",
    "km": "Km of other reactions",
    "vmax": "Vmax of other reactions",
}
"""What a question is asked about."""
_CLOUD = 300  # models of a question in a picture


@dataclass(frozen=True, eq=False)
class Noted:
    """What is kept of a run.

    Parameters
    ----------
    integrated
        Constants that were drawn from their measured ranges.
    compared
        As :meth:`~skimpy_renaissance.kinetic_data.effects.Yardstick.compare` returns.
    scores
        As :func:`~skimpy_renaissance.kinetic_data.beside_prior.scores_beside_prior` returns.
    """

    integrated: tuple[str, ...]
    compared: pd.DataFrame
    scores: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Runs:
    """What runs of one study have in common.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    ranges
        Measured constants.
    space
        Bounds of the prior without data.
    yardstick
        What runs are compared with.
    reaction_of
        Index: the constants of the yardstick.
    unmeasured
        Constants that nobody measured.
    cloud
        Models of a run in a picture.
    clouds
        Question to models of each run, `model x km`; grows.
    """

    bound: BoundKinetics
    ranges: KmRanges
    space: KmSpace
    yardstick: Yardstick
    reaction_of: pd.Series
    unmeasured: list[str]
    cloud: int
    clouds: dict[str, list[np.ndarray]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        bound: BoundKinetics,
        seen: Observations,
        space: KmSpace,
        yardstick: Yardstick,
        settings: KineticDataSettings,
    ) -> Runs:
        """Prepare what the runs of a study have in common.

        Parameters
        ----------
        bound, space, yardstick
            As for the class.
        seen
            Measured constants.
        settings
            Sizes.

        Returns
        -------
        Runs
        """
        network, measured = bound.network, set(seen.ranges.km_names)
        home = dict(km_places(network)["reaction"])
        pairs = zip(network.vmax_names, network.reaction_names, strict=True)
        home |= {vmax: name for vmax, name in pairs if vmax is not None}
        return cls(
            bound,
            seen.ranges,
            space,
            yardstick,
            pd.Series({name: home.get(name, "") for name in yardstick.names}),
            [name for name in bound.km_names if name not in measured],
            max(20, _CLOUD // settings.runs),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Constants that are compared."""
        return self.yardstick.names

    def note(self, part: Integration, group: str) -> Noted:
        """Keep of a population what answers and pictures need.

        Parameters
        ----------
        part
            A run.
        group
            Its question; ``""`` without data.

        Returns
        -------
        Noted
        """
        population = part.population
        column = {name: i for i, name in enumerate(population.names)}
        logs = np.log(population.values[:, [column[name] for name in self.names]])
        if self.unmeasured:
            cloud = population.log_km(self.unmeasured)[: self.cloud]
            self.clouds.setdefault(group or "nothing integrated", []).append(cloud)
        return Noted(
            part.km_names,
            self.yardstick.compare(logs),
            scores_beside_prior(population, self.ranges, self.space),
        )

    def change(
        self,
        before: Sequence[Noted],
        after: Sequence[Noted],
        integrated: Sequence[Collection[str]],
        *,
        column: str = "overlap",
    ) -> pd.DataFrame:
        """Compare the scores of measured constants where they were held out.

        Parameters
        ----------
        before, after
            Runs without and with data.
        integrated
            What is not held out, for each run of ``after``.
        column
            The score: ``"overlap"``, or ``"skill"``.

        Returns
        -------
        pandas.DataFrame
            As :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_scores`.
        """
        tables = [[one.scores for one in side] for side in (before, after)]
        return held_out_scores(tables[0], tables[1], integrated, column=column)

    def effects(
        self, noted: Sequence[Noted], control: Sequence[Noted]
    ) -> dict[tuple[str, str], Effect]:
        """Average over runs what the data did to other constants.

        Parameters
        ----------
        noted, control
            Runs with data, and others without.

        Returns
        -------
        dict
            (key of ``ABOUT``, ``"shift"`` or ``"gain"``) to effect; without those about nothing.
        """
        about: dict[str, list[list[str]]] = {key: [] for key in ABOUT}
        for one in noted:
            own = self.reaction_of.isin(set(self.reaction_of.reindex(list(one.integrated))))
            free = ~self.reaction_of.index.isin(list(one.integrated))
            is_km = self.reaction_of.index.str.startswith("km_")
            about["own_vmax"].append(list(self.names_where(own & ~is_km)))
            about["own_km"].append(list(self.names_where(own & is_km & free)))
            about["km"].append(list(self.names_where(~own & is_km)))
            about["vmax"].append(list(self.names_where(~own & ~is_km)))
        found = {}
        for key, names in about.items():
            for column in ("shift", "gain"):
                effect = None
                if all(names):
                    effect = effect_of(
                        [one.compared for one in noted],
                        [one.compared for one in control],
                        about=names,
                        column=column,
                    )
                if effect is not None:
                    found[key, column] = effect
        return found

    def names_where(self, which: pd.Series) -> pd.Index:
        """Return the constants of a mask."""
        return self.reaction_of.index[which.to_numpy()]

    def width(self, noted: Sequence[Noted]) -> float:
        """Return the mean width of a predicted range, relative to the prior's.

        Parameters
        ----------
        noted
            Runs.

        Returns
        -------
        float
        """
        prior = dict(
            zip(self.space.names, (self.space.upper - self.space.lower).tolist(), strict=True)
        )
        of = noted[0].scores.index.map(prior).to_numpy(dtype=float)
        return float(np.mean([(one.scores["width"] / of).mean() for one in noted]))

    def apart(self, parts: Sequence[Integration]) -> float:
        """Return the mean Kolmogorov-Smirnov distance of two runs, over all Km.

        Parameters
        ----------
        parts
            Runs without data.

        Returns
        -------
        float
        """
        logs = [part.population.log_km(self.bound.km_names) for part in parts]
        pairs = [kolmogorov_distances(a, b).mean() for a, b in combinations(logs, 2)]
        return float(np.mean(pairs))
