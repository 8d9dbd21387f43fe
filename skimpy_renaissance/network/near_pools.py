r"""Pools that are nearly conserved: what changes them is small beside what flows through them.

.. math:: \frac{\sum_r |(LN)_r\, v_r|}{\sum_r (|L||N|)_r\, |v_r|} \le \epsilon

A rounded coefficient of a biomass reaction, or a thin flux of synthesis and dilution, is enough to
make a moiety such as NAD+ and NADH no conserved pool; its sum then relaxes by that trickle alone,
and hardly any choice of Michaelis constants makes such a model fast.

Candidates are the conserved pools of a simpler network, in which what contributes little to the
turnover of a metabolite is left out and coefficients are rounded; those that the whole network
nearly conserves are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.network.conservation import ConservedPools, find_pools

__all__ = ["NearPool", "near_pools"]

_LARGEST_SHARE = 1e-3  # of what flows through a pool may change it
_LEFT_OUT = (1e-3, 1e-4, 1e-6, 0.0)  # shares of a metabolite's turnover
_DIGITS = 4  # of rounded coefficients
_ROUNDING = 1e-15  # of sums of a few numbers


@dataclass(frozen=True, eq=False)
class NearPool:
    """A nearly conserved pool.

    Parameters
    ----------
    weights
        `` `metabolite` ``, of amounts.
    change
        What all reactions change it by, one direction, in the unit of the fluxes.
    share
        The same over what flows through it; 0 where it is conserved.
    reaction
        Index of the reaction that changes it most.

    Examples
    --------
    >>> from skimpy_renaissance.network import find_pools, near_pools
    >>> stoichiometry = [[-1.0, 1.0, 1.0, -1.0], [1.0, -1.0, 0.0, 0.0]]
    >>> known = find_pools(stoichiometry, ["nad", "nadh"])
    >>> (pool,) = near_pools(stoichiometry, known, fluxes=[10.0, 10.0, 1e-3, 1e-3])
    >>> f"{pool.share:.0e} of what flows through it changes it"
    '5e-05 of what flows through it changes it'
    """

    weights: NDArray[np.float64]
    change: float
    share: float
    reaction: int


def near_pools(
    stoichiometry: ArrayLike, known: ConservedPools, *, fluxes: ArrayLike | None = None
) -> tuple[NearPool, ...]:
    """Find pools that are conserved or nearly so, and are not known.

    Parameters
    ----------
    stoichiometry
        `` `metabolite x reaction` ``, metabolites as in ``known``.
    known
        Pools that are taken as conserved already.
    fluxes
        `` `reaction` ``; by default all reactions count alike.

    Returns
    -------
    tuple of NearPool
        Of two metabolites or more, smallest share first; none is a combination of the others and
        of the known ones.

    Examples
    --------
    >>> from skimpy_renaissance.network import find_pools, near_pools
    >>> redox = [[-1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.0]]  # nad, nadh: used and made again
    >>> made = [[0.0, 0.0, 1.0, -1.0], [0.0, 0.0, 0.0, 0.0]]  # nad: synthesis, dilution
    >>> stoichiometry = np.array(redox) + np.array(made)
    >>> known = find_pools(stoichiometry, ["nad", "nadh"])
    >>> (pool,) = near_pools(stoichiometry, known, fluxes=[10.0, 10.0, 1e-3, 1e-3])
    >>> known.describe(), known.described(pool.weights)
    ((), 'nad + nadh')
    """
    matrix = np.asarray(stoichiometry, dtype=float)
    largest = np.abs(matrix).max(axis=0, initial=0)
    flow = 1 / np.where(largest > 0, largest, 1.0)
    flow = flow if fluxes is None else np.abs(np.asarray(fluxes, dtype=float))
    through = np.abs(matrix) * flow
    rounded = _rounded(matrix)
    simpler = [
        np.where(through >= share * through.sum(axis=1, keepdims=True), rounded, 0.0)
        for share in _LEFT_OUT
    ]
    candidates = [
        _near_pool(weights, matrix, flow)
        for network in (matrix, *simpler)
        for weights in find_pools(network, known.metabolites).matrix
    ]
    near = [pool for pool in candidates if pool is not None and pool.share <= _LARGEST_SHARE]
    chosen: list[NearPool] = []
    for pool in sorted(near, key=lambda one: one.share):
        rows = np.vstack([known.matrix, *(one.weights for one in chosen), pool.weights])
        if np.linalg.matrix_rank(rows) == len(rows):
            chosen.append(pool)
    return tuple(chosen)


def _near_pool(
    weights: NDArray[np.float64], matrix: NDArray[np.float64], flow: NDArray[np.float64]
) -> NearPool | None:
    if np.count_nonzero(weights) < 2:
        return None
    change = np.abs(weights @ matrix) * flow
    throughput = np.abs(weights) @ np.abs(matrix) @ flow
    if not throughput:
        return None
    share = float(change.sum() / throughput)
    share = share if share > _ROUNDING else 0.0
    return NearPool(weights, float(change.sum() / 2), share, int(change.argmax()))


def _rounded(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([[float(f"{n:.{_DIGITS - 1}e}") for n in row] for row in matrix])
