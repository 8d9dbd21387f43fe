r"""The inverse from sparse factors, several matrices side by side (compiled by numba).

With :math:`LU = P A P^T` row i of :math:`L^{-1}`, and then of :math:`U^{-1} L^{-1}`, is made of the
rows that row i of the factors names,

.. math::
    Y_i = e_i - \sum_{k<i} L_{ik} Y_k, \qquad
    Z_i = \frac{1}{U_{ii}} \Big(Y_i - \sum_{k>i} U_{ik} Z_k\Big),

eight columns at a time in registers. The result stays in the order of elimination,
:math:`Z = P A^{-1} P^T`: its eigenvalues are those of :math:`A^{-1}`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import kernel
from skimpy_renaissance.sparse.lane_type import fill, load, store

__all__ = ["invert"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@kernel
def invert(
    factors: Array,
    starts: Indices,
    columns: Indices,
    diagonal: Indices,
    inverse: Array,
    first: int,
    width: int,
) -> None:
    """Fill ``inverse``, entry (i, j) in row ``first + i * width + j``, from the factors.

    Up to seven columns beyond the last are used; they are zero afterwards.
    """
    n = len(diagonal)
    for i in range(n):
        row = first + i * width
        for j in range(width):
            store(inverse, row + j, fill(0.0))
        for j in range(0, i, 8):
            _subtract_rows(factors, columns, starts[i], diagonal[i], inverse, first, width, i, j, j)
        store(inverse, row + i, fill(1.0))
    for i in range(n - 1, -1, -1):
        row, reciprocal = first + i * width, load(factors, diagonal[i])
        for j in range(0, n, 8):
            below, end = diagonal[i] + 1, starts[i + 1]
            _subtract_rows(factors, columns, below, end, inverse, first, width, i, j, 0)
            for q in range(row + j, row + j + 8):
                store(inverse, q, load(inverse, q) * reciprocal)


@kernel
def _subtract_rows(
    factors: Array,
    columns: Indices,
    begin: int,
    end: int,
    inverse: Array,
    first: int,
    width: int,
    i: int,
    j: int,
    lowest: int,
) -> None:
    """Subtract factor x row k from row i, columns j to j + 7, for each k >= ``lowest`` named."""
    q = first + i * width + j
    s0, s1, s2, s3 = (
        load(inverse, q),
        load(inverse, q + 1),
        load(inverse, q + 2),
        load(inverse, q + 3),
    )
    s4, s5, s6 = load(inverse, q + 4), load(inverse, q + 5), load(inverse, q + 6)
    s7 = load(inverse, q + 7)
    for p in range(begin, end):
        k = columns[p]
        if k >= lowest:  # of a triangle's inverse, the rest is zero
            f, r = load(factors, p), first + k * width + j
            s0 = s0 - f * load(inverse, r)
            s1 = s1 - f * load(inverse, r + 1)
            s2 = s2 - f * load(inverse, r + 2)
            s3 = s3 - f * load(inverse, r + 3)
            s4 = s4 - f * load(inverse, r + 4)
            s5 = s5 - f * load(inverse, r + 5)
            s6 = s6 - f * load(inverse, r + 6)
            s7 = s7 - f * load(inverse, r + 7)
    store(inverse, q, s0)
    store(inverse, q + 1, s1)
    store(inverse, q + 2, s2)
    store(inverse, q + 3, s3)
    store(inverse, q + 4, s4)
    store(inverse, q + 5, s5)
    store(inverse, q + 6, s6)
    store(inverse, q + 7, s7)
