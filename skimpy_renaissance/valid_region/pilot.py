r"""The first draws of a prior: how rare valid models are, and how the rest lies.

Where none of them is valid, the share below a limit is extended beyond the fastest of them as an
exponential tail,

.. math:: \ln P(\lambda_{max} < l) \approx \ln p_1 + \frac{\ln p_1 - \ln p_2}{a_1 - a_2}\,(a - a_1),
          \qquad a = \operatorname{asinh} l,

through two of its quantiles. It is a guess that plans the work, nothing else depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import asinh, log
from time import perf_counter

import torch
from torch import Tensor

from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.judging import slowest_modes, valid_models
from skimpy_renaissance.valid_region.sweep import draws_of

__all__ = ["N_PILOT", "Pilot", "look"]

N_PILOT = 500
"""Draws of the prior that are looked at first."""
_TAIL = (0.02, 0.10)  # quantiles through which the tail is drawn
_WARM_UP = 8  # models that load the kernels, so that these are not timed


@dataclass(frozen=True, eq=False)
class Pilot:
    """Draws of the prior with their slowest modes.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L).
    lambda_max
        `` `model` ``, float64, 1/h; infinite where the spectrum failed, or the fastest mode is
        beyond its limit.
    valid
        `` `model` ``, bool.
    criterion
        When a model counts as valid.
    seconds_of_verdict, seconds_of_mode
        What a verdict and a slowest mode took here, per model.
    """

    log_km: Tensor = field(repr=False)
    lambda_max: Tensor = field(repr=False)
    valid: Tensor = field(repr=False)
    criterion: Validity
    seconds_of_verdict: float = field(compare=False)
    seconds_of_mode: float = field(compare=False)

    def __len__(self) -> int:
        """Return the number of draws."""
        return len(self.log_km)

    @property
    def proportion(self) -> Proportion:
        """How many of the draws are valid."""
        return Proportion(int(self.valid.sum()), len(self))

    @property
    def log_share(self) -> float:
        """Nats: the share of the prior that is valid, as far as these draws tell."""
        if hits := self.proportion.hits:
            return log(hits / len(self))
        finite = self.lambda_max[self.lambda_max.isfinite()].sort().values
        seen = log(0.5 / len(self))
        if len(finite) < len(self) // 4:
            return seen
        far, near = (asinh(finite[int(q * len(self))].item()) for q in _TAIL)
        slope = log(_TAIL[1] / _TAIL[0]) / max(near - far, 1e-9)
        wanted = asinh(self.criterion.partition)
        return min(seen, log(_TAIL[0]) + slope * (wanted - far))


def look(kinetics: Kinetics, prior: Prior, criterion: Validity, *, seed: int) -> Pilot:
    """Judge the first draws of a prior.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is drawn from.
    criterion
        When a model counts as valid.
    seed
        A whole number, 0 or more.

    Returns
    -------
    Pilot
    """
    log_km = draws_of(prior, N_PILOT, random_stream(seed, purpose="first draws"))
    valid_models(kinetics, log_km[:_WARM_UP], criterion)
    slowest_modes(kinetics, log_km[:_WARM_UP])
    begin = perf_counter()
    valid = valid_models(kinetics, log_km, criterion)
    middle = perf_counter()
    slowest = slowest_modes(kinetics, log_km)
    end = perf_counter()
    if criterion.fastest is not None:
        judged = Judged(log_km, slowest, criterion, kinetics)
        with torch.no_grad():
            slowest = torch.where(judged.lambda_min > criterion.fastest, slowest, torch.inf)
    slowest = torch.where(slowest.isfinite(), slowest, torch.inf)
    return Pilot(
        log_km,
        slowest,
        valid,
        criterion,
        seconds_of_verdict=(middle - begin) / N_PILOT,
        seconds_of_mode=(end - middle) / N_PILOT,
    )
