r"""From Michaelis constants to the scaled Jacobian's entries, as lists that kernels work through.

.. math:: A_{ij} = \sum_r S_{ir} \Big(E_{rj} + \sum_d E_{rd}\, Q_{dj}\Big), \qquad
    S = \operatorname{diag}(w_i/x_i)\, N_i \operatorname{diag}(v) .

Where :math:`A` may differ from zero, and which elasticities each entry takes, follows from the
stoichiometry, the rate laws and the conserved pools: it is the same for all models and all steady
states of a network, as are the instructions that compute the elasticities. Only the coefficients
:math:`S_{ir}` and :math:`S_{ir} Q_{dj}` are a state's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.instructions import Law, RateProgram, write_program
from skimpy_renaissance.kinetics.layout import Layout, Source
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.sparse import Elimination, eliminate
from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries

__all__ = ["SparseJacobian"]

Indices = NDArray[np.int64]


class _Terms(NamedTuple):
    """Which elasticities make which entry.

    ``pointers``, `entry + 1`, is where the terms of each entry begin; the others are `term`:
    ``sources`` the elasticity, in the layout's order, ``rows``, ``reactions``, ``columns`` and
    ``dependents`` i, r, j and d above, d = -1 for an elasticity towards an independent metabolite.
    """

    pointers: Indices
    sources: Indices
    rows: Indices
    reactions: Indices
    columns: Indices
    dependents: Indices


@dataclass(frozen=True, eq=False)
class SparseJacobian:
    """Jacobians of a network's models for kernels; what that takes is found on first use.

    Parameters
    ----------
    network
        The kinetic model.
    templates, layout
        Its compiled rate laws, and where their symbols find their values; on the CPU.
    """

    network: KineticNetwork
    templates: Sequence[Template]
    layout: Layout

    @property
    def elimination(self) -> Elimination:
        """Where Jacobians are not zero, and the order in which they are factorised."""
        return self._plan[0]

    @cached_property
    def in_lanes(self) -> bool:
        """Whether kernels know all functions in the rate laws."""
        try:
            return self.program.can_be_compiled
        except NetworkError:
            return False

    @cached_property
    def program(self) -> RateProgram:
        """From saturation constants, free ones first, to unit rates and elasticities.

        Raises
        ------
        NetworkError
            A rate law has a function that no instruction computes.
        """
        laws = [
            _law(template, [self._rows_of(source) for source in sources])
            for template, sources in zip(self.templates, self.layout.sources, strict=True)
        ]
        n_shared = len(self.layout.fixed) + len(self.layout.state_names) - self._n_free
        return write_program(laws, self._n_free, n_shared, reversible=True)

    def at(self, reference: ReferencePoint) -> list[MatrixEntries]:
        """Return how Jacobians follow from free saturation constants at each steady state.

        Parameters
        ----------
        reference
            One steady state, or several.

        Returns
        -------
        list of MatrixEntries
            One per state; a model's numbers are its free constants, scaled units.
        """
        plan, terms = self._plan
        stoichiometry = reference.weighted_stoichiometry.detach().numpy()
        stoichiometry = stoichiometry.reshape(-1, *stoichiometry.shape[-2:])
        weights = reference.pool_weights.detach().numpy()
        weights = weights.reshape(len(stoichiometry), *weights.shape[-2:])  # maybe of no pool
        of_states = reference.table.detach().numpy().reshape(len(stoichiometry), -1)
        with_pool = terms.dependents >= 0
        found = []
        for s, q, values in zip(stoichiometry, weights, of_states, strict=True):
            coefficients = s[terms.rows, terms.reactions]
            through = q[terms.dependents[with_pool], terms.columns[with_pool]]
            coefficients[with_pool] *= through
            found.append(
                MatrixEntries(
                    plan,
                    terms.pointers,
                    self._rows_of_elasticities[terms.sources],
                    coefficients,
                    self._table(values),
                    self.program.rates_and_slopes,
                    self.program.rate_rows,
                    self.program.once,
                )
            )
        return found

    @property
    def _n_free(self) -> int:
        return len(self.layout.km_columns)

    def _table(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a table that has what a state decides."""
        from skimpy_renaissance.instructions.program_kernels import execute  # noqa: PLC0415 - numba

        table, free = self.program.new_table(), self._n_free
        fixed = self.layout.fixed.numpy()
        fixed = fixed[~np.isnan(fixed)]
        shared = np.concatenate([fixed, values])
        table[free : free + len(shared)] = shared[:, None]
        execute(self.program.once.arrays, table)
        return table

    def _rows_of(self, source: Source) -> Indices:
        """Return the table's row of one symbol in each of its reactions."""
        columns, n_constants = source.columns.numpy(), len(self.layout.fixed)
        return self._rows_of_constants[columns] if source.per_model else n_constants + columns

    @cached_property
    def _rows_of_constants(self) -> Indices:
        """`` `saturation constant` ``: free ones first."""
        rows = np.empty(len(self.layout.fixed), dtype=np.int64)
        free = self.layout.km_columns.numpy()
        fixed = np.setdiff1d(np.arange(len(rows)), free)
        rows[np.concatenate([free, fixed])] = np.arange(len(rows))
        return rows

    @cached_property
    def _rows_of_elasticities(self) -> Indices:
        """`` `elasticity` ``: row of the table, in the layout's order."""
        n_roles = np.empty(self.layout.n_reactions, dtype=np.int64)
        for template in self.templates:
            n_roles[list(template.reactions)] = len(template.metabolite_roles)
        begin = np.append(0, n_roles.cumsum())
        in_turn = [
            begin[reaction] + role
            for template in self.templates
            for role in range(len(template.metabolite_roles))
            for reaction in template.reactions
        ]
        slopes = np.array(in_turn, dtype=np.int64)[self.layout.kept.numpy()]
        return self.program.slope_rows[slopes]

    @cached_property
    def _plan(self) -> tuple[Elimination, _Terms]:
        pools, layout = self.network.conserved_pools, self.layout
        n = len(pools.independent)
        columns_of = self.network.stoichiometry[pools.independent].T
        changes = [np.flatnonzero(column) for column in columns_of]
        ties = [np.flatnonzero(row) for row in self.network.pool_response]
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
        pointers = np.searchsorted(places, plan.rows * n + plan.columns)
        lists = (np.ascontiguousarray(table[:, k]) for k in (2, 0, 3, 1, 4))
        return plan, _Terms(np.append(pointers, len(places)), *lists)


def _law(template: Template, rows: Sequence[Indices]) -> Law:
    """Return a template as a law of the table's rows."""
    rate, *slopes = template.outputs
    symbols = [symbol(name) for name in template.symbols]
    arguments = np.stack(rows, axis=-1).tolist() if rows else [[] for _ in template.reactions]
    return Law(symbols, rate, slopes, arguments, template.reactions, template.ratios)
