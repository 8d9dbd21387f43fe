"""Rate laws as instructions for many models side by side.

What :func:`~skimpy_renaissance.dynamics.rate_code.write_rate_code` writes as Python text is read
back and lowered to instructions on the rows of one table, `row x lane`, with a lane per model:
``table[result + k] = table[first + k] op table[second + k]`` for every reaction k of a law. Numbers
that depend on parameters alone are computed once per model, the others at every state. A kernel
that knows the operations runs any program, so no model has to be compiled.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["OPERATIONS", "Instructions", "RateProgram", "UnknownOperation", "write_program"]

Indices = NDArray[np.int64]
OPERATIONS = ("gather", "add", "sub", "mul", "div", "pow", "exp", "log", "sqrt")
_FUNCTIONS = ("exp", "log", "sqrt")
_LARGEST_POWER = 8  # written out as products
_SUMS, _PRODUCTS = (ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.USub)


class UnknownOperation(ValueError):  # noqa: N818 - a property of a model, not a mistake
    """A rate law has an operation that programs do not know."""


@dataclass(frozen=True, eq=False)
class Instructions:
    """A straight line of operations.

    Parameters
    ----------
    operations
        Positions in ``OPERATIONS``.
    results, firsts, seconds
        First rows of the result and of the operands; for a gather, ``firsts`` is a position in
        ``sources``.
    counts
        How many consecutive rows.
    sources
        Rows that gathers collect.
    """

    operations: Indices
    results: Indices
    firsts: Indices
    seconds: Indices
    counts: Indices
    sources: Indices

    @property
    def arrays(self) -> tuple[Indices, ...]:
        """All lists, for a kernel."""
        return (
            self.operations,
            self.results,
            self.firsts,
            self.seconds,
            self.counts,
            self.sources,
        )


@dataclass(frozen=True, eq=False)
class RateProgram:
    """What computes rates and their derivatives.

    Parameters
    ----------
    n_rows
        Rows of the table. The variables come first, then the parameters.
    literals
        (row, value): numbers that stand in the table from the start.
    once
        What depends on parameters alone.
    rates
        The rates at a state.
    rates_and_slopes
        The rates and all derivatives at a state.
    rate_rows, slope_rows
        Rows of each rate and each derivative afterwards.
    """

    n_rows: int
    literals: tuple[tuple[int, float], ...]
    once: Instructions
    rates: Instructions
    rates_and_slopes: Instructions
    rate_rows: Indices
    slope_rows: Indices

    def new_table(self, lanes: int) -> NDArray[np.float64]:
        """Return a table with the literals in place.

        Parameters
        ----------
        lanes
            Models side by side.

        Returns
        -------
        numpy.ndarray
            `` `row x lane` ``.
        """
        table = np.zeros((self.n_rows, lanes))
        for row, value in self.literals:
            table[row] = value
        return table


def write_program(source: str, n_variables: int, n_parameters: int) -> RateProgram:
    """Lower the text of rate laws.

    Parameters
    ----------
    source
        What ``write_rate_code`` returned.
    n_variables, n_parameters
        Lengths of its two arguments.

    Returns
    -------
    RateProgram

    Raises
    ------
    UnknownOperation
        The text has an operation that programs do not know.
    """
    functions = {f.name: f for f in ast.parse(source).body if isinstance(f, ast.FunctionDef)}
    calls = [_call(element) for element in _returned(functions["rates"])]
    members: dict[int, list[int]] = {}
    for reaction, (law, _) in enumerate(calls):
        members.setdefault(law, []).append(reaction)
    writer = _Writer(n_variables + n_parameters)
    rate_rows = np.zeros(len(calls), dtype=np.int64)
    slope_rows: list[list[int]] = [[] for _ in calls]
    for law, reactions in members.items():
        arguments = [
            [int(name[1:]) + (n_variables if name[0] == "p" else 0) for name in calls[r][1]]
            for r in reactions
        ]
        graph = _Graph([row >= n_variables for row in arguments[0]])
        rate = graph.returned(functions[f"rate_{law}"])
        slopes = graph.returned(functions[f"slope_{law}"])
        rows = writer.add(graph, np.array(arguments).reshape(len(reactions), -1), rate, slopes)
        for k, reaction in enumerate(reactions):
            rate_rows[reaction] = rows[0] + k
            slope_rows[reaction] = [row + k for row in rows[1:]]
    return writer.program(rate_rows, [row for rows in slope_rows for row in rows])


def _returned(function: ast.FunctionDef) -> list[ast.expr]:
    value = function.body[-1].value  # type: ignore[attr-defined]
    return value.elts if isinstance(value, ast.List | ast.Tuple) else [value]


def _call(node: ast.expr) -> tuple[int, list[str]]:
    """Return the law's number and the names it is called with."""
    assert isinstance(node, ast.Call)
    return int(ast.unparse(node.func).removeprefix("rate_")), [ast.unparse(a) for a in node.args]


