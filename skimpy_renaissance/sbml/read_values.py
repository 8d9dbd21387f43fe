r"""What the ids of an SBML model stand for: numbers, rules, amounts and concentrations.

A species counts in formulas as its concentration :math:`x`, or as its amount

.. math:: n = x\,V

where it has only substance units. Assignment rules are written out wherever their ids occur;
initial assignments are computed once, at time 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

import sympy

from skimpy_renaissance.errors import MissingEntryError, NetworkError, did_you_mean, listed
from skimpy_renaissance.network.roles import exact
from skimpy_renaissance.sbml.read_math import TIME

__all__ = ["Species", "Values"]

_STEPS = 100  # rules that name one another, one after the other


@dataclass(frozen=True)
class Species:
    """A species of the model.

    Parameters
    ----------
    name
        Its id.
    compartment
        Where it is.
    in_amounts
        Whether formulas mean its amount.
    held
        Whether reactions leave it as it is: a boundary, or constant.
    factor
        Parameter that turns extents of reaction into its units; empty for none.
    """

    name: str
    compartment: str
    in_amounts: bool
    held: bool
    factor: str


@dataclass(frozen=True, eq=False)
class Values:
    """Ids and what they stand for.

    Parameters
    ----------
    model
        Name of the model, for messages.
    species
        Id to species, those that follow a rule among them.
    compartments
        Ids, in order.
    given
        Id to number, as an attribute states it; species as formulas count them.
    initial
        Id to the formula of its initial assignment.
    rules
        Id to the formula of its assignment rule; reactions to their laws.
    time
        The time at which formulas are taken; ``None``: they may not depend on it.
    """

    model: str
    species: Mapping[str, Species]
    compartments: tuple[str, ...]
    given: Mapping[str, float]
    initial: Mapping[str, sympy.Expr]
    rules: Mapping[str, sympy.Expr]
    time: float | None
    _known: dict[str, float] = field(default_factory=dict)

    def number(self, name: str, *, above: tuple[str, ...] = ()) -> float:
        """Return the value of an id at the beginning.

        Parameters
        ----------
        name
            A parameter, compartment, species (as formulas count it), reference or reaction.
        above
            Ids whose values are being computed.

        Returns
        -------
        float

        Raises
        ------
        MissingEntryError
            It has no value, or there is no such id.
        NetworkError
            It depends on itself, or amounts to no finite number.
        """
        if name not in self._known:
            if name in above:
                raise NetworkError(
                    f"In SBML model {self.model!r} the value of {name!r} depends on itself, "
                    f"through {listed(above)}. Break the circle."
                )
            self._known[name] = self._computed(name, (*above, name))
        return self._known[name]

    def _computed(self, name: str, above: tuple[str, ...]) -> float:
        formula = self.rules.get(name, self.initial.get(name))
        if formula is None:
            if name in self.given:
                return self.given[name]
            known = {*self.given, *self.initial, *self.rules}
            raise MissingEntryError(
                f"SBML model {self.model!r} needs a value for {name!r}, which has none"
                f"{did_you_mean(name, known)} Give it one in the file."
            )
        return self.computed(formula, what=f"the value of {name!r}", above=above)

    def computed(self, formula: sympy.Expr, *, what: str, above: tuple[str, ...] = ()) -> float:
        """Return the value of a formula at the beginning.

        Parameters
        ----------
        formula
            An expression in ids.
        what
            What it is, for messages.
        above
            Ids whose values are being computed.

        Returns
        -------
        float

        Raises
        ------
        MissingEntryError
            An id has no value.
        NetworkError
            It amounts to no finite number.
        """
        start = sympy.Float(0.0 if self.time is None else self.time)
        numbers = {
            s: start if s == TIME else sympy.Float(self.number(str(s), above=above), 17)
            for s in sorted(formula.free_symbols, key=str)
        }
        value = formula.xreplace(numbers)
        if value in (sympy.true, sympy.false):
            return float(bool(value))
        value = value.evalf(17)
        if not (value.is_number and value.is_real and isfinite(float(value))):
            raise NetworkError(
                f"In SBML model {self.model!r} {what} amounts to no finite number ({value}). "
                "Correct its formula, or the constants in it."
            )
        return float(value)

    def size(self, compartment: str) -> float:
        """Return the volume of a compartment; 1 where it has none and species are amounts.

        Parameters
        ----------
        compartment
            Its id.

        Returns
        -------
        float

        Raises
        ------
        NetworkError
            It is needed but not given, not positive, or follows from what changes.
        """
        changing = self.written_out(sympy.Symbol(compartment)).free_symbols & self.moving
        if changing:
            raise NetworkError(
                f"SBML model {self.model!r} has a compartment that changes its volume: "
                f"{compartment!r} depends on {listed(sorted(map(str, changing)))}. Volumes of a "
                "kinetic network are constant."
            )
        size = self.number(compartment)
        if not size > 0:
            raise NetworkError(
                f"In SBML model {self.model!r} the compartment {compartment!r} has the size "
                f"{size:g}; volumes must be positive. Correct it."
            )
        return size

    @property
    def moving(self) -> set[sympy.Symbol]:
        """Symbols that may change with time: species that reactions change, and time itself."""
        free = {
            sympy.Symbol(s.name)
            for s in self.species.values()
            if not s.held and s.name not in self.rules
        }
        return free | ({TIME} if self.time is None else set())

    def written_out(self, formula: sympy.Expr, *, keep: frozenset[str] = frozenset()) -> sympy.Expr:
        """Return a formula with rules and reactions' laws in place of their ids.

        Parameters
        ----------
        formula
            An expression in ids.
        keep
            Ids that stay although they follow a rule.

        Returns
        -------
        sympy.Expr

        Raises
        ------
        NetworkError
            Rules go round in a circle.
        """
        for _ in range(_STEPS):
            found = {s for s in formula.free_symbols if str(s) in self.rules and str(s) not in keep}
            if not found:
                at = {} if self.time is None else {TIME: sympy.Float(self.time, 17)}
                return formula.xreplace(at)
            formula = formula.xreplace({s: self.rules[str(s)] for s in found})
        raise NetworkError(
            f"In SBML model {self.model!r} rules go round in a circle: "
            f"{listed(sorted(map(str, found)))}. Break it."
        )

    def in_concentrations(
        self, formula: sympy.Expr, *, keep: frozenset[str] = frozenset()
    ) -> sympy.Expr:
        """Return a formula with rules written out and concentrations for amounts.

        Parameters
        ----------
        formula
            An expression in ids.
        keep
            Ids that stay although they follow a rule.

        Returns
        -------
        sympy.Expr
            Compartments stay.
        """
        formula = self.written_out(formula, keep=keep | {*self.compartments})
        amounts = {
            sympy.Symbol(s.name): sympy.Symbol(s.name) * sympy.Symbol(s.compartment)
            for s in self.species.values()
            if s.in_amounts and s.name not in self.rules
        }
        return formula.xreplace(amounts)

    def settled(self, formula: sympy.Expr, *, where: str) -> sympy.Expr:
        """Return a formula in which volumes, negative constants and odd functions are numbers.

        Parameters
        ----------
        formula
            An expression in concentrations, parameters and compartments.
        where
            What it belongs to, for messages.

        Returns
        -------
        sympy.Expr
            All other symbols stand for what is not negative.
        """
        sizes = {s: self.size(str(s)) for s in formula.free_symbols if str(s) in self.compartments}
        formula = formula.xreplace({s: exact(size) for s, size in sizes.items()})
        species = {sympy.Symbol(name) for name in self.species} | {TIME}
        constant = {
            part: exact(self.computed(part, what=where))
            for part in formula.atoms(sympy.core.function.Application)
            if not part.free_symbols & species
        }
        formula = formula.xreplace(constant)
        numbers = {s: self.number(str(s)) for s in formula.free_symbols - species}
        return formula.xreplace({s: exact(value) for s, value in numbers.items() if value < 0})

    def start(self, species: str) -> float:
        """Return a species' concentration at the beginning.

        Parameters
        ----------
        species
            Its id.

        Returns
        -------
        float
            Amount per volume, in the model's units.
        """
        one = self.species[species]
        counted = self.number(species)
        return counted / self.size(one.compartment) if one.in_amounts else counted
