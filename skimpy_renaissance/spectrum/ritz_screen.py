r"""Rejecting models by a converged Ritz value to the right of the limit.

With :math:`M = (A - cI)^{-1}` the eigenvalues :math:`\lambda` of :math:`A` nearest to the limit
:math:`c` are the largest :math:`\theta = 1/(\lambda - c)` of :math:`M`, which a few steps of
Arnoldi's method find first. A model is rejected where

* :math:`\det(A - cI)` has not the sign of :math:`n` negative numbers, or
* a Ritz value with :math:`\operatorname{Re}\theta > 0` has converged.

Neither can accept: a mode that no test saw may still be unstable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse import Elimination

__all__ = ["LinearEntries", "RitzScreen"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LinearEntries:
    """Entries of a matrix as sums over a model's numbers, in the order of an elimination.

    Parameters
    ----------
    pointers
        `` `entry + 1` ``: where the terms of each entry begin.
    sources
        `` `term` ``: the number each term takes.
    coefficients
        `` `term` ``: what it is multiplied with.
    """

    pointers: Indices
    sources: Indices
    coefficients: Array

    @classmethod
    def themselves(cls, count: int) -> LinearEntries:
        """Take the numbers as the entries, in their order."""
        return cls(np.arange(count + 1), np.arange(count), np.ones(count))


@dataclass(frozen=True, eq=False)
class RitzScreen:
    """Arnoldi's method on sparse factors, eight models side by side; needs numba.

    Parameters
    ----------
    elimination
        The order for the pattern that all matrices share.
    steps
        Size of the Krylov space.
    largest_error
        Backward error of a solution above which a model's factors are not used.
    largest_residual
        Relative residual of a Ritz value that counts as converged.
    margin
        How far to the right an eigenvalue must lie, relative to its own size and to the limit.
    """

    elimination: Elimination
    steps: int = 16
    largest_error: float = 1e-8
    largest_residual: float = 1e-6
    margin: float = 1e-6

    def rejects(self, table: Array, entries: LinearEntries, partition: float) -> NDArray[np.bool_]:
        """Return which models certainly have an eigenvalue to the right of a limit.

        Parameters
        ----------
        table
            `` `model x number` ``: what the matrices' entries are made of.
        entries
            How.
        partition
            The limit, in the unit of the eigenvalues.

        Returns
        -------
        numpy.ndarray
            `` `model` ``, bool; ``False`` also for a matrix that is not finite.
        """
        from skimpy_renaissance.spectrum.ritz_kernels import Room, screen  # noqa: PLC0415 - numba

        plan = self.elimination
        room = Room.of(plan.n_rows, plan.n_factors, steps=self.steps, n_numbers=table.shape[1])
        rejected = np.zeros(len(table), dtype=bool)
        screen(
            np.ascontiguousarray(table),
            entries.pointers,
            entries.sources,
            entries.coefficients,
            float(partition),
            *plan.lists,
            self.largest_error,
            self.largest_residual,
            self.margin,
            room,
            rejected,
        )
        return rejected
