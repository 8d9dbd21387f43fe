r"""Ritz values of shifted inverses, several matrices side by side (compiled by numba).

Arnoldi's method builds an orthonormal basis :math:`V` of the Krylov space of
:math:`M = (A - cI)^{-1}` in which :math:`M V_k = V_k H_k + h_{k+1,k}\, v_{k+1} e_k^T`. An
eigenvalue :math:`\theta` of the small Hessenberg matrix :math:`H_k` is trusted where its residual
is small. From :math:`y_k = 1` the rows of :math:`(H_k - \theta)\,y = 0` give the other
components from the last to the first; the first row is left over, and

.. math:: \|M V y - \theta V y\|^2 = |h_{k+1,k}\, y_k|^2 + |((H_k - \theta)\, y)_1|^2

holds for any :math:`\theta`, however inexact.

References
----------
1. Saad, *Numerical Methods for Large Eigenvalue Problems*, 2nd ed. (2011),
   doi:10.1137/1.9781611970739, chapter 6.
2. Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.5 (Francis' step).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel, lane_rows
from skimpy_renaissance.sparse.lane_type import fill, load, sqrt, store
from skimpy_renaissance.sparse.lu_kernels import backward_error, factor, solve
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix
from skimpy_renaissance.spectrum.matrix_entries import EntryLists

__all__ = ["Room", "arnoldi", "hessenberg_eigenvalues", "pairs", "residual", "screen"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.int64]
_EPS = 2.0**-52
_STANDS_STILL = 1e-9  # 1/h
_GOLDEN = 0.6180339887498949  # its multiples' fractions are a start vector without structure


class Room(NamedTuple):
    """Where :func:`screen` works, `row x lane`."""

    matrix: Array
    factors: Array
    pending: Array
    work: Array
    x: Array
    twice: Array
    b: Array
    errors: Array
    basis: Array
    h: Array

    @classmethod
    def of(cls, n: int, n_factors: int, *, steps: int) -> Room:
        """Return room for matrices of n rows."""
        k = min(steps, n)
        sizes = (*(n_factors,) * 3, *(n,) * 5, (k + 1) * n, (k + 1) * k)
        return cls(*map(lane_rows, sizes))


@kernel
def arnoldi(
    factors: Array,
    starts: Indices,
    columns: Indices,
    diagonal: Indices,
    basis: Array,
    new: Array,
    h: Array,
) -> None:
    """Fill ``h`` (`step + 1` times `step` rows) from the first vector in ``basis``.

    ``basis`` holds `step + 1` vectors of `row x lane` one below the other; ``new`` is `row x lane`.
    """
    n = len(diagonal)
    steps = len(basis) // n - 1
    h[:] = 0.0
    for s in range(steps):
        for i in range(n):
            store(new, i, load(basis, s * n + i))
        solve(factors, starts, columns, diagonal, new)
        for r in range(s + 1):
            product = fill(0.0)
            for i in range(n):
                product += load(basis, r * n + i) * load(new, i)
            for i in range(n):
                store(new, i, load(new, i) - product * load(basis, r * n + i))
            store(h, r * steps + s, product)
        squared = fill(0.0)
        for i in range(n):
            squared += load(new, i) * load(new, i)
        norm = sqrt(squared)
        store(h, (s + 1) * steps + s, norm)
        for i in range(n):
            store(basis, (s + 1) * n + i, load(new, i) / norm)


@kernel
def hessenberg_eigenvalues(h: Array, values: NDArray[np.complex128]) -> bool:
    """Return in ``values`` the eigenvalues of ``h``, which is overwritten; whether all were found.

    Francis' implicit double shift, deflating at the end of the matrix.
    """
    last, tries = len(h) - 1, 0
    while last >= 0:
        first = last
        while first > 0:
            near = abs(h[first, first]) + abs(h[first - 1, first - 1])
            if abs(h[first, first - 1]) <= _EPS * near:
                break
            first -= 1
        if first == last:
            values[last] = h[last, last]
            last, tries = last - 1, 0
        elif first == last - 1:
            middle = (h[first, first] + h[last, last]) / 2
            half = (h[first, first] - h[last, last]) / 2
            root = np.sqrt(complex(half * half + h[first, last] * h[last, first]))
            values[first], values[last] = middle + root, middle - root
            last, tries = last - 2, 0
        else:
            tries += 1
            if tries > 40:
                return False
            _francis_step(h, first, last, tries % 10 == 0)
    return True


@kernel
def _francis_step(h: Array, first: int, last: int, exceptional: bool) -> None:
    """Do one double shift on rows and columns ``first`` to ``last``."""
    p, q = last - 1, last
    trace = h[p, p] + h[q, q]
    determinant = h[p, p] * h[q, q] - h[p, q] * h[q, p]
    if exceptional:
        size = abs(h[q, p]) + abs(h[p, p - 1])
        trace, determinant = 1.5 * size, size * size
    a, b = h[first, first], h[first + 1, first + 1]
    x = a * a + h[first, first + 1] * h[first + 1, first] - trace * a + determinant
    y = h[first + 1, first] * (a + b - trace)
    z = h[first + 1, first] * h[first + 2, first + 1]
    for k in range(first, last):
        height = min(3, last - k + 1)
        if height == 2:
            z = 0.0
        # the reflection 1 - 2 u u' / u'u that turns (x, y, z) into (-s, 0, 0)
        scale = abs(x) + abs(y) + abs(z)
        if scale > 0.0:
            u0, u1, u2 = x / scale, y / scale, z / scale
            norm = np.sqrt(u0 * u0 + u1 * u1 + u2 * u2)
            u0 += norm if u0 >= 0.0 else -norm
            beta = 2.0 / (u0 * u0 + u1 * u1 + u2 * u2)
            for j in range(max(first, k - 1), last + 1):
                t = u0 * h[k, j] + u1 * h[k + 1, j]
                if height == 3:
                    t += u2 * h[k + 2, j]
                t *= beta
                h[k, j] -= t * u0
                h[k + 1, j] -= t * u1
                if height == 3:
                    h[k + 2, j] -= t * u2
            for i in range(first, min(k + 3, last) + 1):
                t = u0 * h[i, k] + u1 * h[i, k + 1]
                if height == 3:
                    t += u2 * h[i, k + 2]
                t *= beta
                h[i, k] -= t * u0
                h[i, k + 1] -= t * u1
                if height == 3:
                    h[i, k + 2] -= t * u2
        if k + 1 < last:
            x, y = h[k + 1, k], h[k + 2, k]
            z = h[k + 3, k] if k + 3 <= last else 0.0
        elif k + 1 == last:
            x, y, z = h[k + 1, k], 0.0, 0.0


@kernel
def residual(h: Array, beyond: float, theta: complex, y: NDArray[np.complex128]) -> float:
    """Return the residual of a Ritz pair relative to its value; ``beyond`` is h_{k+1,k}."""
    k = len(h)
    y[k - 1] = 1.0
    for i in range(k - 1, -1, -1):
        left = (theta - h[i, i]) * y[i]
        for j in range(i + 1, k):
            left -= h[i, j] * y[j]
        if i == 0:
            break
        y[i - 1] = left / h[i, i - 1]
    size = 0.0
    for i in range(k):
        size += y[i].real ** 2 + y[i].imag ** 2
    squared = beyond**2 + left.real**2 + left.imag**2
    return np.sqrt(squared / size) / abs(theta)


@kernel
def _start(b: Array) -> Array:
    """Fill ``b`` with numbers between -1 and 1; return them at length 1."""
    squared = 0.0
    for i in range(len(b)):
        number = 2.0 * ((i + 1) * _GOLDEN % 1.0) - 1.0
        b[i, :] = number
        squared += number * number
    return b / np.sqrt(squared)


@kernel
def screen(
    numbers: Array,
    entries: EntryLists,
    table: Array,
    cut: float,
    largest_error: float,
    largest_residual: float,
    margin: float,
    room: Room,
    rejected: NDArray[np.bool_],
) -> None:
    """Set ``rejected`` for models that certainly have an eigenvalue with a real part above ``cut``.

    ``numbers`` is `model x number`.
    """
    starts, columns, diagonal = entries.starts, entries.columns, entries.diagonal
    n_models, n = len(numbers), len(diagonal)
    matrix, factors, pending = room.matrix, room.factors, room.pending
    work, x, b, errors = room.work, room.x, room.b, room.errors
    basis, h = room.basis, room.h
    names, waiting = np.zeros(LANES, dtype=np.int64), 0
    start = _start(b)
    for block in range(0, n_models, LANES):
        has_matrix = fill_matrix(numbers, block, entries, table, matrix)
        for i in range(n):
            store(matrix, diagonal[i], load(matrix, diagonal[i]) - fill(cut))
        factors[:], x[:] = matrix, b
        factor(factors, starts, columns, diagonal, work)
        solve(factors, starts, columns, diagonal, x)
        backward_error(matrix, starts, columns, x, b, errors)
        room.twice[:] = x
        solve(factors, starts, columns, diagonal, room.twice)
        for lane in range(min(LANES, n_models - block)):
            if not (has_matrix >> lane) & 1 or not errors[0, lane] < largest_error:
                continue  # there is none, or the order of elimination does not suit it
            positive = 0
            for i in range(n):
                positive += factors[diagonal[i], lane] > 0.0
            near = _nearest(x, room.twice, lane) <= margin * abs(cut) + _STANDS_STILL
            if positive % 2 == 1 and not near:  # det(A - cI) has not the sign of n negative numbers
                rejected[block + lane] = True
                continue
            for p in range(starts[n]):
                pending[p, waiting] = factors[p, lane]
            names[waiting] = block + lane
            waiting += 1
            if waiting == LANES:
                basis[:n] = start
                arnoldi(pending, starts, columns, diagonal, basis, work, h)
                _reject(h, waiting, names, cut, largest_residual, margin, rejected)
                waiting = 0
    if waiting:
        basis[:n] = start
        arnoldi(pending, starts, columns, diagonal, basis, work, h)
        _reject(h, waiting, names, cut, largest_residual, margin, rejected)


@kernel
def _nearest(once: Array, twice: Array, lane: int) -> float:
    """Estimate an eigenvalue's distance from the limit, small where it is, by M b and M M b."""
    of_once = of_twice = 0.0
    for i in range(len(once)):
        of_once, of_twice = max(of_once, abs(once[i, lane])), max(of_twice, abs(twice[i, lane]))
    return of_once / of_twice if of_twice > 0.0 else 0.0