@dataclass
class _Graph:
    """The operations of one law, each once; mutable.

    Nodes are ("input", i), ("number", x) or (operation, node, node).
    """

    fixed_inputs: list[bool]
    nodes: list[tuple] = field(default_factory=list)
    known: dict[tuple, int] = field(default_factory=dict)
    fixed: list[bool] = field(default_factory=list)

    def returned(self, function: ast.FunctionDef) -> list[int]:
        """Lower a function; return the nodes of what it returns."""
        names = {a.arg: self.node("input", i) for i, a in enumerate(function.args.args)}
        for line in function.body[:-1]:
            assert isinstance(line, ast.Assign)
            assert isinstance(line.targets[0], ast.Name)
            names[line.targets[0].id] = self.lower(line.value, names)
        return [self.lower(value, names) for value in _returned(function)]

    def node(self, *what: object) -> int:
        """Return the number of a node, new or known."""
        if what not in self.known:
            self.known[what] = len(self.nodes)
            self.nodes.append(what)
            kind, *operands = what
            self.fixed.append(
                self.fixed_inputs[operands[0]]  # type: ignore[index, call-overload]
                if kind == "input"
                else kind == "number" or all(self.fixed[o] for o in operands)  # type: ignore[index, call-overload]
            )
        return self.known[what]

    def lower(self, node: ast.expr, names: dict[str, int]) -> int:
        """Return the node of an expression."""
        if isinstance(node, ast.Name) and node.id in names:
            return names[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return self.node("number", float(node.value))
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
            yield above, self.node("number", -1.0)
            yield from self._factors(node.operand, names, above=above)
        else:
            yield above, self.lower(node, names)

    def _sum(self, terms: list[tuple[bool, int]]) -> int:
        """Add what is fixed first, then the rest; begin with something positive."""
        ordered = sorted(terms, key=lambda term: (not self.fixed[term[1]], not term[0], term[1]))
        positive, total = ordered[0]
        if not positive:
            total = self.node("mul", self.node("number", -1.0), total)
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
        if total is None or self.nodes[total] == ("number", 1.0):
            return factor
        return self.node("mul", total, factor)

    def _or_one(self, total: int | None) -> int:
        return self.node("number", 1.0) if total is None else total

    def _power(self, base: int, exponent: int) -> int:
        kind, *value = self.nodes[exponent]
        if kind == "number" and float(value[0]).is_integer():
            times = int(value[0])
            if 0 < abs(times) <= _LARGEST_POWER:
                total = base
                for _ in range(abs(times) - 1):
                    total = self.node("mul", total, base)
                return total if times > 0 else self.node("div", self.node("number", 1.0), total)
        return self.node("pow", base, exponent)


@dataclass
class _Writer:
    """Collects instructions and gives out rows; mutable.

    Rows that are kept (fixed numbers, results) lie below the working rows, which all laws share and
    which are numbered from zero until the end.
    """

    n_kept: int
    n_working: int = 0
    literals: list[tuple[int, float]] = field(default_factory=list)
    parts: dict[str, list[tuple[str, int, int, int, int]]] = field(
        default_factory=lambda: {"once": [], "rates": [], "rates_and_slopes": []}
    )
    sources: list[int] = field(default_factory=list)

    def add(
        self, graph: _Graph, arguments: Indices, rate: Sequence[int], slopes: Sequence[int]
    ) -> list[int]:
        """Write one law for its reactions; return the first rows of its results."""
        count = len(arguments)
        rows: dict[int, int] = {}

        def keep() -> int:
            self.n_kept += count
            return self.n_kept - count

        results = [*rate, *slopes]
        for n in _needed(graph, results):
            kind, *operands = graph.nodes[n]
            if not graph.fixed[n]:
                continue
            rows[n] = keep()
            if kind == "number":
                self.literals += [(rows[n] + k, operands[0]) for k in range(count)]
            elif kind == "input":
                self._gather("once", rows[n], arguments[:, operands[0]])
            else:
                first, second = (rows[o] for o in operands)
                self.parts["once"].append((kind, rows[n], first, second, count))
        kept = {n: rows[n] if n in rows else keep() for n in dict.fromkeys(results)}
        for part, wanted in (("rates", list(rate)), ("rates_and_slopes", results)):
            self._write_state(part, graph, arguments, wanted, fixed=rows, kept=kept)
        return [kept[n] for n in results]

    def _write_state(
        self,
        part: str,
        graph: _Graph,
        arguments: Indices,
        wanted: Sequence[int],
        *,
        fixed: dict[int, int],
        kept: dict[int, int],
    ) -> None:
        """Write what depends on the state; working rows are used again after their last use."""
        count = len(arguments)
        order = [n for n in _needed(graph, wanted) if not graph.fixed[n]]
        last = {o: n for n in order for o in graph.nodes[n][1:] if graph.nodes[n][0] != "input"}
        rows, free, used = dict(fixed), [], 0
        for n in order:
            kind, *operands = graph.nodes[n]
            if n in wanted:
                rows[n] = kept[n]
            elif free:
                rows[n] = free.pop()
            else:
                rows[n] = -1 - used * count  # below zero: a working row
                used += 1
            if kind == "input":
                self._gather(part, rows[n], arguments[:, operands[0]])
                continue
            first, second = (rows[o] for o in operands)
            self.parts[part].append((kind, rows[n], first, second, count))
            free += [rows[o] for o in dict.fromkeys(operands) if last[o] == n and rows[o] < 0]
        self.n_working = max(self.n_working, used * count)

    def _gather(self, part: str, row: int, sources: Iterable[int]) -> None:
        before = len(self.sources)
        self.sources += [int(source) for source in sources]
        self.parts[part].append(("gather", row, before, 0, len(self.sources) - before))

    def program(self, rate_rows: Indices, slope_rows: Sequence[int]) -> RateProgram:
        """Return what was written."""

        def instructions(part: str) -> Instructions:
            lines = self.parts[part]
            operations = [OPERATIONS.index(line[0]) for line in lines]
            table = np.array([line[1:] for line in lines], dtype=np.int64).reshape(-1, 4).T.copy()
            table[:3] = np.where(table[:3] < 0, self.n_kept - 1 - table[:3], table[:3])
            sources = np.array(self.sources, dtype=np.int64)
            return Instructions(np.array(operations, dtype=np.int64), *table, sources)

        return RateProgram(
            self.n_kept + self.n_working,
            tuple(self.literals),
            *(instructions(part) for part in self.parts),
            rate_rows,
            np.array(slope_rows, dtype=np.int64),
        )


def _needed(graph: _Graph, wanted: Sequence[int]) -> list[int]:
    """Return the nodes that others need, operands first."""
    needed, todo = set(), list(wanted)
    while todo:
        n = todo.pop()
        if n not in needed:
            needed.add(n)
            if graph.nodes[n][0] not in ("input", "number"):
                todo += graph.nodes[n][1:]
    return sorted(needed)  # a node is numbered after its operands
