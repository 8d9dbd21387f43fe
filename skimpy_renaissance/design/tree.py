r"""Every set of enzymes within a tolerance of the best, with a certificate, by branch and bound.

A node of the tree holds the designs that use all levers of a set :math:`I` and none of a set
:math:`X`. Where other levers :math:`i` may be used in part, :math:`\sum_i c_i |e_i| / e_i^{max}
\le n - c(I)`, a linear program bounds what they reach. A node whose bound is below what counts is
done. Where its optimum uses few enough levers it is a design :math:`I \cup \{j_1, j_2, \dots\}`,
which is written down, and those that differ from it are what is left:

.. math:: (I, X \cup \{j_1\}), \quad (I \cup \{j_1\}, X \cup \{j_2\}), \quad
          (I \cup \{j_1, j_2\}, X \cup \{j_3\}), \ \dots

Otherwise the lever that is used most in part is in or out. The tighter :math:`e_i^{max}`, the
better the bounds: each is first brought to what the limits and the best design found so far leave
of it. That first design comes from a beam search.

Nodes wait in the order of their bounds, so the first one says how far the best design found can be
from the best one possible, at any time; before there are nodes, the root's bound does. Every phase
can be stopped between its linear programs, and what it is at is part of the tree.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from skimpy_renaissance.design.program import Optimum, Program, used_levers

__all__ = ["Found", "Tree", "least_value", "that_count"]

_NOTHING = 1e-8  # of the objective
_WHOLE = 1e-7  # of a lever's use
_BEAM = 8
_ROUNDS = 2  # of tightening

Levers = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """A design.

    Parameters
    ----------
    value
        Of the objective.
    levers
        Which are used.
    changes
        `` `lever` ``, ln of fold changes.
    """

    value: float
    levers: Levers
    changes: np.ndarray


@dataclass(eq=False)
class Tree:
    """A search for all designs within a tolerance of the best.

    Parameters
    ----------
    program
        What is raised, within which limits.
    within
        Share of the best value by which others may fall short.
    open
        Nodes that wait: negative bound, number, levers inside, levers outside.
    found
        Levers to the best design with them.
    nodes
        Nodes opened.
    beam
        The sets of the greedy search that grow; none when it is done.
    wider
        What they have grown to so far, with the value of each.
    tightened
        Ranges that were tightened, one after another, round after round.
    reach
        Sum of all ranges before the present round.
    limit
        What no design exceeds, before there are nodes.
    best
        Value of the best design found.
    """

    program: Program
    within: float
    open: list[tuple[float, int, Levers, Levers]] = field(default_factory=list)
    found: dict[Levers, Found] = field(default_factory=dict)
    nodes: int = 0
    beam: list[Levers] = field(default_factory=lambda: [()])
    wider: dict[Levers, float] = field(default_factory=dict)
    tightened: int = 0
    reach: float = np.inf
    limit: float = np.inf
    best: float = field(default=0.0, init=False)
    _bounds: dict[int, Optimum] = field(default_factory=dict, init=False, repr=False)

    @property
    def bound(self) -> float:
        """What no design exceeds."""
        if not self.nodes:
            return self.limit
        return max(-self.open[0][0] if self.open else -np.inf, self.best)

    @property
    def done(self) -> bool:
        """Whether nothing is left to look at."""
        return self.nodes > 0 and not self.open

    @property
    def phase(self) -> str:
        """What is being done, in words."""
        if self.nodes:
            return "branching"
        return "searching greedily" if self.beam else "tightening ranges"

    @property
    def threshold(self) -> float:
        """Value from which a design counts."""
        return least_value(self.best, self.within)

    @property
    def designs(self) -> list[Found]:
        """Those that count, the best first."""
        return that_count(self.found.values(), self.threshold)

    def run(
        self, *, until: float | None = None, told: Callable[[Tree], None] | None = None
    ) -> None:
        """Search greedily, tighten how far levers can go, and go through the nodes.

        Parameters
        ----------
        until
            Time of :func:`time.monotonic` at which to stop; the rest stays for another call.
        told
            Called after every step.
        """
        for _ in self._steps():
            if told is not None:
                told(self)
            if until is not None and monotonic() >= until:
                return

    def _steps(self) -> Iterator[None]:
        if not self.nodes:
            self.limit = min(self.limit, self.program.relaxed((), ()).value)
            yield
            yield from self._greedy()
            yield from self._tighten()
            self._open([((), ())])
            yield
        while self.open and -self.open[0][0] >= self.threshold:
            _, number, inside, outside = self.open[0]
            best = self._bounds.get(number) or self.program.relaxed(inside, outside)
            self._open(self._branch(best, inside, outside), instead_of=number)
            yield
        self.open.clear()
        self._bounds.clear()

    def _open(self, nodes: Sequence[tuple[Levers, Levers]], instead_of: int | None = None) -> None:
        """Bound nodes, and only then put them in the place of the first one that waits."""
        bounds = [self.program.relaxed(*node) for node in nodes]
        if instead_of is not None:
            heapq.heappop(self.open)
            self._bounds.pop(instead_of, None)
        for bound, (inside, outside) in zip(bounds, nodes, strict=True):
            self.nodes += 1
            if bound.found and bound.value >= self.threshold:
                self._bounds[self.nodes] = bound
                heapq.heappush(self.open, (-bound.value, self.nodes, inside, outside))

    def _branch(
        self, best: Optimum, inside: Levers, outside: Levers
    ) -> list[tuple[Levers, Levers]]:
        """Write down a node's design, and return what is left of it."""
        program = self.program
        used = [i for i in used_levers(best.changes) if i not in inside]
        cost = int(program.cost[[*inside, *used]].sum())
        if cost > program.most:
            part = best.use * (best.use < program.cost - _WHOLE)
            lever = int(np.argmax(np.where(np.isin(np.arange(len(part)), used), part, -1.0)))
            if part[lever] <= 0:  # all in full, and together too many
                lever = used[0]
            more = int(program.cost[[*inside, lever]].sum()) <= program.most
            with_it = [((*inside, lever), outside)] if more else []
            return [*with_it, (inside, (*outside, lever))]
        self._write(program.on([*inside, *used]))
        gain = np.abs(program.merit[used] * best.changes[used])
        ordered = [used[i] for i in np.argsort(-gain, kind="stable")]
        return [
            ((*inside, *ordered[:place]), (*outside, lever)) for place, lever in enumerate(ordered)
        ]

    def _write(self, optimum: Optimum) -> None:
        if optimum.found:
            self.note(Found(optimum.value, used_levers(optimum.changes), optimum.changes))

    def note(self, design: Found) -> None:
        """Write down a design, unless a better one with its levers is.

        Parameters
        ----------
        design
            Within the limits.
        """
        known = self.found.get(design.levers)
        if known is None or known.value < design.value:
            self.found[design.levers] = design
            self.best = max(self.best, design.value)

    def _greedy(self) -> Iterator[None]:
        """Add one lever after another to the best few sets."""
        program = self.program
        while self.beam:
            for inside in self.beam:
                for lever in _ahead(program, inside):
                    levers = tuple(sorted({*inside, lever}))
                    if levers in self.wider or program.cost[list(levers)].sum() > program.most:
                        continue
                    optimum = program.on(levers)
                    self._write(optimum)
                    self.wider[levers] = optimum.value
                    yield
            order = sorted(self.wider, key=lambda levers: (-self.wider[levers], levers))
            self.beam = [levers for levers in order if self.wider[levers] > -np.inf][:_BEAM]
            self.wider = {}

    def _tighten(self) -> Iterator[None]:
        """Bring every lever's range to what the limits and the best design leave of it."""
        program, n = self.program, self.program.n_levers
        while self.tightened < 2 * n * _ROUNDS:
            lever, way = divmod(self.tightened % (2 * n), 2)
            if lever == way == 0:
                now = float(program.up.sum() + program.down.sum())
                if now >= 0.9 * self.reach:
                    return
            ends, sign = ((program.up, 1.0), (program.down, -1.0))[way]
            if ends[lever] > 0:
                toward = np.zeros(len(program.gain))
                toward[lever] = sign
                far = program.relaxed((), (), objective=toward, at_least=self.threshold)
                reach = far.value * (1 + 1e-9) + 1e-9 if far.found else 0.0
                ends[lever] = min(ends[lever], max(reach, 0.0))
            if lever == way == 0:
                self.reach = now
            self.tightened += 1
            yield


