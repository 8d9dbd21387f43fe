"""Draws of the valid region: the models, how they were found, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.data_tree import Group, Variable, data_tree
from skimpy_renaissance.valid_region.choice import Plan
from skimpy_renaissance.valid_region.draws import Draws
from skimpy_renaissance.valid_region.refreshed import Refreshed

__all__ = ["ValidRegionSample", "drawn_models", "effective_draws"]


@dataclass(frozen=True, eq=False)
class ValidRegionSample(Draws):
    """Draws of a prior restricted to valid models.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L): all valid.
    lambda_max
        `` `model` ``, float64, 1/h.
    km_names
        Names along the ``km`` axis.
    plan
        What was done, why, and what it was expected to cost.
    judged
        Models judged in all, the first draws included.
    accepted
        Share of them that was kept.
    effective_km
        `` `km` ``: how many independent draws the models are worth for each constant.
    effective_lambda
        The same for lambda_max.
    log_volume, log_volume_interval
        Nats relative to the prior, and limits that contain the truth with 95 % confidence;
        ``None`` where it is not known.
    chains
        The chains with their diagnostics; ``None`` for independent draws.
    lacking
        What speaks against taking the models as draws of the valid region; empty at best.
    cap
        Models judged per model wanted at most.
    family
        `` `model` ``, int: of the chains; ``None`` for independent draws.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import sample_valid_region
    >>> criterion = sr.Validity(partition=-1.2)
    >>> drawn = sample_valid_region(bound, log_uniform_prior(bound), criterion=criterion, n=20)
    >>> drawn.summary
    '20 models, all independent; 500 judged, 5.2 % accepted...'
    >>> volume = 100 * math.exp(drawn.log_volume)
    >>> print(f"{volume:.1f} % of the prior is valid")
    5.2 % of the prior is valid
    """

    log_km: Tensor = field(repr=False)
    lambda_max: Tensor = field(repr=False)
    km_names: tuple[str, ...] = field(repr=False)
    plan: Plan
    judged: int
    accepted: float
    effective_km: Tensor = field(repr=False)
    effective_lambda: float
    log_volume: float | None
    log_volume_interval: tuple[float, float] | None
    chains: Refreshed | None = field(default=None, repr=False)
    lacking: tuple[str, ...] = ()
    cap: int = 0
    family: Tensor | None = field(default=None, repr=False)

    @property
    def origin(self) -> Tensor:
        """`` `model` ``, int: models of one origin have one number; independent ones their own."""
        if self.family is not None:
            return self.family
        return torch.arange(len(self), device=self.log_km.device)

    @property
    def method(self) -> str:
        """``"rejection"``, ``"tempering"`` or ``"chains"``."""
        return self.plan.method

    @property
    def reason(self) -> str:
        """Why it was chosen, in words."""
        return self.plan.reason

    @property
    def summary(self) -> str:
        """One sentence on what the models are worth and what they cost."""
        return f"{self._cost}."

    def to_arviz(self) -> Any:
        """Return the draws as ArviZ takes them: an xarray ``DataTree``, dimensions named.

        Returns
        -------
        xarray.DataTree
            Group ``posterior``, all draws in one chain: ``ln_km`` (`` `km` ``, ln(mol/L)) and
            ``lambda_max`` (1/h); group ``constant_data``: ``effective_draws`` (`` `km` ``), what
            the draws are worth in independent ones.

        Raises
        ------
        MissingExtraError
            xarray (extra ``arviz``) is not installed.
        """
        groups = {
            "posterior": drawn_models(self.log_km, self.lambda_max, self.km_names),
            "constant_data": effective_draws(self.effective_km, self.km_names),
        }
        return data_tree(groups, {"log_volume": self.log_volume, "worth": self.summary})


def drawn_models(log_km: Tensor, lambda_max: Tensor, names: tuple[str, ...]) -> Group:
    """Return draws of models for a tree.

    Parameters
    ----------
    log_km
        `` `model x km` ``, ln(mol/L).
    lambda_max
        `` `model` ``, 1/h.
    names
        Names along the ``km`` axis.

    Returns
    -------
    Group
    """
    return Group(
        {
            "ln_km": Variable(log_km.cpu().numpy(), ("km",), "ln(mol/L)"),
            "lambda_max": Variable(lambda_max.cpu().numpy(), unit="1/h"),
        },
        names={"km": names},
    )


def effective_draws(effective: Tensor, names: tuple[str, ...]) -> Group:
    """Return for a tree what draws are worth.

    Parameters
    ----------
    effective
        `` `km` ``: how many independent draws the models are worth.
    names
        Names along the ``km`` axis.

    Returns
    -------
    Group
    """
    worth = Variable(effective.cpu().numpy(), ("km",), "independent draws")
    return Group({"effective_draws": worth}, names={"km": names}, drawn=False)
