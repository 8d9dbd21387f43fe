r"""How far reactions are from one another in the network.

Two reactions are neighbours where they share a metabolite, and their distance is the length of the
shortest chain of neighbours. Metabolites that nearly every pathway uses (ATP, NADH, phosphate, ...)
connect everything with everything and are not followed [1]_; nor is a lumped reaction such as
growth, which takes from everywhere.

References
----------
.. [1] Ma and Zeng, *Bioinformatics* 19 (2003) 270, doi:10.1093/bioinformatics/19.2.270 (currency
   metabolites).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import MissingEntryError, listed
from skimpy_renaissance.kinetic_data.name_tables import comparable, km_places, without_place
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["CURRENCY", "by_distance", "located", "reaction_distances"]

_NUCLEOTIDES = {base + tail for base in "agcui" for tail in ("tp", "dp", "mp")}
_CARRIERS = {"nad", "nadh", "nadp", "nadph", "fad", "fadh2", "coa", "q6", "q6h2", "q8", "q8h2"}
_SMALL = {"h", "h2o", "pi", "ppi", "co2", "hco3", "o2", "nh4"}
_PROTEINS = {"ficytc", "focytc", "trdox", "trdrd"}

CURRENCY = frozenset(_NUCLEOTIDES | _CARRIERS | _SMALL | _PROTEINS)
"""Identifiers, without compartment, of the metabolites that connect every pathway.

>>> from skimpy_renaissance.kinetic_data import CURRENCY
>>> sorted({"atp", "nadh", "pyr", "g6p"} & CURRENCY)
['atp', 'nadh']
"""


def reaction_distances(
    network: KineticNetwork,
    reactions: Iterable[str],
    *,
    ignoring: Collection[str] = CURRENCY,
    most: int = 8,
) -> pd.DataFrame:
    """Return how far each reaction is from the nearest of some reactions.

    Parameters
    ----------
    network
        The kinetic model.
    reactions
        From where distances are counted.
    ignoring
        Metabolites that connect nothing, with or without their compartment.
    most
        A reaction of more metabolites than this, those ignored left out, is reached but leads no
        further.

    Returns
    -------
    pandas.DataFrame
        Index ``reaction``, nearest first; columns ``distance`` (0 for the reactions themselves, NaN
        where no chain leads to them), ``parent`` (the neighbour that is one nearer) and ``through``
        (the metabolite shared with it); both empty where there is none.

    Raises
    ------
    MissingEntryError
        The network has no reaction of that name, or none is named.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import reaction_distances
    >>> reaction_distances(network, ["PFK"])["distance"].head(3)
    reaction
    PFK                   0.0
    Biomass_Ecoli_core    1.0
    PGI                   1.0
    Name: distance, dtype: float64
    """
    sources = list(dict.fromkeys(reactions))
    unknown = [name for name in sources if name not in network.reaction_names]
    if unknown or not sources:
        raise MissingEntryError(
            f"Distances are counted from reactions of {network.name!r}; it has no "
            f"{listed(unknown) or 'reaction to begin with (none is named)'}. Its reactions look "
            f"like {listed(network.reaction_names, most=3)}."
        )
    left_out = {comparable(name) for name in ignoring}
    members: dict[str, list[str]] = {}  # metabolite: reactions it takes part in
    of_reaction: dict[str, list[str]] = {}
    for reaction in network.reactions:
        followed = [
            name
            for name in reaction.stoichiometry
            if not {comparable(name), comparable(without_place(name, network))} & left_out
        ]
        of_reaction[reaction.name] = followed
        for metabolite in followed:
            members.setdefault(metabolite, []).append(reaction.name)
    found: dict[str, tuple[float, str, str]] = dict.fromkeys(sources, (0.0, "", ""))
    frontier = sources
    distance = 0.0
    while frontier:  # breadth first: a ring of neighbours at a time
        distance += 1
        ring: list[str] = []
        for parent in frontier:
            if len(of_reaction[parent]) > most and parent not in sources:
                continue
            for metabolite in of_reaction[parent]:
                for name in members[metabolite]:
                    if name not in found:
                        found[name] = (distance, parent, metabolite)
                        ring.append(name)
        frontier = ring
    alone = {n: (np.nan, "", "") for n in network.reaction_names if n not in found}
    rows = {**found, **alone}
    return pd.DataFrame(
        list(rows.values()),
        index=pd.Index(list(rows), name="reaction", dtype=object),
        columns=["distance", "parent", "through"],
    )


def located(moved: pd.DataFrame, network: KineticNetwork, distances: pd.DataFrame) -> pd.DataFrame:
    """Say of each constant where it stands, and how far from what was fixed.

    Parameters
    ----------
    moved
        As :func:`~skimpy_renaissance.kinetic_data.shifts.moved_parameters` returns.
    network
        The kinetic model.
    distances
        As :func:`reaction_distances` returns.

    Returns
    -------
    pandas.DataFrame
        ``moved`` with the columns ``reaction``, ``metabolite`` (empty for a Vmax) and ``distance``
        in front; constants that are neither Km nor Vmax of a reaction are left out.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import located, moved_parameters, reaction_distances
    >>> moved = moved_parameters(population, population.with_changes({"PFK": 2.0}))
    >>> found = located(moved, network, reaction_distances(network, ["PGI"]))
    >>> found.loc[["vmax_forward_PFK"], ["reaction", "distance", "shift"]].round(2)
                     reaction  distance  shift
    parameter
    vmax_forward_PFK      PFK       1.0   0.69
    """
    places = km_places(network)
    reaction = dict(places["reaction"])
    capacities = zip(network.vmax_names, network.reaction_names, strict=True)
    reaction |= {vmax: name for vmax, name in capacities if vmax is not None}
    table = moved[[name in reaction for name in moved.index]].copy()
    of = [reaction[name] for name in table.index]
    table.insert(0, "reaction", of)
    table.insert(1, "metabolite", [dict(places["metabolite"]).get(n, "") for n in table.index])
    table.insert(2, "distance", distances["distance"].reindex(of).to_numpy())
    return table


def by_distance(moved: pd.DataFrame) -> pd.DataFrame:
    """Average how much constants moved over their distance from what was fixed.

    Parameters
    ----------
    moved
        As :func:`located` returns.

    Returns
    -------
    pandas.DataFrame
        Index ``kind`` and ``distance``; columns ``n`` (constants), ``statistic`` (mean),
        ``standard_error`` (NaN for one constant), ``share_moved`` (0 to 1) and ``size`` (mean of
        the shift's absolute value, ln units). Constants without distance are left out.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import by_distance
    >>> moved = pd.DataFrame({
    ...     "kind": "km", "distance": [0, 1, 1], "statistic": [0.9, 0.4, 0.2],
    ...     "moved": [True, True, False], "shift": [2.0, 0.5, -0.1],
    ... })
    >>> by_distance(moved)[["n", "statistic", "share_moved"]].round(2)
                   n  statistic  share_moved
    kind distance
    km   0         1        0.9          1.0
         1         2        0.3          0.5
    """
    groups = moved.assign(size=moved["shift"].abs()).dropna(subset=["distance"])
    return groups.groupby(["kind", "distance"]).agg(
        n=("statistic", "size"),
        statistic=("statistic", "mean"),
        standard_error=("statistic", "sem"),
        share_moved=("moved", "mean"),
        size=("size", "mean"),
    )