def least_value(best: float, within: float) -> float:
    """Return the value from which a design counts.

    Parameters
    ----------
    best
        Value of the best design.
    within
        Share of it by which others may fall short.

    Returns
    -------
    float
    """
    return best - within * abs(best)


def that_count(found: Iterable[Found], least: float) -> list[Found]:
    """Return designs without those that reach too little, or have a lever that adds nothing.

    Parameters
    ----------
    found
        Designs.
    least
        Value that each reaches.

    Returns
    -------
    list of Found
        The best first.
    """
    kept = [one for one in found if one.value >= least - 1e-12 and one.levers]
    needed = [one for one in kept if not any(_as_good_with_less(other, one) for other in kept)]
    return sorted(needed, key=lambda one: (-one.value, one.levers))


def _as_good_with_less(less: Found, one: Found) -> bool:
    fewer = len(less.levers) < len(one.levers) and {*less.levers} <= {*one.levers}
    return fewer and less.value >= one.value - _NOTHING


def _ahead(program: Program, inside: Levers) -> Iterable[int]:
    """Return the levers that a set may grow by, the most promising first."""
    reach = np.maximum(program.merit * program.up, -program.merit * program.down)
    order = np.argsort(-reach, kind="stable")
    return [int(i) for i in order if i not in inside and reach[i] > 0][: 10 * _BEAM]
