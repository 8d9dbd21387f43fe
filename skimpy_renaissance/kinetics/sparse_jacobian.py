r"""The scaled Jacobian's entries as sums over elasticities.

.. math:: A_{ij} = \sum_r S_{ir} \Big(E_{rj} + \sum_d E_{rd}\, Q_{dj}\Big), \qquad
    S = \operatorname{diag}(w_i/x_i)\, N_i \operatorname{diag}(v) .

Where :math:`A` may differ from zero, and which elasticities each entry takes, follows from the
stoichiometry, the rate laws and the conserved pools: it is the same for all models and all steady
states of a network. Only the coefficients :math:`S_{ir}` and :math:`S_{ir} Q_{dj}` are a state's
own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.sparse import Elimination, eliminate
from skimpy_renaissance.spectrum.ritz_screen import LinearEntries

__all__ = ["SparseJacobian", "sparse_jacobian"]

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SparseJacobian:
    """Which elasticities make which entry.

    Parameters
    ----------
    elimination
        The entries, and the order in which a matrix made of them is factorised.
    pointers
        `` `entry + 1` ``: where the terms of each entry begin.
    sources
        `` `term` ``: the elasticity, in the order of the layout's entries.
    rows, reactions, columns
        `` `term` ``: i, r and j above.
    dependents
        `` `term` ``: d above; -1 for an elasticity towards an independent metabolite.
    """

    elimination: Elimination
    pointers: Indices
    sources: Indices
    rows: Indices
    reactions: Indices
    columns: Indices
    dependents: Indices

    def at(self, reference: ReferencePoint) -> list[LinearEntries]:
        """Return the coefficients of each steady state.

        Parameters
        ----------
        reference
            One steady state, or several.

        Returns
        -------
        list of LinearEntries
            One per state.
        """
        stoichiometry = reference.weighted_stoichiometry.detach().cpu().numpy()
        stoichiometry = stoichiometry.reshape(-1, *stoichiometry.shape[-2:])
        weights = reference.pool_weights.detach().cpu().numpy()
        weights = weights.reshape(len(stoichiometry), *weights.shape[-2:])  # maybe of no pool
        with_pool = self.dependents >= 0
        found = []
        for s, q in zip(stoichiometry, weights, strict=True):
            coefficients = s[self.rows, self.reactions]
            through = q[self.dependents[with_pool], self.columns[with_pool]]
            coefficients[with_pool] *= through
            found.append(LinearEntries(self.pointers, self.sources, coefficients))
        return found


def sparse_jacobian(network: KineticNetwork, layout: Layout) -> SparseJacobian:
    """Find the terms of every entry of a network's scaled Jacobian.

    Parameters
    ----------
    network
        The kinetic model.
    layout
        Which elasticities there are.

    Returns
    -------
    SparseJacobian
    """
    pools = network.conserved_pools
    n = len(pools.independent)
    changes = [np.flatnonzero(column) for column in network.stoichiometry[pools.independent].T]
    ties = [np.flatnonzero(row) for row in network.pool_response]
    terms = []
    pairs = zip(layout.rows.tolist(), layout.independent_first.tolist(), strict=True)
    for source, (reaction, metabolite) in enumerate(pairs):
        dependent = metabolite - n
        columns = [metabolite] if dependent < 0 else ties[dependent]
        terms += [
            (row, column, source, reaction, max(dependent, -1))
            for row in changes[reaction]
            for column in columns
        ]
    terms += [(row, row, 0, 0, -2) for row in range(n)]  # the whole diagonal is an entry
    table = np.array(sorted(terms), dtype=np.int64).reshape(-1, 5)
    pattern = np.zeros((n, n), dtype=bool)
    pattern[table[:, 0], table[:, 1]] = True
    plan = eliminate(pattern)
    table = table[table[:, 4] > -2]
    places = table[:, 0] * n + table[:, 1]
    entries = plan.rows * n + plan.columns
    return SparseJacobian(
        plan,
        np.append(np.searchsorted(places, entries), len(places)),
        *(np.ascontiguousarray(table[:, k]) for k in (2, 0, 3, 1, 4)),
    )
