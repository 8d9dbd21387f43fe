r"""How far rounding can have moved an eigenvalue, eight models at a time (compiled by numba).

.. math::
    |\delta\operatorname{Re}\lambda| \le \Big|\operatorname{Re}\lambda
        - \operatorname{Re}\frac{w^H A v}{w^H v}\Big|
        + \sum_e \Big|\frac{\partial\lambda}{\partial A_e}\Big| u_e \sum_{q \in e} |c_q y_{s_q}|
        + \sum_r \Big|\frac{\partial\lambda}{\partial y_r}\Big| u_r |y_r|

The first term is what the eigensolver left: the Rayleigh quotient errs by the product of what is
wrong with both eigenvectors. The others are rounding: every number :math:`y_r` that a rate law's
instructions produce is off by a unit of rounding, and so is every term of a matrix entry. How the
eigenvalue answers is followed back through the same instructions (to first order).

References
----------
Linnainmaa, *BIT* 16 (1976) 146, doi:10.1007/BF01931367 (rounding errors followed backwards);
Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed. (2002), chapter 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program_kernels import reverse
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import absolute, fill, load, store
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix
from skimpy_renaissance.spectrum.inverse_iteration_kernels import (
    Room,
    find_vectors,
    judge_vectors,
)
from skimpy_renaissance.spectrum.matrix_entries import EntryLists
from skimpy_renaissance.spectrum.mode_gradient_kernels import add_by_entry

__all__ = ["rounding_errors"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.int64]
_UNIT = np.finfo(np.float64).eps / 2
_OF_A_ROW = 2 * _UNIT  # an operation; powers and exponentials err by less than this
_OF_A_TERM = 6 * _UNIT  # a coefficient of five operations, and the product


@kernel
def rounding_errors(
    numbers: Array,
    eigenvalues: Complex,
    entries: EntryLists,
    once: tuple[Indices, ...],
    offset: float,
    steps: int,
    table: Array,
    slopes: Array,
    by_entry: Array,
    room: Room,
    errors: Array,
    residuals: Array,
) -> None:
    """Return in ``errors``, `model`, how far each real part may be from the true one.

    ``eigenvalues`` is `model`; ``residuals``, `model`, is zero at first and becomes that of the
    vectors, NaN where something is not finite. ``slopes`` is as large as ``table``, ``by_entry``
    as the factors.
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
        judge_vectors(starts, columns, room, residuals, first, n_lanes)
        by_entry[:] = 0.0
        slopes[:] = 0.0
        add_by_entry(entries, room, fill(1.0), by_entry)
        solver, lost, rounding = load(room.shift, 0), fill(0.0), fill(0.0)
        for e in range(len(entries.places)):
            slope, size = load(by_entry, entries.places[e]), fill(0.0)
            for q in range(entries.pointers[e], entries.pointers[e + 1]):
                source = entries.sources[q]
                term = fill(entries.coefficients[q]) * load(table, source)
                size = size + absolute(term)
                share = fill(entries.coefficients[q]) * slope
                store(slopes, source, load(slopes, source) + share)
            n_terms = entries.pointers[e + 1] - entries.pointers[e]
            rounding = rounding + fill(_OF_A_TERM + n_terms * _UNIT) * absolute(slope) * size
            part = lost - slope * load(room.matrix, entries.places[e])
            after = solver + part  # summed with what the last addition lost
            lost, solver = part - (after - solver), after
        reverse(entries.instructions, table, slopes)
        reverse(once, table, slopes)
        for row in range(len(table)):
            size = absolute(load(slopes, row) * load(table, row))
            rounding = rounding + fill(_OF_A_ROW) * size
        store(room.size, 0, absolute(solver + lost) + rounding)
        for lane in range(n_lanes):
            errors[first + lane] = room.size[0, lane]
