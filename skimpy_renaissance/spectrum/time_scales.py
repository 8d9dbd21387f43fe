r"""How long a perturbation lasts: from the slowest mode to times.

The slowest mode decays as :math:`e^{\lambda_{max} t}`. One time constant
:math:`\tau = -1/\lambda_{max}` leaves 37 % of it, five leave 0.7 %: the settling time here,

.. math:: t_s = -\frac{5}{\lambda_{max}} .

Cells that grow at the rate :math:`\mu` double in :math:`\ln 2/\mu`. A mode at :math:`-n\mu` has
:math:`2^{-n}` left by then, 3 % for :math:`n = 5`; its settling time is :math:`1/\mu`, 1.44
doublings.
"""

from __future__ import annotations

from math import exp, inf, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["decay_in_words", "doubling_time", "settling_time", "share_left"]

_TIME_CONSTANTS = 5.0  # leave exp(-5), 0.7 %


def settling_time(lambda_max: ArrayLike) -> NDArray[np.float64]:
    """Return how long it takes until 0.7 % of the slowest mode is left: five time constants.

    Parameters
    ----------
    lambda_max
        `` `...` ``, 1/h: largest real part, or a partition.

    Returns
    -------
    numpy.ndarray
        `` `...` ``, h; infinite where nothing decays, NaN where ``lambda_max`` is.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import settling_time
    >>> print(60 * settling_time(-2.5), "min")
    120.0 min
    """
    rates = np.asarray(lambda_max, dtype=np.float64)
    times = np.full(rates.shape, inf)
    np.divide(-_TIME_CONSTANTS, rates, out=times, where=~(rates >= 0))
    return times


def share_left(lambda_max: float, hours: float) -> float:
    """Return how much of the slowest mode is left after a time.

    Parameters
    ----------
    lambda_max
        1/h: largest real part, or a partition.
    hours
        h.

    Returns
    -------
    float
        1 at the beginning; above 1 where the mode grows.
    """
    return exp(lambda_max * hours)


def doubling_time(growth: float) -> float:
    """Return how long cells take to double.

    Parameters
    ----------
    growth
        1/h, above 0.

    Returns
    -------
    float
        h.
    """
    return log(2) / growth


def decay_in_words(lambda_max: float) -> str:
    """Say what is left of a perturbation when.

    Parameters
    ----------
    lambda_max
        1/h, below 0: largest real part, or a partition.

    Returns
    -------
    str
        For example ``"37 % of a perturbation is left after 20 min, 0.7 % after 100 min"``.
    """
    one, settled = 60 / -lambda_max, 60 * float(settling_time(lambda_max))
    return f"37 % of a perturbation is left after {one:.3g} min, 0.7 % after {settled:.3g} min"
