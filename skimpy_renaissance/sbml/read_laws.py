"""Kinetic laws of an SBML model, local parameters under names of their own.

A local parameter ``Vmax`` of reaction ``PFK`` becomes ``Vmax_PFK``: it may hide a global one, and
every reaction may have its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import Any

import sympy

from skimpy_renaissance.errors import NetworkError, listed
from skimpy_renaissance.sbml.read_document import Document, has_law
from skimpy_renaissance.sbml.read_math import translated_math

__all__ = ["KineticLaws", "read_laws"]


@dataclass(frozen=True)
class KineticLaws:
    """Rates as the file states them, amount per time.

    Parameters
    ----------
    formulas
        Reaction to its law, in ids.
    local_values
        Local parameter, under its new name, to value.
    local_names
        (Reaction, local parameter) to the new name.
    """

    formulas: dict[str, sympy.Expr]
    local_values: dict[str, float] = field(default_factory=dict)
    local_names: dict[tuple[str, str], str] = field(default_factory=dict)


def read_laws(document: Document) -> KineticLaws:
    """Read all kinetic laws.

    Parameters
    ----------
    document
        The model.

    Returns
    -------
    KineticLaws

    Raises
    ------
    NetworkError
        There is no reaction, or one without a law, or a law that cannot be translated.
    """
    reactions = list(document.model.getListOfReactions())
    if not reactions:
        raise NetworkError(
            f"SBML model {document.name!r} has no reaction; a kinetic network needs at least one."
        )
    without = [r.getId() for r in reactions if not has_law(r)]
    if without:
        raise NetworkError(
            f"SBML model {document.name!r} is not a kinetic model: {len(without)} of its "
            f"{len(reactions)} reactions have no kinetic law ({listed(without)}). A constraint-"
            "based model becomes one with from_cobra, or skimpy-renaissance build."
        )
    laws = KineticLaws({})
    used = _ids(document.model)
    for reaction in reactions:
        name, law = reaction.getId(), reaction.getKineticLaw()
        renamed = {}
        for local in law.getListOfLocalParameters():
            own = f"{local.getId()}_{name}"
            while own in used:
                own = f"{own}_local"
            used.add(own)
            renamed[sympy.Symbol(local.getId())] = sympy.Symbol(own)
            laws.local_names[name, local.getId()] = own
            if local.isSetValue() and not isnan(local.getValue()):
                laws.local_values[own] = float(local.getValue())
        formula = translated_math(law.getMath(), where=f"the kinetic law of {name!r}")
        laws.formulas[name] = formula.xreplace(renamed)
    return laws


def _ids(model: Any) -> set[str]:
    lists = (
        model.getListOfSpecies(),
        model.getListOfParameters(),
        model.getListOfCompartments(),
        model.getListOfReactions(),
    )
    return {one.getId() for several in lists for one in several}
