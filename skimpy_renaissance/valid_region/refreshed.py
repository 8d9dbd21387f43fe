r"""Refreshed models, what happened on the way, and whether it was far enough.

Four things tell how near the ensemble is to independent draws of the prior restricted to valid
models: which share of the moves was accepted, how many steps the chains remember
(:mod:`~skimpy_renaissance.valid_region.autocorrelation`), whether :math:`\lambda_{max}` and the
marginals still drift, and how far each model is from its start. None of them can prove it; each can
disprove it, and then says so in ``warnings``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isinf, isnan, sqrt

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.autocorrelation import (
    autocorrelation,
    decay_time,
    integrated_time,
)
from skimpy_renaissance.valid_region.marginals import N_BINS, bin_counts, divergence

__all__ = ["Refreshed"]

_TRACED = 128  # chains whose constants are followed step by step
_LONG_ENOUGH = 2.0  # decay times that a chain should have
_SIGMAS = 3.0  # a drift of so many standard errors is one


@dataclass(frozen=True, eq=False)
class Refreshed:
    r"""An ensemble of valid models, one per chain, and the chains' history.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L): where the chains are now, all valid.
    lambda_max
        `` `model` ``, float64, 1/h; NaN where only the verdict is known.
    start
        `` `model` ``, int: which of the models given each chain began at; the others were dropped.
    start_log_km
        `` `model x km` ``, float64, ln(mol/L): where the chains began.
    prior
        What constants are redrawn from.
    criterion
        When a model counts as valid.
    acceptance
        Per step the share of chains that moved.
    marginal_kl
        Per step, the start included: sum over all Km of the divergence between the ensemble's
        marginal and the prior's, nats (:mod:`~skimpy_renaissance.valid_region.marginals`).
    lambda_trace
        Per step, the start included: `` `model` ``, 1/h.
    share_trace
        Per step, the start included: `` `chain x km` ``, float32, 0 to 1, of the first chains: how
        much of the prior lies below.
    """

    log_km: Tensor
    lambda_max: Tensor
    start: Tensor
    start_log_km: Tensor = field(repr=False)
    prior: Prior = field(repr=False)
    criterion: Validity
    acceptance: tuple[float, ...] = field(repr=False)
    marginal_kl: tuple[float, ...] = field(repr=False)
    lambda_trace: tuple[Tensor, ...] = field(repr=False)
    share_trace: tuple[Tensor, ...] = field(repr=False)

    @classmethod
    def started(
        cls,
        log_km: Tensor,
        lambda_max: Tensor,
        start: Tensor,
        prior: Prior,
        criterion: Validity,
    ) -> Refreshed:
        """Return chains that have not moved yet.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L), all valid.
        lambda_max
            `` `model` ``, 1/h.
        start
            `` `model` ``: their places among the models given.
        prior, criterion
            As the fields.

        Returns
        -------
        Refreshed
        """
        empty = cls(log_km, lambda_max, start, log_km, prior, criterion, (), (), (), ())
        return empty._recorded()

    def stepped(self, log_km: Tensor, lambda_max: Tensor, accepted: Tensor) -> Refreshed:
        """Return the chains one step later.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L).
        lambda_max
            `` `model` ``, 1/h.
        accepted
            `` `model` ``, bool: which chains moved.

        Returns
        -------
        Refreshed
        """
        acceptance = (*self.acceptance, accepted.double().mean().item())
        moved = replace(self, log_km=log_km, lambda_max=lambda_max, acceptance=acceptance)
        return moved._recorded()

    def _recorded(self) -> Refreshed:
        share = self.prior.probability(self.log_km)
        return replace(
            self,
            marginal_kl=(*self.marginal_kl, divergence(bin_counts(share)).sum().item()),
            lambda_trace=(*self.lambda_trace, self.lambda_max.cpu()),
            share_trace=(*self.share_trace, share[:_TRACED].float().cpu()),
        )

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.log_km)

    @property
    def steps(self) -> int:
        """Models judged per chain after its start."""
        return len(self.acceptance)

    @property
    def judged(self) -> int:
        """Models judged in all steps together."""
        return self.steps * len(self)

    @cached_property
    def lambda_correlation(self) -> Tensor:
        """`` `lag` ``: of asinh(lambda_max), over chains where it is always known."""
        trace = torch.asinh(torch.stack(self.lambda_trace))
        return autocorrelation(trace[:, trace.isfinite().all(0)])

    @cached_property
    def km_correlation(self) -> Tensor:
        """`` `lag` ``: of ln Km on the scale of its prior, averaged over all Km."""
        return autocorrelation(torch.stack(self.share_trace))

    @cached_property
    def autocorrelation_times(self) -> pd.DataFrame:
        """Steps, of lambda_max and of ln Km: until 1/e is left, and worth an independent draw.

        Infinite where the chains are too short to tell.
        """
        known = {"lambda_max": self.lambda_correlation, "ln Km": self.km_correlation}
        return pd.DataFrame(
            {
                "decay": {name: decay_time(rho) for name, rho in known.items()},
                "integrated": {name: integrated_time(rho) for name, rho in known.items()},
            }
        )

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What speaks against taking the models as draws of the valid region; empty at best."""
        found = []
        decay = self.autocorrelation_times["decay"].max()
        if isnan(decay) or isinf(decay) or self.steps < _LONG_ENOUGH * decay:
            memory = f"more than {self.steps // 2}" if not decay < np.inf else f"{decay:.0f}"
            found.append(
                f"{self.steps} steps, but the chains remember {memory} (until 1/e is left): take "
                f"at least {_LONG_ENOUGH:g} times as many."
            )
        found += self._drifts()
        if self.acceptance and np.mean(self.acceptance[-10:]) < 0.05:
            found.append(
                f"Only {100 * np.mean(self.acceptance[-10:]):.1f} % of the last moves were "
                "accepted: redraw a smaller fraction."
            )
        if len(self) < 50:
            found.append(f"{len(self)} chains are too few to tell how far they have come.")
        return tuple(found)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per step, the start first.

        Returns
        -------
        pandas.DataFrame
            Step, models judged per chain so far; acceptance; median lambda_max, 1/h; summed
            divergence of the marginals from the prior's, nats.
        """
        return pd.DataFrame(
            {
                "step": np.arange(self.steps + 1),
                "acceptance": [np.nan, *self.acceptance],
                "lambda_median": [values.nanmedian().item() for values in self.lambda_trace],
                "marginal_kl": self.marginal_kl,
            }
        )

    def _drifts(self) -> list[str]:
        """Compare the second half's beginning and end."""
        half, found = self.steps // 2, []
        then, now = (torch.asinh(self.lambda_trace[step]) for step in (half, self.steps))
        known = then.isfinite() & now.isfinite()
        change = (now - then)[known]
        if len(change) > 1 and abs(change.mean()) > _SIGMAS * change.std() / sqrt(len(change)):
            medians = [self.lambda_trace[step].nanmedian().item() for step in (half, self.steps)]
            found.append(
                f"lambda_max still drifts: median {medians[0]:.3g} 1/h after {half} steps, "
                f"{medians[1]:.3g} after {self.steps}."
            )
        fallen = self.marginal_kl[half] - self.marginal_kl[-1]
        noise = sqrt((N_BINS - 1) * self.log_km.shape[1]) / len(self)
        if fallen > max(_SIGMAS * noise, 0.05 * self.marginal_kl[half]):
            found.append(
                f"The marginals still widen: {self.marginal_kl[half]:.2f} nats from the prior "
                f"after {half} steps, {self.marginal_kl[-1]:.2f} after {self.steps}."
            )
        return found
