r"""Eight matrices side by side, made fit for an eigenvalue iteration (compiled by numba).

A matrix of n rows lies in one array of `row x lane`, entry (i, j) in row
``(ABOVE + i) * width + j`` with ``width = width_of(n)``. The rows and columns around it are zero:
blocks of four need no special cases at its edges. An odd width spreads columns over the cache.

*Balancing* is the similarity :math:`D^{-1} H D`, :math:`D` of powers of two, that makes row i as
long as column i: with :math:`f = \|H_{i,:}\|/\|H_{:,i}\|` by steps of
:math:`2^{\operatorname{round}(\log_2(f)/2)}` until none shortens the two by 5 %.

References
----------
1. Osborne, *J. ACM* 7 (1960) 338, doi:10.1145/321043.321048.
2. James, Langou and Lowery, arXiv:1401.5766 (2014): norms of 2 and the test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import (
    absolute,
    at_most,
    blend,
    fill,
    less,
    load,
    maximum,
    root_exponent,
    sqrt,
    store,
)

__all__ = ["ABOVE", "ALL", "balance", "matrix_rows", "rescale", "width_of"]

Array = NDArray[np.float64]
ABOVE, _BELOW, _RIGHT = 4, 8, 8  # rows and columns of zeros
ALL = 2**LANES - 1  # the bits of all lanes
_SMALLEST, _LARGEST = 1e-100, 1e100  # squares neither overflow nor vanish
_ENOUGH, _SWEEPS = 0.95, 20


@kernel
def width_of(n: int) -> int:
    """Return how far apart rows are."""
    return (n + _RIGHT) | 1


@kernel
def matrix_rows(n: int) -> int:
    """Return how many rows of lanes a matrix takes with its surroundings."""
    return (ABOVE + n + _BELOW) * width_of(n)


@kernel
def rescale(h: Array, n: int, scale: Array) -> int:
    """Bring entries of unusual size to about 1; return the bits of the lanes that are finite.

    Other lanes become zero. The matrices were those returned times ``scale[0]`` squared.
    """
    first, end = ABOVE * width_of(n), (ABOVE + n) * width_of(n)
    size, largest, finite = fill(0.0), fill(np.finfo(np.float64).max), ALL
    for p in range(first, end):
        entry = absolute(load(h, p))
        finite &= at_most(entry, largest)
        size = maximum(entry, size)
    if finite != ALL:
        size = blend(finite, size, fill(1.0))
        for p in range(first, end):
            store(h, p, blend(finite, load(h, p), fill(0.0)))
    unusual = less(size, fill(_SMALLEST)) | less(fill(_LARGEST), size)
    root = blend(unusual, root_exponent(size), fill(1.0))
    store(scale, 0, root)
    if unusual:
        for p in range(first, end):
            store(h, p, load(h, p) / root / root)
    return finite


@kernel
def balance(h: Array, n: int) -> None:
    """Make rows as long as columns, in each lane by itself."""
    width, zero, one = width_of(n), fill(0.0), fill(1.0)
    for _ in range(_SWEEPS):
        changed = 0
        for i in range(n):
            row, column = (ABOVE + i) * width, ABOVE * width + i
            of_row, of_row_1, of_column, of_column_1 = zero, zero, zero, zero
            for j in range(0, n, 2):  # two sums each hide the time that an addition takes
                a, b = load(h, row + j), load(h, row + j + 1)
                of_row, of_row_1 = of_row + a * a, of_row_1 + b * b
                a, b = load(h, column + j * width), load(h, column + (j + 1) * width)
                of_column, of_column_1 = of_column + a * a, of_column_1 + b * b
            r, c = sqrt(of_row + of_row_1), sqrt(of_column + of_column_1)
            usable = less(zero, r) & less(zero, c)
            f = root_exponent(blend(usable, r / c, one))
            shorter = usable & less(c * f + r / f, fill(_ENOUGH) * (c + r))
            if shorter:
                changed |= shorter
                f = blend(shorter, f, one)
                reciprocal = one / f
                for j in range(n):
                    store(h, row + j, load(h, row + j) * reciprocal)
                for j in range(n):
                    store(h, column + j * width, load(h, column + j * width) * f)
        if changed == 0:
            break
