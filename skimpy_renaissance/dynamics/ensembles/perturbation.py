r"""Initial concentrations around a steady state that keep its conserved pools.

Uniform over the polytope

.. math:: l \le x_i/x_i^* \le u, \qquad \sum_i L_{pi}\, x_i/w_i = \sum_i L_{pi}\, x_i^*/w_i

with conserved pools :math:`L` and volume ratios :math:`w`, as SKiMPy's
``sample_initial_concentrations``. Metabolites of no pool are independent draws; those of pools come
from hit-and-run [1]_ in the null space of the pools, one chain per perturbation.

References
----------
.. [1] Smith, *Operations Research* 32 (1984) 1296, doi:10.1287/opre.32.6.1296.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.linalg
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.sampling.parameter_sets import require_one_state

__all__ = ["perturb", "require_change"]


def perturb(
    bound: BoundKinetics,
    n_perturbations: int,
    *,
    lower: float = 0.5,
    upper: float = 1.5,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw initial concentrations around a steady state.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    n_perturbations
        How many.
    lower, upper
        Bounds, multiples of the steady state: 0.5 and 1.5 for changes of up to 50 %.
    seed
        Seed of the random draws.

    Returns
    -------
    pandas.DataFrame
        `` `perturbation x variable` ``, scaled concentration.

    Raises
    ------
    InputError
        ``bound`` holds several states, the bounds do not hold 1, or the number is negative.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import perturb
    >>> perturb(bound, 3, seed=0).shape
    (3, 44)
    """
    require_one_state(bound, what="perturb")
    if not 0 <= lower <= 1 <= upper < np.inf:
        raise InputError(
            "Perturbations are multiples of the steady state with 0 <= lower <= 1 <= upper, got "
            f"{lower!r} and {upper!r}."
        )
    require_whole("n_perturbations", n_perturbations, at_least=0)
    network, rng = bound.network, np.random.default_rng(seed)
    reference = bound.reference.of_metabolites(network.variables)
    relative = rng.uniform(lower, upper, (n_perturbations, len(reference)))
    weights = network.conserved_pools.matrix / network.volume_ratios * reference
    pooled = np.flatnonzero((weights != 0).any(axis=0))
    if pooled.size and lower < 1 < upper:
        relative[:, pooled] = _on_pools(weights[:, pooled], relative[:, pooled], rng, lower, upper)
    elif pooled.size:
        relative[:, pooled] = 1.0
    return pd.DataFrame(
        relative * reference,
        index=[str(i) for i in range(n_perturbations)],
        columns=list(network.variables),
    )


def _on_pools(
    weights: NDArray[np.float64],
    start: NDArray[np.float64],
    rng: np.random.Generator,
    lower: float,
    upper: float,
) -> NDArray[np.float64]:
    """Return `` `perturbation x metabolite` ``: multiples, uniform where pools are kept."""
    scaled = weights / np.abs(weights).sum(axis=1, keepdims=True)
    null_space = scipy.linalg.null_space(scaled)  # metabolite x direction
    n, free = len(start), null_space.shape[1]
    at = np.zeros((n, free))
    for _ in range(200 + 10 * free * min(free, 30) if free else 0):
        step = rng.standard_normal((n, free))
        here, direction = 1 + at @ null_space.T, step @ null_space.T
        with np.errstate(divide="ignore", invalid="ignore"):
            to_lower, to_upper = (lower - here) / direction, (upper - here) / direction
        usable = np.abs(direction) > 1e-12
        back = np.where(usable, np.minimum(to_lower, to_upper), -np.inf).max(axis=1)
        ahead = np.where(usable, np.maximum(to_lower, to_upper), np.inf).min(axis=1)
        length = back + (ahead - back) * rng.uniform(size=n)
        at += length[:, None] * step
    return np.clip(1 + at @ null_space.T, lower, upper)


def require_change(perturbation: float) -> None:
    """Raise unless a number is a relative change that leaves concentrations at 0 or above.

    Parameters
    ----------
    perturbation
        Above 0, at most 1.

    Raises
    ------
    InputError
        It is not.
    """
    if not 0 < perturbation <= 1:
        raise InputError(
            f"perturbation is a relative change between 0 and 1, got {perturbation!r}."
        )