@kernel
def _take_lane(h: Array, lane: int, small: Array) -> bool:
    """Fill ``small``, `step x step`, with one model's Hessenberg matrix; whether it is finite."""
    steps, finite = len(small), True
    for i in range(steps):
        for j in range(steps):
            small[i, j] = h[i * steps + j, lane]
            finite &= np.isfinite(small[i, j])
    return finite


@kernel
def _reject(
    h: Array,
    n_lanes: int,
    names: Indices,
    cut: float,
    largest_residual: float,
    margin: float,
    rejected: NDArray[np.bool_],
) -> None:
    steps = int(np.sqrt(len(h)))  # of (steps + 1) * steps
    small, copy = np.empty((steps, steps)), np.empty((steps, steps))
    values, y = np.empty(steps, dtype=np.complex128), np.empty(steps, dtype=np.complex128)
    for lane in range(n_lanes):
        if not _take_lane(h, lane, small):
            continue
        copy[:] = small
        if not hessenberg_eigenvalues(copy, values):
            continue
        beyond = h[steps * steps + steps - 1, lane]
        for theta in values:
            # 1/theta = lambda - c, to the right by more than the error of either route
            above = theta.real > margin * abs(theta) and (1.0 / theta).real > margin * abs(cut)
            if above and residual(small, beyond, theta, y) < largest_residual:
                rejected[names[lane]] = True
                break


