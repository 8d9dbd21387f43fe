r"""Which Michaelis constant of a kinetic model a measurement belongs to.

A measurement names an enzyme (reaction or EC number) and a metabolite. It fits every constant

.. math:: \{K_m : \text{reaction}(K_m) \in R(\text{enzyme}),\;
   \text{metabolite}(K_m) = \text{metabolite}\}

and it is *matched* where this set has one member, *ambiguous* where it has several, *unmatched*
where it is empty. Every measurement is in exactly one of the three tables.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed
from skimpy_renaissance.kinetic_data.cofactors import COFACTORS
from skimpy_renaissance.kinetic_data.measurements import MeasuredKm
from skimpy_renaissance.kinetic_data.name_tables import (
    OneToMany,
    comparable,
    km_places,
    one_to_many,
    without_place,
)
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["KmMatch", "match_km"]


@dataclass(frozen=True, eq=False)
class KmMatch:
    """Measurements sorted by whether they belong to one constant, to several or to none.

    Parameters
    ----------
    matched
        A row per measurement and constant: columns ``row`` (label in the source), ``km`` (its name
        in the network), ``km_reaction``, ``km_metabolite``, then those of the measurement with
        its value ``km_molar`` in mol/L.
    ambiguous
        The same with ``why``, a row per measurement and constant it may belong to.
    unmatched
        A row per measurement with ``why``.
    skipped
        Rows of the source that were left out before, with ``text`` and ``why``.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import match_km, read_measured_km
    >>> table = pd.DataFrame({"reaction": "PFK", "metabolite": ["atp", "nadh"], "value": 0.1})
    >>> match = match_km(read_measured_km(table, unit="mM"), network)
    >>> match.km_names, match.unmatched["why"].tolist()
    (('km_substrate2_PFK',), ['PFK has no Michaelis constant for nadh'])
    """

    matched: pd.DataFrame
    ambiguous: pd.DataFrame
    unmatched: pd.DataFrame
    skipped: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return f"<KmMatch: {self.summary().to_dict()}>"

    @property
    def km_names(self) -> tuple[str, ...]:
        """Constants with at least one matched measurement, in order of first appearance."""
        return tuple(dict.fromkeys(self.matched["km"]))

    def summary(self) -> pd.Series:
        """Return how many measurements and constants are in each table.

        Returns
        -------
        pandas.Series
            ``matched``, ``ambiguous`` and ``unmatched`` measurements; ``matched_km`` and
            ``ambiguous_km`` constants.
        """
        counts = {
            "matched": self.matched["row"].nunique(),
            "ambiguous": self.ambiguous["row"].nunique(),
            "unmatched": self.unmatched["row"].nunique(),
            "matched_km": self.matched["km"].nunique(),
            "ambiguous_km": self.ambiguous["km"].nunique(),
        }
        return pd.Series(counts, name="count")

    def accepting(self, km_names: Iterable[str] | None = None) -> KmMatch:
        """Return a match in which ambiguous measurements count for the constants chosen.

        Parameters
        ----------
        km_names
            Constants that ambiguous measurements are taken for; by default all candidates, as
            where an enzyme catalyses several reactions or works in several compartments.

        Returns
        -------
        KmMatch
            Measurements without a chosen candidate stay ambiguous, with all their candidates.

        Raises
        ------
        MissingEntryError
            No ambiguous measurement fits one of the constants.
        """
        candidates = self.ambiguous
        wanted = set(candidates["km"] if km_names is None else km_names)
        unknown = sorted(wanted - set(candidates["km"]))
        if unknown:
            raise MissingEntryError(
                f"No ambiguous measurement fits {listed(unknown)}. Candidates are "
                f"{listed(dict.fromkeys(candidates['km'])) or 'none'}."
            )
        taken = candidates["km"].isin(wanted)
        settled = candidates["row"].isin(set(candidates.loc[taken, "row"]))
        parts = [
            part for part in (self.matched, candidates[taken].drop(columns="why")) if len(part)
        ]
        matched = pd.concat(parts, ignore_index=True) if parts else self.matched
        return replace(self, matched=matched, ambiguous=candidates[~settled].reset_index(drop=True))


def match_km(
    measured: MeasuredKm,
    network: KineticNetwork,
    *,
    ec_of: OneToMany | None = None,
    metabolite_names: Mapping[str, str] | pd.DataFrame | None = None,
) -> KmMatch:
    """Match measurements to the Michaelis constants of a network.

    Parameters
    ----------
    measured
        The measurements. A row that names a reaction is matched by it, otherwise by its EC number.
    network
        The kinetic model. Constants that it gives a value are not matched.
    ec_of
        Reaction to EC number or numbers, or a table with the columns ``reaction`` and ``ec``.
        Numbers are compared as they stand: ``1.1.1.-`` means no other number.
    metabolite_names
        Synonym to identifier, or a table with the columns ``name`` and ``metabolite``; upper and
        lower case of a synonym do not matter. Common names of cofactors (``NAD+``, ``phosphate``)
        are known without, :data:`~skimpy_renaissance.kinetic_data.cofactors.COFACTORS`.

    Returns
    -------
    KmMatch

    Raises
    ------
    MissingEntryError
        A column of a table is absent.
    InputError
        A synonym stands for two identifiers.

    Notes
    -----
    Identifiers may carry a compartment (``atp_c``: only there) or not (``atp``: anywhere), and are
    compared without regard to dashes, double underscores and a leading underscore.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import match_km, read_measured_km
    >>> table = pd.DataFrame({"reaction": ["PFK"], "metabolite": ["ATP"], "value": [0.1]})
    >>> measured = read_measured_km(table, unit="mM")
    >>> match_km(measured, network).matched["km"].tolist()
    ['km_substrate2_PFK']
    """
    enzymes = _Enzymes.of(network, ec_of)
    metabolites = _Metabolites.of(network, metabolite_names)
    places = km_places(network)
    of_reaction = {str(name): group for name, group in places.groupby("reaction", sort=False)}
    outcomes: dict[str, list[dict[str, object]]] = {"matched": [], "ambiguous": [], "unmatched": []}
    table = measured.table.rename(columns={"km": "km_molar"})
    place, fields = ["row", "km", "km_reaction", "km_metabolite"], list(table.columns)
    for label, row in table.iterrows():
        entry = {str(key): value for key, value in row.items()}
        name = metabolites.meant_by(entry["metabolite"])
        reactions, why = enzymes.reactions(entry["reaction"], entry["ec"])
        candidates = pd.DataFrame()
        if reactions and name:
            held = [of_reaction[r] for r in reactions if r in of_reaction]
            candidates, why = _fitting(held, name, network, reactions)
            why = metabolites.why_unknown(name, network) or why
        elif reactions:
            why = "no metabolite is given"
        found = [
            dict(zip(place, (label, km, one.reaction, one.metabolite), strict=True))
            for km, one in candidates.iterrows()
        ]
        if len(found) == 1:
            outcomes["matched"].append({**found[0], **entry})
        elif found:
            outcomes["ambiguous"] += [{**one, **entry, "why": why} for one in found]
        else:
            outcomes["unmatched"].append({"row": label, **entry, "why": why})
    return KmMatch(
        pd.DataFrame(outcomes["matched"], columns=[*place, *fields]),
        pd.DataFrame(outcomes["ambiguous"], columns=[*place, *fields, "why"]),
        pd.DataFrame(outcomes["unmatched"], columns=["row", *fields, "why"]),
        measured.skipped,
    )


@dataclass(frozen=True)
class _Enzymes:
    """Reactions of the network, and what each EC number is paired with."""

    names: frozenset[str]
    paired: Mapping[str, list[str]] | None

    @classmethod
    def of(cls, network: KineticNetwork, ec_of: OneToMany | None) -> _Enzymes:
        names = frozenset(network.reaction_names)
        if ec_of is None:
            return cls(names, None)
        paired: dict[str, list[str]] = {}
        for reaction, numbers in one_to_many(ec_of, ("reaction", "ec"), what="ec_of").items():
            for number in numbers:
                paired.setdefault(_ec(number), []).append(reaction)
        return cls(names, paired)

    def reactions(self, reaction: str, ec: str) -> tuple[list[str], str]:
        """Reactions of the network that a measurement is of, and why there is none."""
        if reaction:
            known = reaction in self.names
            return ([reaction], "") if known else ([], f"the network has no reaction {reaction}")
        if not ec:
            return [], "neither reaction nor EC number is given"
        if self.paired is None:
            return [], "no pairing of EC numbers with reactions is given (ec_of)"
        listed_reactions = self.paired.get(_ec(ec), [])
        present = [name for name in listed_reactions if name in self.names]
        if listed_reactions and not present:
            return [], f"EC {_ec(ec)} is paired with {listed(listed_reactions)}, not in the network"
        return present, "" if present else f"EC {_ec(ec)} is paired with no reaction"


@dataclass(frozen=True)
class _Metabolites:
    """Metabolites of the network in comparable form, and what other names stand for."""

    known: Mapping[str, str]
    synonyms: Mapping[str, str]

    @classmethod
    def of(
        cls, network: KineticNetwork, names: Mapping[str, str] | pd.DataFrame | None
    ) -> _Metabolites:
        both = [(m, m) for m in network.metabolites]
        both += [(without_place(m, network), m) for m in network.metabolites]
        return cls({comparable(name): m for name, m in both}, _synonyms(names))

    def meant_by(self, name: str) -> str:
        folded = name.casefold()
        if folded in self.synonyms:
            return self.synonyms[folded]
        return name if comparable(name) in self.known else COFACTORS.get(folded, name)

    def why_unknown(self, name: str, network: KineticNetwork) -> str:
        stem = without_place(name, network)
        if {comparable(name), comparable(stem)} & self.known.keys():
            return ""
        near = did_you_mean(comparable(name), self.known).rstrip(".")
        return f"the network has no metabolite {name}{near}"


def _ec(number: str) -> str:
    return number.strip().removeprefix("EC").lstrip(" :")


def _synonyms(names: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    pairs = {} if names is None else one_to_many(names, ("name", "metabolite"), what="synonyms")
    folded: dict[str, set[str]] = {}
    for name, identifiers in pairs.items():
        folded.setdefault(name.casefold(), set()).update(identifiers)
    for name, meant in folded.items():
        if len(meant) > 1:
            raise InputError(
                f"A synonym must stand for one metabolite; {name!r} stands for "
                f"{listed(sorted(meant))}. Keep one of them."
            )
    return {name: next(iter(meant)) for name, meant in folded.items()}


def _fitting(
    held: list[pd.DataFrame], name: str, network: KineticNetwork, reactions: list[str]
) -> tuple[pd.DataFrame, str]:
    """Constants of some reactions for a metabolite, and why there is not exactly one."""
    where = listed(reactions)
    if not held:
        return pd.DataFrame(), f"{where} has no Michaelis constant"
    places = pd.concat(held)
    exact = places["metabolite"].map(comparable) == comparable(name)
    stems = places["metabolite"].map(lambda m: comparable(without_place(m, network)))
    fits = places[exact | (stems == comparable(name))]
    free = fits[fits["free"].astype(bool)]
    if len(free) == 1:
        return free, ""
    if len(free):
        reasons = []
        if free["reaction"].nunique() > 1:
            reasons.append(f"it fits {free['reaction'].nunique()} reactions")
        if free["reaction"].duplicated().any():
            reasons.append("a reaction has several constants for the metabolite")
        return free, " and ".join(reasons)
    if len(fits):
        return free, f"{listed(fits.index)} has a value in the network already"
    elsewhere = places[stems == comparable(without_place(name, network))]
    if len(elsewhere):
        found = listed(dict.fromkeys(elsewhere["metabolite"]))
        return free, f"{where} has {found}, in another compartment than {name}"
    return free, f"{where} has no Michaelis constant for {name}"
