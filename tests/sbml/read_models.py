"""Small SBML files, written with libSBML from formulas as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Small:
    """A model in a few lines; mutable.

    ``species``: id to initial value, ``"boundary"`` or ``"amount"`` in ``kinds``.
    ``reactions``: id to (substrates, products, law), sides as id to coefficient.
    """

    species: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=lambda: {"c": 1.0})
    parameters: dict[str, float | None] = field(default_factory=dict)
    reactions: dict[str, tuple[Mapping[str, float], Mapping[str, float], str]] = field(
        default_factory=dict
    )
    local: dict[str, dict[str, float]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    initial: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    units: tuple[str, float, str] | None = ("mole", 1e-3, "second")
    level: tuple[int, int] = (3, 1)
    terms: dict[str, str] = field(default_factory=dict)
    more: Sequence[Any] = ()

    def write(self, path: Path) -> Path:
        """Write the file."""
        import libsbml  # noqa: PLC0415

        def math(text: str) -> Any:
            tree = libsbml.parseL3Formula(text)
            assert tree is not None, libsbml.getLastParseL3Error()
            return tree

        document = libsbml.SBMLDocument(*self.level)
        model = document.createModel()
        model.setId("small")
        if self.units is not None:
            self._state_units(model, libsbml)
        self._quantities(model)
        self._reactions(model, math)
        for name, text in self.functions.items():
            one = model.createFunctionDefinition()
            one.setId(name)
            one.setMath(math(text))
        for name, text in self.rules.items():
            rule = model.createAssignmentRule()
            rule.setVariable(name)
            rule.setMath(math(text))
        for name, text in self.initial.items():
            one = model.createInitialAssignment()
            one.setSymbol(name)
            one.setMath(math(text))
        for name, term in self.terms.items():
            model.getElementBySId(name).setSBOTerm(term)
        for change in self.more:
            change(model, math)
        libsbml.writeSBMLToFile(document, str(path))
        return path

    def _quantities(self, model: Any) -> None:
        for name, size in self.sizes.items():
            place = model.createCompartment()
            place.setId(name)
            place.setSize(size)
            place.setConstant(name not in self.rules)
            place.setSpatialDimensions(3)
        for name, value in self.species.items():
            one = model.createSpecies()
            one.setId(name)
            one.setCompartment(self.places.get(name, next(iter(self.sizes))))
            one.setBoundaryCondition(self.kinds.get(name) == "boundary")
            one.setConstant(self.kinds.get(name) == "constant")
            amount = self.kinds.get(name) == "amount"
            one.setHasOnlySubstanceUnits(amount)
            (one.setInitialAmount if amount else one.setInitialConcentration)(value)
        for name, number in self.parameters.items():
            one = model.createParameter()
            one.setId(name)
            one.setConstant(name not in self.rules)
            if number is not None:
                one.setValue(number)

    def _reactions(self, model: Any, math: Any) -> None:
        for name, (substrates, products, law) in self.reactions.items():
            one = model.createReaction()
            one.setId(name)
            one.setReversible(True)
            one.setFast(False)
            for side, make in ((substrates, one.createReactant), (products, one.createProduct)):
                for species, coefficient in side.items():
                    reference = make()
                    reference.setSpecies(species)
                    reference.setStoichiometry(coefficient)
                    reference.setConstant(True)
            if law:
                kinetic = one.createKineticLaw()
                kinetic.setMath(math(law))
                for parameter, value in self.local.get(name, {}).items():
                    own = kinetic.createLocalParameter()
                    own.setId(parameter)
                    own.setValue(value)

    def _state_units(self, model: Any, libsbml: Any) -> None:
        substance, factor, time = self.units or ("mole", 1.0, "second")
        ids = ("amounts", "times") if self.level[0] > 2 else ("substance", "time")
        for name, kind, size in zip(ids, (substance, time), (factor, 1.0), strict=True):
            definition = model.createUnitDefinition()
            definition.setId(name)
            unit = definition.createUnit()
            unit.setKind(libsbml.UnitKind_forName(kind))
            unit.setMultiplier(size)
            unit.setExponent(1)
            unit.setScale(0)
        if self.level[0] > 2:
            model.setSubstanceUnits("amounts")
            model.setExtentUnits("amounts")
            model.setTimeUnits("times")
            model.setVolumeUnits("litre")


def chain(**changes: Any) -> Small:
    r"""X -> A -> B -> out, A to B reversible; at rest B = 1 and A = 2, all rates 1 mmol/L/s.

    .. math:: v_1 = k_{in} X, \quad
        v_2 = \frac{V (A - B/K)/K_A}{1 + A/K_A + B/K_B}, \quad v_3 = \frac{W B}{K_3 + B}
    """
    model = Small(
        species={"X": 2.0, "A": 0.5, "B": 0.1},
        kinds={"X": "boundary"},
        parameters={
            "kin": 0.5,
            "V": 4.0,
            "Keq": 1.0,
            "KA": 1.0,
            "KB": 1.0,
            "W": 2.0,
            "K3": 1.0,
        },
        reactions={
            "R1": ({"X": 1}, {"A": 1}, "c * kin * X"),
            "R2": ({"A": 1}, {"B": 1}, "c * V * (A - B / Keq) / KA / (1 + A / KA + B / KB)"),
            "R3": ({"B": 1}, {}, "c * W * B / (K3 + B)"),
        },
    )
    for name, value in changes.items():
        setattr(model, name, value)
    return model
