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
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from skimpy_renaissance.errors import (
    MissingEntryError,
    NetworkError,
    listed,
    repeated,
)
from skimpy_renaissance.network.identifiers import sanitized

__all__ = ["ConservedPools", "find_pools", "pools_from_table"]

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
    approximate
        Whether they are held constant although reactions may change them.

    Examples
    --------
    >>> pools = network.conserved_pools
    >>> pools.describe()[0], [pools.metabolites[i] for i in pools.dependent]
    ('adp_c + atp_c', ['adp_c', 'succoa_c', 'nadh_c', 'nadp_c', 'q8_c'])
    """

    matrix: NDArray[np.float64]
    dependent: NDArray[np.int64]
    independent: NDArray[np.int64]
    metabolites: tuple[str, ...]
    approximate: bool = False

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
        let pass up to 1e-6 of :math:`(|L||N|)_{pr}`. Approximate pools may be changed.

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
        lost = () if self.approximate else self.changed_by(stoichiometry, reactions=reactions)
        if lost:
            raise NetworkError(
                f"{len(lost)} of {len(self)} given pools are not conserved: {lost[0]}. Correct the "
                "table, or leave it out: pools are then found from the stoichiometry. To hold them "
                "constant all the same, say approximate_pools=True."
            )

    def changed_by(self, stoichiometry: ArrayLike, *, reactions: Sequence[str]) -> tuple[str, ...]:
        """Return the pools that some reaction changes, each as a sentence.

        Parameters
        ----------
        stoichiometry
            `` `metabolite x reaction` ``.
        reactions
            Names along the ``reaction`` axis.

        Returns
        -------
        tuple of str
            For example ``"reaction 'growth' changes the pool nad_c + nadh_c by -0.002"``.
        """
        matrix = np.asarray(stoichiometry, dtype=float)
        change = np.abs(self.matrix @ matrix)
        throughput = np.abs(self.matrix) @ np.abs(matrix)
        lost = np.flatnonzero((change > _LARGEST_CHANGE * throughput).any(axis=1))
        most = change.argmax(axis=1) if len(self) else lost
        return tuple(
            f"reaction {reactions[most[row]]!r} changes the pool {self.described(self.matrix[row])}"
            f" by {self.matrix[row] @ matrix[:, most[row]]:g}"
            for row in lost
        )

    def with_further(self, weights: ArrayLike) -> ConservedPools:
        """Return the pools and further ones, all approximate.

        Parameters
        ----------
        weights
            `` `pool x metabolite` ``, independent of these pools and of one another.

        Returns
        -------
        ConservedPools
        """
        rows = np.vstack([self.matrix, np.atleast_2d(np.asarray(weights, dtype=float))])
        return replace(_in_echelon_form(_rational(rows), self.metabolites), approximate=True)

    def to_table(self) -> pd.DataFrame:
        """Return the pools as a table that :func:`pools_from_table` takes.

        Returns
        -------
        pandas.DataFrame
            A row per pool, labelled by what it is; a column per metabolite in some pool.
        """
        index = pd.Index(self.describe(), name="pool")
        taking_part = np.flatnonzero(self.matrix.any(axis=0))
        names = [self.metabolites[i] for i in taking_part]
        return pd.DataFrame(self.matrix[:, taking_part], index=index, columns=names)

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
        return pools_from_table(table, metabolites, approximate=self.approximate)

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
        return tuple(self.described(row) for row in self.matrix)

    def described(self, row: NDArray[np.float64]) -> str:
        """Return some weights of these metabolites as text.

        Parameters
        ----------
        row
            `` `metabolite` ``.

        Returns
        -------
        str
            For example ``"atp_c + adp_c"``.
        """
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

    Examples
    --------
    >>> from skimpy_renaissance.network import find_pools
    >>> find_pools([[-1, 1], [1, -1]], ["atp", "adp"]).describe()
    ('atp + adp',)
    """
    rational = _rational(np.asarray(stoichiometry, dtype=float))
    left_null_space = rational.transpose().to_sparse().nullspace()
    return _in_echelon_form(left_null_space, metabolites)


def pools_from_table(
    table: pd.DataFrame, metabolites: Sequence[str], *, approximate: bool = False
) -> ConservedPools:
    """Take conserved pools from a table.

    Parameters
    ----------
    table
        `` `pool x metabolite` ``: rows are pools, columns metabolites, as the model or as pyTFA
        calls them (``3pg_c``, ``lac-D_c``); a missing column counts as zero weight. A column for a
        metabolite that is not balanced is ignored where it is all zero.
    metabolites
        The network's balanced metabolites.
    approximate
        Hold the pools constant although reactions may change them.

    Returns
    -------
    ConservedPools

    Raises
    ------
    NetworkError
        A weight is not finite, a column occurs twice, or pools are linearly dependent.
    MissingEntryError
        A column with weights is not a balanced metabolite.

    Examples
    --------
    >>> from skimpy_renaissance.network import pools_from_table
    >>> table = pd.DataFrame({"atp_c": [1.0], "adp_c": [1.0]})
    >>> network.with_pools(pools_from_table(table, network.variables)).conserved_pools.describe()
    ('adp_c + atp_c',)
    """
    names = [_balanced(str(column), metabolites) for column in table.columns]
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
    return replace(pools, approximate=approximate)


def _balanced(column: str, metabolites: Sequence[str]) -> str:
    """Return the model's name of a metabolite that a table may spell as pyTFA does."""
    return column if column in metabolites else sanitized(column)


def _rational(matrix: NDArray[np.float64]) -> DomainMatrix:
    if not np.isfinite(matrix).all():
        raise NetworkError("Coefficients of reactions and pools must be finite numbers.")

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
