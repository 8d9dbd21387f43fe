r"""Linear systems of many matrices with one pattern.

.. math:: A_m\, x_m = b_m, \qquad
    \omega_m = \max_i \frac{|A_m x_m - b_m|_i}{(|A_m|\,|x_m| + |b_m|)_i} .

Pivots stay on the diagonal, so each solution is judged by its backward error :math:`\omega_m`; a
model that fails is solved again by LAPACK with row exchanges.

References
----------
Oettli and Prager, *Numer. Math.* 6 (1964) 405, doi:10.1007/BF01386090.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, have_numba, lane_rows
from skimpy_renaissance.sparse.elimination import Elimination

__all__ = ["SparseSolver"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SparseSolver:
    """Solves one system per model, eight models side by side.

    Parameters
    ----------
    elimination
        The order for the pattern that all matrices share.
    tolerance
        Largest backward error of a solution that is kept.

    Examples
    --------
    >>> from skimpy_renaissance.sparse import SparseSolver, eliminate
    >>> arrow = np.array([[4.0, 1.0, 1.0], [1.0, 2.0, 0.0], [1.0, 0.0, 2.0]])
    >>> solver = SparseSolver(eliminate(arrow != 0))
    >>> solutions, _ = solver.solve(arrow[None], np.array([[6.0, 3.0, 3.0]]))
    >>> solutions.round(6).tolist()
    [[1.0, 1.0, 1.0]]
    """

    elimination: Elimination
    tolerance: float = 1e-10

    def solve(self, matrices: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Solve one system per model.

        Parameters
        ----------
        matrices
            `` `model x row x column` ``; zero outside the pattern.
        right
            `` `model x row` ``.

        Returns
        -------
        solutions : numpy.ndarray
            `` `model x row` ``; NaN for a singular matrix.
        exchanged : numpy.ndarray
            `` `model` ``, bool: solved with row exchanges (all, where numba is missing).

        Raises
        ------
        InputError
            A matrix has an entry outside the pattern.
        """
        values = self.elimination.entries(matrices)
        if have_numba():
            solutions, error = self._side_by_side(values, right)
            again = ~(error <= self.tolerance)
        else:
            solutions, again = np.empty_like(right), np.ones(len(right), dtype=bool)
        for model in np.flatnonzero(again):
            try:
                solutions[model] = np.linalg.solve(matrices[model], right[model])
            except np.linalg.LinAlgError:
                solutions[model] = np.nan
        return solutions, again

    def _side_by_side(self, values: Array, right: Array) -> tuple[Array, Array]:
        from skimpy_renaissance.sparse import lu_kernels as kernels  # noqa: PLC0415 - needs numba

        plan = self.elimination
        lists = plan.lists[1:]
        solutions, errors = np.empty_like(right), np.empty(len(right))
        work, error, x, b = (lane_rows(plan.n_rows) for _ in range(4))
        matrix, factors = lane_rows(plan.n_factors), lane_rows(plan.n_factors)
        for first in range(0, len(right), LANES):
            models = np.minimum(np.arange(first, first + LANES), len(right) - 1)
            matrix[plan.places] = values[models].T
            b[:] = right[models].T[plan.order]
            factors[:], x[:] = matrix, b
            kernels.factor(factors, *lists, work)
            kernels.solve(factors, *lists, x)
            kernels.backward_error(matrix, plan.starts, plan.factor_columns, x, b, error)
            solutions[models[:, None], plan.order] = x.T
            errors[models] = error[0]
        return solutions, errors