@kernel
def pairs(
    entries: Array,
    near: float,
    places: Indices,
    starts: Indices,
    columns: Indices,
    diagonal: Indices,
    largest_error: float,
    largest_residual: float,
    room: Room,
    values: Complex,
    vectors: Complex,
    residuals: Array,
    solved: NDArray[np.bool_],
) -> None:
    """Return the rightmost converged pairs of each model, in the elimination's order of rows.

    ``entries`` is `model x entry`; ``values`` and ``residuals`` are `model x pair`, ``vectors``
    `model x pair x row`, all NaN at first. ``solved`` tells where the factors could be used.
    """
    n_models, n = len(entries), len(diagonal)
    room.matrix[:] = 0.0
    start = _start(room.b)
    for first in range(0, n_models, LANES):
        for lane in range(LANES):
            model = min(first + lane, n_models - 1)
            for e in range(len(places)):
                room.matrix[places[e], lane] = entries[model, e]
        for p in diagonal:
            store(room.matrix, p, load(room.matrix, p) - fill(near))
        room.factors[:], room.x[:] = room.matrix, room.b
        factor(room.factors, starts, columns, diagonal, room.work)
        solve(room.factors, starts, columns, diagonal, room.x)
        backward_error(room.matrix, starts, columns, room.x, room.b, room.errors)
        room.basis[:n] = start
        arnoldi(room.factors, starts, columns, diagonal, room.basis, room.work, room.h)
        for lane in range(min(LANES, n_models - first)):
            model = first + lane
            if room.errors[0, lane] < largest_error:
                solved[model] = _choose(
                    room,
                    lane,
                    near,
                    largest_residual,
                    values[model],
                    vectors[model],
                    residuals[model],
                )


@kernel
def _choose(
    room: Room,
    lane: int,
    near: float,
    largest_residual: float,
    values: Complex,
    vectors: Complex,
    residuals: Array,
) -> bool:
    """Take the rightmost converged pairs of one model; whether its small matrix has eigenvalues."""
    steps, n = int(np.sqrt(len(room.h))), vectors.shape[1]  # of (steps + 1) * steps
    small = np.empty((steps, steps))
    finite = _take_lane(room.h, lane, small)
    thetas, y = np.empty(steps, dtype=np.complex128), np.empty(steps, dtype=np.complex128)
    if not finite or not hessenberg_eigenvalues(small.copy(), thetas):
        return False
    places, taken = np.argsort(-(1.0 / thetas).real), 0
    for place in places:
        theta = thetas[place]
        error = residual(small, room.h[steps * steps + steps - 1, lane], theta, y)
        if taken < len(values) and error < largest_residual:
            vector = np.zeros(n, dtype=np.complex128)
            for k in range(steps):
                for i in range(n):
                    vector[i] += y[k] * room.basis[k * n + i, lane]
            vectors[taken] = vector / np.sqrt((np.abs(vector) ** 2).sum())
            values[taken], residuals[taken] = near + 1.0 / theta, error
            taken += 1
    return True
