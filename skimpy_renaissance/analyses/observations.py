"""Measured Michaelis constants of a network: their ranges, and their subsystems.

A measurement that fits several constants counts for each of them, unless it is to be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.examples import e_coli_core_subsystems
from skimpy_renaissance.kinetic_data import KmMatch, KmRanges, km_places, km_ranges, read_subsystems
from skimpy_renaissance.kinetic_data.measured_ranges import RangeRule, covering
from skimpy_renaissance.kinetic_data.overlap import UNASSIGNED
from skimpy_renaissance.network import KineticNetwork

__all__ = [
    "Observations",
    "is_citric_acid_cycle",
    "matched_ranges",
    "subsystem_of_km",
    "subsystem_table",
]


@dataclass(frozen=True, eq=False)
class Observations:
    """Measured Km of an organism.

    Parameters
    ----------
    match
        What belonged to which constant; of the ambiguous ones every candidate was taken.
    ranges
        Range of each measured constant.
    truth
        `km`, ln(mol/L): constants of the held-out model; ``None`` where the measurements are real.
    """

    match: KmMatch
    ranges: KmRanges
    truth: pd.Series | None = None

    @property
    def are_real(self) -> bool:
        """Whether somebody measured them."""
        return self.truth is None


def matched_ranges(
    match: KmMatch,
    network: KineticNetwork,
    *,
    relative: float,
    rule: RangeRule = covering,
    strict: bool = False,
) -> KmRanges:
    """Return the range of each constant that something was measured of.

    Parameters
    ----------
    match
        What belonged to which constant.
    network
        The kinetic model, for messages.
    relative
        Half width of a range without uncertainty of its own, relative to the value.
    rule
        How several measurements of a constant become one range.
    strict
        Whether measurements that fit several constants are left out.

    Returns
    -------
    KmRanges
        At least one.

    Raises
    ------
    InputError
        No measurement fits a constant of the model; the first reason is said.
    """
    ranges = km_ranges(match if strict else match.accepting(), relative=relative, rule=rule)
    if not len(ranges):
        reasons = [*match.unmatched["why"], *match.ambiguous["why"]]
        n = match.summary()[["matched", "ambiguous", "unmatched"]].sum()
        raise InputError(
            f"None of {n} measurements fits a Km of {network.name!r}. The first reason is: "
            f"{reasons[0] if reasons else 'the table is empty'}. EC numbers need a pairing with "
            "reactions, ec_pairs=FILE."
        )
    return ranges


def subsystem_table(network: KineticNetwork, path: Path | None = None) -> pd.DataFrame:
    """Return the subsystem of each reaction.

    Parameters
    ----------
    network
        The kinetic model.
    path
        A table of subsystems, or a model that names them; the bundled model has its own.

    Returns
    -------
    pandas.DataFrame
        Columns ``reaction`` and ``subsystem``; no rows where nothing is known.

    Raises
    ------
    FileFormatError, MissingEntryError
        The table cannot be used.
    """
    if path is not None:
        return read_subsystems(path)
    bundled = e_coli_core_subsystems()
    return bundled if set(bundled["reaction"]) == set(network.reaction_names) else bundled[:0]


def subsystem_of_km(network: KineticNetwork, table: pd.DataFrame) -> pd.Series:
    """Return the subsystem of each Michaelis constant.

    Parameters
    ----------
    network
        The kinetic model.
    table
        Columns ``reaction`` and ``subsystem``.

    Returns
    -------
    pandas.Series
        Index ``km``; ``"unassigned"`` where nothing is said.
    """
    one = table.dropna().drop_duplicates("reaction").set_index("reaction")["subsystem"]
    places = km_places(network)["reaction"]
    return places.map(lambda reaction: str(one.get(reaction, UNASSIGNED))).rename("subsystem")


def is_citric_acid_cycle(subsystem: str) -> bool:
    """Say whether a subsystem is the citric acid cycle, under any of its usual names.

    Parameters
    ----------
    subsystem
        Its name.

    Returns
    -------
    bool
    """
    return any(word in subsystem.lower() for word in ("citric acid", "citrate cycle", "tca"))
