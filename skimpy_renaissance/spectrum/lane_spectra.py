"""Eigenvalues of many matrices, eight side by side, as NumPy arrays; needs numba."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries

__all__ = ["LaneSpectra", "eigenvalues_of_matrices", "lane_spectra"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]
_LARGEST_ERROR = 1e-10  # backward error of factors that are used


class LaneSpectra(NamedTuple):
    """What eight lanes found out about many matrices.

    Parameters
    ----------
    values
        `` `model x n` ``: eigenvalues, in no order; NaN where not found.
    radius
        `` `model` ``: bound on the spectral radius of the matrix (not of its inverse).
    usable
        `` `model` ``, bool: the model has a matrix.
    solved
        `` `model` ``, bool: its eigenvalues were found. Where not, the matrix is not finite, its
        factors are too inexact without row exchanges, or the iteration did not end.
    """

    values: Complex
    radius: Array
    usable: Flags
    solved: Flags


def lane_spectra(numbers: Array, entries: MatrixEntries, *, inverse: bool) -> LaneSpectra:
    """Return the eigenvalues of each model's matrix, or of its inverse.

    Parameters
    ----------
    numbers
        `` `model x number` ``.
    entries
        How matrices follow from them.
    inverse
        Whether matrices are inverted first.

    Returns
    -------
    LaneSpectra
    """
    from skimpy_renaissance.spectrum import lane_spectrum_kernels as kernels  # noqa: PLC0415 - numba

    n, count = entries.elimination.n_rows, len(numbers)
    found = LaneSpectra(
        np.full((count, n), np.nan, dtype=np.complex128),
        np.empty(count),
        np.zeros(count, dtype=bool),
        np.zeros(count, dtype=bool),
    )
    kernels.spectra(
        np.ascontiguousarray(numbers),
        entries.lists,
        entries.new_table(),
        inverse,
        _LARGEST_ERROR,
        kernels.FactorRoom.of(n, entries.elimination.n_factors),
        kernels.SpectrumRoom.of(n),
        *found,
    )
    return found


def eigenvalues_of_matrices(matrices: Array) -> tuple[Complex, Flags]:
    """Return the eigenvalues of whole matrices.

    Parameters
    ----------
    matrices
        `` `model x n x n` ``.

    Returns
    -------
    values : numpy.ndarray
        `` `model x n` ``, in no order; NaN where not found.
    solved : numpy.ndarray
        `` `model` ``, bool: whether they were.
    """
    from skimpy_renaissance.spectrum import lane_spectrum_kernels as kernels  # noqa: PLC0415 - numba

    values = np.full(matrices.shape[:2], np.nan, dtype=np.complex128)
    solved = np.zeros(len(matrices), dtype=bool)
    room = kernels.SpectrumRoom.of(matrices.shape[1])
    kernels.eigenvalues(np.ascontiguousarray(matrices), room, values, solved)
    return values, solved
