r"""Reduction of eight matrices side by side to Hessenberg form (compiled by numba).

Step k removes the entries of column k below the subdiagonal by a reflection
:math:`I - \tau v v^T`. With :math:`u = \tau A v` and :math:`w = \tau(A^T v - (v^T u)\, v)`

.. math:: (I - \tau v v^T)\, A\, (I - \tau v v^T) = A - u v^T - v w^T .

Column k + 1 is brought up to date first: it gives the next reflection :math:`v'`. One pass over the
rest then applies step k and sums :math:`A v'` and :math:`A^T v'` for step k + 1, so each entry is
read and written once per step. Rows above the reflections need :math:`A - (A v)\,\tau v^T` alone;
they wait until the end, four rows and two reflections at a time.

References
----------
Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import kernel
from skimpy_renaissance.sparse.lane_type import blend, fill, less, load, sqrt, store
from skimpy_renaissance.spectrum.balance_kernels import ABOVE, width_of

__all__ = ["hessenberg"]

Array = NDArray[np.float64]
_TINY = 1e-290  # a squared length that counts as none


@kernel
def hessenberg(  # noqa: PLR0912 - one step after the other
    h: Array, n: int, reflections: Array, vectors: Array
) -> None:
    """Replace matrices by Hessenberg matrices with the same eigenvalues.

    ``reflections`` has ``n * width`` rows, reflection k in those from ``k * width``, and zero in
    each entry from n on; ``vectors`` has ``6 * width``. What they hold elsewhere does not matter.
    """
    if n < 3:
        return
    width, zero = width_of(n), fill(0.0)
    first = ABOVE * width
    tau, column, w, right = 0, width, 2 * width, 3 * width  # rows of ``vectors``
    u, u_next = 4 * width, 5 * width
    for p in range(len(vectors)):
        store(vectors, p, zero)
    for i in range(1, n):
        store(vectors, column + i, load(h, first + i * width))
    _reflection(vectors, column, 1, n, reflections, 0, tau)
    store(h, first + width, load(vectors, column + 1))
    for i in range(2, n):
        store(h, first + i * width, zero)
    _update(h, n, 1, vectors, u, w, right, u_next, reflections, 0, 0)
    for k in range(n - 2):
        u, u_next = u_next, u
        v, t = k * width, load(vectors, tau + k)
        product = zero
        for i in range(k + 1, n):
            product = product + load(reflections, v + i) * load(vectors, u + i)
        product = t * product
        for j in range(k + 1, n):
            of_v = product * load(reflections, v + j)
            store(vectors, w + j, t * (load(vectors, right + j) - of_v))
            store(vectors, u + j, t * load(vectors, u + j))
        if k < n - 3:
            _next_column(h, n, k, vectors, u, w, column, reflections, v)
            _reflection(vectors, column, k + 2, n, reflections, v + width, tau + k + 1)
            row = first + (k + 1) * width
            u_row = load(vectors, u + k + 1)
            for j in range(k + 2, n):
                change = u_row * load(reflections, v + j) + load(vectors, w + j)
                store(h, row + j, load(h, row + j) - change)
            store(h, row + k + 1, load(vectors, column + k + 1))
            store(h, row + width + k + 1, load(vectors, column + k + 2))
            for i in range(k + 3, n):
                store(h, first + i * width + k + 1, zero)
            _update(h, n, k + 2, vectors, u, w, right, u_next, reflections, v, v + width)
        else:
            for i in range(k + 1, n):
                u_row, v_row = load(vectors, u + i), load(reflections, v + i)
                for j in range(k + 1, n):
                    q = first + i * width + j
                    of_u = u_row * load(reflections, v + j)
                    store(h, q, load(h, q) - of_u - v_row * load(vectors, w + j))
    _rows_above(h, n, reflections, vectors, tau)


@kernel
def _reflection(
    vectors: Array, column: int, first: int, n: int, reflections: Array, v: int, tau: int
) -> None:
    """Find the reflection of a column, entries ``first`` to n, onto its first entry.

    v goes to ``reflections``, 1 its first entry; tau to ``vectors[tau]``. What the first entry
    becomes goes to ``column``; tau is 0 where the others vanish already.
    """
    zero, s, s1 = fill(0.0), fill(0.0), fill(0.0)
    for i in range(first + 1, n, 2):
        a, b = load(vectors, column + i), load(vectors, column + i + 1)  # zero beyond the end
        s, s1 = s + a * a, s1 + b * b
    s = s + s1
    needed = less(fill(_TINY), s)
    x = load(vectors, column + first)
    length = sqrt(x * x + s)
    beta = blend(less(x, zero), length, zero - length)
    reciprocal = blend(needed, fill(1.0) / (x - beta), zero)
    store(vectors, tau, blend(needed, (beta - x) / beta, zero))
    store(reflections, v + first, fill(1.0))
    for i in range(first + 1, n):
        store(reflections, v + i, load(vectors, column + i) * reciprocal)
    store(vectors, column + first, blend(needed, beta, x))


@kernel
def _next_column(
    h: Array,
    n: int,
    k: int,
    vectors: Array,
    u: int,
    w: int,
    column: int,
    reflections: Array,
    v: int,
) -> None:
    """Take column k + 1 with step k applied to it."""
    width = width_of(n)
    first = ABOVE * width + k + 1
    w_column = load(vectors, w + k + 1)
    for i in range(k + 1, n):
        change = load(reflections, v + i) * w_column
        store(vectors, column + i, load(h, first + i * width) - load(vectors, u + i) - change)


@kernel
def _update(
    h: Array,
    n: int,
    begin: int,
    vectors: Array,
    u: int,
    w: int,
    right: int,
    u_next: int,
    reflections: Array,
    v: int,
    v_next: int,
) -> None:
    """Apply A - u v^T - v w^T to rows and columns from ``begin``; sum up A v' and A^T v'."""
    width, zero = width_of(n), fill(0.0)
    for j in range(begin, n):
        store(vectors, right + j, zero)
    for i in range(begin, n, 4):  # beyond n the factors are zero
        u0, u1 = load(vectors, u + i), load(vectors, u + i + 1)
        u2, u3 = load(vectors, u + i + 2), load(vectors, u + i + 3)
        v0, v1 = load(reflections, v + i), load(reflections, v + i + 1)
        v2, v3 = load(reflections, v + i + 2), load(reflections, v + i + 3)
        e0, e1 = load(reflections, v_next + i), load(reflections, v_next + i + 1)
        e2, e3 = load(reflections, v_next + i + 2), load(reflections, v_next + i + 3)
        s0, s1, s2, s3 = zero, zero, zero, zero
        p = (ABOVE + i) * width
        for j in range(begin, n):
            vj, wj = load(reflections, v + j), load(vectors, w + j)
            ej, sum_j = load(reflections, v_next + j), load(vectors, right + j)
            a = load(h, p + j) - u0 * vj - v0 * wj
            b = load(h, p + width + j) - u1 * vj - v1 * wj
            c = load(h, p + 2 * width + j) - u2 * vj - v2 * wj
            d = load(h, p + 3 * width + j) - u3 * vj - v3 * wj
            store(h, p + j, a)
            store(h, p + width + j, b)
            store(h, p + 2 * width + j, c)
            store(h, p + 3 * width + j, d)
            s0, s1, s2, s3 = s0 + a * ej, s1 + b * ej, s2 + c * ej, s3 + d * ej
            store(vectors, right + j, sum_j + a * e0 + b * e1 + c * e2 + d * e3)
        store(vectors, u_next + i, s0)
        store(vectors, u_next + i + 1, s1)
        store(vectors, u_next + i + 2, s2)
        store(vectors, u_next + i + 3, s3)


@kernel
def _rows_above(h: Array, n: int, reflections: Array, vectors: Array, tau: int) -> None:
    """Apply to rows 1 to k of the matrix, from the right, the reflections after k."""
    width = width_of(n)
    for i in range(0, n - 2, 4):
        for r in range(i, min(i + 4, n - 2)):  # until all four rows have the same reflections left
            for k in range(r, min(i + 4, n - 2)):
                _reflect_row(h, (ABOVE + r) * width, n, k, reflections, vectors, tau)
        k = i + 4
        while k + 1 < n - 2:
            _reflect_four_rows_twice(h, (ABOVE + i) * width, n, k, reflections, vectors, tau)
            k += 2
        if k < n - 2:
            for r in range(i, i + 4):
                _reflect_row(h, (ABOVE + r) * width, n, k, reflections, vectors, tau)


@kernel
def _reflect_row(
    h: Array, row: int, n: int, k: int, reflections: Array, vectors: Array, tau: int
) -> None:
    v, s, s1 = k * width_of(n), fill(0.0), fill(0.0)
    for j in range(k + 1, n, 2):  # beyond n everything is zero
        s = s + load(h, row + j) * load(reflections, v + j)
        s1 = s1 + load(h, row + j + 1) * load(reflections, v + j + 1)
    s = (s + s1) * load(vectors, tau + k)
    for j in range(k + 1, n):
        store(h, row + j, load(h, row + j) - s * load(reflections, v + j))


@kernel
def _reflect_four_rows_twice(
    h: Array, row: int, n: int, k: int, reflections: Array, vectors: Array, tau: int
) -> None:
    """Apply reflections k and k + 1: the second sees :math:`s - s'` with v'^T v taken once."""
    width, zero = width_of(n), fill(0.0)
    v, v_next = k * width, (k + 1) * width
    s0, s1, s2, s3 = zero, zero, zero, zero
    q0, q1, q2, q3, both = zero, zero, zero, zero, zero
    for j in range(row + k + 1, row + n):
        x, z = load(reflections, v + j - row), load(reflections, v_next + j - row)
        both = both + x * z
        a, b = load(h, j), load(h, j + width)
        c, d = load(h, j + 2 * width), load(h, j + 3 * width)
        s0, s1, s2, s3 = s0 + a * x, s1 + b * x, s2 + c * x, s3 + d * x
        q0, q1, q2, q3 = q0 + a * z, q1 + b * z, q2 + c * z, q3 + d * z
    t, t_next = load(vectors, tau + k), load(vectors, tau + k + 1)
    s0, s1, s2, s3 = s0 * t, s1 * t, s2 * t, s3 * t
    q0, q1 = (q0 - s0 * both) * t_next, (q1 - s1 * both) * t_next
    q2, q3 = (q2 - s2 * both) * t_next, (q3 - s3 * both) * t_next
    for j in range(row + k + 1, row + n):
        x, z = load(reflections, v + j - row), load(reflections, v_next + j - row)
        store(h, j, load(h, j) - s0 * x - q0 * z)
        store(h, j + width, load(h, j + width) - s1 * x - q1 * z)
        store(h, j + 2 * width, load(h, j + 2 * width) - s2 * x - q2 * z)
        store(h, j + 3 * width, load(h, j + 3 * width) - s3 * x - q3 * z)
