r"""Named bounds, balances and limits, made into a polytope; and which of them exclude one another.

.. math:: l \le x \le u, \qquad E x = 0, \qquad g \le R x \le h .

With :math:`x = x_0 + D y`, where :math:`x_0` is a point inside and :math:`D` spans what the
balances and all that cannot move leave, it is a polytope in :math:`y`. The columns of :math:`D` are
chosen so that a walk along them gets far: each changes a few variables, and sums that have little
room are coordinates themselves.

Where nothing is left, a programme that may break each bound and limit at a price, its change over
the range of the variable or the sum, says which ones to change, and its multipliers say which ones
are in the way (Farkas' lemma [1]_).

References
----------
.. [1] Chinneck, *Feasibility and Infeasibility in Optimization* (2008),
   doi:10.1007/978-0-387-74932-7: elastic programmes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog

from skimpy_renaissance.errors import SteadyStateError, listed

__all__ = ["Contradiction", "LinearSystem", "Polytope"]

Array = NDArray[np.float64]

_FIXED = 1e-9  # of a variable's size: bounds this close leave it one value
_STILL = 1e-6  # of a sum's range: limits this close leave it one value
_NARROW = 0.2  # of a sum's range: limits this close make it a coordinate
_ROOMY = 1e-4  # of its range: less room than this on all sides, and bounds are tightened first
_FAR = 1e7  # sizes: as far as this is without end, for solvers that stop short of it
_ROOM = 1e-9
_SLACK = 1e-6  # of a range: less is what a programme solves to
_BINDING = 1e-7  # multiplier of a bound that is in the way
_PRICES = {"low": 1.0, "high": 1.0, "least": 100.0, "most": 100.0}  # change variables first
_RANK = 1e-10
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Polytope:
    """The points ``origin + directions @ y`` with ``normals @ y <= offsets``.

    Parameters
    ----------
    origin
        `` `variable` ``, inside.
    directions
        `` `variable x dimension` ``.
    normals, offsets
        `` `face x dimension` `` and `` `face` ``.
    """

    origin: Array
    directions: Array
    normals: Array
    offsets: Array


@dataclass(frozen=True)
class Contradiction:
    """What cannot hold at once.

    Parameters
    ----------
    in_the_way
        Bounds and limits that exclude one another: (kind, number), the kind ``"low"``, ``"high"``
        of a variable, ``"least"``, ``"most"`` of a sum.
    balances
        Numbers of the balances through which they do.
    change
        Bounds and limits to what they would have to be, a least change that leaves something.
    """

    in_the_way: list[tuple[str, int]]
    balances: list[int]
    change: dict[tuple[str, int], float]


@dataclass(frozen=True, eq=False)
class LinearSystem:
    """Variables with bounds, balances, and sums with limits.

    Parameters
    ----------
    low, high
        `` `variable` ``; infinite where there is none.
    balances
        `` `row x variable` ``: these sums are zero.
    sums
        `` `row x variable` ``: these sums have limits.
    least, most
        `` `row` ``; infinite where there is none.
    """

    low: Array
    high: Array
    balances: Array
    sums: Array
    least: Array
    most: Array

    @property
    def size(self) -> Array:
        """`` `variable` ``: a scale for each, its range where that is known."""
        width = self.high - self.low
        largest = np.maximum(np.abs(self.low), np.abs(self.high))
        known = np.where(width > _FIXED * largest, width, largest)
        return np.where(np.isfinite(known) & (known > 0), known, 1.0)

    @property
    def reference(self) -> Array:
        """`` `variable` ``: a value within bounds, from which programmes count."""
        low, high = np.isfinite(self.low), np.isfinite(self.high)
        ends = np.where(low, self.low, 0.0), np.where(high, self.high, 0.0)
        return np.where(low & high, (ends[0] + ends[1]) / 2, ends[0] + ends[1])

    def within(self, low: Array, high: Array) -> LinearSystem:
        """Return the part between further bounds.

        Parameters
        ----------
        low, high
            `` `variable` ``.

        Returns
        -------
        LinearSystem
        """
        return replace(self, low=np.maximum(self.low, low), high=np.minimum(self.high, high))

    @property
    def feasible(self) -> bool:
        """Whether anything is left, to rounding."""
        return self._room()[0] >= -_ROOM

    def contradiction(self) -> Contradiction | None:
        """Return what excludes one another; ``None`` where something is left.

        Returns
        -------
        Contradiction or None

        Raises
        ------
        SteadyStateError
            The programme was not solved.
        """
        size, n, start = self.size, len(self.low), self.reference
        sum_size = self._size_of(self.sums)
        sides = {
            "low": (-np.diag(size), start - self.low, size),
            "high": (np.diag(size), self.high - start, size),
            "least": (-self.sums * size, self.sums @ start - self.least, sum_size),
            "most": (self.sums * size, self.most - self.sums @ start, sum_size),
        }
        labels = [
            (kind, int(i))
            for kind, (_, limit, _) in sides.items()
            for i in np.flatnonzero(np.isfinite(limit))
        ]
        there = np.isfinite(np.concatenate([limit for _, limit, _ in sides.values()]))
        scale = np.concatenate([scale for *_, scale in sides.values()])[there]
        table = np.vstack([table for table, *_ in sides.values()])[there] / scale[:, None]
        limits = np.concatenate([limit for _, limit, _ in sides.values()])[there] / scale
        balances = self.balances * size
        heaviest = np.abs(balances).max(axis=1, initial=0.0)
        heaviest = np.where(heaviest > 0, heaviest, 1.0)
        solved = linprog(
            np.append(np.zeros(n), [_PRICES[kind] for kind, _ in labels]),
            A_ub=np.hstack([table, -np.eye(len(labels))]),
            b_ub=limits,
            A_eq=np.hstack([balances / heaviest[:, None], np.zeros((len(balances), len(labels)))]),
            b_eq=-(self.balances @ start) / heaviest,
            bounds=[(None, None)] * n + [(0, None)] * len(labels),
            method="highs",
        )
        if solved.x is None:
            raise SteadyStateError(f"The linear programme was not solved: {solved.message}")
        slack = solved.x[n:]
        if slack.max(initial=0.0) <= _SLACK:
            return None
        change = {}
        for i in np.flatnonzero(slack > _SLACK):
            kind, place = labels[i]
            sign = -1.0 if kind in ("low", "least") else 1.0
            end = float(getattr(self, kind)[place])
            change[kind, place] = end + float(sign * slack[i] * scale[i])
        binding = np.flatnonzero(np.abs(solved.ineqlin.marginals) > _BINDING)
        through = np.flatnonzero(np.abs(solved.eqlin.marginals) > _BINDING)
        return Contradiction([labels[i] for i in binding], [int(i) for i in through], change)

    def ranges(self) -> tuple[Array, Array]:
        """Return the smallest and largest value of each variable, infinite where there is none.

        Returns
        -------
        low, high : numpy.ndarray
            `` `variable` ``.
        """
        n, size, start = len(self.low), self.size, self.reference
        ends = np.array([self.low, self.high])
        for i in np.flatnonzero(self._free):
            for side, sign in enumerate((1.0, -1.0)):
                solved = self._solve(sign * np.eye(n)[i])
                found = np.inf if solved.x is None else abs(solved.x[i] - start[i])
                far = found > _FAR / 2 * size[i]
                ends[side, i] = -sign * np.inf if far else solved.x[i]
        return ends[0], ends[1]

    def polytope(self, name: Callable[[int], str]) -> Polytope:
        """Return the points inside.

        Parameters
        ----------
        name
            Number of a variable to what it is, for the message.

        Returns
        -------
        Polytope

        Raises
        ------
        SteadyStateError
            A variable has no bound, or there is nothing inside.
        """
        tight: LinearSystem = self
        if not (np.isfinite(self.low) & np.isfinite(self.high)).all() or self._room()[0] < _ROOMY:
            low, high = self.ranges()
            free = np.flatnonzero(~(np.isfinite(low) & np.isfinite(high)))
            if len(free):
                raise SteadyStateError(
                    "Without an upper and a lower bound there is no uniform distribution; nothing "
                    f"bounds {listed(name(int(i)) for i in free)}. State a range."
                )
            still, middle = high - low <= _STILL * self.size, (low + high) / 2
            ends = (np.where(still, middle, end) for end in (low, high))
            tight = replace(self, **dict(zip(("low", "high"), ends, strict=True)))
        room, inner = tight._room()
        if room <= _ROOM:
            raise SteadyStateError(
                "What the bounds leave has no volume: some limit holds at a single point only. "
                "Widen the ranges."
            )
        return tight._around(inner)

    def _around(self, inner: Array) -> Polytope:
        """Return the points inside, in coordinates around one of them."""
        size, free = self.size, self._free
        equal, target, sums, least, most = self._parts
        slopes = equal[:, free] * size[free]
        steepest = np.abs(slopes).max(axis=1, initial=0.0)
        used = steepest > 0
        slopes = slopes[used] / steepest[used, None]
        origin = inner.copy()
        for _ in range(3):
            gap = (target - equal @ origin)[used] / steepest[used]
            origin[free] += size[free] * np.linalg.lstsq(slopes, gap, rcond=_RANK)[0]
        basis = _basis(slopes)
        sum_size = self._size_of(sums)
        narrow = most - least < _NARROW * sum_size
        tight = sums[narrow][:, free] * size[free] / (most - least)[narrow, None]
        basis = basis @ _along(tight @ basis)
        directions = np.zeros((len(size), basis.shape[1]))
        directions[free] = basis * size[free, None]
        scale = np.where(np.isfinite(most - least), np.minimum(most - least, sum_size), sum_size)
        rows = sums @ directions / scale[:, None]
        met = np.abs(rows).max(axis=1, initial=0.0) > _FIXED
        above, below = met & np.isfinite(most), met & np.isfinite(least)
        offsets = [
            (self.high - origin)[free] / size[free],
            (origin - self.low)[free] / size[free],
            ((most - sums @ origin) / scale)[above],
            ((sums @ origin - least) / scale)[below],
        ]
        normals = np.vstack([basis, -basis, rows[above], -rows[below]])
        return Polytope(origin, directions, normals, np.concatenate(offsets))

    @property
    def _free(self) -> NDArray[np.bool_]:
        return np.asarray(self.high - self.low > _FIXED * self.size)

    def _size_of(self, sums: Array) -> Array:
        return np.maximum(np.abs(sums) @ self.size, _TINY)

    @property
    def _parts(self) -> tuple[Array, Array, Array, Array, Array]:
        """Return sums that are known, and what they are; the others, and their limits."""
        still = np.abs(self.most - self.least) < _STILL * self._size_of(self.sums)
        middle = (self.least[still] + self.most[still]) / 2
        return (
            np.vstack([self.balances, self.sums[still]]),
            np.append(np.zeros(len(self.balances)), middle),
            self.sums[~still],
            self.least[~still],
            self.most[~still],
        )

    def _solve(self, objective: Array, *, room: bool = False) -> OptimizeResult:
        """Solve a programme in units of the variables' sizes, with as much room if wanted.

        What it returns as ``x`` is in the variables' own units.
        """
        size, free = self.size, self._free
        held = np.where(free, self.reference, self.low)  # goes to the right-hand side
        equal, target, sums, least, most = self._parts
        slopes = equal[:, free] * size[free]
        steepest = np.abs(slopes).max(axis=1, initial=0.0)
        used = steepest > 0
        equal_rows = slopes[used] / steepest[used, None]
        right = (target - equal @ held)[used] / steepest[used]
        sum_size = self._size_of(sums)
        rows = sums[:, free] * size[free] / sum_size[:, None]
        met = np.abs(rows).max(axis=1, initial=0.0) > _FIXED
        above, below = met & np.isfinite(most), met & np.isfinite(least)
        limits = np.append(
            ((most - sums @ held) / sum_size)[above], ((sums @ held - least) / sum_size)[below]
        )
        rows = np.vstack([rows[above], -rows[below]])
        low, high = ((end - held)[free] / size[free] for end in (self.low, self.high))
        bounds, cost = np.clip(np.column_stack([low, high]), -_FAR, _FAR), objective[free]
        n = len(low)
        if room:
            above, below = np.isfinite(high), np.isfinite(low)
            rows = np.vstack([np.eye(n)[above], -np.eye(n)[below], rows])
            limits = np.concatenate([high[above], -low[below], limits])
            rows = np.column_stack([rows, np.ones(len(rows))])
            equal_rows = np.column_stack([equal_rows, np.zeros(len(equal_rows))])
            bounds = np.vstack([np.full((n, 2), [-np.inf, np.inf]), [[-np.inf, 1.0]]])
            cost = np.append(np.zeros(n), -1.0)
        solved = linprog(
            cost,
            A_ub=rows,
            b_ub=limits,
            A_eq=equal_rows,
            b_eq=right,
            bounds=bounds,
            method="highs",
        )
        if solved.x is not None:
            point = held.copy()
            point[free] += solved.x[:n] * size[free]
            solved.room = float(solved.x[-1]) if room else np.nan
            solved.x = point
        return solved

    def _room(self) -> tuple[float, Array]:
        """Return the largest distance from all bounds, in ranges, and a point that has it."""
        solved = self._solve(np.zeros(len(self.low)), room=True)
        if solved.x is None:
            return -1.0, np.zeros(len(self.low))
        return solved.room, solved.x


def _told(rows: Array) -> tuple[Array, NDArray[np.intp], int]:
    """Return the triangle and the order of a QR decomposition with pivoting, and the rank."""
    if not rows.size:
        return np.zeros((0, rows.shape[1])), np.arange(rows.shape[1]), 0
    _, triangle, order = scipy.linalg.qr(rows, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    return triangle, order, int((diagonal > _RANK * max(diagonal[0], _TINY)).sum())


def _basis(rows: Array) -> Array:
    """Return what the rows leave free, `` `variable x dimension` ``, each along a few variables.

    As many variables as there are independent rows are told by the others, the coordinates.
    """
    triangle, order, rank = _told(rows)
    if not rank:
        return np.eye(rows.shape[1])
    told = -scipy.linalg.solve_triangular(triangle[:rank, :rank], triangle[:rank, rank:])
    told[np.abs(told) < _RANK] = 0.0
    basis = np.zeros((rows.shape[1], rows.shape[1] - rank))
    basis[order[:rank]] = told
    basis[order[rank:]] = np.eye(rows.shape[1] - rank)
    return basis


def _along(rows: Array) -> Array:
    """Return coordinates along which the rows stay, and others that change one of them each."""
    _, order, rank = _told(rows)
    chosen = order[:rank]
    independent = _told(rows[:, chosen].T)[1][:rank]
    changes = np.zeros((rows.shape[1], rank))
    changes[chosen] = np.linalg.inv(rows[np.ix_(independent, chosen)])
    changes[np.abs(changes) < _RANK * np.abs(changes).max(initial=0.0)] = 0.0
    return np.hstack([_basis(rows), changes])
