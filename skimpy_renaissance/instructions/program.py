"""Rate laws as instructions for many models side by side.

Each law becomes a graph of operations, and that becomes instructions on the rows of one table,
`row x lane`, with a lane per model:
``table[result + k] = table[first + k] op table[second + k]`` for every reaction k of a law. Numbers
that depend on parameters alone are computed once per model, the others at every state. A kernel
that knows the operations runs any program, so no model has to be compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import sympy
from numpy.typing import NDArray

from skimpy_renaissance.instructions.graph import FUNCTIONS, RateGraph, needed
from skimpy_renaissance.sparse import lane_rows

__all__ = ["COMPILED", "OPERATIONS", "Instructions", "Law", "RateProgram", "write_program"]

Indices = NDArray[np.int64]
OPERATIONS = ("gather", "add", "sub", "mul", "div", "pow", *FUNCTIONS)
COMPILED = 9  # so many of them are known to the kernels, up to sqrt


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

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Law, write_program
    >>> s, v, k = sympy.symbols("s v k")
    >>> law = Law((s, v, k), v * s / (k + s), [], arguments=[[0, 1, 2]], reactions=[0])
    >>> program = write_program([law], n_variables=1, n_parameters=2)
    >>> len(program.rates.operations), len(program.once.operations)
    (4, 2)
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
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, eq=False)
class RateProgram:
    """What computes rates and their derivatives.

    Parameters
    ----------
    n_variables, n_rows
        Rows of the table: the variables come first, then the parameters.
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

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Law, write_program
    >>> s, v, k = sympy.symbols("s v k")
    >>> hill = Law((s, v, k), v * sympy.exp(-s / k), [], arguments=[[0, 1, 2]], reactions=[0])
    >>> program = write_program([hill], n_variables=1, n_parameters=2)
    >>> program.n_variables, program.new_table().shape[0] == program.n_rows
    (1, True)
    """

    n_variables: int
    n_rows: int
    literals: tuple[tuple[int, float], ...]
    once: Instructions
    rates: Instructions
    rates_and_slopes: Instructions
    rate_rows: Indices
    slope_rows: Indices

    @property
    def can_be_compiled(self) -> bool:
        """Whether the kernels know all operations."""
        parts = (self.once, self.rates, self.rates_and_slopes)
        return all((part.operations < COMPILED).all() for part in parts)

    def new_table(self) -> NDArray[np.float64]:
        """Return a table with the literals in place, `` `row x lane` ``."""
        table = lane_rows(self.n_rows)
        for row, value in self.literals:
            table[row] = value
        return table


@dataclass(frozen=True, eq=False)
class Law:
    """A rate law with the reactions that follow it.

    Parameters
    ----------
    symbols
        Its arguments.
    rate
        The rate, an expression of them.
    slopes
        Its derivatives.
    arguments
        `` `reaction x symbol` ``: the row of each argument.
    reactions
        Positions of the reactions.
    given
        Further symbols to expressions of the arguments, each computed as it stands.

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Law
    >>> s, v, k = sympy.symbols("s v k")
    >>> rate = v * s / (k + s)
    >>> rows = [[0, 2, 3], [1, 4, 3]]  # of s, v, k: the two reactions have one k
    >>> law = Law((s, v, k), rate, [rate.diff(s)], arguments=rows, reactions=[0, 1])
    >>> len(law.arguments)
    2
    """

    symbols: Sequence[sympy.Symbol]
    rate: sympy.Expr
    slopes: Sequence[sympy.Expr]
    arguments: Sequence[Sequence[int]]
    reactions: Sequence[int]
    given: Mapping[sympy.Symbol, sympy.Expr] = field(default_factory=dict)


def write_program(
    laws: Sequence[Law], n_variables: int, n_parameters: int, *, reversible: bool = False
) -> RateProgram:
    """Lower rate laws.

    Parameters
    ----------
    laws
        Each with its reactions.
    n_variables, n_parameters
        How many rows they take: the variables come first.
    reversible
        Give each intermediate number a row of its own, so that derivatives can be followed back.

    Returns
    -------
    RateProgram

    Raises
    ------
    NetworkError
        A law has a function that no instruction computes.

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Law, write_program
    >>> s, v, k = sympy.symbols("s v k")
    >>> law = Law((s, v, k), v * s / (k + s), [], arguments=[[0, 1, 2]], reactions=[0])
    >>> write_program([law], 1, 2).can_be_compiled
    True
    """
    writer = _Writer(n_variables, n_variables + n_parameters, reversible=reversible)
    rows_of: dict[int, list[int]] = {}
    for law in laws:
        inputs = {symbol: i for i, symbol in enumerate(law.symbols)}
        arguments = np.array(law.arguments).reshape(len(law.reactions), -1)
        graph = RateGraph(inputs, [bool((rows >= n_variables).all()) for rows in arguments.T])
        graph.define(law.given.items())
        rate, slopes = graph.add([law.rate]), graph.add(law.slopes)
        rows = writer.add(graph, arguments, rate, slopes)
        rows_of |= {r: [row + k for row in rows] for k, r in enumerate(law.reactions)}
    in_order = [rows_of[reaction] for reaction in range(len(rows_of))]
    rate_rows = np.array([rows[0] for rows in in_order], dtype=np.int64)
    return writer.program(rate_rows, [row for rows in in_order for row in rows[1:]])


@dataclass
class _Writer:
    """Collects instructions and gives out rows; mutable.

    Rows that are kept (fixed numbers, results) lie below the working rows, which all laws share and
    which are numbered from zero until the end.
    """

    n_variables: int
    n_kept: int
    reversible: bool
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
        lasting = needed(graph, results) if self.reversible else results
        kept = {n: rows[n] if n in rows else keep() for n in dict.fromkeys(lasting)}
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
            if n in kept:
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
            operations = np.array([OPERATIONS.index(line[0]) for line in lines], dtype=np.int64)
            table = np.array([line[1:] for line in lines], dtype=np.int64).reshape(-1, 4).T.copy()
            table[:3] = np.where(table[:3] < 0, self.n_kept - 1 - table[:3], table[:3])
            results, firsts, seconds, counts = table
            sources = np.array(self.sources, dtype=np.int64)
            return Instructions(operations, results, firsts, seconds, counts, sources)

        return RateProgram(
            n_variables=self.n_variables,
            n_rows=self.n_kept + self.n_working,
            literals=tuple(self.literals),
            once=instructions("once"),
            rates=instructions("rates"),
            rates_and_slopes=instructions("rates_and_slopes"),
            rate_rows=rate_rows,
            slope_rows=np.array(slope_rows, dtype=np.int64),
        )
