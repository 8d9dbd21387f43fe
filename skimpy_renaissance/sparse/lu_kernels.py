"""Sparse factorisation and solution for several matrices side by side (compiled by numba).

Every array ends with the axis of lanes; index lists are those of
:class:`~skimpy_renaissance.sparse.elimination.Elimination`, and all lanes take the same path.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import absolute, fill, load, store

__all__ = ["backward_error", "factor", "solve"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@kernel
def factor(
    factors: Array, starts: Indices, columns: Indices, diagonal: Indices, work: Array
) -> None:
    """Replace matrices by their factors, row by row; the diagonal is kept inverted.

    ``factors`` holds the matrix, zeros where it fills in; ``work`` is `row x lane`.
    """
    for i in range(len(diagonal)):
        for p in range(starts[i], starts[i + 1]):
            store(work, columns[p], load(factors, p))
        for p in range(starts[i], diagonal[i]):
            k = columns[p]
            multiplier = load(work, k) * load(factors, diagonal[k])
            store(factors, p, multiplier)
            for q in range(diagonal[k] + 1, starts[k + 1]):
                j = columns[q]
                store(work, j, load(work, j) - multiplier * load(factors, q))
        store(factors, diagonal[i], fill(1.0) / load(work, i))
        for p in range(diagonal[i] + 1, starts[i + 1]):
            store(factors, p, load(work, columns[p]))


@kernel
def solve(
    factors: Array, starts: Indices, columns: Indices, diagonal: Indices, vectors: Array
) -> None:
    """Replace right-hand sides, in the order of elimination, by the solutions."""
    n = len(diagonal)
    for i in range(n):
        left = load(vectors, i)
        for p in range(starts[i], diagonal[i]):
            left -= load(factors, p) * load(vectors, columns[p])
        store(vectors, i, left)
    for i in range(n - 1, -1, -1):
        left = load(vectors, i)
        for p in range(diagonal[i] + 1, starts[i + 1]):
            left -= load(factors, p) * load(vectors, columns[p])
        store(vectors, i, left * load(factors, diagonal[i]))


@kernel
def backward_error(
    matrices: Array,
    starts: Indices,
    columns: Indices,
    solutions: Array,
    right: Array,
    error: Array,
) -> None:
    """Return in ``error``, per lane, max |Ax - b| / (|A||x| + |b|) over rows.

    The smallest relative change of every entry under which x would be exact (Oettli and Prager);
    NaN where something is not finite. ``error`` is `row x lane`; its first row holds the result.
    """
    for i in range(len(starts) - 1):
        b = load(right, i)
        residual, size = fill(0.0) - b, absolute(b)
        for p in range(starts[i], starts[i + 1]):
            term = load(matrices, p) * load(solutions, columns[p])
            residual += term
            size += absolute(term)
        store(error, i, absolute(residual) / size)
    for i in range(1, len(error)):
        for lane in range(LANES):
            if not error[i, lane] <= error[0, lane]:  # takes NaN along
                error[0, lane] = error[i, lane]
