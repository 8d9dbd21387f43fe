r"""Eigenvalues of many matrices, eight at a time, from entries to spectrum (compiled by numba).

    numbers -> entries -> factors -> inverse -> balanced -> Hessenberg -> quasi-triangular -> mu

A lane whose factors do not fit, whose matrix is not finite or whose iteration does not end is
reported and stays NaN; the others do not notice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel, lane_rows, part
from skimpy_renaissance.sparse.inverse_kernels import invert
from skimpy_renaissance.sparse.lane_type import fill, load, store
from skimpy_renaissance.sparse.lu_kernels import backward_error, factor, solve
from skimpy_renaissance.spectrum.balance_kernels import (
    ABOVE,
    balance,
    matrix_rows,
    rescale,
    width_of,
)
from skimpy_renaissance.spectrum.bulge_kernels import QrRoom
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix, radius_bound
from skimpy_renaissance.spectrum.hessenberg_kernels import hessenberg
from skimpy_renaissance.spectrum.matrix_entries import EntryLists
from skimpy_renaissance.spectrum.qr_kernels import qr_iteration

__all__ = ["FactorRoom", "SpectrumRoom", "decompose", "eigenvalues", "spectra"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]


class SpectrumRoom(NamedTuple):
    """Where :func:`decompose` works, `row x lane`."""

    matrix: Array
    reflections: Array
    vectors: Array
    scale: Array
    qr: QrRoom

    @classmethod
    def of(cls, n: int) -> SpectrumRoom:
        """Return room for matrices of n rows, all zero."""
        width = width_of(n)
        matrix, reflections = lane_rows(matrix_rows(n)), lane_rows(n * width)
        return cls(matrix, reflections, lane_rows(6 * width), lane_rows(1), QrRoom.of(n))


class FactorRoom(NamedTuple):
    """Where matrices are filled, factorised and checked, `row x lane`."""

    matrix: Array
    factors: Array
    work: Array
    x: Array
    b: Array
    errors: Array

    @classmethod
    def of(cls, n: int, n_factors: int) -> FactorRoom:
        """Return room for matrices of n rows."""
        room = cls(*map(lane_rows, (n_factors, n_factors, n, n, n, n)))
        room.b[:] = np.linspace(1.0, 2.0, n)[:, None]
        return room


@kernel
def spectra(
    numbers: Array,
    entries: EntryLists,
    table: Array,
    inverse: bool,
    largest_error: float,
    factors: FactorRoom,
    room: SpectrumRoom,
    values: Complex,
    radius: Array,
    usable: Flags,
    solved: Flags,
) -> None:
    """Return the eigenvalues of each model's matrix, or of its ``inverse``.

    ``numbers`` is `model x number`, ``values`` `model x n`, the others `model`: a bound on the
    spectral radius of the matrix itself, whether a model has a matrix, and whether its eigenvalues
    were found.
    """
    n, width = len(entries.diagonal), width_of(len(entries.diagonal))
    starts, columns, diagonal = entries.starts, entries.columns, entries.diagonal
    first_row = ABOVE * width
    for first in range(0, len(numbers), LANES):
        count = min(LANES, len(numbers) - first)
        has_matrix = fill_matrix(numbers, first, entries, table, factors.matrix)
        radius_bound(factors.matrix, starts, columns, factors.work)
        for lane in range(count):
            usable[first + lane] = (has_matrix >> lane) & 1
            radius[first + lane] = factors.work[0, lane]
        fits = has_matrix
        if inverse:
            factors.factors[:], factors.x[:] = factors.matrix, factors.b
            factor(factors.factors, starts, columns, diagonal, factors.work)
            solve(factors.factors, starts, columns, diagonal, factors.x)
            backward_error(factors.matrix, starts, columns, factors.x, factors.b, factors.errors)
            for lane in range(LANES):
                if not factors.errors[0, lane] <= largest_error:
                    fits &= ~(1 << lane)
            invert(factors.factors, starts, columns, diagonal, room.matrix, first_row, width)
        else:
            for p in range(first_row, first_row + n * width):
                store(room.matrix, p, fill(0.0))
            for i in range(n):
                for p in range(starts[i], starts[i + 1]):
                    q = first_row + i * width + columns[p]
                    store(room.matrix, q, load(factors.matrix, p))
        decompose(n, first, count, fits, room, values, solved)


@kernel
def eigenvalues(matrices: Array, room: SpectrumRoom, values: Complex, solved: Flags) -> None:
    """Return the eigenvalues of whole matrices, `model x n x n`."""
    n, width = matrices.shape[1], width_of(matrices.shape[1])
    for first in range(0, len(matrices), LANES):
        for lane in range(LANES):
            model = min(first + lane, len(matrices) - 1)
            for i in range(n):
                row = (ABOVE + i) * width
                for j in range(n):
                    room.matrix[row + j, lane] = matrices[model, i, j]
                for j in range(n, width):
                    room.matrix[row + j, lane] = 0.0
        count = min(LANES, len(matrices) - first)
        decompose(n, first, count, 2**LANES - 1, room, values, solved)


@part
def decompose(
    n: int, first: int, count: int, wanted: int, room: SpectrumRoom, values: Complex, solved: Flags
) -> None:
    """Return the eigenvalues of the matrices in ``room.matrix``, which are overwritten."""
    h = room.matrix
    wanted &= rescale(h, n, room.scale)
    balance(h, n)
    hessenberg(h, n, room.reflections, room.vectors)
    wanted &= qr_iteration(h, n, room.qr)
    for lane in range(count):
        if (wanted >> lane) & 1:
            _read_off(h, n, lane, room.scale[0, lane], values[first + lane])
            solved[first + lane] = True


@kernel
def _read_off(h: Array, n: int, lane: int, scale: float, values: Complex) -> None:
    """Take the eigenvalues of one lane's blocks of 1 and 2."""
    width, k = width_of(n), n - 1
    while k >= 0:
        q = (ABOVE + k) * width + k
        c = h[q - 1, lane] if k > 0 else 0.0
        d = h[q, lane]
        if c == 0.0:
            values[k] = d * scale * scale
            k -= 1
            continue
        a, b = h[q - width - 1, lane], h[q - width, lane]
        half = 0.5 * (a - d)
        larger, smaller = max(abs(b), abs(c)), min(abs(b), abs(c))
        if (b < 0.0) != (c < 0.0):
            smaller = -smaller
        size = max(abs(half), larger)
        z = half / size * half + larger / size * smaller  # ((a - d) / 2)^2 + b c, over size
        root = np.sqrt(size) * np.sqrt(abs(z))
        if z >= 0.0:
            z = half + (root if half >= 0.0 else -root)
            values[k - 1] = (d + z) * scale * scale
            product = larger / z * smaller if z != 0.0 else 0.0
            values[k] = (d - product) * scale * scale
        else:
            values[k - 1] = complex(0.5 * (a + d), root) * scale * scale
            values[k] = np.conj(values[k - 1])
        k -= 2
