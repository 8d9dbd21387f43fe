"""Running a rate program for several models side by side (compiled by numba)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program import COMPILED
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import fill, load, sqrt, store

__all__ = ["assemble", "execute", "reverse"]

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
def reverse(  # noqa: PLR0912 - a switch
    instructions: tuple[Indices, ...], table: Array, slopes: Array
) -> None:
    """Follow derivatives back through instructions that gave each number a row of its own.

    ``slopes``, `row x lane`, holds the derivative of something by each result, and zero elsewhere;
    the derivatives by all other rows of ``table`` are added to it.
    """
    operations, results, firsts, seconds, counts, sources = instructions
    for n in range(len(operations) - 1, -1, -1):
        op, to, a, b = operations[n], results[n], firsts[n], seconds[n]
        for k in range(counts[n]):
            slope = load(slopes, to + k)
            if op == _GATHER:
                source = sources[a + k]
                store(slopes, source, load(slopes, source) + slope)
                continue
            of_a, of_b = slope, slope
            if op == _SUB:
                of_b = fill(0.0) - slope
            elif op == _MUL:
                of_a, of_b = slope * load(table, b + k), slope * load(table, a + k)
            elif op == _DIV:
                of_a = slope / load(table, b + k)
                of_b = fill(0.0) - of_a * load(table, to + k)
            elif op == _SQRT:
                of_a = fill(0.5) * slope / load(table, to + k)
            elif op >= _POW:
                for lane in range(LANES):
                    x, y = table[a + k, lane], table[b + k, lane]
                    back, result = slopes[to + k, lane], table[to + k, lane]
                    if op == _POW:
                        slopes[a + k, lane] += back * y * (1.0 if y == 1.0 else x ** (y - 1.0))
                        slopes[b + k, lane] += back * result * math.log(x) if x > 0.0 else 0.0
                    elif op == _EXP:
                        slopes[a + k, lane] += back * result
                    else:
                        slopes[a + k, lane] += back / x
                continue
            store(slopes, a + k, load(slopes, a + k) + of_a)
            if op < _POW:
                store(slopes, b + k, load(slopes, b + k) + of_b)


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
