r"""Differential equations of one system for many models side by side.

.. math::
    f = \Big(W + \sum_k x_k M_k\Big) v, \qquad
    \frac{\partial f}{\partial x} = \Big(W + \sum_k x_k M_k\Big)\frac{\partial v}{\partial x}
    + \sum_k (M_k v)\, e_k^T ,

each entry a sum of rows of the table that a rate program fills, in the order in which
:math:`I/(\gamma h) - \partial f/\partial x` is eliminated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program import RateProgram
from skimpy_renaissance.sparse import Elimination, eliminate

__all__ = ["LaneSystem", "Terms", "lane_system"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_Term = tuple[int, int, float, int]  # entry, source, coefficient, factor


@dataclass(frozen=True, eq=False)
class Terms:
    """Sums over rows of a table.

    Parameters
    ----------
    pointers
        `` `entry + 1` ``: where the terms of each entry begin.
    sources
        `` `term` ``: row of the table.
    coefficients
        `` `term` ``: what it is multiplied with.
    factors
        `` `term` ``: another row to multiply with; -1 for none.
    """

    pointers: Indices
    sources: Indices
    coefficients: Array
    factors: Indices

    @property
    def arrays(self) -> tuple[Indices, Indices, Array, Indices]:
        """All lists, for a kernel."""
        return self.pointers, self.sources, self.coefficients, self.factors


@dataclass(frozen=True, eq=False)
class LaneSystem:
    """Right-hand side and Jacobian as instructions.

    Parameters
    ----------
    program
        What fills the table with rates and derivatives.
    elimination
        The order for the Jacobian's pattern.
    right_hand_side
        `` `variable` `` sums, in that order.
    jacobian
        One sum per entry of the elimination.
    """

    program: RateProgram
    elimination: Elimination
    right_hand_side: Terms
    jacobian: Terms


def lane_system(
    program: RateProgram,
    slopes: Sequence[tuple[int, int]],
    effects: Sequence[tuple[int | None, Array]],
) -> LaneSystem:
    """Lay out right-hand side and Jacobian.

    Parameters
    ----------
    program
        Rates and derivatives.
    slopes
        (reaction, variable) of each derivative.
    effects
        Carrier's position, ``None`` for none, to `` `variable x reaction` ``.

    Returns
    -------
    LaneSystem
    """
    n = len(effects[0][1])
    right: list[_Term] = []
    slope: list[_Term] = []
    for carrier, effect in effects:
        factor = -1 if carrier is None else carrier
        for row, reaction in zip(*np.nonzero(effect), strict=True):
            rate, coefficient = int(program.rate_rows[reaction]), float(effect[row, reaction])
            right.append((int(row), rate, coefficient, factor))
            if carrier is not None:
                slope.append((int(row) * n + carrier, rate, coefficient, -1))
        for source, (reaction, variable) in zip(program.slope_rows.tolist(), slopes, strict=True):
            slope += [
                (int(row) * n + variable, source, float(effect[row, reaction]), factor)
                for row in np.flatnonzero(effect[:, reaction])
            ]
    pattern = np.zeros(n * n, dtype=bool)
    pattern[[term[0] for term in slope]] = True
    plan = eliminate(pattern.reshape(n, n))
    entries = plan.rows * n + plan.columns
    return LaneSystem(program, plan, _terms(right, plan.order), _terms(slope, entries))


def _terms(terms: Sequence[_Term], entries: Indices) -> Terms:
    """Sort terms into the order of their entries."""
    place = {int(entry): i for i, entry in enumerate(entries)}
    ordered = sorted((place[entry], *rest) for entry, *rest in terms)
    counts = np.bincount([term[0] for term in ordered], minlength=len(entries))
    return Terms(
        np.append(0, np.cumsum(counts)).astype(np.int64),
        np.array([term[1] for term in ordered], dtype=np.int64),
        np.array([term[2] for term in ordered], dtype=np.float64),
        np.array([term[3] for term in ordered], dtype=np.int64),
    )
