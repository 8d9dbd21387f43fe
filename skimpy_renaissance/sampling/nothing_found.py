r"""Why a search for valid models found none, and what to do.

Nothing found is an answer, as in SKiMPy: an empty result, and a warning with what is known of the
reason. Of :math:`n` models none valid, the share of valid ones is below some :math:`3/n` (95 %
confidence); a pool that is slower on its own than the rate demanded is named; so is a mode that
stands still.
"""

from __future__ import annotations

import numpy as np

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import History
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling.pool_speed import speeds_of_pools

__all__ = ["ended_without", "nothing_found"]

_STANDS_STILL = 1e-6  # 1/h


def ended_without(history: History) -> bool:
    """Tell whether a training ended at 0 %.

    Parameters
    ----------
    history
        Of the training.

    Returns
    -------
    bool
        The last generation had not one valid model; ``False`` where there was none.
    """
    return len(history) > 0 and bool(history.incidence_max[-1] == 0)


def nothing_found(
    bound: BoundKinetics,
    *,
    judged: int,
    partition: float,
    fastest: float | None = None,
    remedy: str,
) -> str:
    """Say that no parameter set was kept, why that may be, and what to do.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    judged
        Models judged, none of them valid.
    partition
        What the largest real part has to stay below, 1/h; 1 per model time where the units are not
        known.
    fastest
        The smallest ``lambda_max`` met, where it is known; same unit.
    remedy
        What the caller can change, beginning with a capital letter, without a full stop.

    Returns
    -------
    str
    """
    if not judged:
        return f"No parameter set was kept: none was drawn. {remedy}."
    per_time = "1/h" if bound.reference.units is not None else "1 per model time"
    share = 100 * Proportion(0, judged).interval[1]
    text = (
        f"No parameter set was kept: none of {judged} models is valid (real parts below "
        f"{partition:.3g} {per_time})"
    )
    if bound.km_names:
        text += f", so with 95 % confidence fewer than {share:.2g} % are"
    reasons = _reasons(bound, partition, fastest, per_time)
    return " ".join([f"{text}.", *reasons, f"{remedy}."])


def _reasons(
    bound: BoundKinetics, partition: float, fastest: float | None, per_time: str
) -> list[str]:
    reasons = []
    if fastest is not None and np.isfinite(fastest):
        reasons.append(f"The fastest of them has lambda_max {fastest:.3g} {per_time}.")
        if abs(fastest) < _STANDS_STILL:
            reasons.append(
                "A mode that stands still is a pool that is conserved, which the stoichiometry "
                "does not show exactly: name the pools (conservation=, or kmodel.prepare())."
            )
    speeds = _pool_speeds(bound)
    slowest = int(speeds.argmin())
    passed = fastest is not None and fastest < -speeds[slowest]  # beside a fast partner
    if speeds[slowest] < -partition and not passed:
        reasons.append(
            f"On its own the pool {bound.network.variables[slowest]!r} answers no faster than "
            f"{-speeds[slowest]:.3g} {per_time}, whatever the Michaelis constants: it is large for "
            "the flux through it. Only feedback with a faster pool can help it (an estimate, no "
            "proof). Check its concentration and the fluxes, and their units."
        )
    return reasons


def _pool_speeds(bound: BoundKinetics) -> np.ndarray:
    """Return `metabolite`, in the unit of the eigenvalues."""
    network, reference = bound.network, bound.reference
    column = reference.layout.state_columns
    constants = [
        np.nan
        if reaction.equilibrium_constant is None
        else reference.table[0, column[reaction.equilibrium_constant]].item()
        for reaction in network.reactions
    ]
    of_pools = speeds_of_pools(
        network,
        reference.fluxes.cpu().numpy(),
        reference.of_metabolites(network.metabolites)[None],
        np.array([constants]),
    )
    return np.asarray(of_pools[0] * reference.per_hour)
