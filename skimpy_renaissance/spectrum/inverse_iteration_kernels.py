r"""Inverse iteration on sparse factors, several matrices side by side (compiled by numba).

As dense inverse iteration, but with complex factors of :math:`A - \lambda I` in an order of
elimination that all matrices share. Vectors, their largest entry 1, are judged by their residuals
relative to what cancels in each component, or to the eigenvalue where that is more,

.. math:: \max_i \frac{|A v - \lambda v|_i}{(|A|\,|v| + |\lambda|\,|v|)_i + |\lambda|}, \qquad
    \max_j \frac{|A^H w - \bar\lambda w|_j}{(|A|^T|w| + |\lambda|\,|w|)_j + |\lambda|} :

a component that ought to be zero may stand at anything too small to matter.

Real and imaginary parts are arrays of their own. Every array ends with the axis of lanes; index
lists are those of :class:`~skimpy_renaissance.sparse.elimination.Elimination`.

References
----------
1. Ipsen, *SIAM Rev.* 39 (1997) 254, doi:10.1137/S0036144596300773.
2. Higham and Higham, *SIAM J. Matrix Anal. Appl.* 20 (1998) 493, doi:10.1137/S0895479896313188
   (backward errors of eigenpairs).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel, lane_rows
from skimpy_renaissance.sparse.lane_type import absolute, fill, load, maximum, sqrt, store

__all__ = ["Room", "find_vectors", "inverse_iteration", "judge_vectors"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.int64]


class Room(NamedTuple):
    """Where :func:`inverse_iteration` works: real and imaginary parts, `row x lane`."""

    matrix: Array
    factors: Array
    factors_i: Array
    right: Array
    right_i: Array
    left: Array
    left_i: Array
    work: Array
    work_i: Array
    size: Array
    shift: Array

    @classmethod
    def of(cls, n: int, n_factors: int) -> Room:
        """Return room for matrices of n rows."""
        return cls(*map(lane_rows, (*(n_factors,) * 3, *(n,) * 7, 2)))


@kernel
def _factor(
    re: Array,
    im: Array,
    starts: Indices,
    columns: Indices,
    diagonal: Indices,
    work: Array,
    work_i: Array,
) -> None:
    """Replace complex matrices by their factors, row by row; the diagonal is kept inverted."""
    for i in range(len(diagonal)):
        for p in range(starts[i], starts[i + 1]):
            store(work, columns[p], load(re, p))
            store(work_i, columns[p], load(im, p))
        for p in range(starts[i], diagonal[i]):
            k = columns[p]
            a, b = load(work, k), load(work_i, k)
            c, d = load(re, diagonal[k]), load(im, diagonal[k])
            x, y = a * c - b * d, a * d + b * c
            store(re, p, x)
            store(im, p, y)
            for q in range(diagonal[k] + 1, starts[k + 1]):
                j = columns[q]
                c, d = load(re, q), load(im, q)
                store(work, j, load(work, j) - x * c + y * d)
                store(work_i, j, load(work_i, j) - x * d - y * c)
        a, b = load(work, i), load(work_i, i)
        squared = a * a + b * b
        store(re, diagonal[i], a / squared)
        store(im, diagonal[i], (fill(0.0) - b) / squared)
        for p in range(diagonal[i] + 1, starts[i + 1]):
            store(re, p, load(work, columns[p]))
            store(im, p, load(work_i, columns[p]))


@kernel
def _solve(
    re: Array, im: Array, starts: Indices, columns: Indices, diagonal: Indices, x: Array, y: Array
) -> None:
    """Replace right-hand sides x + iy by the solutions of LU z = x + iy."""
    n = len(diagonal)
    for i in range(n):
        a, b = load(x, i), load(y, i)
        for p in range(starts[i], diagonal[i]):
            c, d, e, f = load(re, p), load(im, p), load(x, columns[p]), load(y, columns[p])
            a = a - c * e + d * f
            b = b - c * f - d * e
        store(x, i, a)
        store(y, i, b)
    for i in range(n - 1, -1, -1):
        a, b = load(x, i), load(y, i)
        for p in range(diagonal[i] + 1, starts[i + 1]):
            c, d, e, f = load(re, p), load(im, p), load(x, columns[p]), load(y, columns[p])
            a = a - c * e + d * f
            b = b - c * f - d * e
        c, d = load(re, diagonal[i]), load(im, diagonal[i])
        store(x, i, a * c - b * d)
        store(y, i, a * d + b * c)


@kernel
def _solve_adjoint(
    re: Array, im: Array, starts: Indices, columns: Indices, diagonal: Indices, x: Array, y: Array
) -> None:
    """Replace right-hand sides x + iy by the solutions of (LU)^H z = x + iy, column by column."""
    n = len(diagonal)
    for i in range(n):
        c, d, a, b = load(re, diagonal[i]), load(im, diagonal[i]), load(x, i), load(y, i)
        e, f = a * c + b * d, b * c - a * d
        store(x, i, e)
        store(y, i, f)
        for p in range(diagonal[i] + 1, starts[i + 1]):
            j, c, d = columns[p], load(re, p), load(im, p)
            store(x, j, load(x, j) - c * e - d * f)
            store(y, j, load(y, j) - c * f + d * e)
    for i in range(n - 1, -1, -1):
        e, f = load(x, i), load(y, i)
        for p in range(starts[i], diagonal[i]):
            j, c, d = columns[p], load(re, p), load(im, p)
            store(x, j, load(x, j) - c * e - d * f)
            store(y, j, load(y, j) - c * f + d * e)


@kernel
def _normalise(x: Array, y: Array) -> None:
    """Scale each vector x + iy to a largest entry of modulus 1."""
    largest = fill(0.0)
    for i in range(len(x)):
        largest = maximum(load(x, i) * load(x, i) + load(y, i) * load(y, i), largest)
    factor = fill(1.0) / sqrt(largest)
    for i in range(len(x)):
        store(x, i, load(x, i) * factor)
        store(y, i, load(y, i) * factor)


@kernel
def _subtract_mode(shift: Array, x: Array, y: Array, room: Room) -> None:
    """Begin ``work`` with -lambda (x + iy), ``size`` with its size; |z| is |Re z| + |Im z|."""
    c, d = load(shift, 0), load(shift, 1)
    for i in range(len(x)):
        a, b = load(x, i), load(y, i)
        store(room.work, i, d * b - c * a)
        store(room.work_i, i, fill(0.0) - c * b - d * a)
        size = absolute(a) + absolute(b) + fill(1.0)
        store(room.size, i, (absolute(c) + absolute(d)) * size)


@kernel
def _add_product(room: Room, row: int, entry: int, x: Array, y: Array, column: int) -> None:
    """Add A[entry] times the number in ``column`` to ``row`` of ``work``."""
    m, a, b = load(room.matrix, entry), load(x, column), load(y, column)
    store(room.work, row, load(room.work, row) + m * a)
    store(room.work_i, row, load(room.work_i, row) + m * b)
    store(room.size, row, load(room.size, row) + absolute(m) * (absolute(a) + absolute(b)))


@kernel
def _largest_error(room: Room, errors: Array, model: int, n_lanes: int) -> None:
    """Raise ``errors`` from ``model`` on to the largest of |work| / size; NaN stays."""
    for i in range(len(room.work)):
        error = absolute(load(room.work, i)) + absolute(load(room.work_i, i))
        store(room.work, i, error / load(room.size, i))
        for lane in range(n_lanes):
            if not room.work[i, lane] <= errors[model + lane]:
                errors[model + lane] = room.work[i, lane]


@kernel
def find_vectors(
    starts: Indices, columns: Indices, diagonal: Indices, offset: float, steps: int, room: Room
) -> None:
    """Find the vectors of ``room.matrix`` to the eigenvalues in ``room.shift``."""
    re, im, shift = room.factors, room.factors_i, room.shift
    for i in range(len(room.right)):
        store(room.right, i, fill(1.0 + i / len(room.right)))
    room.left[:] = room.right
    room.right_i[:] = 0.0
    room.left_i[:] = 0.0
    re[:], im[:] = room.matrix, 0.0
    for p in diagonal:
        store(re, p, load(re, p) - fill(1.0 + offset) * load(shift, 0))
        store(im, p, fill(-1.0 - offset) * load(shift, 1))
    _factor(re, im, starts, columns, diagonal, room.work, room.work_i)
    for _ in range(steps):
        _solve(re, im, starts, columns, diagonal, room.right, room.right_i)
        _solve_adjoint(re, im, starts, columns, diagonal, room.left, room.left_i)
        _normalise(room.right, room.right_i)
        _normalise(room.left, room.left_i)


@kernel
def judge_vectors(
    starts: Indices, columns: Indices, room: Room, errors: Array, first: int, n_lanes: int
) -> None:
    """Return the larger residual of both vectors in ``errors``; leaves the conjugate shift."""
    x, y = room.right, room.right_i
    _subtract_mode(room.shift, x, y, room)
    for i in range(len(x)):
        for p in range(starts[i], starts[i + 1]):
            _add_product(room, i, p, x, y, columns[p])
    _largest_error(room, errors, first, n_lanes)
    x, y = room.left, room.left_i
    store(room.shift, 1, fill(0.0) - load(room.shift, 1))
    _subtract_mode(room.shift, x, y, room)
    for i in range(len(x)):
        for p in range(starts[i], starts[i + 1]):
            _add_product(room, columns[p], p, x, y, i)
    _largest_error(room, errors, first, n_lanes)


@kernel
def inverse_iteration(
    entries: Array,
    eigenvalues: Complex,
    offset: float,
    steps: int,
    order: Indices,
    places: Indices,
    starts: Indices,
    columns: Indices,
    diagonal: Indices,
    room: Room,
    right: Complex,
    left: Complex,
    errors: Array,
) -> None:
    """Return eigenvectors in ``right`` and ``left`` (`model x row`), judged in ``errors``.

    ``entries`` is `model x entry`, in the elimination's order. ``errors``, `model`, is zero at
    first and becomes the larger residual of both vectors, NaN where something is not finite.
    """
    n_models, n = len(entries), len(diagonal)
    room.matrix[:] = 0.0  # where factors fill in
    for first in range(0, n_models, LANES):
        n_lanes = min(LANES, n_models - first)
        for lane in range(LANES):
            model = min(first + lane, n_models - 1)
            room.shift[0, lane] = eigenvalues[model].real
            room.shift[1, lane] = eigenvalues[model].imag
            for e in range(len(places)):
                room.matrix[places[e], lane] = entries[model, e]
        find_vectors(starts, columns, diagonal, offset, steps, room)
        judge_vectors(starts, columns, room, errors, first, n_lanes)
        for lane in range(n_lanes):
            for i in range(n):
                at = order[i]
                right[first + lane, at] = complex(room.right[i, lane], room.right_i[i, lane])
                left[first + lane, at] = complex(room.left[i, lane], room.left_i[i, lane])
