r"""One sweep of Francis' double shift through eight matrices side by side (compiled by numba).

A bulge is chased down *every window of every lane at once*: windows of one lane do not touch, so a
reflection of row k serves all lanes that have a window there, with :math:`\tau = 0` in the others.
Reflections come in blocks of eight. The bulge needs three columns at once; the columns to the right
and the rows above wait and slide through the whole block, three entries at a time, so that each is
read and written once for eight reflections. Outside its window a lane may be changed as well:
these entries meet no eigenvalue any more.

References
----------
1. Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.5 (Francis' step).
2. Watkins, *The Matrix Eigenvalue Problem* (2007), doi:10.1137/1.9780898717808.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel, lane_rows, part
from skimpy_renaissance.sparse.lane_type import (
    Register,
    absolute,
    blend,
    fill,
    less,
    load,
    sqrt,
    store,
)
from skimpy_renaissance.spectrum.balance_kernels import ABOVE, width_of

__all__ = ["QrRoom", "chase_bulges"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_TINY = 1e-290
_BLOCK = 8  # reflections


class QrRoom(NamedTuple):
    """What a sweep is told and where it works: numbers per row and lane, bits of lanes per row."""

    reflections: Array  # v2, v3, tau, tau v2, tau v3 of each row
    shifted: Array  # the three numbers that begin a bulge in each row
    zeros: Indices  # lanes whose entry left of the diagonal is zero
    starts: Indices  # lanes that begin a bulge
    active: Indices  # lanes that have a reflection
    first_rows: Indices  # over all windows of lanes that are active
    last_columns: Indices
    ends: Indices  # `row x lane`: last row of the window that begins here
    lanes: Indices  # 3 x lane: sweeps without progress, begin and end of the present window

    @classmethod
    def of(cls, n: int) -> QrRoom:
        """Return room for matrices of n rows."""
        zeros, starts, active, first_rows, last_columns = np.zeros((5, n + 2), dtype=np.int64)
        ends, lanes = np.zeros((n + 2, LANES), dtype=np.int64), np.zeros((3, LANES), dtype=np.int64)
        return cls(
            lane_rows(5 * n + 5),
            lane_rows(3 * n + 3),
            zeros,
            starts,
            active,
            first_rows,
            last_columns,
            ends,
            lanes,
        )


@part
def chase_bulges(h: Array, n: int, low: int, high: int, room: QrRoom) -> None:
    """Chase the bulges from row ``low`` to row ``high``, some reflections at a time."""
    begin = low
    while True:
        while begin < high and room.active[begin] == 0:
            begin += 1
        end = min(begin + _BLOCK, high)
        if end <= begin:
            break
        first_row, last_column = n, 0
        for k in range(begin, end):
            if room.active[k]:
                first_row = min(first_row, room.first_rows[k])
                last_column = max(last_column, room.last_columns[k])
        _chase(h, n, begin, end, room)
        _columns_right(h, n, begin, end, last_column, room.reflections)
        _rows_above(h, n, begin, end, first_row, room.reflections)
        _rows_between(h, n, begin, end, room.reflections)
        begin = end


@kernel
def _chase(  # noqa: PLR0915 - twelve numbers stay in registers
    h: Array, n: int, begin: int, end: int, room: QrRoom
) -> None:
    """Make the reflections of rows ``begin`` to ``end`` and apply them where the bulge is.

    x, y, z is the column that the next reflection takes to its first entry; p, q and (a, b, c) are
    rows k to k + 2 of columns k, k + 1 and k + 2. Column k + 2 first takes the reflections of this
    block that came before; of the rows only k + 1 to k + 3 are reflected from the right at once.
    """
    width, zero, one, tiny = width_of(n), fill(0.0), fill(1.0), fill(_TINY)
    of, t = room.reflections, (ABOVE + begin) * width + begin
    x, y, z = load(h, t - 1), load(h, t + width - 1), load(h, t + 2 * width - 1)
    p0, p1, p2 = load(h, t), load(h, t + width), load(h, t + 2 * width)
    q0, q1, q2 = load(h, t + 1), load(h, t + width + 1), load(h, t + 2 * width + 1)
    store(h, t + width - 1, zero)
    store(h, t + 2 * width - 1, zero)
    store(h, t + 2 * width, zero)  # left there, the entry would fill in again
    for k in range(begin, end):
        t = (ABOVE + k) * width + k
        up = t + 2 - (k - begin) * width
        a, b = load(h, up), load(h, up + width)
        for r in range(begin, k):
            c, f = load(h, up + 2 * width), 5 * r
            s = a + load(of, f) * b + load(of, f + 1) * c
            store(h, up, a - load(of, f + 2) * s)
            a, b = b - load(of, f + 3) * s, c - load(of, f + 4) * s
            up += width
        c = load(h, up + 2 * width)
        starting = room.starts[k]
        x_, y_, z_ = x, y, z
        if starting:
            x_ = blend(starting, load(room.shifted, 3 * k), x)
            y_ = blend(starting, load(room.shifted, 3 * k + 1), y)
            z_ = blend(starting, load(room.shifted, 3 * k + 2), z)
        squared = x_ * x_ + (y_ * y_ + z_ * z_)
        needed = room.active[k] & less(tiny, squared)
        length = sqrt(blend(needed, squared, one))
        w = absolute(x_) + length
        reciprocal = one / (length * w)
        sign = blend(less(x_, zero), zero - one, one)
        factor = blend(needed, length * reciprocal, zero) * sign
        t1 = blend(needed, w * w * reciprocal, zero)
        v2, v3 = y_ * factor, z_ * factor
        t2, t3 = t1 * v2, t1 * v3
        store(of, 5 * k, v2)
        store(of, 5 * k + 1, v3)
        store(of, 5 * k + 2, t1)
        store(of, 5 * k + 3, t2)
        store(of, 5 * k + 4, t3)
        store(h, t - 1, blend(needed & ~starting, zero - length * sign, x))
        s = p0 + v2 * p1 + v3 * p2
        p0, p1, p2 = p0 - t1 * s, p1 - t2 * s, p2 - t3 * s
        s = q0 + v2 * q1 + v3 * q2
        q0, q1, q2 = q0 - t1 * s, q1 - t2 * s, q2 - t3 * s
        s = a + v2 * b + v3 * c
        a, b, c = a - t1 * s, b - t2 * s, c - t3 * s
        store(h, t, p0)
        store(h, t + 1, q0)
        store(h, t + 2, a)
        d = load(h, t + 3 * width + 2)
        s1, s2, s3 = p1 + v2 * q1 + v3 * b, p2 + v2 * q2 + v3 * c, v3 * d
        x, y, z = p1 - t1 * s1, p2 - t1 * s2, zero - t1 * s3
        p0, p1, p2 = q1 - t2 * s1, q2 - t2 * s2, zero - t2 * s3
        q0, q1, q2 = b - t3 * s1, c - t3 * s2, d - t3 * s3
    t = (ABOVE + end) * width + end
    store(h, t - 1, x)
    store(h, t + width - 1, y)
    store(h, t + 2 * width - 1, z)
    store(h, t, p0)
    store(h, t + width, p1)
    store(h, t + 2 * width, p2)
    store(h, t + 1, q0)
    store(h, t + width + 1, q1)
    store(h, t + 2 * width + 1, q2)


@kernel
def _columns_right(
    h: Array, n: int, begin: int, end: int, last_column: int, reflections: Array
) -> None:
    """Apply a block of reflections from the left, to four columns at a time."""
    width = width_of(n)
    for j in range(end + 2, last_column + 1, 4):
        q = (ABOVE + begin) * width + j
        a0, a1, a2, a3 = load(h, q), load(h, q + 1), load(h, q + 2), load(h, q + 3)
        b0, b1 = load(h, q + width), load(h, q + width + 1)
        b2, b3 = load(h, q + width + 2), load(h, q + width + 3)
        for f in range(5 * begin, 5 * end, 5):
            v2, v3, t1 = load(reflections, f), load(reflections, f + 1), load(reflections, f + 2)
            t2, t3 = load(reflections, f + 3), load(reflections, f + 4)
            a0, b0 = _slide(h, q, 2 * width, a0, b0, v2, v3, t1, t2, t3)
            a1, b1 = _slide(h, q + 1, 2 * width, a1, b1, v2, v3, t1, t2, t3)
            a2, b2 = _slide(h, q + 2, 2 * width, a2, b2, v2, v3, t1, t2, t3)
            a3, b3 = _slide(h, q + 3, 2 * width, a3, b3, v2, v3, t1, t2, t3)
            q += width
        store(h, q, a0)
        store(h, q + 1, a1)
        store(h, q + 2, a2)
        store(h, q + 3, a3)
        store(h, q + width, b0)
        store(h, q + width + 1, b1)
        store(h, q + width + 2, b2)
        store(h, q + width + 3, b3)


@kernel
def _rows_above(h: Array, n: int, begin: int, end: int, first_row: int, reflections: Array) -> None:
    """Apply them from the right, to four rows at a time, from row ``begin`` upwards."""
    width = width_of(n)
    for i in range(begin - 4, first_row - 4, -4):  # up to three rows more
        q = (ABOVE + i) * width + begin
        a0, a1 = load(h, q), load(h, q + width)
        a2, a3 = load(h, q + 2 * width), load(h, q + 3 * width)
        b0, b1 = load(h, q + 1), load(h, q + width + 1)
        b2, b3 = load(h, q + 2 * width + 1), load(h, q + 3 * width + 1)
        for f in range(5 * begin, 5 * end, 5):
            v2, v3, t1 = load(reflections, f), load(reflections, f + 1), load(reflections, f + 2)
            t2, t3 = load(reflections, f + 3), load(reflections, f + 4)
            a0, b0 = _slide(h, q, 2, a0, b0, v2, v3, t1, t2, t3)
            a1, b1 = _slide(h, q + width, 2, a1, b1, v2, v3, t1, t2, t3)
            a2, b2 = _slide(h, q + 2 * width, 2, a2, b2, v2, v3, t1, t2, t3)
            a3, b3 = _slide(h, q + 3 * width, 2, a3, b3, v2, v3, t1, t2, t3)
            q += 1
        store(h, q, a0)
        store(h, q + width, a1)
        store(h, q + 2 * width, a2)
        store(h, q + 3 * width, a3)
        store(h, q + 1, b0)
        store(h, q + width + 1, b1)
        store(h, q + 2 * width + 1, b2)
        store(h, q + 3 * width + 1, b3)


@kernel
def _rows_between(h: Array, n: int, begin: int, end: int, reflections: Array) -> None:
    """Apply them from the right to rows ``begin`` to ``end``: each row waits for those from its own
    on.
    """
    width = width_of(n)
    for i in range(begin, end):
        q = (ABOVE + i) * width + i
        a, b = load(h, q), load(h, q + 1)
        for f in range(5 * i, 5 * end, 5):
            v2, v3, t1 = load(reflections, f), load(reflections, f + 1), load(reflections, f + 2)
            t2, t3 = load(reflections, f + 3), load(reflections, f + 4)
            a, b = _slide(h, q, 2, a, b, v2, v3, t1, t2, t3)
            q += 1
        store(h, q, a)
        store(h, q + 1, b)


@kernel
def _slide(
    h: Array,
    first: int,
    to_third: int,
    a: Register,
    b: Register,
    v2: Register,
    v3: Register,
    t1: Register,
    t2: Register,
    t3: Register,
) -> tuple[Register, Register]:
    """Reflect (a, b, c), c read from ``first + to_third``; store a, return the other two."""
    c = load(h, first + to_third)
    s = a + v2 * b + v3 * c
    store(h, first, a - t1 * s)
    return b - t2 * s, c - t3 * s
