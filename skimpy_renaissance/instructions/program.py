"""Rate laws as instructions for many models side by side.

What ``write_rate_code`` writes as Python text is read back and lowered to instructions on the rows
of one table, `row x lane`, with a lane per model:
``table[result + k] = table[first + k] op table[second + k]`` for every reaction k of a law. Numbers
that depend on parameters alone are computed once per model, the others at every state. A kernel
that knows the operations runs any program, so no model has to be compiled.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.graph import RateGraph, needed, returned
from skimpy_renaissance.sparse import lane_rows

__all__ = ["OPERATIONS", "Instructions", "RateProgram", "write_program"]

Indices = NDArray[np.int64]
OPERATIONS = ("gather", "add", "sub", "mul", "div", "pow", "exp", "log", "sqrt")


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

    def new_table(self) -> NDArray[np.float64]:
        """Return a table with the literals in place, `` `row x lane` ``."""
        table = lane_rows(self.n_rows)
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
    calls = [_call(element) for element in returned(functions["rates"])]
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
        graph = RateGraph([row >= n_variables for row in arguments[0]])
        rate = graph.returned(functions[f"rate_{law}"])
        slopes = graph.returned(functions[f"slope_{law}"])
        rows = writer.add(graph, np.array(arguments).reshape(len(reactions), -1), rate, slopes)
        for k, reaction in enumerate(reactions):
            rate_rows[reaction] = rows[0] + k
            slope_rows[reaction] = [row + k for row in rows[1:]]
    return writer.program(rate_rows, [row for rows in slope_rows for row in rows])


def _call(node: ast.expr) -> tuple[int, list[str]]:
    """Return the law's number and the names it is called with."""
    assert isinstance(node, ast.Call)
    return int(ast.unparse(node.func).removeprefix("rate_")), [ast.unparse(a) for a in node.args]


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
        self, graph: RateGraph, arguments: Indices, rate: Sequence[int], slopes: Sequence[int]
    ) -> list[int]:
        """Write one law for its reactions; return the first rows of its results."""
        count = len(arguments)
        rows: dict[int, int] = {}

        def keep() -> int:
            self.n_kept += count
            return self.n_kept - count

        results = [*rate, *slopes]
        for n in needed(graph, results):
            node = graph.nodes[n]
            if not graph.fixed[n]:
                continue
            rows[n] = keep()
            if node.kind == "number":
                self.literals += [(rows[n] + k, node.number) for k in range(count)]
            elif node.kind == "input":
                self._gather("once", rows[n], arguments[:, node.first])
            else:
                line = (node.kind, rows[n], rows[node.first], rows[node.second], count)
                self.parts["once"].append(line)
        kept = {n: rows[n] if n in rows else keep() for n in dict.fromkeys(results)}
        for part, wanted in (("rates", list(rate)), ("rates_and_slopes", results)):
            self._write_state(part, graph, arguments, wanted, fixed=rows, kept=kept)
        return [kept[n] for n in results]

    def _write_state(
        self,
        part: str,
        graph: RateGraph,
        arguments: Indices,
        wanted: Sequence[int],
        *,
        fixed: dict[int, int],
        kept: dict[int, int],
    ) -> None:
        """Write what depends on the state; working rows are used again after their last use."""
        count = len(arguments)
        order = [n for n in needed(graph, wanted) if not graph.fixed[n]]
        last = {o: n for n in order for o in graph.nodes[n].operands}
        rows, free, used = dict(fixed), list[int](), 0
        for n in order:
            node = graph.nodes[n]
            if n in wanted:
                rows[n] = kept[n]
            elif free:
                rows[n] = free.pop()
            else:
                rows[n] = -1 - used * count  # below zero: a working row
                used += 1
            if node.kind == "input":
                self._gather(part, rows[n], arguments[:, node.first])
                continue
            line = (node.kind, rows[n], rows[node.first], rows[node.second], count)
            self.parts[part].append(line)
            free += [rows[o] for o in dict.fromkeys(node.operands) if last[o] == n and rows[o] < 0]
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
            results, firsts, seconds, counts = table
            return Instructions(
                operations=np.array(operations, dtype=np.int64),
                results=results,
                firsts=firsts,
                seconds=seconds,
                counts=counts,
                sources=sources,
            )

        return RateProgram(
            n_rows=self.n_kept + self.n_working,
            literals=tuple(self.literals),
            once=instructions("once"),
            rates=instructions("rates"),
            rates_and_slopes=instructions("rates_and_slopes"),
            rate_rows=rate_rows,
            slope_rows=np.array(slope_rows, dtype=np.int64),
        )
