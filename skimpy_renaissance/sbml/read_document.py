"""An SBML file opened: Level 2 brought to Level 3, functions written out, or what is wrong with it.

What rate laws over concentrations cannot express is refused here, all of it at once: events,
algebraic and rate rules, fast reactions, models made of submodels.

References
----------
1. Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
   Version 2).
2. Bornstein et al., *Bioinformatics* 24 (2008) 880, doi:10.1093/bioinformatics/btn051 (libSBML).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from skimpy_renaissance.errors import FileFormatError, NetworkError, listed
from skimpy_renaissance.sbml.libsbml_names import import_libsbml
from skimpy_renaissance.storage import existing

__all__ = ["Document", "has_kinetic_laws", "has_law", "open_document"]

_SUBMODELS = "http://www.sbml.org/sbml/level3/version1/comp/version1"


@dataclass(frozen=True, eq=False)
class Document:
    """A model that can be read.

    Parameters
    ----------
    name
        Its id, else its name, else that of the file.
    model
        libSBML's model, Level 3, without function definitions.
    document
        What owns it; it has to live as long.
    level, version
        Of the file.
    own_units
        Which of ``substance``, ``time`` and ``volume`` the file states; Level 2 has defaults.
    """

    name: str
    model: Any
    document: Any
    level: int
    version: int
    own_units: frozenset[str]


def open_document(path: str | os.PathLike[str]) -> Document:
    """Open an SBML file.

    Parameters
    ----------
    path
        ``.xml`` or ``.sbml``, plain or compressed (``.gz``, ``.bz2``).

    Returns
    -------
    Document

    Raises
    ------
    FileFormatError
        It does not exist, or is no SBML model.
    NetworkError
        It has what no rate law over concentrations can express.
    """
    libsbml = import_libsbml(needed_by="Reading SBML")
    file = existing(path)
    document = libsbml.readSBMLFromFile(str(file))
    _require_read(document, str(file), libsbml)
    model = document.getModel()
    if model is None:
        raise FileFormatError(
            f"{file} is SBML Level {document.getLevel()} but holds no model. Choose a file with "
            "reactions and kinetic laws."
        )
    name = model.getId() or model.getName() or file.stem
    level, version = document.getLevel(), document.getVersion()
    own_units = _own_units(model, level)
    _require_supported(document, model, name)
    if level < 3 and not document.setLevelAndVersion(3, 1, False):
        _require_read(document, str(file), libsbml)
        raise FileFormatError(
            f"{file} is SBML Level {level} Version {version} and cannot be brought to Level 3: "
            "libSBML refuses it. Convert it with the program that wrote it."
        )
    _write_functions_out(document, str(file), libsbml)
    return Document(name, document.getModel(), document, level, version, own_units)


def has_kinetic_laws(path: str | os.PathLike[str]) -> bool:
    """Return whether an SBML file is to be read as a kinetic model.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bool
        False for reactions none of which has a kinetic law, as in constraint-based models. True
        for a file that cannot be read: its reader says what is wrong with it.

    Raises
    ------
    FileFormatError
        It does not exist.

    Examples
    --------
    >>> from skimpy_renaissance.sbml import has_kinetic_laws
    >>> sr.write_sbml(network, state, population.select([0]), path="model.xml").empty
    True
    >>> has_kinetic_laws("model.xml")
    True
    """
    libsbml = import_libsbml(needed_by="Reading SBML")
    document = libsbml.readSBMLFromFile(str(existing(path)))
    model = document.getModel()
    if document.getNumErrors(libsbml.LIBSBML_SEV_FATAL) or model is None:
        return True
    reactions = list(model.getListOfReactions())
    return not reactions or any(map(has_law, reactions))


def has_law(reaction: Any) -> bool:
    """Return whether a reaction has a kinetic law.

    Parameters
    ----------
    reaction
        libSBML's reaction.

    Returns
    -------
    bool
        False where the law is a flux alone, as old constraint-based files have it.
    """
    if not (reaction.isSetKineticLaw() and reaction.getKineticLaw().isSetMath()):
        return False
    return bool(reaction.getKineticLaw().getMath().getName() != "FLUX_VALUE")


def _require_read(document: Any, path: str, libsbml: Any) -> None:
    worst = (libsbml.LIBSBML_SEV_ERROR, libsbml.LIBSBML_SEV_FATAL)
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        if error.getSeverity() in worst:
            said = " ".join(error.getShortMessage().split())
            raise FileFormatError(
                f"{path} is no SBML file that can be read: {said} (line {error.getLine()}, libSBML "
                f"error {error.getErrorId()}). Check it with libSBML's online validator."
            )


def _own_units(model: Any, level: int) -> frozenset[str]:
    kinds = ("substance", "time", "volume")
    if level < 3:
        return frozenset(kind for kind in kinds if model.getUnitDefinition(kind) is not None)
    return frozenset(kind for kind in kinds if getattr(model, f"isSet{kind.title()}Units")())


def _require_supported(document: Any, model: Any, name: str) -> None:
    rules = list(model.getListOfRules())
    compartments = {c.getId() for c in model.getListOfCompartments()}
    rates = [rule.getVariable() for rule in rules if rule.isRate()]
    events = [e.getId() or f"number {i}" for i, e in enumerate(model.getListOfEvents(), start=1)]
    fast = [r.getId() for r in model.getListOfReactions() if r.isSetFast() and r.getFast()]
    found = {
        "events": events,
        "algebraic rules": [f"{i} of them" for i in [sum(r.isAlgebraic() for r in rules)] if i],
        "compartments that change their volume": [v for v in rates if v in compartments],
        "rate rules for": [v for v in rates if v not in compartments],
        "fast reactions": fast,
    }
    if document.getPackageRequired(_SUBMODELS):
        found["submodels (flatten the model first)"] = ["package comp"]
    said = [f"{what}: {listed(names)}" for what, names in found.items() if names]
    if said:
        raise NetworkError(
            f"SBML model {name!r} has {'; '.join(said)}. A kinetic network has reactions with rate "
            "laws of concentrations alone: remove them, or choose a model without them."
        )


def _write_functions_out(document: Any, path: str, libsbml: Any) -> None:
    wanted = libsbml.ConversionProperties()
    wanted.addOption("expandFunctionDefinitions")
    if document.getModel().getNumFunctionDefinitions() == 0:
        return
    if document.convert(wanted) != libsbml.LIBSBML_OPERATION_SUCCESS:
        raise FileFormatError(
            f"{path}: the function definitions cannot be written out where they are called. Check "
            "that each is defined before it is used, with the arguments it takes."
        )
