r"""Chains of valid models, what happened on the way, and whether it was far enough.

How near the ensemble is to independent draws of the prior restricted to valid models, is told by
the effective number of models of the slowest constant, by R-hat over groups of chains and by the
trend of the marginals (:mod:`~skimpy_renaissance.valid_region.diagnostics`). None of them can prove
it; each can disprove it, and then says so in ``warnings``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import sqrt

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
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.diagnostics import (
    family_sizes,
    group_moments,
    memory_of_start,
    nested_r_hat,
    r_hat_limit,
)
from skimpy_renaissance.valid_region.marginals import N_BINS, bin_counts, divergence
from skimpy_renaissance.valid_region.sweep import Moves, Swept

__all__ = ["Refreshed"]

_MOST_DRAWN_ANEW = 0.8  # share of the models that the slowest constant should be worth
_OF_THE_MIDDLE, _OF_THE_SLOWEST = 0.8, 0.3  # the same from draws, which are biased nowhere
_TRACED = 256  # chains whose constants are followed sweep by sweep
_SIGMAS = 3.0  # a drift of so many standard errors is one
_FEWEST_ACCEPTED = 0.02  # share of the moves
_FEWEST = 50  # chains, to tell anything


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
    family
        `` `model` ``, int: chains of one origin have one number.
    from_draws
        Whether the starts were draws of the valid region already, only not independent ones.
    moves
        Of every sweep, and of the next one.
    judged_per_sweep, acceptance
        Models judged, and the share of them that was kept.
    marginal_kl
        Per sweep, the start included: sum over all Km of the divergence between the ensemble's
        marginal and the prior's, nats (:mod:`~skimpy_renaissance.valid_region.marginals`).
    lambda_trace
        Per sweep, the start included: `` `model` ``, 1/h.
    share_trace
        Per sweep, the start included: `` `chain x km` ``, float32, 0 to 1, of the first chains: how
        much of the prior lies below.
    moments
        Per sweep, the start included: `` `2 x group x km` ``, mean and variance of that share in
        groups of chains.
    last_moved
        `` `block x model` ``, bool: which moves of the last sweep were accepted.
    data
        What is known of the models beside validity, on the kinetics.
    weights
        `` `datum x model` ``: what the data say of where the chains are now.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import refresh, reject
    >>> prior, criterion = log_uniform_prior(bound), sr.Validity(-1.2)
    >>> start = reject(bound, prior, criterion=criterion, draws=500).log_km
    >>> refreshed = refresh(bound, start, prior, criterion=criterion, steps=20)
    >>> refreshed.sweeps, refreshed.enough  # 22 chains are too few to tell
    (5, False)
    """

    log_km: Tensor
    lambda_max: Tensor
    start: Tensor
    start_log_km: Tensor = field(repr=False)
    prior: Prior = field(repr=False)
    criterion: Validity
    family: Tensor = field(repr=False)
    from_draws: bool
    moves: tuple[Moves, ...] = field(repr=False)
    judged_per_sweep: tuple[int, ...] = field(default=(), repr=False)
    acceptance: tuple[float, ...] = field(default=(), repr=False)
    marginal_kl: tuple[float, ...] = field(default=(), repr=False)
    lambda_trace: tuple[Tensor, ...] = field(default=(), repr=False)
    share_trace: tuple[Tensor, ...] = field(default=(), repr=False)
    moments: tuple[Tensor, ...] = field(default=(), repr=False)
    last_moved: Tensor = field(default_factory=lambda: torch.zeros(0, 0).bool(), repr=False)
    data: Data | None = field(default=None, repr=False)
    weights: Tensor | None = field(default=None, repr=False)

    def recorded(self) -> Refreshed:
        """Return the chains with the traces of where they are now.

        Returns
        -------
        Refreshed
        """
        share = self.prior.probability(self.log_km)
        return replace(
            self,
            marginal_kl=(*self.marginal_kl, divergence(bin_counts(share)).sum().item()),
            lambda_trace=(*self.lambda_trace, self.lambda_max.cpu()),
            share_trace=(*self.share_trace, share[:_TRACED].float().cpu()),
            moments=(*self.moments, group_moments(share.cpu())),
        )

    def swept(self, swept: Swept, lambda_max: Tensor, moves: Moves) -> Refreshed:
        """Return the chains one sweep later.

        Parameters
        ----------
        swept
            The sweep.
        lambda_max
            `` `model` ``, 1/h: after it.
        moves
            Of the next one.

        Returns
        -------
        Refreshed
        """
        return replace(
            self,
            log_km=swept.log_km,
            lambda_max=lambda_max,
            moves=(*self.moves, moves),
            judged_per_sweep=(*self.judged_per_sweep, swept.judged),
            acceptance=(*self.acceptance, swept.acceptance),
            last_moved=swept.moved,
            weights=swept.weights,
        ).recorded()

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.log_km)

    @property
    def sweeps(self) -> int:
        """Sweeps made."""
        return len(self.acceptance)

    @property
    def judged(self) -> int:
        """Models judged in all sweeps together."""
        return sum(self.judged_per_sweep)

    @property
    def kept_per_sweep(self) -> tuple[float, ...]:
        """Moves of each sweep that were accepted, all chains together."""
        pairs = zip(self.judged_per_sweep, self.acceptance, strict=True)
        return tuple(judged * share for judged, share in pairs)

    @property
    def steps(self) -> float:
        """Models judged per chain after its start."""
        return self.judged / len(self)

    @cached_property
    def lambda_correlation(self) -> Tensor:
        """`` `lag` ``, in sweeps: of asinh(lambda_max), over chains where it is always known."""
        trace = torch.asinh(torch.stack(self.lambda_trace))
        return autocorrelation(trace[:, trace.isfinite().all(0)])

    @cached_property
    def km_correlation(self) -> Tensor:
        """`` `lag` ``, in sweeps: of ln Km on the scale of its prior, averaged over all Km."""
        return autocorrelation(torch.stack(self.share_trace))

    @cached_property
    def autocorrelation_times(self) -> pd.DataFrame:
        """Sweeps, of lambda_max and of ln Km: until 1/e is left, and worth an independent draw.

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
    def effective_km(self) -> Tensor:
        """`` `km` ``: how many independent draws the ensemble is worth for each constant."""
        worth = family_sizes(self.prior.probability(self.log_km), self.family).cpu()
        if self.from_draws:
            return worth
        return worth * (1 - memory_of_start(torch.stack(self.share_trace)))

    @cached_property
    def effective_lambda(self) -> float:
        """The same for asinh(lambda_max); NaN where it is not known."""
        trace = torch.asinh(torch.stack(self.lambda_trace))[..., None]
        known = trace.isfinite().all(0)[:, 0]
        if not bool(known.any()):
            return torch.nan
        worth = family_sizes(trace[-1, known], self.family.cpu()[known])
        if not self.from_draws:
            worth = worth * (1 - memory_of_start(trace[:, known]))
        return worth.item()

    @property
    def slowest(self) -> str:
        """The constant of which the ensemble is worth the fewest draws."""
        return self.prior.names[int(self.effective_km.argmin())]

    @cached_property
    def r_hat(self) -> float:
        """Largest nested R-hat over all constants, 1 at best; NaN where it was not recorded."""
        half, whole = self.moments[self.sweeps // 2], self.moments[-1]
        return nested_r_hat(half, whole).max().item()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What speaks against taking the models as draws of the valid region; empty at best."""
        found, n = [], len(self)
        worth, middle = self.effective_km.min().item(), self.effective_km.median().item()
        if worth < n * (_OF_THE_SLOWEST if self.from_draws else _MOST_DRAWN_ANEW):
            found.append(
                f"the {n:,} models are worth {worth:,.0f} independent ones for the slowest Km "
                f"({self.slowest})"
            )
        elif self.from_draws and middle < _OF_THE_MIDDLE * n:
            found.append(f"the {n:,} models are worth {middle:,.0f} independent ones for most Km")
        if self.r_hat > r_hat_limit(len(self), self.log_km.shape[1]):
            found.append(f"means of groups of chains still differ (R-hat {self.r_hat:.3f})")
        if not self.from_draws:
            found += self._drifts()
        if self.acceptance and self.acceptance[-1] < _FEWEST_ACCEPTED:
            found.append(f"only {100 * self.acceptance[-1]:.1f} % of the last moves were accepted")
        if len(self) < _FEWEST:
            found.append(f"{len(self)} chains are too few to tell how far they have come")
        return tuple(found)

    @property
    def enough(self) -> bool:
        """Whether nothing speaks against taking the models as draws of the valid region."""
        return not self.warnings

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per sweep, the start first.

        Returns
        -------
        pandas.DataFrame
            Step: models judged per chain so far; blocks of the sweep; acceptance; median
            lambda_max, 1/h; summed divergence of the marginals from the prior's, nats.
        """
        judged = np.cumsum([0, *self.judged_per_sweep]) / len(self)
        return pd.DataFrame(
            {
                "step": judged,
                "blocks": [0, *(moves.blocks for moves in self.moves[: self.sweeps])],
                "acceptance": [np.nan, *self.acceptance],
                "lambda_median": [values.nanmedian().item() for values in self.lambda_trace],
                "marginal_kl": self.marginal_kl,
            }
        )

    def _drifts(self) -> list[str]:
        """Compare the second half's beginning and end."""
        half, found = self.sweeps // 2, []
        then, now = (torch.asinh(self.lambda_trace[sweep]) for sweep in (half, self.sweeps))
        known = then.isfinite() & now.isfinite()
        change = (now - then)[known]
        if len(change) > 1 and abs(change.mean()) > _SIGMAS * change.std() / sqrt(len(change)):
            medians = [self.lambda_trace[sweep].nanmedian().item() for sweep in (half, self.sweeps)]
            found.append(f"lambda_max still drifts, from {medians[0]:.3g} to {medians[1]:.3g} 1/h")
        fallen = self.marginal_kl[half] - self.marginal_kl[-1]
        noise = sqrt((N_BINS - 1) * self.log_km.shape[1]) / len(self)
        if fallen > max(_SIGMAS * noise, 0.05 * self.marginal_kl[half]):
            found.append(
                "the models still spread: constants were "
                f"{self.marginal_kl[half]:.2f} nats narrower than the prior, now "
                f"{self.marginal_kl[-1]:.2f}"
            )
        return found
