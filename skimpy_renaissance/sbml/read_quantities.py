"""Species, compartments, parameters and rules as an SBML file states them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from skimpy_renaissance.sbml.read_document import Document
from skimpy_renaissance.sbml.read_laws import KineticLaws
from skimpy_renaissance.sbml.read_math import translated_math
from skimpy_renaissance.sbml.read_values import Species, Values

__all__ = ["read_values"]


def read_values(document: Document, laws: KineticLaws, *, time: float | None) -> Values:
    """Read what ids stand for.

    Parameters
    ----------
    document
        The model.
    laws
        Its kinetic laws.
    time
        The time at which formulas are taken; ``None``: laws may not depend on it.

    Returns
    -------
    Values

    Raises
    ------
    NetworkError
        A formula has a delay, or a function unknown here.
    """
    model = document.model
    species = {s.getId(): _species(s, model) for s in model.getListOfSpecies()}
    given = {p.getId(): p.getValue() for p in model.getListOfParameters() if p.isSetValue()}
    compartments = tuple(c.getId() for c in model.getListOfCompartments())
    assigned = {a.getSymbol() for a in model.getListOfInitialAssignments()}
    assigned |= {r.getVariable() for r in model.getListOfRules()}
    for one in model.getListOfCompartments():
        if one.isSetSize() and not isnan(one.getSize()):
            given[one.getId()] = one.getSize()
        elif one.getId() not in assigned and _all_amounts(one.getId(), species):
            given[one.getId()] = 1.0
    given = {name: float(value) for name, value in given.items() if not isnan(value)}
    given |= laws.local_values
    rules = {r.getVariable(): r.getMath() for r in model.getListOfRules() if r.isSetMath()}
    values = Values(
        document.name,
        species,
        compartments,
        given,
        {
            a.getSymbol(): translated_math(
                a.getMath(), where=f"the initial value of {a.getSymbol()!r}"
            )
            for a in model.getListOfInitialAssignments()
            if a.isSetMath()
        },
        {
            **{n: translated_math(math, where=f"the rule of {n!r}") for n, math in rules.items()},
            **laws.formulas,
        },
        time,
    )
    for one in model.getListOfSpecies():
        counted = _counted(one, values)
        if counted is not None:
            given[one.getId()] = counted
    for reaction in model.getListOfReactions():
        for side in (reaction.getListOfReactants(), reaction.getListOfProducts()):
            given |= {r.getId(): r.getStoichiometry() for r in side if r.isSetId()}
    return values


def _species(one: Any, model: Any) -> Species:
    # a compartment without extension holds amounts
    flat = model.getCompartment(one.getCompartment()).getSpatialDimensionsAsDouble() == 0
    return Species(
        one.getId(),
        one.getCompartment(),
        bool(one.getHasOnlySubstanceUnits() or flat),
        bool(one.getBoundaryCondition() or one.getConstant()),
        one.getConversionFactor() or model.getConversionFactor(),
    )


def _all_amounts(compartment: str, species: Mapping[str, Species]) -> bool:
    return all(s.in_amounts for s in species.values() if s.compartment == compartment)


def _counted(one: Any, values: Values) -> float | None:
    """Return a species' initial value as formulas count it, ``None`` where the file has none."""
    name = one.getId()
    if name in values.rules or name in values.initial:
        return None
    in_amounts = values.species[name].in_amounts
    if one.isSetInitialAmount() and not isnan(one.getInitialAmount()):
        amount = float(one.getInitialAmount())
        return amount if in_amounts else amount / values.size(one.getCompartment())
    if one.isSetInitialConcentration() and not isnan(one.getInitialConcentration()):
        x = float(one.getInitialConcentration())
        return x * values.size(one.getCompartment()) if in_amounts else x
    return None
