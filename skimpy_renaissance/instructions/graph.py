"""Rate laws as graphs of operations, each operation once.

Products and sums are regrouped: what depends on parameters alone comes first, so that it can be
computed once per model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import sympy

from skimpy_renaissance.errors import NetworkError, listed

__all__ = ["FUNCTIONS", "RateGraph", "needed"]

FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "Abs", "sign")
_LARGEST_POWER = 8  # written out as products


class Node(NamedTuple):
    """An ``"input"`` (``first``), a ``"number"``, or an operation on two nodes."""

    kind: str
    first: int = 0
    second: int = 0
    number: float = 0.0

    @property
    def operands(self) -> tuple[int, ...]:
        """Nodes that it takes."""
        return () if self.kind in ("input", "number") else (self.first, self.second)


@dataclass
class RateGraph:
    """The operations of one law, each once; mutable.

    Parameters
    ----------
    inputs
        Symbol to position of an argument.
    fixed_inputs
        Which arguments are parameters.
    nodes
        All operations, each after its operands.
    fixed
        Which of them depend on parameters alone.
    """

    inputs: dict[sympy.Symbol, int]
    fixed_inputs: list[bool]
    nodes: list[Node] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    _known: dict[Node, int] = field(default_factory=dict)
    _defined: dict[sympy.Symbol, int] = field(default_factory=dict)

    def define(self, given: Iterable[tuple[sympy.Symbol, sympy.Expr]]) -> None:
        """Let symbols stand for expressions, each of symbols known before."""
        for name, value in given:
            self._defined[name] = self.lower(value)

    def add(self, expressions: Sequence[sympy.Expr]) -> list[int]:
        """Lower expressions, their common parts once; return their nodes."""
        shared, results = _common_parts(tuple(expressions))
        self.define(shared)
        return [self.lower(value) for value in results]

    def node(self, kind: str, first: int = 0, second: int = 0, *, number: float = 0.0) -> int:
        """Return the position of a node, new or known."""
        node = Node(kind, first, second, number)
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
            of_operands = all(self.fixed[n] for n in node.operands)
            self.fixed.append(self.fixed_inputs[first] if kind == "input" else of_operands)
        return self._known[node]

    def _number(self, value: float) -> int:
        return self.node("number", number=value)

    def lower(self, expression: sympy.Expr) -> int:  # noqa: PLR0911 - a switch
        """Return the node of an expression.

        Parameters
        ----------
        expression
            An expression in the symbols of ``inputs``.

        Returns
        -------
        int

        Raises
        ------
        NetworkError
            It has a function that no instruction computes.
        """
        if expression in self._defined:
            return self._defined[expression]
        if expression in self.inputs:
            return self.node("input", self.inputs[expression])
        if expression.is_number and expression.is_finite and expression.is_real:
            return self._number(float(expression))
        if expression.is_Add:
            return self._sum([self._term(term) for term in expression.as_ordered_terms()])
        if expression.is_Mul:
            return self._product([self._factor(f) for f in expression.as_ordered_factors()])
        if isinstance(expression, sympy.Pow):
            base, exponent = expression.as_base_exp()
            if exponent.could_extract_minus_sign():
                return self._product([self._factor(expression)])
            if exponent == sympy.S.Half:
                return self._function("sqrt", base)
            return self._power(self.lower(base), self.lower(exponent))
        name = type(expression).__name__
        if name in FUNCTIONS and len(expression.args) == 1:
            return self._function(name, expression.args[0])
        raise NetworkError(
            f"A rate law has {expression}; instructions compute + - * / **, {listed(FUNCTIONS)}."
        )

    def _function(self, name: str, argument: sympy.Expr) -> int:
        node = self.lower(argument)
        return self.node(name, node, node)

    def _term(self, term: sympy.Expr) -> tuple[bool, int]:
        """Return whether a term of a sum is added, and the node of what is added or subtracted."""
        negative = term.could_extract_minus_sign() and term.as_coeff_Mul()[0].is_negative
        return not negative, self.lower(-term if negative else term)

    def _factor(self, factor: sympy.Expr) -> tuple[bool, int]:
        """Return whether a factor stands above the line, and its node."""
        base, exponent = factor.as_base_exp()
        below = factor.is_Pow and exponent.could_extract_minus_sign()
        return not below, self.lower(base**-exponent if below else factor)

    def _sum(self, terms: list[tuple[bool, int]]) -> int:
        """Add what is fixed first, then the rest; begin with something positive."""
        ordered = sorted(terms, key=lambda term: (not self.fixed[term[1]], not term[0], term[1]))
        positive, total = ordered[0]
        if not positive:
            total = self.node("mul", self._number(-1.0), total)
        for positive, term in ordered[1:]:
            total = self.node("add" if positive else "sub", total, term)
        return total

    def _product(self, factors: list[tuple[bool, int]]) -> int:
        """Multiply what is fixed first, above and below by turns, then the rest."""
        by_turns: dict[tuple[bool, bool], list[int]] = {
            (fixed, above): sorted(n for a, n in factors if a == above and self.fixed[n] == fixed)
            for fixed in (True, False)
            for above in (True, False)
        }
        total: int | None = None
        above, below = by_turns[True, True], by_turns[True, False]
        for turn in range(max(len(above), len(below))):
            if turn < len(above):
                total = self._times(total, above[turn])
            if turn < len(below):
                total = self.node("div", self._or_one(total), below[turn])
        above, below = by_turns[False, True], by_turns[False, False]
        for factor in above:
            total = self._times(total, factor)
        if not below:
            return self._or_one(total)
        bottom = below[0]
        for factor in below[1:]:
            bottom = self.node("mul", bottom, factor)
        return self.node("div", self._or_one(total), bottom)

    def _times(self, total: int | None, factor: int) -> int:
        if total is None or self.nodes[total] == Node("number", number=1.0):
            return factor
        return self.node("mul", total, factor)

    def _or_one(self, total: int | None) -> int:
        return self._number(1.0) if total is None else total

    def _power(self, base: int, exponent: int) -> int:
        node = self.nodes[exponent]
        if node.kind == "number" and node.number.is_integer():
            times = int(node.number)
            if 0 < abs(times) <= _LARGEST_POWER:
                total = base
                for _ in range(abs(times) - 1):
                    total = self.node("mul", total, base)
                return total if times > 0 else self.node("div", self._number(1.0), total)
        return self.node("pow", base, exponent)


def needed(graph: RateGraph, wanted: Sequence[int]) -> list[int]:
    """Return the nodes that some nodes need, these among them, operands first."""
    found, todo = set(), list(wanted)
    while todo:
        n = todo.pop()
        if n not in found:
            found.add(n)
            todo += graph.nodes[n].operands
    return sorted(found)  # a node is numbered after its operands


@lru_cache(maxsize=1024)
def _common_parts(
    expressions: tuple[sympy.Expr, ...],
) -> tuple[list[tuple[sympy.Symbol, sympy.Expr]], list[sympy.Expr]]:
    """Return symbols with what they stand for, and the expressions in them."""
    names = (sympy.Dummy() for _ in iter(int, 1))
    shared, results = sympy.cse(expressions, symbols=names)
    return shared, results
