r"""A generator as wide as the prior, whose density is known exactly.

The :class:`~skimpy_renaissance.priors.prior.Prior` of every saturation constant is cut into
:math:`M` slices of equal probability, and constant :math:`k` lies in slice :math:`j` with a
probability of its own, :math:`p_{kj} = \operatorname{softmax}_j(w_{kj})`: a histogram,

.. math:: u_k = Q_k(z_k), \qquad z_k \sim \mathcal{U}(0, 1), \qquad
          \ln K_k = F_k^{-1}(u_k),

with the prior's quantile function :math:`F_k^{-1}` and that of the histogram, :math:`Q_k`, which is
linear within a slice. Equal weights, with which a training begins, *are* the prior, so that a
constant that does not matter costs nothing, and a region that holds no valid models is left out for
no more than its probability. The density and the entropy relative to the prior are known exactly:

.. math:: \ln q(\ln K) = \ln p(\ln K) + \sum_k \ln\big(M p_{k j(k)}\big), \qquad
          S = -\mathrm{KL}(q \,\Vert\, p) = -\sum_{kj} p_{kj} \ln\big(M p_{kj}\big) .

:math:`S` is 0 for the prior itself, and nothing is wider. A generator that were uniform over the
valid region would reach the logarithm of the prior's share of valid models.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import ClassVar

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.learning.architecture import log_km_range
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE, KmSpace
from skimpy_renaissance.priors.prior import Prior

__all__ = ["HistogramGenerator"]


@dataclass(frozen=True, eq=False)
class HistogramGenerator:
    r"""Architecture: a histogram per saturation constant, nothing shared.

    The weights are :math:`w_{kj}`, float64, constant by constant.

    Parameters
    ----------
    range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the kinetic model gives no bounds.
    prior
        What the scales are relative to; ``None``: :math:`\ln K_m` uniform between its bounds.
        Constants that a training takes as measured are not generated and need no entry.
    slices
        Number of slices of each constant's prior, :math:`M`.

    Raises
    ------
    InputError
        The range is not one, or there are fewer than two slices.

    Examples
    --------
    >>> from skimpy_renaissance.learning import HistogramGenerator
    >>> generator = HistogramGenerator(slices=4)
    >>> half = torch.tensor([0.0, 0.0, -99.0, -99.0], dtype=torch.float64)  # the lower two slices
    >>> round(generator.entropy(half).item(), 3)  # nats: ln(1/2)
    -0.693
    """

    relative: ClassVar[bool] = False  # constants are not counted from the concentrations of a state
    range: tuple[float, float] = DEFAULT_LOG_KM_RANGE
    prior: Prior | None = None
    slices: int = 32

    def __post_init__(self) -> None:
        object.__setattr__(self, "range", log_km_range(self.range))
        require_whole("slices", self.slices, at_least=2)

    def n_weights(self, n_km: int) -> int:
        """Return the length of the weight vector.

        Parameters
        ----------
        n_km
            Number of saturation constants to generate.

        Returns
        -------
        int
        """
        return self.slices * n_km

    def initial_weights(self, n_km: int, *, rng: torch.Generator) -> Tensor:
        """Return the weights of the prior itself.

        Parameters
        ----------
        n_km
            Number of saturation constants to generate.
        rng
            Not used: nothing is random about the prior.

        Returns
        -------
        torch.Tensor
            `weight`, float64.
        """
        del rng
        return torch.zeros(self.n_weights(n_km), dtype=torch.float64)

    def draw(self, *shape: int, n_km: int, rng: torch.Generator) -> Tensor:
        """Draw latent noise.

        Parameters
        ----------
        *shape
            Leading axes, for example candidates and models.
        n_km
            Number of saturation constants to generate.
        rng
            The caller's random stream, on the CPU.

        Returns
        -------
        torch.Tensor
            `... x km`, float64, uniform between 0 and 1, on the CPU.
        """
        return torch.rand(*shape, n_km, dtype=torch.float64, generator=rng)

    def values(self, weights: Tensor, latent: Tensor) -> Tensor:
        """Return where in its prior each constant lies, for one weight vector or for many at once.

        Parameters
        ----------
        weights
            `weight` or `candidate x weight`, float64.
        latent
            `model x km` or `candidate x model x km`, float64, 0 to 1.

        Returns
        -------
        torch.Tensor
            `model x km` or `candidate x model x km`, float64, 0 to 1: how much of the prior lies
            below. Differentiable in the weights.
        """
        p = self._probabilities(weights)
        up_to = p.cumsum(-1)
        z = latent.mT.contiguous()  # ... km x model
        slices = torch.searchsorted(up_to.detach(), z).clamp(max=self.slices - 1)
        within = 1 - (up_to.gather(-1, slices) - z) / p.gather(-1, slices)
        return ((slices + within) / self.slices).clamp(0, 1).mT

    def squash(self, values: Tensor, space: KmSpace, *, anchors: Tensor | None = None) -> Tensor:
        """Turn places in the prior into saturation constants.

        Parameters
        ----------
        values
            `... x model x km`, float64, as :meth:`values` returns.
        space
            Where each constant may lie.
        anchors
            Not used: constants are counted from the prior, not from concentrations.

        Returns
        -------
        torch.Tensor
            `... x model x km`, float64, ln(mol/L), generated constants only.
        """
        del anchors
        return self.prior_in(space).to(values.device).quantile(values)

    def prior_in(self, space: KmSpace) -> Prior:
        """Return the prior of the generated constants.

        Parameters
        ----------
        space
            Names and bounds of the saturation constants.

        Returns
        -------
        Prior

        Raises
        ------
        MissingEntryError
            The given prior lacks one of the constants.
        """
        names = list(compress(space.names, space.generated))
        return (self.prior or Prior.of_space(space)).of_names(names)

    def entropy(self, weights: Tensor) -> Tensor:
        """Return the entropy relative to the prior; differentiable.

        Parameters
        ----------
        weights
            `... x weight`, float64.

        Returns
        -------
        torch.Tensor
            `...`, float64, nats: 0 or less. Measured constants are drawn from their own prior and
            add nothing.
        """
        p = self._probabilities(weights)
        return -torch.special.xlogy(p, self.slices * p).sum((-2, -1))

    def log_density(self, weights: Tensor, log_km: Tensor, space: KmSpace) -> Tensor:
        """Return the density of models, over ln Km of the generated constants.

        Parameters
        ----------
        weights
            `weight`, float64.
        log_km
            `model x km`, float64, ln(mol/L), generated constants only.
        space
            Names and bounds of the saturation constants.

        Returns
        -------
        torch.Tensor
            `model`, float64, nats; -inf outside the prior's bounds.
        """
        prior = self.prior_in(space).to(log_km.device)
        below, under_prior = prior.probability(log_km), prior.log_density(log_km)
        slices = (self.slices * below).long().clamp(0, self.slices - 1)
        log_ratio = (self.slices * self._probabilities(weights)).log()  # km x slice
        relative = log_ratio.gather(-1, slices.mT).sum(0)
        return torch.where(under_prior.isneginf(), under_prior, under_prior + relative)

    def _probabilities(self, weights: Tensor) -> Tensor:
        """Return `... km x slice`: probability of each slice of each constant."""
        return weights.unflatten(-1, (-1, self.slices)).softmax(-1)
