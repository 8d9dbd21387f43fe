"""Which compound of the database of component contribution a metabolite is, and how that is known.

Identifiers are tried in the order BiGG, KEGG, MetaNetX, ChEBI, SEED, InChIKey; one counts where the
compound has the heavy atoms of the metabolite's formula. Annotations often list several that are
not ordered by preference: the first that fits is taken. What has no annotation may be found by its
identifier as though it were one of BiGG, which the table says.

Only the database that is installed is asked: a look-up that would download another one counts as
not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import MissingEntryError

__all__ = ["Match", "base_identifier", "match_metabolites", "matches_table"]

_NAMESPACES = {
    "BiGG": ("bigg.metabolite", ("bigg.metabolite", "bigg")),
    "KEGG": ("kegg", ("kegg.compound", "kegg.drug", "kegg.glycan", "kegg")),
    "MetaNetX": ("metanetx.chemical", ("metanetx.chemical", "metanetx")),
    "ChEBI": ("chebi", ("chebi", "CHEBI")),
    "SEED": ("seed", ("seed.compound", "seed_id", "seed")),
    "InChIKey": ("", ("inchikey", "inchi_key", "InChIKey")),
}
_SPELLINGS = {key.lower(): space for space, keys in _NAMESPACES.values() for key in keys}
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

    @property
    def row(self) -> dict[str, str]:
        """What the table of matches says of it."""
        name = ""
        if self.compound is not None:
            name = self.compound.get_accession() or f"compound {self.compound.id}"
        return {"compound": name, "how": self.how, "identifier": self.identifier}


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
    place = metabolite.compartment
    for ending in (f"_{place}", f"[{place}]"):
        if place and metabolite.id.endswith(ending):
            return str(metabolite.id.removesuffix(ending))
    return str(metabolite.id)


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
    found = {}
    for metabolite in metabolites:
        named = stated.get(metabolite.id, stated.get(base_identifier(metabolite)))
        found[metabolite.id] = (
            _match(metabolite, cache) if named is None else _stated(metabolite.id, named, cache)
        )
    return found


def _stated(metabolite: str, named: str, cache: Any) -> Match:
    namespace, _, identifier = named.partition(":")
    namespace = _SPELLINGS.get(namespace.lower(), namespace.lower())
    if namespace == "chebi":
        identifier = f"CHEBI:{identifier.removeprefix('CHEBI:')}"
    compounds = _found(cache, namespace, identifier) if identifier else []
    if not compounds:
        raise MissingEntryError(
            f"The compound of {metabolite!r} must be one of the database, as 'kegg:C00399', "
            f"'bigg:q8', 'metanetx:MNXM232', 'chebi:61683', 'seed:cpd15560' or 'inchikey:...', got "
            f"{named!r}, which is not there."
        )
    return Match(compounds[0], "as stated", named)


def _match(metabolite: Any, cache: Any) -> Match:
    refused = ""
    for how, namespace, identifier in _candidates(metabolite):
        for compound in _found(cache, namespace, identifier):
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


def _found(cache: Any, namespace: str, identifier: str) -> list[Any]:
    """Return compounds, from the part of the database that is installed."""
    if not namespace:
        return list(cache.search_compound_by_inchi_key(identifier))
    from equilibrator_cache.compound_cache import CompoundCache  # noqa: PLC0415 - extra "thermo"
    from sqlalchemy.exc import MultipleResultsFound  # noqa: PLC0415 - comes with it

    try:
        one = CompoundCache.get_compound_from_registry(cache, namespace, identifier)
    except MultipleResultsFound:
        return list(CompoundCache.get_compounds(cache, namespace, [identifier]))
    return [] if one is None else [one]


def _fits(metabolite: Any, compound: Any) -> bool:
    """Return whether the heavy atoms are the same, where both are known."""
    mine = {atom: n for atom, n in (metabolite.elements or {}).items() if atom not in _NOT_ATOMS}
    theirs = {a: n for a, n in (compound.atom_bag or {}).items() if a not in _NOT_ATOMS and n}
    unknown = not (metabolite.elements and compound.atom_bag) or {"R", "X"} & {*mine, *theirs}
    return bool(unknown) or mine == theirs


def matches_table(matches: dict[str, Match]) -> pd.DataFrame:
    """Return the table of matches.

    Parameters
    ----------
    matches
        Identifier to match.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite``; columns ``compound``, ``how``, ``identifier``.
    """
    index = pd.Index(list(matches), name="metabolite", dtype=object)
    rows = [match.row for match in matches.values()]
    return pd.DataFrame(rows, index=index, columns=["compound", "how", "identifier"])
