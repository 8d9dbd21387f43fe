"""Rate laws as graphs of operations, each operation once.

Products and sums are regrouped: what depends on parameters alone comes first, so that it can be
computed once per model.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["RateGraph", "UnknownOperation", "needed", "returned"]

_FUNCTIONS = ("exp", "log", "sqrt")
_LARGEST_POWER = 8  # written out as products
_SUMS, _PRODUCTS = (ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.USub)


class UnknownOperation(ValueError):  # noqa: N818 - a property of a model, not a mistake
    """A rate law has an operation that programs do not know."""


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
    fixed_inputs
        Which arguments are parameters.
    nodes
        All operations, each after its operands.
    fixed
        Which of them depend on parameters alone.
    """

    fixed_inputs: list[bool]
    nodes: list[Node] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    _known: dict[Node, int] = field(default_factory=dict)

    def returned(self, function: ast.FunctionDef) -> list[int]:
        """Lower a function; return the nodes of what it returns."""
        names = {a.arg: self.node("input", i) for i, a in enumerate(function.args.args)}
        for line in function.body[:-1]:
            assert isinstance(line, ast.Assign)
            assert isinstance(line.targets[0], ast.Name)
            names[line.targets[0].id] = self.lower(line.value, names)
        return [self.lower(value, names) for value in returned(function)]

    def node(self, kind: str, first: int = 0, second: int = 0, *, number: float = 0.0) -> int:
        """Return the position of a node, new or known."""
        node = Node(kind, first, second, number)
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
            is_input = kind == "input"
            fixed = self.fixed_inputs[first] if is_input else all(map(self._fixed, node.operands))
            self.fixed.append(fixed)
        return self._known[node]

    def _fixed(self, node: int) -> bool:
        return self.fixed[node]

    def _number(self, value: float) -> int:
        return self.node("number", number=value)

    def lower(self, node: ast.expr, names: dict[str, int]) -> int:
        """Return the node of an expression."""
        if isinstance(node, ast.Name) and node.id in names:
            return names[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return self._number(float(node.value))
        if isinstance(node, ast.BinOp | ast.UnaryOp):
            if isinstance(node.op, _SUMS):
                return self._sum(list(self._terms(node, names, positive=True)))
            if isinstance(node.op, _PRODUCTS):
                return self._product(list(self._factors(node, names, above=True)))
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                return self._power(self.lower(node.left, names), self.lower(node.right, names))
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).removeprefix("math.")
            if name in _FUNCTIONS and len(node.args) == 1:
                argument = self.lower(node.args[0], names)
                return self.node(name, argument, argument)
        raise UnknownOperation(ast.unparse(node))

    def _terms(
        self, node: ast.expr, names: dict[str, int], *, positive: bool
    ) -> Iterator[tuple[bool, int]]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, _SUMS):
            yield from self._terms(node.left, names, positive=positive)
            right = positive == isinstance(node.op, ast.Add)
            yield from self._terms(node.right, names, positive=right)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield from self._terms(node.operand, names, positive=not positive)
        else:
            yield positive, self.lower(node, names)

    def _factors(
        self, node: ast.expr, names: dict[str, int], *, above: bool
    ) -> Iterator[tuple[bool, int]]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, _PRODUCTS):
            yield from self._factors(node.left, names, above=above)
            right = above == isinstance(node.op, ast.Mult)
            yield from self._factors(node.right, names, above=right)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield above, self._number(-1.0)
            yield from self._factors(node.operand, names, above=above)
        else:
            yield above, self.lower(node, names)

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


def returned(function: ast.FunctionDef) -> list[ast.expr]:
    """Return what a function returns, one expression each."""
    value = function.body[-1].value  # type: ignore[attr-defined]
    return value.elts if isinstance(value, ast.List | ast.Tuple) else [value]


def needed(graph: RateGraph, wanted: Sequence[int]) -> list[int]:
    """Return the nodes that some nodes need, these among them, operands first."""
    found, todo = set(), list(wanted)
    while todo:
        n = todo.pop()
        if n not in found:
            found.add(n)
            todo += graph.nodes[n].operands
    return sorted(found)  # a node is numbered after its operands
