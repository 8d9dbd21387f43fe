"""MIRIAM annotations and terms of the Systems Biology Ontology of an SBML model.

Each element's identifiers by database, as :func:`~skimpy_renaissance.sbml.write_sbml` takes them.

References
----------
Juty, Le Novere and Laibe, *Nucleic Acids Res.* 40 (2012) D580, doi:10.1093/nar/gkr1097
(identifiers.org).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from skimpy_renaissance.sbml.read_document import Document
from skimpy_renaissance.sbml.read_laws import KineticLaws

__all__ = ["Annotations", "read_annotations"]

Annotations: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
_ADDRESS = re.compile(r"https?://identifiers\.org/([\w.-]+)[/:](.+)|urn:miriam:([\w.-]+):(.+)")


def read_annotations(document: Document, laws: KineticLaws) -> Annotations:
    """Return what elements are in databases.

    Parameters
    ----------
    document
        The model.
    laws
        Its kinetic laws, whose local parameters have new names.

    Returns
    -------
    dict
        Id of a compartment, species, parameter or reaction to database (prefix of identifiers.org)
        to identifiers; elements without any left out. Addresses elsewhere stand under ``"other"``.
    """
    model = document.model
    lists = (
        model.getListOfCompartments(),
        model.getListOfSpecies(),
        model.getListOfParameters(),
        model.getListOfReactions(),
    )
    elements = {one.getId(): one for several in lists for one in several}
    for reaction in model.getListOfReactions():
        for local in reaction.getKineticLaw().getListOfLocalParameters():
            elements[laws.local_names[reaction.getId(), local.getId()]] = local
    found = {name: _of_element(one) for name, one in elements.items()}
    return {name: entry for name, entry in found.items() if entry}


def _of_element(element: Any) -> dict[str, tuple[str, ...]]:
    entry: dict[str, tuple[str, ...]] = {}
    if element.isSetSBOTerm():
        entry["sbo"] = (element.getSBOTermID(),)
    for i in range(element.getNumCVTerms()):
        addresses = element.getCVTerm(i).getResources()
        for k in range(addresses.getLength()):
            database, identifier = _parted(addresses.getValue(k))
            entry[database] = tuple(dict.fromkeys((*entry.get(database, ()), identifier)))
    return entry


def _parted(address: str) -> tuple[str, str]:
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return "other", address
    database, identifier = (match[1], match[2]) if match[1] else (match[3], match[4])
    return database, identifier.replace("%3A", ":")
