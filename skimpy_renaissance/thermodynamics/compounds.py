"""Which compound of the database of component contribution a metabolite is, and how that is known.

Identifiers are tried in the order BiGG, KEGG, MetaNetX, ChEBI, SEED, InChIKey; one counts where the
compound has the heavy atoms of the metabolite's formula. Annotations often list several that are
not ordered by preference: the first that fits is taken. What has no annotation may be found by its
identifier as though it were one of BiGG, which the table says.

Only the database that is installed is asked, all identifiers at once; what another one would have,
which could be downloaded, counts as not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.network.identifiers import without_compartment

__all__ = ["Match", "annotated_namespaces", "base_identifier", "match_metabolites", "matches_table"]

_NAMESPACES = {
    "BiGG": ("bigg.metabolite", ("bigg.metabolite", "bigg")),
    "KEGG": ("kegg", ("kegg.compound", "kegg.drug", "kegg.glycan", "kegg")),
    "MetaNetX": ("metanetx.chemical", ("metanetx.chemical", "metanetx")),
    "ChEBI": ("chebi", ("chebi", "CHEBI")),
    "SEED": ("seed", ("seed.compound", "seed_id", "seed")),
    "InChIKey": ("", ("inchikey", "inchi_key", "InChIKey")),
}
_SPELLINGS = {key.lower(): space for space, keys in _NAMESPACES.values() for key in keys}
_AT_ONCE = 5000  # identifiers of one query
_NOT_ATOMS = ("H", "e-")


@dataclass(frozen=True)
class Match:
    """A metabolite's compound.

    Parameters
    ----------
    compound
        The database's object; ``None`` where none was found.
    how
        ``"BiGG"``, ``"KEGG"``, ..., ``"BiGG, by its name"``, or why none was found.
    identifier
        What it was found by.
    """

    compound: Any
    how: str
    identifier: str


def base_identifier(metabolite: Any) -> str:
    """Return a metabolite's identifier without its compartment.

    Parameters
    ----------
    metabolite
        A COBRApy metabolite.

    Returns
    -------
    str
        ``"glc__D"`` of ``"glc__D_e"`` and ``"glc__D[e]"``.
    """
    return without_compartment(str(metabolite.id), metabolite.compartment)


def annotated_namespaces(metabolite: Any) -> tuple[str, ...]:
    """Return which databases a metabolite's annotation names that could tell its compound.

    Parameters
    ----------
    metabolite
        A COBRApy metabolite.

    Returns
    -------
    tuple of str
        For example ``("BiGG", "KEGG")``; nothing is looked up.
    """
    return tuple(
        how
        for how, (_, keys) in _NAMESPACES.items()
        if any(_texts(metabolite.annotation.get(key, ())) for key in keys)
    )


def match_metabolites(
    metabolites: Iterable[Any], cache: Any, *, stated: Mapping[str, str] | None = None
) -> dict[str, Match]:
    """Find the compound of each metabolite.

    Parameters
    ----------
    metabolites
        COBRApy metabolites: ``id``, ``compartment``, ``annotation``, ``elements``.
    cache
        ``ComponentContribution().ccache``.
    stated
        Metabolite, with or without its compartment, to ``"namespace:identifier"`` of its compound,
        whatever its formula.

    Returns
    -------
    dict
        Identifier to :class:`Match`.

    Raises
    ------
    MissingEntryError
        There is no such metabolite, or no such compound.
    """
    metabolites, stated = list(metabolites), stated or {}
    known = [m.id for m in metabolites] + [base_identifier(m) for m in metabolites]
    require_names(stated, known, what="metabolite of these reactions")
    candidates = [one for m in metabolites for one in _candidates(m)]
    wanted = [(namespace, identifier) for _, namespace, identifier in candidates]
    compounds = _found(cache, [*wanted, *map(_key, stated.values())])
    found = {}
    for metabolite in metabolites:
        named = stated.get(metabolite.id, stated.get(base_identifier(metabolite)))
        found[metabolite.id] = (
            _match(metabolite, compounds)
            if named is None
            else _stated(metabolite.id, named, compounds)
        )
    return found


def _key(named: str) -> tuple[str, str]:
    """Return namespace and identifier, as the database spells them."""
    namespace, _, identifier = named.partition(":")
    namespace = _SPELLINGS.get(namespace.lower(), namespace.lower())
    if namespace == "chebi":
        identifier = f"CHEBI:{identifier.removeprefix('CHEBI:')}"
    return namespace, identifier


def _stated(metabolite: str, named: str, found: Mapping[tuple[str, str], list[Any]]) -> Match:
    compounds = found.get(_key(named), [])
    if not compounds:
        raise MissingEntryError(
            f"The compound of {metabolite!r} must be one of the database, as 'kegg:C00399', "
            f"'bigg:q8', 'metanetx:MNXM232', 'chebi:61683', 'seed:cpd15560' or 'inchikey:...', got "
            f"{named!r}, which is not there."
        )
    return Match(compounds[0], "as stated", named)


def _match(metabolite: Any, found: Mapping[tuple[str, str], list[Any]]) -> Match:
    refused = ""
    for how, namespace, identifier in _candidates(metabolite):
        for compound in found.get((namespace, identifier), []):
            if _fits(metabolite, compound):
                return Match(compound, how, identifier)
            refused = refused or f"{how} {identifier} is {compound.formula}"
    if refused:
        return Match(None, f"of another formula than {metabolite.formula}: {refused}", "")
    annotated = any(
        key in metabolite.annotation for _, keys in _NAMESPACES.values() for key in keys
    )
    why = "not in the database" if annotated else "no annotation that is known"
    return Match(None, why, "")


def _candidates(metabolite: Any) -> Iterator[tuple[str, str, str]]:
    """Yield how, namespace, and identifier."""
    for how, (namespace, keys) in _NAMESPACES.items():
        for key in keys:
            for identifier in _texts(metabolite.annotation.get(key, ())):
                bare = identifier.rsplit("/", 1)[-1]
                if namespace == "chebi" and not bare.startswith("CHEBI:"):
                    bare = f"CHEBI:{bare}"
                yield how, namespace, bare
    yield "BiGG, by its name", "bigg.metabolite", base_identifier(metabolite)


def _texts(value: Any) -> list[str]:
    """Return the identifiers of an annotation: a text, several, or pairs with their qualifier."""
    if isinstance(value, str):
        return [value]
    return [one if isinstance(one, str) else str(one[-1]) for one in value]


def _found(cache: Any, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Any]]:
    """Return the compounds of identifiers, from the part of the database that is installed."""
    from equilibrator_cache.models import (  # noqa: PLC0415 - extra "thermo"
        Compound,
        CompoundIdentifier,
        Registry,
    )
    from sqlalchemy.orm import selectinload  # noqa: PLC0415 - comes with it

    keys = sorted(set(wanted))
    found: dict[tuple[str, str], list[Any]] = {}
    for first in range(0, len(keys), _AT_ONCE):
        part = keys[first : first + _AT_ONCE]
        named = cache.session.query(
            Registry.namespace, CompoundIdentifier.accession, CompoundIdentifier.compound_id
        ).join(Registry)
        rows = named.filter(CompoundIdentifier.accession.in_([i for _, i in part])).all()
        compounds = cache.session.query(Compound).options(selectinload(Compound.microspecies))
        by_number = compounds.filter(Compound.id.in_({number for *_, number in rows})).all()
        numbered = {compound.id: compound for compound in by_number}
        for namespace, identifier, number in rows:
            found.setdefault((namespace, identifier), []).append(numbered[number])
        inchi_keys = [identifier for namespace, identifier in part if not namespace]
        for compound in compounds.filter(Compound.inchi_key.in_(inchi_keys)).all():
            found.setdefault(("", compound.inchi_key), []).append(compound)
    return found


def _fits(metabolite: Any, compound: Any) -> bool:
    """Return whether the heavy atoms are the same, where both are known."""
    mine = {atom: n for atom, n in (metabolite.elements or {}).items() if atom not in _NOT_ATOMS}
    theirs = {a: n for a, n in (compound.atom_bag or {}).items() if a not in _NOT_ATOMS and n}
    unknown = not (metabolite.elements and compound.atom_bag) or {"R", "X"} & {*mine, *theirs}
    return bool(unknown) or mine == theirs


def matches_table(matches: Mapping[str, Match], cache: Any) -> pd.DataFrame:
    """Return the table of matches.

    Parameters
    ----------
    matches
        Identifier to match.
    cache
        ``ComponentContribution().ccache``.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite``; columns ``compound``, of MetaNetX where it is there, ``how``,
        ``identifier``.
    """
    names = _names(cache, {m.compound.id for m in matches.values() if m.compound is not None})
    rows = [
        (
            "" if m.compound is None else names.get(m.compound.id, m.compound.inchi_key or ""),
            m.how,
            m.identifier,
        )
        for m in matches.values()
    ]
    index = pd.Index(list(matches), name="metabolite", dtype=object)
    return pd.DataFrame(rows, index=index, columns=["compound", "how", "identifier"])


def _names(cache: Any, numbers: set[int]) -> dict[int, str]:
    """Return MetaNetX' identifiers of compounds, of several the one that is oldest."""
    from equilibrator_cache.models import (  # noqa: PLC0415 - extra "thermo"
        CompoundIdentifier,
        Registry,
    )

    rows = (
        cache.session.query(CompoundIdentifier.compound_id, CompoundIdentifier.accession)
        .join(Registry)
        .filter(Registry.namespace == "metanetx.chemical")
        .filter(CompoundIdentifier.compound_id.in_(numbers))
    )
    ordered = sorted(rows.all(), key=lambda row: (len(row[1]), row[1]), reverse=True)
    return {number: f"metanetx.chemical:{accession}" for number, accession in ordered}
