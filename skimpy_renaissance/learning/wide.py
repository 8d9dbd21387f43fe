r"""A generator as wide as the prior, whose density is known exactly.

Every saturation constant has a location and a scale of its own in the probit coordinates of the
:class:`~skimpy_renaissance.learning.prior.Prior`,

.. math:: y_k = \mu_k + s_k z_k, \qquad z_k \sim \mathcal{N}(0, 1), \qquad
          \ln K_k = F_k^{-1}\big(\Phi(y_k)\big),

so that :math:`\mu = 0, s = 1`, where a training begins, *is* the prior, and a constant that does
not matter costs nothing. The density and the entropy relative to the prior follow in closed form:

.. math:: \ln q(\ln K) = \ln p(\ln K) + \sum_k \Big[\tfrac{1}{2} y_k^2
          - \tfrac{1}{2} z_k^2 - \ln s_k\Big], \\
          S = -\mathrm{KL}(q \,\Vert\, p)
            = \sum_k \Big[\ln s_k + \tfrac{1}{2}(1 - s_k^2 - \mu_k^2)\Big] .

:math:`S` is 0 for the prior itself, and nothing is wider. A generator that were uniform over the
valid region would reach the logarithm of the prior's share of valid models.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.km_space import KmSpace
from skimpy_renaissance.learning.prior import Prior

__all__ = ["Wide"]


@dataclass(frozen=True, eq=False)
class Wide:
    r"""Architecture: a location and a scale per saturation constant, nothing shared.

    The weights are :math:`(\mu, \ln s)`, float64.

    Parameters
    ----------
    range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the kinetic model gives no bounds.
    prior
        What the scales are relative to; ``None``: :math:`\ln K_m` uniform between its bounds.
        Constants that a training takes as measured are not generated and need no entry.

    Raises
    ------
    InputError
        The range is not one.
    """

    range: tuple[float, float] = (log(1.3e-11), log(20.0))
    prior: Prior | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "range", tuple(self.range))
        if len(self.range) != 2 or not all(map(isfinite, self.range)):
            raise InputError(f"range must be two finite ln(mol/L), got {self.range!r}.")
        if not self.range[0] < self.range[1]:
            raise InputError(f"range must be (lower, upper) in ln(mol/L), got {self.range!r}.")

    @property
    def relative(self) -> bool:
        """Whether constants are counted from the concentrations of a state: they are not."""
        return False

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
        return 2 * n_km

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
            `... x km`, float64, on the CPU.
        """
        return torch.randn(*shape, n_km, dtype=torch.float64, generator=rng)

    def values(self, weights: Tensor, latent: Tensor) -> Tensor:
        """Return probit coordinates, for one weight vector or for many at once.

        Parameters
        ----------
        weights
            `weight` or `candidate x weight`, float64.
        latent
            `model x km` or `candidate x model x km`, float64.

        Returns
        -------
        torch.Tensor
            `model x km` or `candidate x model x km`, float64, no unit.
        """
        location, log_scale = weights[..., None, :].chunk(2, dim=-1)
        return location + log_scale.exp() * latent

    def squash(self, values: Tensor, space: KmSpace, *, anchors: Tensor | None = None) -> Tensor:
        """Turn probit coordinates into saturation constants.

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
        return self.prior_in(space).to(values.device).from_normal(values)

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
        chosen = space.generated.tolist()
        names = [name for name, wanted in zip(space.names, chosen, strict=True) if wanted]
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
        location, log_scale = weights.chunk(2, dim=-1)
        per_km = log_scale + 0.5 * (1 - torch.exp(2 * log_scale) - location**2)
        return per_km.sum(-1)

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
        location, log_scale = weights.chunk(2, dim=-1)
        y, under_prior = prior.to_normal(log_km), prior.log_density(log_km)
        z = (y - location) / log_scale.exp()
        relative = (0.5 * (y**2 - z**2) - log_scale).sum(-1)
        return torch.where(under_prior.isneginf(), under_prior, under_prior + relative)
