"""What metabolites and reactions are in databases, as MIRIAM annotations.

References
----------
Juty, Le Novere and Laibe, *Nucleic Acids Res.* 40 (2012) D580, doi:10.1093/nar/gkr1097
(identifiers.org).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.network.identifiers import sanitized

__all__ = ["Annotations", "annotate", "annotations_from"]

Annotations: TypeAlias = Mapping[str, Mapping[str, object]]
_SITE = "https://identifiers.org/"
_SBO = "sbo"
_CLASSES = ("ec-code", "ec", "kegg.brite", "tcdb")  # a reaction is one of the class


def annotations_from(source: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return annotations as identifiers per database.

    Parameters
    ----------
    source
        A ``cobra.Model``; or metabolite or reaction to database (a prefix of identifiers.org such
        as ``"kegg.compound"``) to one identifier or several; or ``None``.

    Returns
    -------
    dict
        Name to database to identifiers.

    Raises
    ------
    InputError
        Something else was given, or an identifier is no text or has blanks.
    """
    if source is None:
        return {}
    if isinstance(source, Mapping):
        return {str(name): _databases(str(name), entry) for name, entry in source.items()}
    try:
        members = [*source.metabolites, *source.reactions]
        given = {one.id: one.annotation for one in members}
    except AttributeError:
        raise InputError(
            "annotations must be a COBRA model, or a mapping such as {'atp_c': {'kegg.compound': "
            f"'C00002'}}}}, got {type(source).__name__}."
        ) from None
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, entry in given.items():
        for alias in (name, sanitized(name)):
            found.setdefault(alias, _databases(name, entry))
    return found


def _databases(name: str, entry: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(entry, Mapping):
        raise InputError(
            f"The annotation of {name!r} must map databases to identifiers, such as "
            f"{{'kegg.compound': 'C00002'}}, got {entry!r}."
        )
    return {str(base): _identifiers(name, str(base), given) for base, given in entry.items()}


def _identifiers(name: str, database: str, given: object) -> tuple[str, ...]:
    many: Iterable[object] = given if isinstance(given, list | tuple | set) else [given]
    flat = [one[-1] if isinstance(one, list | tuple) and one else one for one in many]
    for one in flat:
        if not isinstance(one, str) or not re.fullmatch(r"\S+", one):
            raise InputError(
                f"An identifier is a text without blanks; {name!r} has {one!r} for {database!r}."
            )
    if not re.fullmatch(r"[\w.:/-]+", database):
        raise InputError(
            f"A database is a prefix of identifiers.org such as 'kegg.compound'; {name!r} has "
            f"{database!r}."
        )
    return tuple(dict.fromkeys(str(one) for one in flat))


def annotate(element: Any, databases: Mapping[str, tuple[str, ...]], *, libsbml: Any) -> None:
    """Attach identifiers to a metabolite or reaction.

    Parameters
    ----------
    element
        A ``libsbml.SBase`` with an id.
    databases
        Database to identifiers; ``sbo`` becomes the term of the element.
    libsbml
        The library.
    """
    for term in databases.get(_SBO, ())[:1]:
        element.setSBOTerm(term)
    databases = {base: ids for base, ids in databases.items() if base != _SBO and ids}
    if not databases:
        return
    element.setMetaId(f"meta_{element.getId()}")
    kinds = {False: libsbml.BQB_IS, True: libsbml.BQB_IS_VERSION_OF}
    for of_class, kind in kinds.items():
        chosen = [
            f"{_SITE}{base}/{one}"
            for base, ids in databases.items()
            if (base in _CLASSES) is of_class
            for one in ids
        ]
        if chosen:
            term = libsbml.CVTerm(libsbml.BIOLOGICAL_QUALIFIER)
            term.setBiologicalQualifierType(kind)
            for address in chosen:
                term.addResource(address)
            element.addCVTerm(term)
