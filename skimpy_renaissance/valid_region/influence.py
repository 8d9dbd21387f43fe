r"""How much it costs to redraw the constants of a reaction: learnt from moves already made.

If reactions acted independently, a valid model would stay valid with probability

.. math:: P(\text{accept} \mid S) = \exp\Big(-\sum_{r \in S} c_r\Big), \qquad c_r \ge 0,

when the constants of the reactions :math:`S` are drawn anew from the prior. The *influence*
:math:`c_r` of each reaction is fitted to moves :math:`S_i` that were accepted, :math:`a_i = 1`, or
not, by maximum likelihood: concave in :math:`c`, so that there is one answer. It need not hold for
a chain to be exact: it only shapes the moves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

__all__ = ["fit_influence"]

_LEAST = 1e-4  # nats: a reaction without influence
_MOST = 20.0  # nats: one that is never redrawn
_ROUNDED = 6  # decimals, so that the last digits of a processor do not decide on moves


def fit_influence(members: NDArray[np.bool_], accepted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit the influence of each reaction.

    Parameters
    ----------
    members
        `` `move x reaction` ``, bool: whose constants each move redrew.
    accepted
        `` `move` ``, bool.

    Returns
    -------
    numpy.ndarray
        `` `reaction` ``, nats; what no move redrew has 0.
    """
    moves = csr_matrix(members, dtype=np.float64)  # summed in one order, whatever the threads
    transposed = moves.T.tocsr()
    yes = accepted.astype(np.float64)
    size = max(members.sum(1).mean(), 1.0)
    start = max(-np.log(np.clip(yes.mean(), 0.01, 0.99)) / size, _LEAST)

    def loss(c: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        t = np.maximum(moves @ c, _LEAST)
        refused = np.log(-np.expm1(-t))
        slope = yes - (1 - yes) / np.expm1(t)
        value = np.add.reduce(yes * t - (1 - yes) * refused)
        return float(value) / len(yes), (transposed @ slope) / len(yes)

    fitted = minimize(
        loss,
        np.full(members.shape[1], start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST, _MOST)] * members.shape[1],
        options={"maxiter": 100, "ftol": 1e-7},
    ).x
    fitted[(fitted <= _LEAST) | ~members.any(0)] = 0.0
    rounded: NDArray[np.float64] = np.round(fitted, _ROUNDED)
    return rounded
