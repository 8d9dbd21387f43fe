r"""The QR iteration on eight Hessenberg matrices side by side (compiled by numba).

Each sweep looks for subdiagonal entries that can be neglected, which cut every matrix into windows,
and begins in each window a bulge with shifts from the window's own last 2 x 2 block;
:mod:`~skimpy_renaissance.spectrum.bulge_kernels` chases them. Each lane does the same arithmetic
whatever its companions do.

References
----------
1. Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.5.
2. Ahues and Tisseur, LAPACK Working Note 122 (1997) (which entries can be neglected).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.sparse.compiling import LANES, kernel, part
from skimpy_renaissance.sparse.lane_type import (
    Register,
    absolute,
    at_most,
    blend,
    fill,
    less,
    load,
    maximum,
    sqrt,
    store,
)
from skimpy_renaissance.spectrum.balance_kernels import ABOVE, ALL, width_of
from skimpy_renaissance.spectrum.bulge_kernels import QrRoom, chase_bulges

__all__ = ["qr_iteration"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_EPS, _TINY = 2.0**-52, 1e-290
_PATIENCE = 12  # sweeps without progress, then entries of eps |H| are neglected too
_SWEEPS = 30  # per row at most, as LAPACK


@part
def qr_iteration(h: Array, n: int, room: QrRoom) -> int:
    """Iterate until blocks of 1 and 2 are left; return the bits of the lanes that got there."""
    low, high = 0, n - 1
    neglected = _neglected(h, n)
    room.lanes[0], room.zeros[:], room.active[:] = 0, 0, ALL
    for _ in range(_SWEEPS * n):
        _deflate(h, n, low, high, neglected, room)
        low, high, going_on = _plan(h, n, low, high, room)
        if going_on == 0:
            return ALL
        chase_bulges(h, n, low, high, room)
    return ALL & ~going_on


@kernel
def _neglected(h: Array, n: int) -> Register:
    """Return eps |H| (Frobenius)."""
    width, s = width_of(n), fill(0.0)
    for i in range(n):
        for q in range((ABOVE + i) * width + max(i - 1, 0), (ABOVE + i) * width + n):
            s = s + load(h, q) * load(h, q)
    return fill(_EPS) * sqrt(s)


@kernel
def _deflate(h: Array, n: int, low: int, high: int, neglected: Register, room: QrRoom) -> None:
    """Set negligible entries below the diagonal to zero, in windows that are not done."""
    width, zero, eps, tiny = width_of(n), fill(0.0), fill(_EPS), fill(_TINY)
    stalled, impatient, progress = room.lanes[0], 0, 0
    for lane in range(LANES):
        if stalled[lane] >= _PATIENCE:
            impatient |= 1 << lane
    floor = blend(impatient, maximum(neglected, tiny), tiny)
    room.zeros[low], room.zeros[high + 1] = ALL, ALL
    after = absolute(load(h, (ABOVE + high) * width + high))
    for k in range(high, low, -1):
        window, q = room.active[k - 1], (ABOVE + k) * width + k
        before, below = absolute(load(h, q - width - 1)), absolute(load(h, q - 1))
        found = window & at_most(below, maximum(eps * (before + after), floor))
        if found:
            above = absolute(load(h, q - width))
            distance = absolute(load(h, q - width - 1) - load(h, q))
            one, other = maximum(below, above), blend(less(below, above), below, above)
            far, near = maximum(after, distance), blend(less(after, distance), after, distance)
            s = maximum(far + one, tiny)
            found &= at_most(below, floor) | at_most(
                other * (one / s), maximum(eps * (near * (far / s)), tiny)
            )
            progress |= found & less(zero, below)
            store(h, q - 1, blend(found, zero, load(h, q - 1)))
        room.zeros[k] = (room.zeros[k] & ~window) | found
        after = before
    for lane in range(LANES):
        stalled[lane] = 0 if (progress >> lane) & 1 else stalled[lane] + 1


@kernel
def _plan(  # noqa: PLR0912 - up the matrix, and down again
    h: Array, n: int, low: int, high: int, room: QrRoom
) -> tuple[int, int, int]:
    """Find the windows of three rows and more, and their shifts.

    Return the first and last row of all of them, and the bits of the lanes that have any.
    """
    width, zero = width_of(n), fill(0.0)
    stalled, begin, end = room.lanes[0], room.lanes[1], room.lanes[2]
    unusual = 0
    for lane in range(LANES):
        if stalled[lane] % 10 == 9:
            unusual |= 1 << lane
    a, b, c, d, left = zero, zero, zero, zero, zero
    lowest, going_on = high, 0
    for k in range(high, low - 1, -1):
        last, first = room.zeros[k + 1], room.zeros[k]  # of their windows
        room.starts[k] = 0
        if last:
            q = (ABOVE + k) * width + k
            a = blend(last, load(h, q - width - 1), a)
            b = blend(last, load(h, q - width), b)
            c = blend(last, load(h, q - 1), c)
            d = blend(last, load(h, q), d)
            left = blend(last, load(h, q - width - 2), left)
            for lane in range(LANES):
                if (last >> lane) & 1:
                    end[lane] = k
        if first:
            bits = 0
            for lane in range(LANES):
                if (first >> lane) & 1 and end[lane] >= k + 2:
                    bits |= 1 << lane
                    room.ends[k, lane] = end[lane]
            if bits:
                room.starts[k], lowest = bits, k
                going_on |= bits
                _begin_bulge(h, n, k, bits & unusual, a, b, c, d, left, room)
    if going_on == 0:
        return low, high, 0
    present, first_row, last_column, highest = 0, 0, 0, lowest
    for k in range(lowest, high + 1):
        starting = room.starts[k]
        now = (present | starting) & ~room.zeros[k + 1]
        if starting or now != present:
            present, first_row, last_column = now, n, 0
            for lane in range(LANES):
                if (starting >> lane) & 1:
                    begin[lane], end[lane] = k, room.ends[k, lane]
                if (now >> lane) & 1:
                    first_row = min(first_row, begin[lane])
                    last_column = max(last_column, end[lane])
        room.active[k] = now
        room.first_rows[k], room.last_columns[k] = first_row, last_column
        if now:
            highest = max(highest, last_column)
    return lowest, highest, going_on


@kernel
def _begin_bulge(
    h: Array,
    n: int,
    k: int,
    unusual: int,
    a: Register,
    b: Register,
    c: Register,
    d: Register,
    left: Register,
    room: QrRoom,
) -> None:
    """Take the first column of (H - s1)(H - s2), s1 and s2 the eigenvalues of ((a, b), (c, d)).

    Two real eigenvalues are replaced by the one nearer to d, twice; ``unusual`` lanes stagnate and
    get shifts that have nothing to do with the matrix's last rows.
    """
    width, zero, one, tiny = width_of(n), fill(0.0), fill(1.0), fill(_TINY)
    q = (ABOVE + k) * width + k
    h11, h12, h21 = load(h, q), load(h, q + 1), load(h, q + width)
    h22, h32 = load(h, q + width + 1), load(h, q + 2 * width + 1)
    if unusual:
        size = absolute(c) + absolute(left)
        middle = fill(0.75) * size + d
        a, d = blend(unusual, middle, a), blend(unusual, middle, d)
        b, c = blend(unusual, fill(-0.4375) * size, b), blend(unusual, size, c)
    scale = maximum(absolute(a) + absolute(b) + absolute(c) + absolute(d), tiny)
    a, b, c, d = a / scale, b / scale, c / scale, d / scale
    half_trace = fill(0.5) * (a + d)
    determinant = (a - half_trace) * (d - half_trace) - b * c
    root, real = sqrt(absolute(determinant)), less(determinant, zero)
    one_side, other_side = half_trace + root, half_trace - root
    nearer = at_most(absolute(one_side - d), absolute(other_side - d))
    shift = blend(real, blend(nearer, one_side, other_side), half_trace) * scale
    imaginary = blend(real, zero, root) * scale
    p = h11 - shift
    size = maximum(absolute(p) + absolute(imaginary) + absolute(h21), tiny)
    ratio = h21 / size
    x = ratio * h12 + p * (p / size) + imaginary * (imaginary / size)
    y = ratio * (h11 + h22 - shift - shift)
    z = ratio * h32
    size = one / maximum(absolute(x) + absolute(y) + absolute(z), tiny)
    store(room.shifted, 3 * k, x * size)
    store(room.shifted, 3 * k + 1, y * size)
    store(room.shifted, 3 * k + 2, z * size)
