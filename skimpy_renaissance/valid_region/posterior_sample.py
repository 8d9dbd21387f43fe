"""Draws of a posterior: the models, what the data say of them, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from skimpy_renaissance.data_tree import Group, Variable, data_tree
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.draws import Draws
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.valid_region_sample import (
    ValidRegionSample,
    drawn_models,
    effective_draws,
)
from skimpy_renaissance.valid_region.weighted import Weighted

__all__ = ["PosteriorSample"]


@dataclass(frozen=True, eq=False)
class PosteriorSample(Draws):
    """Draws of "prior times data", restricted to valid models.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L): all valid, all within the hard limits.
    lambda_max
        `` `model` ``, float64, 1/h.
    log_likelihoods
        `` `datum x model` ``, float64, nats: of each measurement.
    km_names
        Names along the ``km`` axis.
    data
        Hard limits, then measurements, on the kinetic model.
    region
        The draws of the valid region that were brought to the data, with its volume.
    judged
        Models judged in all, those of the valid region included.
    accepted
        Share of them that was kept.
    effective_km
        `` `km` ``: how many independent draws the models are worth for each constant.
    effective_likelihood
        The same for the log likelihood of all data; NaN where only hard limits are given.
    log_evidence
        Nats: of the data, given that models are valid; 0 without data. It is the density of the
        measurements, times the share of valid models within the hard limits.
    log_evidence_interval
        Limits that contain the true log evidence with 95 % confidence, nats.
    steps
        How the valid region was brought to the data; ``None`` for independent draws.
    chains
        The chains at the data, with their diagnostics; ``None`` for independent draws.
    lacking
        What speaks against taking the models as draws of the posterior; empty at best.
    cap
        Models judged per model wanted at most.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import Control, Measured
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> growth = Measured(Control(flux="Biomass_Ecoli_core", enzyme="GLCpts"), 0.5, sd=0.5)
    >>> prior, criterion = log_uniform_prior(bound), sr.Validity(partition=-1.2)
    >>> found = sr.sample_posterior(bound, prior, criterion=criterion, data=[growth], n=5)
    >>> found.summary
    '5 models, all independent; ...; log evidence of the data -0.59 (-0.70 to -0.48) nats.'
    """

    log_km: Tensor = field(repr=False)
    lambda_max: Tensor = field(repr=False)
    log_likelihoods: Tensor = field(repr=False)
    km_names: tuple[str, ...] = field(repr=False)
    data: Data
    region: ValidRegionSample = field(repr=False)
    judged: int
    accepted: float
    effective_km: Tensor = field(repr=False)
    effective_likelihood: float
    log_evidence: float = 0.0
    log_evidence_interval: tuple[float, float] = (0.0, 0.0)
    steps: Weighted | None = field(default=None, repr=False)
    chains: Refreshed | None = field(default=None, repr=False)
    lacking: tuple[str, ...] = ()
    cap: int = 0

    @property
    def log_likelihood(self) -> Tensor:
        """`` `model` ``, nats: of all measurements together."""
        return self.log_likelihoods.sum(0)

    @property
    def log_volume(self) -> float | None:
        """Nats: share of the prior that is valid, data or not; ``None`` where it is not known."""
        return self.region.log_volume

    @property
    def log_volume_interval(self) -> tuple[float, float] | None:
        """Limits that contain the true log volume with 95 % confidence, nats."""
        return self.region.log_volume_interval

    @property
    def method(self) -> str:
        """How the valid region was reached."""
        return self.region.method

    @property
    def reason(self) -> str:
        """Why so, in words."""
        return self.region.reason

    @property
    def summary(self) -> str:
        """One sentence on what the models are worth, what they cost, and the evidence."""
        if not self.data.items:
            return self.region.summary
        low, high = self.log_evidence_interval
        return (
            f"{self._cost}; log evidence of the data {self.log_evidence:.2f} ({low:.2f} to "
            f"{high:.2f}) nats."
        )

    @property
    def provenance(self) -> dict[str, Any]:
        """What the models are draws of, plain JSON: for a population that is made of them."""
        worth = max(self.effective_km.min().item(), 1.0)
        return {
            "sampler": "posterior",
            "ensemble": "the posterior: prior times data, restricted to valid models",
            "effective_share": min(worth / len(self), 1.0),
            "data": [
                {"label": datum.label, "is": "hard limit" if datum.hard else "measurement"}
                | {"description": datum.description}
                for datum in self.data.items
            ],
            "log_evidence": self.log_evidence,
            "log_evidence_interval": list(self.log_evidence_interval),
            "log_volume": self.log_volume,
            "method": self.method,
            "judged": self.judged,
            "worth": self.summary,
            "lacking": list(self.lacking),
        }

    def to_arviz(self) -> Any:
        """Return the draws as ArviZ takes them: an xarray ``DataTree``, dimensions named.

        Returns
        -------
        xarray.DataTree
            Group ``posterior``, all draws in one chain: ``ln_km`` (`` `km` ``, ln(mol/L)) and
            ``lambda_max`` (1/h); group ``prior``: the same of the valid region; group
            ``log_likelihood``: ``data`` (`` `datum` ``, nats), where something was measured; group
            ``constant_data``: ``effective_draws`` (`` `km` ``), what the posterior's are worth.

        Raises
        ------
        MissingExtraError
            xarray (extra ``arviz``) is not installed.
        """
        names, region = self.km_names, self.region
        groups = {
            "posterior": drawn_models(self.log_km, self.lambda_max, names),
            "prior": drawn_models(region.log_km, region.lambda_max, names),
            "constant_data": effective_draws(self.effective_km, names),
        }
        if len(self.log_likelihoods):
            likelihoods = Variable(self.log_likelihoods.T.cpu().numpy(), ("datum",), "nats")
            measured = self.data.labels[self.data.n_hard :]
            groups["log_likelihood"] = Group({"data": likelihoods}, names={"datum": measured})
        return data_tree(groups, self.provenance)

    def steps_to_dataframe(self) -> pd.DataFrame:
        """Return how the valid region was brought to the data, step by step.

        Returns
        -------
        pandas.DataFrame
            ``limit`` of the shortfalls, ``power`` of the likelihood, ``log_evidence`` so far, nats.
        """
        steps = self.steps
        if steps is None:
            return pd.DataFrame({"limit": [], "power": [], "log_evidence": []})
        reached = torch.tensor(steps.log_means, dtype=torch.float64).cumsum(0).tolist()
        return pd.DataFrame({"limit": steps.limits, "power": steps.powers, "log_evidence": reached})
