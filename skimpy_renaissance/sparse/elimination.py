r"""The order of Gaussian elimination, found once for all matrices of one pattern.

All models of a network share the places where their Jacobians are not zero, so the order of
elimination, and with it every place where :math:`LU` fills in, is found once. Pivots stay on the
diagonal (their sizes differ by model, so no model could choose its own); each is the one that
creates fewest new entries at its turn,

.. math:: k = \arg\min_i\, (r_i - 1)(c_i - 1)

with :math:`r_i, c_i` the entries left in row and column :math:`i`. Who uses the factors checks them
by a residual.

References
----------
1. Markowitz, *Management Science* 3 (1957) 255, doi:10.1287/mnsc.3.3.255.
2. Davis, *Direct Methods for Sparse Linear Systems* (2006), doi:10.1137/1.9780898718881.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError

__all__ = ["Elimination", "eliminate"]

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Elimination:
    """Index lists of the factors :math:`LU = P A P^T`, row by row.

    Parameters
    ----------
    order
        `` `row` ``: the row and column of :math:`A` that is eliminated at each turn.
    rows, columns
        `` `entry` ``: where :math:`A` may differ from zero, in row-major order; the whole diagonal
        is among them.
    places
        `` `entry` ``: which factor entry each of them becomes.
    starts
        `` `row + 1` ``: where each row of the factors begins.
    factor_columns
        `` `factor entry` ``: column of each, ascending within a row.
    diagonal
        `` `row` ``: the factor entry on the diagonal.

    Examples
    --------
    >>> from skimpy_renaissance.sparse import eliminate
    >>> tridiagonal = np.abs(np.subtract.outer(range(4), range(4))) < 2
    >>> order = eliminate(tridiagonal)
    >>> order.n_factors, order.operations  # no entry more than the matrix has
    (10, ...)
    """

    order: Indices
    rows: Indices
    columns: Indices
    places: Indices
    starts: Indices
    factor_columns: Indices
    diagonal: Indices

    @property
    def n_rows(self) -> int:
        """Size of the matrices."""
        return len(self.order)

    @property
    def lists(self) -> tuple[Indices, Indices, Indices, Indices]:
        """Places of a matrix's entries, and the factors' rows, for kernels."""
        return self.places, self.starts, self.factor_columns, self.diagonal

    @property
    def n_factors(self) -> int:
        """Entries of both factors together."""
        return len(self.factor_columns)

    def entries(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the entries out of whole matrices.

        Parameters
        ----------
        matrices
            `` ... x row x column ``.

        Returns
        -------
        numpy.ndarray
            `` ... x entry ``.

        Raises
        ------
        InputError
            A finite matrix has an entry outside the pattern.
        """
        values: NDArray[np.float64] = matrices[..., self.rows, self.columns]
        more = np.count_nonzero(matrices, axis=(-2, -1)) > np.count_nonzero(values, axis=-1)
        if np.isfinite(matrices[more]).all(axis=(-2, -1)).any():
            raise InputError("A matrix has entries outside the pattern of this Elimination.")
        return values

    @property
    def operations(self) -> int:
        """Multiplications and subtractions of one factorisation."""
        after = self.starts[1:] - self.diagonal - 1
        rows = np.repeat(np.arange(self.n_rows), np.diff(self.starts))
        below = self.factor_columns < rows
        return int(2 * after[self.factor_columns[below]].sum())


def eliminate(pattern: NDArray[np.bool_]) -> Elimination:
    """Find an order of elimination and where the factors fill in.

    Parameters
    ----------
    pattern
        `` `row x column` ``: where a matrix may differ from zero.

    Returns
    -------
    Elimination

    Examples
    --------
    >>> from skimpy_renaissance.sparse import eliminate
    >>> arrow = np.eye(4, dtype=bool)
    >>> arrow[0] = arrow[:, 0] = True
    >>> eliminate(arrow).n_factors  # all 16 places, had the first row come first
    10
    """
    pattern = pattern | np.eye(len(pattern), dtype=bool)
    order, filled = _markowitz(pattern)
    rows, columns = _entries(pattern)
    factor_rows, factor_columns = _entries(filled)
    number = np.zeros(filled.shape, dtype=np.int64)
    number[factor_rows, factor_columns] = np.arange(len(factor_rows))
    turn = np.argsort(order)
    each = np.arange(len(pattern))
    return Elimination(
        order=order,
        rows=rows,
        columns=columns,
        places=number[turn[rows], turn[columns]],
        starts=np.searchsorted(factor_rows, np.arange(len(pattern) + 1)),
        factor_columns=factor_columns,
        diagonal=number[each, each],
    )


def _entries(pattern: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Return rows and columns, each contiguous, as kernels are compiled for."""
    rows, columns = np.nonzero(pattern)
    return np.ascontiguousarray(rows), np.ascontiguousarray(columns)


def _markowitz(pattern: NDArray[np.bool_]) -> tuple[Indices, NDArray[np.bool_]]:
    """Return the order, and the pattern of both factors in that order."""
    n, filled = len(pattern), pattern.copy()
    left, order = np.ones(n, dtype=bool), []
    for _ in range(n):
        in_row = (filled & left).sum(axis=1) - 1
        in_column = (filled & left[:, None]).sum(axis=0) - 1
        pivot = int(np.where(left, in_row * in_column, n * n).argmin())
        order.append(pivot)
        left[pivot] = False
        filled[np.ix_(filled[:, pivot] & left, filled[pivot] & left)] = True
    turns = np.array(order, dtype=np.int64)
    return turns, filled[np.ix_(turns, turns)]
