r"""The same problem as a mixed-integer program, solved by HiGHS.

.. math:: -d_i b_i \le e_i \le u_i b_i, \qquad \sum_i c_i b_i \le n, \qquad b_i \in \{0, 1\}

The next design after one with the levers :math:`S` is what is left with
:math:`\sum_{i \in S} b_i \le |S| - 1`. Of the limits HiGHS gets those that its last solution broke,
until it breaks none. It keeps rows to 1e-6 only, so what it finds is solved again on its levers, to
1e-10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from skimpy_renaissance.design.program import Optimum, Program, used_levers
from skimpy_renaissance.errors import SamplingError

__all__ = ["solve_by_highs"]

_TOGETHER = 200  # broken rows that join at a time
_BROKEN = 1e-6  # of a row, as HiGHS keeps it


def solve_by_highs(
    program: Program, without: Sequence[Sequence[int]] = (), *, until: float | None = None
) -> tuple[Optimum, float]:
    """Return the best design that is none of some others.

    Parameters
    ----------
    program
        What is raised, within which limits.
    without
        Levers of the others.
    until
        Time of :func:`time.monotonic` at which to stop; ``None``: when it is solved.

    Returns
    -------
    optimum : Optimum
        ``found`` is false where there is none.
    bound : float
        What none exceeds.

    Raises
    ------
    SamplingError
        HiGHS failed.
    """
    n, width = program.n_levers, len(program.gain)
    bound = program.relaxed((), ()).value
    none = Optimum(-np.inf, np.zeros(n), np.zeros(n))
    if bound == -np.inf:
        return none, bound
    active = list(program.active)
    while True:
        left = None if until is None else until - monotonic()
        if left is not None and left <= 0:
            return none, bound
        found = _solve(program, np.array(active, dtype=np.intp), without, left)
        if found.status not in (0, 1, 2):
            raise SamplingError(f"HiGHS could not solve the mixed-integer program: {found.message}")
        if found.status == 2:
            return none, -np.inf
        if found.mip_dual_bound is not None:
            bound = min(bound, -float(found.mip_dual_bound))
        if found.x is None:
            return none, bound
        known = {*active}
        joining = [i for i in program.broken(found.x[:n], by=_BROKEN).tolist() if i not in known]
        if not joining or found.status == 1:
            break
        active += joining[:_TOGETHER]
    used = [lever for lever in used_levers(found.x[:n]) if found.x[width + lever] > 0.5]
    parts = program.parts
    if parts.whole:
        settled = found.x[n:width].round()
        parts = replace(parts, lowest=settled, highest=settled)
    return replace(program, parts=parts).on(used), bound


def _solve(
    program: Program,
    active: NDArray[np.intp],
    without: Sequence[Sequence[int]],
    time_limit: float | None,
) -> OptimizeResult:
    """Solve with some of the rows."""
    parts, n, width = program.parts, program.n_levers, len(program.gain)
    rest = width - n
    chosen, limits = csr_matrix(np.eye(n)), csr_matrix(program.rows[active])
    nothing = csr_matrix((n, rest))
    rows = [
        (hstack([csr_matrix(parts.rows), csr_matrix((len(parts.rows), n))]), parts.low, parts.high),
        (
            hstack([limits, csr_matrix((len(active), rest + n))]),
            program.low[active],
            program.high[active],
        ),
        (hstack([chosen, nothing, -chosen.multiply(program.up)]), -np.inf, 0.0),
        (hstack([chosen, nothing, chosen.multiply(program.down)]), 0.0, np.inf),
        (csr_matrix([[0.0] * width + program.cost.tolist()]), 0.0, program.most),
    ]
    if len(without):
        cut = [i for i, levers in enumerate(without) for _ in levers]
        columns = [width + lever for levers in without for lever in levers]
        shape = (len(without), width + n)
        cuts = coo_matrix((np.ones(len(cut)), (cut, columns)), shape=shape).tocsr()
        rows.append((cuts, -np.inf, np.array([len(levers) - 1 for levers in without], float)))
    low, high = (
        np.concatenate([np.broadcast_to(np.asarray(p[end]), p[0].shape[0]) for p in rows])
        for end in (1, 2)
    )
    return milp(
        -np.concatenate([program.gain, np.zeros(n)]),
        integrality=np.concatenate([np.zeros(n), np.full(rest, parts.whole), np.ones(n)]),
        bounds=Bounds(
            np.concatenate([-program.down, parts.lowest, np.zeros(n)]),
            np.concatenate([program.up, parts.highest, np.ones(n)]),
        ),
        constraints=LinearConstraint(vstack([p[0] for p in rows]), low, high),
        options={"mip_rel_gap": 0.0} | ({} if time_limit is None else {"time_limit": time_limit}),
    )
