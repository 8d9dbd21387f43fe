r"""The gradient of one eigenvalue by a model's own numbers, eight models at a time (numba).

.. math::
    \frac{\partial \operatorname{Re}\lambda}{\partial A_{ij}}
        = \operatorname{Re} \frac{\bar w_i v_j}{w^H v}, \qquad
    \frac{\partial \operatorname{Re}\lambda}{\partial y_s}
        = \sum_{e,\, q:\, s_q = s} c_q \frac{\partial \operatorname{Re}\lambda}{\partial A_e} ,

with the eigenvectors from inverse iteration, and from the rows :math:`y` back through the
instructions to the numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program_kernels import reverse
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import fill, load, store
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix
from skimpy_renaissance.spectrum.inverse_iteration_kernels import (
    Room,
    find_vectors,
    judge_vectors,
)
from skimpy_renaissance.spectrum.matrix_entries import EntryLists

__all__ = ["mode_gradients"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]


@kernel
def mode_gradients(
    numbers: Array,
    eigenvalues: Complex,
    entries: EntryLists,
    offset: float,
    steps: int,
    table: Array,
    slopes: Array,
    room: Room,
    gradients: Array,
    errors: Array,
) -> None:
    """Return `model x number`, and in ``errors`` the larger residual of both vectors.

    ``slopes`` is as large as ``table``. ``errors``, `model`, is zero at first and NaN where
    something is not finite.
    """
    starts, columns, diagonal = entries.starts, entries.columns, entries.diagonal
    n_models = len(numbers)
    room.matrix[:] = 0.0  # where factors fill in
    for first in range(0, n_models, LANES):
        n_lanes = min(LANES, n_models - first)
        fill_matrix(numbers, first, entries, table, room.matrix)
        for lane in range(LANES):
            model = min(first + lane, n_models - 1)
            room.shift[0, lane] = eigenvalues[model].real
            room.shift[1, lane] = eigenvalues[model].imag
        find_vectors(starts, columns, diagonal, offset, steps, room)
        judge_vectors(starts, columns, room, errors, first, n_lanes)
        _by_entry(entries, room)
        slopes[:] = 0.0
        for e in range(len(entries.places)):
            slope = load(room.factors, entries.places[e])
            for q in range(entries.pointers[e], entries.pointers[e + 1]):
                source = entries.sources[q]
                term = fill(entries.coefficients[q]) * slope
                store(slopes, source, load(slopes, source) + term)
        reverse(entries.instructions, table, slopes)
        for lane in range(n_lanes):
            for column in range(numbers.shape[1]):
                gradients[first + lane, column] = slopes[column, lane]


@kernel
def _by_entry(entries: EntryLists, room: Room) -> None:
    """Fill ``room.factors`` with the derivatives by the entries of the matrix."""
    v, v_i, w, w_i = room.right, room.right_i, room.left, room.left_i
    c, d = fill(0.0), fill(0.0)  # w^H v
    for i in range(len(v)):
        c = c + load(w, i) * load(v, i) + load(w_i, i) * load(v_i, i)
        d = d + load(w, i) * load(v_i, i) - load(w_i, i) * load(v, i)
    squared = c * c + d * d
    c, d = c / squared, fill(0.0) - d / squared  # its reciprocal
    for i in range(len(v)):
        a, b = load(w, i), fill(0.0) - load(w_i, i)
        x, y = a * c - b * d, a * d + b * c
        for p in range(entries.starts[i], entries.starts[i + 1]):
            j = entries.columns[p]
            store(room.factors, p, x * load(v, j) - y * load(v_i, j))
