r"""The entries of many matrices with one pattern, as sums over each model's own numbers.

.. math:: A_e = \sum_{q \in e} c_q\, y_{s_q}

where :math:`y` are rows of a table: a model's numbers, what all models share, and what
instructions compute from both. So a kernel goes from Michaelis constants to a factorised Jacobian
without a matrix that anybody else sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions import Instructions
from skimpy_renaissance.sparse import Elimination, lane_rows

__all__ = ["EntryLists", "MatrixEntries"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


class EntryLists(NamedTuple):
    """What a kernel needs of :class:`MatrixEntries`."""

    instructions: tuple[Indices, ...]
    required: Indices
    pointers: Indices
    sources: Indices
    coefficients: Array
    places: Indices
    starts: Indices
    columns: Indices
    diagonal: Indices


@dataclass(frozen=True, eq=False)
class MatrixEntries:
    """How matrices follow from numbers.

    Parameters
    ----------
    elimination
        The entries, and the order in which a matrix made of them is factorised.
    pointers
        `` `entry + 1` ``: where the terms of each entry begin.
    sources
        `` `term` ``: the row of the table that each term takes.
    coefficients
        `` `term` ``: what it is multiplied with.
    table
        `` `row x lane` ``: what all models share, in place; a model's numbers go to its first rows.
    instructions
        What fills the other rows.
    required
        Rows that must be finite and not zero; a model where one is not has no matrix.
    once
        What filled the rows of ``table`` that follow from others.
    """

    elimination: Elimination
    pointers: Indices
    sources: Indices
    coefficients: Array
    table: Array
    instructions: Instructions
    required: Indices
    once: Instructions

    @classmethod
    def themselves(cls, elimination: Elimination) -> MatrixEntries:
        """Take the entries as the numbers, in their order."""
        count = len(elimination.rows)
        each, none = np.arange(count + 1), np.zeros(0, dtype=np.int64)
        nothing = Instructions(*(none,) * 6)
        return cls(
            elimination, each, each[:-1], np.ones(count), lane_rows(count), nothing, none, nothing
        )

    @property
    def lists(self) -> EntryLists:
        """All lists, for a kernel."""
        return EntryLists(
            self.instructions.arrays,
            self.required,
            self.pointers,
            self.sources,
            self.coefficients,
            *self.elimination.lists,
        )

    def new_table(self) -> Array:
        """Return a table to work on."""
        table = lane_rows(len(self.table))
        table[:] = self.table
        return table
