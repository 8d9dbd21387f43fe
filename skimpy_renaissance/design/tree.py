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
from the best one possible, at any time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from skimpy_renaissance.design.program import Optimum, Program, used_levers

__all__ = ["Found", "Tree"]

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
    """

    program: Program
    within: float
    open: list[tuple[float, int, Levers, Levers]] = field(default_factory=list)
    found: dict[Levers, Found] = field(default_factory=dict)
    nodes: int = 0
    _bounds: dict[int, Optimum] = field(default_factory=dict, init=False, repr=False)

    @property
    def best(self) -> float:
        """Value of the best design found."""
        return max((one.value for one in self.found.values()), default=0.0)

    @property
    def bound(self) -> float:
        """What no design exceeds."""
        return max(-self.open[0][0] if self.open else -np.inf, self.best)

    @property
    def threshold(self) -> float:
        """Value from which a design counts."""
        return self.best - self.within * abs(self.best)

    @property
    def designs(self) -> list[Found]:
        """Those that count, the best first; none with a lever that adds nothing."""
        least = self.threshold - 1e-12
        kept = [one for one in self.found.values() if one.value >= least and one.levers]
        needed = [one for one in kept if not any(_as_good_with_less(other, one) for other in kept)]
        return sorted(needed, key=lambda one: (-one.value, one.levers))

    def start(self) -> None:
        """Search greedily, tighten how far levers can go, and open the root."""
        self._beam()
        for _ in range(_ROUNDS):
            if not self._tighten():
                break
        self._open((), ())

    def run(
        self, *, until: float | None = None, told: Callable[[Tree], None] | None = None
    ) -> None:
        """Go through the nodes.

        Parameters
        ----------
        until
            Time of :func:`time.monotonic` at which to stop; the rest stays open.
        told
            Called after every node.
        """
        while self.open and -self.open[0][0] >= self.threshold:
            if until is not None and monotonic() >= until:
                return
            _, number, inside, outside = heapq.heappop(self.open)
            best = self._bounds.pop(number, None) or self.program.relaxed(inside, outside)
            self._branch(best, inside, outside)
            if told is not None:
                told(self)
        self.open.clear()
        self._bounds.clear()

    def _open(self, inside: Levers, outside: Levers) -> None:
        bound = self.program.relaxed(inside, outside)
        self.nodes += 1
        if bound.found and bound.value >= self.threshold:
            self._bounds[self.nodes] = bound
            heapq.heappush(self.open, (-bound.value, self.nodes, inside, outside))

    def _branch(self, best: Optimum, inside: Levers, outside: Levers) -> None:
        program = self.program
        used = [i for i in used_levers(best.changes) if i not in inside]
        cost = int(program.cost[[*inside, *used]].sum())
        if cost > program.most:
            part = best.use * (best.use < program.cost - _WHOLE)
            lever = int(np.argmax(np.where(np.isin(np.arange(len(part)), used), part, -1.0)))
            if part[lever] <= 0:  # all in full, and together too many
                lever = used[0]
            if int(program.cost[[*inside, lever]].sum()) <= program.most:
                self._open((*inside, lever), outside)
            self._open(inside, (*outside, lever))
            return
        self._write(program.on([*inside, *used]))
        gain = np.abs(program.gain[used] * best.changes[used])
        ordered = [used[i] for i in np.argsort(-gain, kind="stable")]
        for place, lever in enumerate(ordered):
            self._open((*inside, *ordered[:place]), (*outside, lever))

    def _write(self, optimum: Optimum) -> None:
        if not optimum.found:
            return
        levers = used_levers(optimum.changes)
        if levers not in self.found or self.found[levers].value < optimum.value:
            self.found[levers] = Found(optimum.value, levers, optimum.changes)

    def _beam(self) -> None:
        """Add one lever after another to the best few sets."""
        program = self.program
        beam: list[Levers] = [()]
        while beam:
            wider: dict[Levers, float] = {}
            for inside in beam:
                for lever in _ahead(program, inside):
                    levers = tuple(sorted({*inside, lever}))
                    if levers in wider or program.cost[list(levers)].sum() > program.most:
                        continue
                    optimum = program.on(levers)
                    if optimum.found:
                        wider[levers] = optimum.value
                        self._write(optimum)
            beam = sorted(wider, key=lambda levers: (-wider[levers], levers))[:_BEAM]

    def _tighten(self) -> bool:
        """Bring every lever's range to what the limits and the best design leave of it."""
        program, before = self.program, (self.program.up.sum() + self.program.down.sum())
        for lever in range(program.n_levers):
            for ends, sign in ((program.up, 1.0), (program.down, -1.0)):
                if ends[lever] == 0:
                    continue
                toward = np.zeros(program.rows.shape[1])
                toward[lever] = sign
                far = program.relaxed((), (), objective=toward, at_least=self.threshold)
                reach = far.value * (1 + 1e-9) + 1e-9 if far.found else 0.0
                ends[lever] = min(ends[lever], max(reach, 0.0))
        return (program.up.sum() + program.down.sum()) < 0.9 * before


def _as_good_with_less(less: Found, one: Found) -> bool:
    fewer = len(less.levers) < len(one.levers) and {*less.levers} <= {*one.levers}
    return fewer and less.value >= one.value - _NOTHING


def _ahead(program: Program, inside: Levers) -> Iterable[int]:
    """Return the levers that a set may grow by, the most promising first."""
    gain = program.gain[: program.n_levers]
    reach = np.maximum(gain * program.up, -gain * program.down)
    order = np.argsort(-reach, kind="stable")
    return [int(i) for i in order if i not in inside and reach[i] > 0][: 10 * _BEAM]
