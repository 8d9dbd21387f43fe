r"""Gradients of sums over eigenvalues by a model's own numbers, eight models at a time (numba).

.. math::
    \frac{\partial}{\partial A_{ij}} \sum_k \omega_k \operatorname{Re}\lambda_k
        = \operatorname{Re} \sum_k \omega_k \frac{\bar w_{ik} v_{jk}}{w_k^H v_k}, \qquad
    \frac{\partial}{\partial y_s}
        = \sum_{e,\, q:\, s_q = s} c_q \frac{\partial}{\partial A_e} ,

with the eigenvectors from inverse iteration, and from the rows :math:`y` back through the
instructions to the numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program_kernels import reverse
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import Register, fill, load, store
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix
from skimpy_renaissance.spectrum.inverse_iteration_kernels import (
    Room,
    find_vectors,
    judge_vectors,
)
from skimpy_renaissance.spectrum.matrix_entries import EntryLists

__all__ = ["add_by_entry", "mode_gradients"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]


@kernel
def mode_gradients(
    numbers: Array,
    eigenvalues: Complex,
    weights: Array,
    entries: EntryLists,
    offset: float,
    steps: int,
    table: Array,
    slopes: Array,
    by_entry: Array,
    room: Room,
    gradients: Array,
    errors: Array,
) -> None:
    """Return `model x number`, and in ``errors`` the largest residual of all vectors.

    ``eigenvalues`` and ``weights`` are `model x mode`, modes of no weight last. ``slopes`` is as
    large as ``table``, ``by_entry`` as the factors. ``errors``, `model`, is zero at first and NaN
    where something is not finite.
    """
    starts, columns, diagonal = entries.starts, entries.columns, entries.diagonal
    n_models = len(numbers)
    room.matrix[:] = 0.0  # where factors fill in
    for first in range(0, n_models, LANES):
        n_lanes = min(LANES, n_models - first)
        fill_matrix(numbers, first, entries, table, room.matrix)
        by_entry[:] = 0.0
        for mode in range(weights.shape[1]):
            wanted = False
            for lane in range(LANES):
                model = min(first + lane, n_models - 1)
                wanted |= weights[model, mode] != 0.0
                room.shift[0, lane] = eigenvalues[model, mode].real
                room.shift[1, lane] = eigenvalues[model, mode].imag
                room.size[0, lane] = weights[model, mode]
            if not wanted:
                break
            weight = load(room.size, 0)
            find_vectors(starts, columns, diagonal, offset, steps, room)
            judge_vectors(starts, columns, room, errors, first, n_lanes)
            add_by_entry(entries, room, weight, by_entry)
        slopes[:] = 0.0
        for e in range(len(entries.places)):
            slope = load(by_entry, entries.places[e])
            for q in range(entries.pointers[e], entries.pointers[e + 1]):
                source = entries.sources[q]
                term = fill(entries.coefficients[q]) * slope
                store(slopes, source, load(slopes, source) + term)
        reverse(entries.instructions, table, slopes)
        for lane in range(n_lanes):
            for column in range(numbers.shape[1]):
                gradients[first + lane, column] = slopes[column, lane]


@kernel
def add_by_entry(entries: EntryLists, room: Room, weight: Register, by_entry: Array) -> None:
    """Add one mode's derivatives by the entries of the matrix."""
    v, v_i, w, w_i = room.right, room.right_i, room.left, room.left_i
    c, d = fill(0.0), fill(0.0)  # w^H v
    for i in range(len(v)):
        c = c + load(w, i) * load(v, i) + load(w_i, i) * load(v_i, i)
        d = d + load(w, i) * load(v_i, i) - load(w_i, i) * load(v, i)
    factor = weight / (c * c + d * d)
    c, d = c * factor, fill(0.0) - d * factor  # the weight over w^H v
    for i in range(len(v)):
        a, b = load(w, i), fill(0.0) - load(w_i, i)
        x, y = a * c - b * d, a * d + b * c
        for p in range(entries.starts[i], entries.starts[i + 1]):
            j = entries.columns[p]
            store(by_entry, p, load(by_entry, p) + x * load(v, j) - y * load(v_i, j))
