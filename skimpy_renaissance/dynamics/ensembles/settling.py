r"""When a course has come to rest: growth over, a substrate used up, a product at its plateau.

.. math:: t_s = \min\left\{t : \frac{y(t) - y(0)}{y(t_{end}) - y(0)} \ge s\right\}
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["settling_times"]


def settling_times(
    times: NDArray[np.float64], courses: NDArray[np.float64], *, share: float = 0.95
) -> NDArray[np.float64]:
    """Return when most of a course's change from beginning to end has taken place.

    Parameters
    ----------
    times
        `` `time` ``, h, ascending.
    courses
        `` `run x time` ``, any unit.
    share
        Share of the change between first and last value.

    Returns
    -------
    numpy.ndarray
        `` `run` ``, h, interpolated; NaN where a run stopped or nothing changes.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import settling_times
    >>> settling_times(batches.times, batches.biomass(), share=0.5).round(1).tolist()  # h
    [4.5, 3.1]
    """
    found = np.full(len(courses), np.nan)
    for row, course in enumerate(courses):
        change = course[-1] - course[0]
        if not np.isfinite(course).all() or change == 0:
            continue
        done = (course - course[0]) / change
        k = int(np.argmax(done >= share))
        found[row] = np.interp(share, done[k - 1 : k + 1], times[k - 1 : k + 1])
    return found
