"""Running a rate program for several models side by side (compiled by numba)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program import COMPILED
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import fill, load, sqrt, store

__all__ = ["assemble", "execute"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_GATHER, _ADD, _SUB, _MUL, _DIV, _POW, _EXP, _LOG, _SQRT = range(COMPILED)


@kernel
def execute(instructions: tuple[Indices, ...], table: Array) -> None:  # noqa: PLR0912 - a switch
    """Carry out instructions on a table of `row x lane`."""
    operations, results, firsts, seconds, counts, sources = instructions
    for n in range(len(operations)):
        op, count, to, a, b = operations[n], counts[n], results[n], firsts[n], seconds[n]
        if op == _MUL:
            for k in range(count):
                store(table, to + k, load(table, a + k) * load(table, b + k))
        elif op == _ADD:
            for k in range(count):
                store(table, to + k, load(table, a + k) + load(table, b + k))
        elif op == _SUB:
            for k in range(count):
                store(table, to + k, load(table, a + k) - load(table, b + k))
        elif op == _DIV:
            for k in range(count):
                store(table, to + k, load(table, a + k) / load(table, b + k))
        elif op == _GATHER:
            for k in range(count):
                store(table, to + k, load(table, sources[a + k]))
        elif op == _SQRT:
            for k in range(count):
                store(table, to + k, sqrt(load(table, a + k)))
        else:
            for k in range(count):
                for lane in range(LANES):
                    x = table[a + k, lane]
                    if op == _POW:
                        y = table[b + k, lane]
                        table[to + k, lane] = 1.0 if y == 0.0 else x if y == 1.0 else x**y
                    elif op == _EXP:
                        table[to + k, lane] = math.exp(x)
                    else:
                        table[to + k, lane] = math.log(x) if x > 0.0 else math.nan


@kernel
def assemble(terms: tuple[Indices, Indices, Array, Indices], table: Array, sums: Array) -> None:
    """Add up terms: ``sums[e]`` is the sum of coefficient x source x factor, -1 for no factor."""
    pointers, sources, coefficients, factors = terms
    for e in range(len(pointers) - 1):
        total = fill(0.0)
        for q in range(pointers[e], pointers[e + 1]):
            term = fill(coefficients[q]) * load(table, sources[q])
            if factors[q] >= 0:
                term = term * load(table, factors[q])
            total += term
        store(sums, e, total)
