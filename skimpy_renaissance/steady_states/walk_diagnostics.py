r"""Whether walks have forgotten where they began: effective sizes and R-hat.

Of ``m`` draws of each of ``C`` walks, with mean within-walk variance :math:`W` and
:math:`\hat\sigma^2 = \frac{m-1}{m} W + \mathrm{var}(\text{means of walks})`, the effective size is

.. math:: n_{eff} = \frac{mC}{1 + 2\sum_k \rho_k}, \qquad
          \rho_k = 1 - \frac{W - \overline{\mathrm{acov}_k}}{\hat\sigma^2},

the sum taken over pairs of lags while they are positive [1]_. R-hat compares the means of groups
of walks that began at different points, in the first and in the second half of the draws: walks
by the hundred are short, and each alone says little (nested R-hat [2]_).

References
----------
.. [1] Gelman et al., *Bayesian Data Analysis*, 3rd ed. (2013), section 11.5.
.. [2] Margossian et al., *Bayesian Anal.* (2024), doi:10.1214/24-BA1453.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_sizes", "nested_r_hat"]

Array = NDArray[np.float64]


def effective_sizes(trace: Array) -> Array:
    """Return how many independent draws tell a mean as well.

    Parameters
    ----------
    trace
        `` `draw x chain x variable` ``.

    Returns
    -------
    numpy.ndarray
        `` `variable` ``; NaN for what does not vary, at most the number of draws.
    """
    n_draws, n_walks, n_variables = trace.shape
    away = trace - trace.mean(axis=0)
    within = (away**2).sum(axis=(0, 1)) / ((n_draws - 1) * n_walks)
    total = (n_draws - 1) / n_draws * within + trace.mean(axis=0).var(axis=0, ddof=1)
    varies = total > 0
    safe = np.where(varies, total, 1.0)
    summed, going = np.zeros(n_variables), varies.copy()
    for lag in range(1, n_draws - 1, 2):
        pair = np.zeros(n_variables)
        for shift in (lag, lag + 1):
            covariance = (away[shift:] * away[:-shift]).sum(axis=(0, 1)) / (n_draws * n_walks)
            pair += 1 - (within - covariance) / safe
        going &= pair > 0
        if not going.any():
            break
        summed += np.where(going, pair, 0.0)
    size = n_draws * n_walks
    return np.where(varies, np.minimum(size / (1 + 2 * summed), size), np.nan)


def nested_r_hat(trace: Array, groups: NDArray[np.intp]) -> Array:
    """Return the R-hat of groups of walks in halves of the draws.

    Parameters
    ----------
    trace
        `` `draw x chain x variable` ``.
    groups
        `` `chain` ``: number of the point where each began.

    Returns
    -------
    numpy.ndarray
        `` `variable` ``, 1 or more; NaN for what does not vary.
    """
    half = len(trace) // 2
    parts = [
        part[:, groups == group].reshape(-1, trace.shape[2])
        for part in (trace[:half], trace[half:])
        for group in np.unique(groups)
    ]
    between = np.array([part.mean(axis=0) for part in parts]).var(axis=0, ddof=1)
    within = np.array([part.var(axis=0) for part in parts]).mean(axis=0)
    varies = within > 0
    return np.where(varies, np.sqrt(1 + between / np.where(varies, within, 1.0)), np.nan)
