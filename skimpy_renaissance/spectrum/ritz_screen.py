r"""Rejecting models by a converged Ritz value to the right of the limit.

With :math:`M = (A - cI)^{-1}` the eigenvalues :math:`\lambda` of :math:`A` nearest to the limit
:math:`c` are the largest :math:`\theta = 1/(\lambda - c)` of :math:`M`, which a few steps of
Arnoldi's method find first. A model is rejected where

* :math:`\det(A - cI)` has not the sign of :math:`n` negative numbers, and is not so near to zero
  that rounding decides its sign, or
* a Ritz value with :math:`\operatorname{Re}\theta > 0` has converged.

Neither can accept: a mode that no test saw may still be unstable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries

__all__ = ["RitzScreen"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RitzScreen:
    """Arnoldi's method on sparse factors, eight models side by side; needs numba.

    Parameters
    ----------
    steps
        Size of the Krylov space.
    largest_error
        Backward error of a solution above which a model's factors are not used.
    largest_residual
        Relative residual of a Ritz value that counts as converged.
    margin
        How far from the limit an eigenvalue must lie, relative to its own size and to the limit.
    """

    steps: int = 16
    largest_error: float = 1e-8
    largest_residual: float = 1e-6
    margin: float = 1e-3

    def rejects(
        self, numbers: Array, entries: MatrixEntries, partition: float
    ) -> NDArray[np.bool_]:
        """Return which models certainly have an eigenvalue to the right of a limit.

        Parameters
        ----------
        numbers
            `` `model x number` ``.
        entries
            How matrices follow from them.
        partition
            The limit, in the unit of the eigenvalues.

        Returns
        -------
        numpy.ndarray
            `` `model` ``, bool; ``False`` also for a matrix that is not finite.
        """
        from skimpy_renaissance.spectrum.ritz_kernels import Room, screen  # noqa: PLC0415 - numba

        plan = entries.elimination
        rejected = np.zeros(len(numbers), dtype=bool)
        screen(
            np.ascontiguousarray(numbers),
            entries.lists,
            entries.new_table(),
            float(partition),
            self.largest_error,
            self.largest_residual,
            self.margin,
            Room.of(plan.n_rows, plan.n_factors, steps=self.steps),
            rejected,
        )
        return rejected
