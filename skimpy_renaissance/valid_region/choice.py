"""Which way to the valid region costs least, told by the first draws of the prior.

===========  =======================================================================================
rejection    where enough of the prior is valid: the draws are independent, whatever they cost more
tempering    where little of it is: sequential Monte Carlo from the prior, no start needed
chains       from valid models that are given, where tempering would need more limits than that
===========  =======================================================================================

The costs are in judged models. One that is moved costs more time than a blind draw, of which cheap
tests refuse most; for kinetics without such tests both cost the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, log

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.valid_region.judging import ScreeningKinetics
from skimpy_renaissance.valid_region.pilot import Pilot

__all__ = ["METHODS", "Plan", "choose", "least_share_for_rejection"]

METHODS = ("rejection", "tempering", "chains")
_SCREENED = 5.0  # what a moved model costs, in blind draws that are screened
_CHAINS = 120  # models judged per chain from a corner of the valid region
_AT_TARGET = 4  # sweeps at the partition
_BEYOND = 0.3  # of the moved models need eigenvalues beside the verdict


@dataclass(frozen=True)
class Plan:
    """What will be done, and what it is expected to cost.

    Parameters
    ----------
    method
        ``"rejection"``, ``"tempering"`` or ``"chains"``.
    reason
        Why, in words.
    judged
        Models that will be judged, roughly.
    seconds
        Time that this takes here, roughly.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import sample_valid_region
    >>> criterion = sr.Validity(partition=-1.2)
    >>> drawn = sample_valid_region(bound, log_uniform_prior(bound), criterion=criterion, n=5)
    >>> drawn.plan.method
    'rejection'
    >>> drawn.plan.reason
    '26 of the first 500 draws of the prior are valid, so that independent ones are the cheapest'
    """

    method: str
    reason: str
    judged: int
    seconds: float

    def __str__(self) -> str:
        seconds = max(self.seconds, 1.0)
        time = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
        return (
            f"Valid region by {self.method}, about {_rounded(self.judged):,} models to judge, some "
            f"{time} here: {self.reason}."
        )


def choose(
    kinetics: Kinetics, pilot: Pilot, *, n: int, n_starts: int = 0, method: str | None = None
) -> Plan:
    """Choose the way to the valid region.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    pilot
        The first draws of the prior.
    n
        Models wanted.
    n_starts
        Valid models that are given.
    method
        What was asked for; ``None`` leaves it to the costs.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        There is no such method, or it has nothing to start from.
    """
    if method not in (None, *METHODS):
        raise InputError(f"method must be one of {', '.join(METHODS)}, got {method!r}.")
    if method == "chains" and not n_starts:
        raise InputError("method='chains' needs valid models to start from: starts=...")
    hits, share = pilot.proportion.hits, exp(pilot.log_share)
    blind, moved = 1 / share, _judged_by_tempering(pilot.log_share)
    seen = (
        f"{hits} of the first {len(pilot)} draws of the prior {'is' if hits == 1 else 'are'} valid"
    )
    if not hits:
        seen = (
            f"none of the first {len(pilot)} draws of the prior is valid, perhaps 1 in "
            f"{_rounded(blind):,}"
        )
    if method is None:
        if hits and share >= least_share_for_rejection(kinetics):
            method = "rejection"
            reason = f"{seen}, so that independent ones are the cheapest"
        elif n_starts and moved > _CHAINS:
            method, reason = "chains", f"{seen}, and valid models to start from were given"
        else:
            method, reason = "tempering", f"{seen}, too few to wait for"
    else:
        reason = f"{seen}; {method} was asked for"
    per_model = {"rejection": blind, "tempering": moved, "chains": _CHAINS}[method]
    judged = ceil(n * per_model)
    seconds = judged * pilot.seconds_of_verdict
    seconds += (n if method == "rejection" else _BEYOND * judged) * pilot.seconds_of_mode
    return Plan(method, reason, judged, seconds)


def least_share_for_rejection(kinetics: Kinetics) -> float:
    """Return the share of valid draws from which independent ones cost least.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.

    Returns
    -------
    float
    """
    dearer = _SCREENED if isinstance(kinetics, ScreeningKinetics) else 1.0
    share = 0.1
    while 1 / share < dearer * _judged_by_tempering(log(share)):
        share *= 0.97
    return share


def _judged_by_tempering(log_share: float) -> float:
    """Per model: draws below the first limit, a sweep per halving, and some at the partition."""
    blocks = min(max(-1.3 * log_share, 2.0), 12.0)
    halvings = max((log(0.1) - log_share) / log(2), 0.0)
    return 10 + 0.6 * blocks * halvings + _AT_TARGET * blocks


def _rounded(number: float) -> int:
    """Round to two digits."""
    return int(float(f"{number:.2g}"))
