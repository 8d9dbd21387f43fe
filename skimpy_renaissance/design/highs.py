r"""The same problem as a mixed-integer program, solved by HiGHS.

.. math:: -d_i b_i \le e_i \le u_i b_i, \qquad \sum_i c_i b_i \le n, \qquad b_i \in \{0, 1\}

The next design after one with the levers :math:`S` is what is left with
:math:`\sum_{i \in S} b_i \le |S| - 1`. HiGHS keeps rows to 1e-6 only, so what it finds is solved
again on its levers, to 1e-10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from skimpy_renaissance.design.program import Optimum, Program, used_levers
from skimpy_renaissance.errors import SamplingError

__all__ = ["solve_by_highs"]


def solve_by_highs(
    program: Program, without: Sequence[Sequence[int]] = (), *, time_limit: float | None = None
) -> tuple[Optimum, float]:
    """Return the best design that is none of some others.

    Parameters
    ----------
    program
        What is raised, within which limits.
    without
        Levers of the others.
    time_limit
        Seconds; ``None``: until it is solved.

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
    n, width = program.n_levers, program.rows.shape[1]
    rest = width - n
    chosen = csr_matrix(np.eye(n))
    nothing = csr_matrix((n, rest))
    own = csr_matrix(program.rows)
    on = csr_matrix((len(without), n)) if len(without) else None
    parts = [
        (hstack([own, csr_matrix((own.shape[0], n))]), program.low, program.high),
        (hstack([chosen, nothing, -chosen.multiply(program.up)]), -np.inf, 0.0),
        (hstack([chosen, nothing, chosen.multiply(program.down)]), 0.0, np.inf),
        (csr_matrix([[0.0] * width + program.cost.tolist()]), 0.0, program.most),
    ]
    if on is not None:
        rows = [i for i, levers in enumerate(without) for _ in levers]
        columns = [width + lever for levers in without for lever in levers]
        shape = (len(without), width + n)
        cuts = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
        parts.append((cuts, -np.inf, np.array([len(levers) - 1 for levers in without], float)))
    low, high = (
        np.concatenate([np.broadcast_to(np.asarray(p[end]), p[0].shape[0]) for p in parts])
        for end in (1, 2)
    )
    found = milp(
        -np.concatenate([program.gain, np.zeros(n)]),
        integrality=np.concatenate([np.zeros(n), program.whole, np.ones(n)]),
        bounds=Bounds(
            np.concatenate([-program.down, program.lowest, np.zeros(n)]),
            np.concatenate([program.up, program.highest, np.ones(n)]),
        ),
        constraints=LinearConstraint(vstack([p[0] for p in parts]), low, high),
        options={"mip_rel_gap": 0.0} | ({} if time_limit is None else {"time_limit": time_limit}),
    )
    if found.status not in (0, 1, 2):
        raise SamplingError(f"HiGHS could not solve the mixed-integer program: {found.message}")
    bound = -np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        none = np.zeros(n)
        return Optimum(-np.inf, none, none), bound if found.status == 1 else -np.inf
    used = [lever for lever in used_levers(found.x[:n]) if found.x[width + lever] > 0.5]
    settled = [(v if w else a, v if w else b) for v, w, a, b in zip(
        found.x[n:width].round(), program.whole, program.lowest, program.highest, strict=True
    )]  # fmt: skip
    lowest, highest = (tuple(end) for end in zip(*settled, strict=True)) if rest else ((), ())
    return replace(program, lowest=lowest, highest=highest).on(used), bound
