r"""Conserved pools: weighted sums of amounts that no reaction changes.

.. math:: L N = 0 \quad\Rightarrow\quad \frac{d}{dt} \sum_i L_{pi}\, x_i / w_i = 0

with stoichiometry :math:`N` and volume ratios :math:`w`. One metabolite per pool (the *dependent*
one) follows from the others, and only the rest enter the Jacobian. The left null space is found in
rational arithmetic, so a biomass reaction with coefficients such as 0.2557 neither hides a pool nor
invents one. Its reduced row echelon form is unique, and its pivots are SKiMPy's dependent
metabolites.

References
----------
1. Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
2. Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from skimpy_renaissance.errors import (
    FileFormatError,
    MissingEntryError,
    NetworkError,
    listed,
    repeated,
)

__all__ = ["ConservedPools", "find_pools", "pools_from_table", "read_pools"]


_LARGEST_CHANGE = 1e-6  # of a pool by a reaction, relative: a published table may be rounded


@dataclass(frozen=True, eq=False)
class ConservedPools:
    """Conserved pools in reduced row echelon form.

    Parameters
    ----------
    matrix
        `` `pool x metabolite` ``: weight of each metabolite's amount, :math:`L`.
    dependent
        `` `dependent` ``: index of the metabolite that each pool determines (the pivots).
    independent
        `` `independent` ``: all other indices, ascending.
    metabolites
        Names along the ``metabolite`` axis.
    """

    matrix: NDArray[np.float64]
    dependent: NDArray[np.int64]
    independent: NDArray[np.int64]
    metabolites: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def independent_first(self) -> tuple[str, ...]:
        """Independent metabolites, then dependent ones."""
        return tuple(self.metabolites[i] for i in (*self.independent, *self.dependent))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConservedPools):
            return NotImplemented
        return self.metabolites == other.metabolites and np.array_equal(self.matrix, other.matrix)

    __hash__ = None  # type: ignore[assignment]

    def require_conserved(
        self, stoichiometry: ArrayLike, metabolites: Sequence[str], *, reactions: Sequence[str]
    ) -> None:
        r"""Raise unless every reaction leaves every pool as it is.

        A reaction changes pool :math:`p` by :math:`(LN)_{pr}`; rounding in a published table is
        let pass up to 1e-6 of :math:`(|L||N|)_{pr}`.

        Parameters
        ----------
        stoichiometry
            `` `metabolite x reaction` ``.
        metabolites
            Names along the ``metabolite`` axis.
        reactions
            Names along the ``reaction`` axis.

        Raises
        ------
        NetworkError
            The pools are of other metabolites or in another order, or a pool is not conserved.
        """
        if self.metabolites != tuple(metabolites):
            raise NetworkError(
                f"The conserved pools are over {len(self.metabolites)} metabolites "
                f"({listed(self.metabolites, most=2)}), the network has {len(metabolites)} "
                f"({listed(metabolites, most=2)}), or lists them in another order. "
                "Take pools_from_table(table, network.variables)."
            )
        matrix = np.asarray(stoichiometry, dtype=float)
        change = np.abs(self.matrix @ matrix)
        throughput = np.abs(self.matrix) @ np.abs(matrix)
        lost = np.flatnonzero((change > _LARGEST_CHANGE * throughput).any(axis=1))
        if lost.size:
            pool, column = self.matrix[lost[0]], int(np.argmax(change[lost[0]]))
            raise NetworkError(
                f"{lost.size} of {len(self)} given pools are not conserved: reaction "
                f"{reactions[column]!r} changes the pool {self._describe(pool)} by "
                f"{pool @ matrix[:, column]:g}. Correct the table, or leave it out: pools are then "
                "found from the stoichiometry."
            )

    def reordered(self, metabolites: Sequence[str]) -> ConservedPools:
        """Return the same pools for a network that lists its metabolites in another order.

        Parameters
        ----------
        metabolites
            The same names in their new order.

        Returns
        -------
        ConservedPools
            In echelon form for that order, so other metabolites may become the dependent ones.
        """
        table = pd.DataFrame(self.matrix, columns=list(self.metabolites))
        return pools_from_table(table, metabolites)

    def joined(self, others: ConservedPools) -> ConservedPools:
        """Return these pools and others, of the metabolites that the others are over.

        Parameters
        ----------
        others
            Pools; those that follow from these ones add nothing.

        Returns
        -------
        ConservedPools
        """
        own = pd.DataFrame(self.matrix, columns=list(self.metabolites))
        own = own.reindex(columns=list(others.metabolites), fill_value=0.0)
        own = own[own.any(axis=1)]
        return _in_echelon_form(
            _rational(np.vstack([own.to_numpy(), others.matrix])), others.metabolites
        )

    def describe(self) -> tuple[str, ...]:
        """Return each pool as text, for example ``"atp_c + adp_c"``."""
        return tuple(self._describe(row) for row in self.matrix)

    def _describe(self, row: NDArray[np.float64]) -> str:
        terms = []
        for i in np.flatnonzero(row):
            weight = abs(row[i])
            sign = " - " if row[i] < 0 else " + "
            terms.append(f"{sign}{'' if weight == 1 else f'{weight:g} '}{self.metabolites[i]}")
        return "".join(terms).removeprefix(" + ").strip()


def find_pools(stoichiometry: ArrayLike, metabolites: Sequence[str]) -> ConservedPools:
    """Find all conserved pools of a stoichiometric matrix exactly.

    Parameters
    ----------
    stoichiometry
        `` `metabolite x reaction` ``. Every number is taken as the decimal it prints as.
    metabolites
        Names along the ``metabolite`` axis.

    Returns
    -------
    ConservedPools
    """
    rational = _rational(np.asarray(stoichiometry, dtype=float))
    left_null_space = rational.transpose().to_sparse().nullspace()
    return _in_echelon_form(left_null_space, metabolites)


def pools_from_table(table: pd.DataFrame, metabolites: Sequence[str]) -> ConservedPools:
    """Take conserved pools from a table.

    Parameters
    ----------
    table
        `` `pool x metabolite` ``: rows are pools, columns metabolites; a missing column counts as
        zero weight. A column for a metabolite that is not balanced is ignored where it is all zero.
    metabolites
        The network's balanced metabolites.

    Returns
    -------
    ConservedPools

    Raises
    ------
    NetworkError
        A weight is not finite, a column occurs twice, or pools are linearly dependent.
    MissingEntryError
        A column with weights is not a balanced metabolite.
    """
    names = [str(column) for column in table.columns]
    twice = sorted(repeated(names))
    if twice:
        raise NetworkError(f"The table of conserved pools names {listed(twice)} twice.")
    weights = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(weights).all():
        row, column = np.argwhere(~np.isfinite(weights))[0]
        raise NetworkError(
            f"The table of conserved pools needs finite numbers; pool {table.index[row]!r}, "
            f"metabolite {names[column]!r} holds {table.iloc[row, column]!r}."
        )
    known = set(metabolites)
    unknown = [n for n, w in zip(names, weights.T, strict=True) if n not in known and w.any()]
    if unknown:
        raise MissingEntryError(
            f"The table of conserved pools has weights for {listed(unknown)}, which the kinetic "
            f"model does not balance. Its metabolites look like {listed(metabolites, most=3)}."
        )
    matrix = pd.DataFrame(weights, columns=names).reindex(columns=list(metabolites), fill_value=0.0)
    pools = _in_echelon_form(_rational(matrix.to_numpy()), metabolites)
    if len(pools) < len(table):
        raise NetworkError(
            f"The table lists {len(table)} conserved pools of which only {len(pools)} are linearly "
            "independent. Remove the pools that are sums of others."
        )
    return pools


def read_pools(path: str | PathLike[str], metabolites: Sequence[str]) -> ConservedPools:
    """Read conserved pools from a CSV table, first column the pool's label.

    Parameters
    ----------
    path
        CSV file, pool x metabolite.
    metabolites
        The network's balanced metabolites.

    Returns
    -------
    ConservedPools

    Raises
    ------
    FileFormatError
        The file is absent or not a table.
    NetworkError, MissingEntryError
        See :func:`pools_from_table`.
    """
    try:
        header = pd.read_csv(path, nrows=1, header=None, dtype=str)
        table = pd.read_csv(path, index_col=0)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise FileFormatError(
            f"The table of conserved pools must be a CSV file, pool x metabolite; {path!s} could "
            f"not be read as one: {error}"
        ) from error
    table.columns = pd.Index(header.iloc[0, 1:])
    return pools_from_table(table, metabolites)


def _rational(matrix: NDArray[np.float64]) -> DomainMatrix:
    def exact(value: float) -> object:
        fraction = Fraction(repr(float(value)))
        return QQ(fraction.numerator, fraction.denominator)

    rows = [[exact(value) for value in row] for row in matrix]
    return DomainMatrix(rows, matrix.shape, QQ)


def _in_echelon_form(matrix: DomainMatrix, metabolites: Sequence[str]) -> ConservedPools:
    reduced, pivots = matrix.to_sparse().rref()
    weights = np.zeros((len(pivots), len(metabolites)))
    for (row, column), value in reduced.to_dok().items():
        weights[row, column] = float(value)
    dependent = np.array(pivots, dtype=np.int64)
    independent = np.setdiff1d(np.arange(len(metabolites), dtype=np.int64), dependent)
    return ConservedPools(weights, dependent, independent, tuple(metabolites))
