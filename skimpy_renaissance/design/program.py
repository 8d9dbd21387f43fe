r"""The linear program behind a design: levers, rows that may bind, and the optimum on some levers.

Enzymes that are tied move as one lever, at the cost of all of them. Models that share a design put
their rows under one another; what is raised over them may need further variables :math:`z`,

.. math:: \max_{e, z}\ g \cdot (e, z), \qquad l \le A\,(e, z) \le h,
          \qquad -d \le e \le u, \quad z_{low} \le z \le z_{high} .

Of a hundred thousand rows a few bind. A program begins with none, and those that its optimum breaks
join until none is broken; those that have not bound for long leave it again, and rows that the
allowed number of changes cannot break are left out from the start. All of it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from skimpy_renaissance.errors import SamplingError

__all__ = ["Optimum", "Parts", "Program", "used_levers"]

Array = NDArray[np.float64]

_USED = 1e-9  # of ln: below it a lever is not used
_FEASIBLE = 1e-9  # of a row; HiGHS is asked for 1e-10
_TOGETHER = 30  # broken rows that join at a time
_MANY = 250  # active rows, from which on those leave that have not bound for long
_BLOCK = 4096  # rows that are looked at together
_OPTIONS = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def used_levers(changes: Array) -> tuple[int, ...]:
    """Return which levers are used.

    Parameters
    ----------
    changes
        `` `lever` ``, ln of fold changes.

    Returns
    -------
    tuple of int
        Positions, ascending.
    """
    return tuple(np.flatnonzero(np.abs(changes) > _USED).tolist())


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best changes on some levers.

    Parameters
    ----------
    value
        Of the objective; -inf where nothing keeps the limits.
    changes
        `` `lever` ``, ln of fold changes.
    use
        `` `lever` ``: how much of its range each lever takes, in a relaxed program; else 0 or 1.
    """

    value: float
    changes: Array
    use: Array

    @property
    def found(self) -> bool:
        """Whether something keeps the limits."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True, eq=False)
class Parts:
    """What an aim adds to a program: what is raised, with rows that always act.

    Parameters
    ----------
    gain
        `` `column` ``: levers, then further variables.
    rows, low, high
        `` `row x column` `` and `` `row` ``.
    lowest, highest
        Limits of the further variables.
    whole
        Whether these are whole numbers; only HiGHS can tell.
    """

    gain: Array
    rows: Array
    low: Array
    high: Array
    lowest: Array = field(default_factory=lambda: np.empty(0))
    highest: Array = field(default_factory=lambda: np.empty(0))
    whole: bool = False


@dataclass(eq=False)
class Program:
    """A linear program over levers.

    Parameters
    ----------
    parts
        What is raised.
    rows
        `` `row x lever` ``: limits.
    low, high
        `` `row` ``.
    up, down
        `` `lever` ``, 0 or more: how far each goes.
    cost
        `` `lever` ``: enzymes that it changes.
    most
        Enzymes changed at most.
    merit
        `` `lever` ``: what each does for the mean of the models, by which a search is ordered.
    """

    parts: Parts
    rows: Array
    low: Array
    high: Array
    up: Array
    down: Array
    cost: NDArray[np.intp]
    most: int
    merit: Array
    active: list[int] = field(default_factory=list, init=False)
    solved: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.up, self.down = self.up.copy(), self.down.copy()
        kept = np.flatnonzero(np.concatenate([
            self._can_break(slice(start, start + _BLOCK))
            for start in range(0, max(len(self.rows), 1), _BLOCK)
        ]))  # fmt: skip
        if len(kept) < len(self.rows):
            self.rows, self.low, self.high = self.rows[kept], self.low[kept], self.high[kept]
        largest, smallest = (end(axis=1, initial=0.0) for end in (self.rows.max, self.rows.min))
        self._scale = np.maximum(np.maximum(largest, -smallest), 1e-300)

    @property
    def n_levers(self) -> int:
        """How many levers there are."""
        return len(self.up)

    @property
    def gain(self) -> Array:
        """`` `column` ``: what is raised."""
        return self.parts.gain

    def _can_break(self, block: slice) -> NDArray[np.bool_]:
        """Return which rows as many changes as are allowed can break."""
        n = max(int(self.most // max(self.cost.min(initial=1), 1)), 1)
        up, down = self.rows[block] * self.up, self.rows[block] * self.down
        rise, fall = np.maximum(up, -down), np.maximum(-up, down)
        furthest, lowest = (np.sort(part, axis=1)[:, -n:].sum(axis=1) for part in (rise, fall))
        return (furthest > self.high[block]) | (-lowest < self.low[block])

    def relaxed(
        self,
        inside: Sequence[int],
        outside: Sequence[int],
        *,
        objective: Array | None = None,
        at_least: float = -np.inf,
    ) -> Optimum:
        """Return the optimum where levers may be used in part.

        Parameters
        ----------
        inside
            Levers that may be used in full, and count as used.
        outside
            Levers that may not be used.
        objective
            `` `column` ``, in the place of the gain.
        at_least
            Gain that is kept.

        Returns
        -------
        Optimum
            Its value bounds that of every design with these levers.
        """  # fmt: skip
        free = np.ones(self.n_levers, dtype=bool)
        free[list(inside)] = False
        free[list(outside)] = False
        closed = np.zeros(self.n_levers, dtype=bool)
        closed[list(outside)] = True
        left = self.most - int(self.cost[list(inside)].sum())
        up, down = np.where(closed, 0.0, self.up), np.where(closed, 0.0, self.down)
        share = np.concatenate([_share(self.cost, up) * free, _share(self.cost, down) * free])
        return self._solve(up, down, self.gain if objective is None else objective,
                           share, left, at_least)  # fmt: skip

    def on(self, levers: Sequence[int]) -> Optimum:
        """Return the optimum on some levers.

        Parameters
        ----------
        levers
            Those that may be used.

        Returns
        -------
        Optimum
        """
        chosen = np.zeros(self.n_levers, dtype=bool)
        chosen[list(levers)] = True
        return self.towards(np.where(chosen, self.up, 0.0), np.where(chosen, self.down, 0.0))

    def towards(self, up: Array, down: Array, *, least: float = 0.0) -> Optimum:
        """Return the optimum where levers go so far up and down.

        Parameters
        ----------
        up, down
            `` `lever` ``, 0 or more.
        least
            How far each that may go anywhere goes at least.

        Returns
        -------
        Optimum
        """
        nothing = np.zeros(2 * self.n_levers)
        return self._solve(up, down, self.gain, nothing, 1, -np.inf, least=least)

    def broken(self, point: Array, *, by: float = _FEASIBLE) -> NDArray[np.intp]:
        """Return rows that changes break, the worst first.

        Parameters
        ----------
        point
            `` `lever` ``, ln of fold changes.
        by
            How far, where a row's largest number is 1.

        Returns
        -------
        numpy.ndarray
        """
        used = np.flatnonzero(point)
        values = self.rows[:, used] @ point[used] if len(used) < 4 else self.rows @ point
        excess = np.maximum(values - self.high, self.low - values)
        over = excess > by * np.maximum(1.0, np.minimum(self._scale, 1e3))
        order = np.argsort(-excess / self._scale, kind="stable")
        return order[over[order]]

    def _solve(
        self,
        up: Array,
        down: Array,
        objective: Array,
        share: Array,
        left: float,
        at_least: float,
        *,
        least: float = 0.0,
    ) -> Optimum:
        """Solve over (up, down, z), with rows that join as they are broken."""
        n = self.n_levers
        columns = np.flatnonzero(np.concatenate([up, down]) > 0)
        sign, lever = np.where(columns < n, 1.0, -1.0), columns % n
        rest = np.arange(n, len(self.gain))
        bounds = [(least, float(limit)) for limit in np.concatenate([up, down])[columns]]
        bounds += zip(self.parts.lowest.tolist(), self.parts.highest.tolist(), strict=True)
        cost = -np.concatenate([objective[lever] * sign, objective[rest]])
        changes = np.zeros(n)
        while True:
            matrix, limit = self._active_rows(lever, sign, rest)
            if share.any():
                whole = np.concatenate([share[columns], np.zeros(len(rest))])
                matrix, limit = np.vstack([matrix, whole]), np.append(limit, left)
            if at_least > -np.inf:
                gain = -np.concatenate([self.gain[lever] * sign, self.gain[rest]])
                matrix, limit = np.vstack([matrix, gain]), np.append(limit, -at_least)
            if not len(cost):
                return Optimum(0.0, changes, changes)
            self.solved += 1
            found = linprog(
                cost, matrix if len(matrix) else None, limit if len(matrix) else None,
                bounds=bounds, method="highs-ds", options=_OPTIONS,
            )  # fmt: skip
            if found.status == 2:
                return Optimum(-np.inf, changes, changes)
            if found.status != 0:
                raise SamplingError(f"HiGHS could not solve a linear program: {found.message}")
            changes = np.zeros(n)
            np.add.at(changes, lever, sign * found.x[: len(lever)])
            known = {*self.active}
            joining = [row for row in self.broken(changes).tolist() if row not in known][:_TOGETHER]
            if not joining:
                self._leave(changes)
                use = np.zeros(n)
                np.add.at(use, lever, share[columns] * found.x[: len(lever)])
                return Optimum(-float(found.fun), changes, use)
            self.active += joining

    def _leave(self, changes: Array) -> None:
        """Let rows go that have not bound for long; those that bind now stay the longest."""
        if len(self.active) <= _MANY:
            return
        active = np.array(self.active)
        values = self.rows[active] @ changes
        near = np.minimum(self.high[active] - values, values - self.low[active])
        binds = near <= _FEASIBLE * np.maximum(1.0, self._scale[active])
        self.active = [*active[~binds].tolist(), *active[binds].tolist()][-_MANY:]

    def _active_rows(
        self, lever: NDArray[np.intp], sign: Array, rest: NDArray[np.intp]
    ) -> tuple[Array, Array]:
        """Return one-sided rows over the columns of a program."""
        active, parts = np.array(self.active, dtype=np.intp), self.parts
        nothing = np.zeros((len(active), len(rest)))
        rows = np.vstack([
            np.hstack([parts.rows[:, lever] * sign, parts.rows[:, rest]]),
            np.hstack([self.rows[active][:, lever] * sign, nothing]),
        ])  # fmt: skip
        high = np.concatenate([parts.high, self.high[active]])
        low = np.concatenate([parts.low, self.low[active]])
        upper, lower = np.isfinite(high), np.isfinite(low)
        return np.vstack([rows[upper], -rows[lower]]), np.concatenate([high[upper], -low[lower]])


def _share(cost: NDArray[np.intp], limit: Array) -> Array:
    return np.divide(cost, limit, out=np.zeros(len(limit)), where=limit > 0)
