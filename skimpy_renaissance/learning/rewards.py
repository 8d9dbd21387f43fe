r"""Rewards: one number per candidate generator, higher is better.

:class:`Incidence` is the fraction :math:`I` of valid models, and a small term that points the way
while there are none (eq. 1 and 2 of [1]_),

.. math:: R = I \ \text{where}\ I > 0, \quad
          R = \frac{0.01}{1 + e^{\lambda_{fastest} - \lambda_{partition}}} \ \text{elsewhere}.

:class:`FastestDynamics` asks for speed itself; the printed eq. 3 carries a stray factor, this is
what the authors' code computes,

.. math:: R = 0.5\, e^{-0.1\, \lambda_{mean}}, \qquad
          \lambda_{mean}\ \text{the mean of the 10 smallest}\ \lambda_{max}.

Both are blind to how far an invalid model misses. :class:`Margin` is not, and has a gradient:

.. math:: R = -\frac{1}{m} \sum_j \operatorname{softplus}\big(
          s\,(\operatorname{asinh}\lambda_{max}^j - \operatorname{asinh}\lambda_{partition})
          + \delta\big),

and the same again with :math:`\lambda_{fastest\ allowed}` and :math:`\lambda_{min}^j` the other way
round where the criterion limits the fastest mode too, as for the penalties below.

:class:`SlowestMode` is the objective of SKiMPy's genetic and CMA-ES samplers ([2]_), which they
minimise set by set,

.. math:: R = -\frac{1}{m} \sum_j \max(\lambda_{max}^j, \lambda_{partition}).

:class:`Hinge` and :class:`SoftStep` are penalties in nats, to stand beside an entropy: next to
nothing for a valid model, and for others :math:`c` per unit beyond the partition, or :math:`c`
however far,

.. math:: R = -\frac{1}{m} \sum_j c\,\tau\,\operatorname{softplus}(x_j/\tau)
          \quad\text{or}\quad R = -\frac{1}{m} \sum_j \frac{c}{1 + e^{-x_j/\tau}}, \qquad
          x_j = \operatorname{asinh}\lambda_{max}^j - \operatorname{asinh}\lambda_{partition}.

Rewards add up, and take numbers as factors: ``Incidence() + 0.1 * FastestDynamics()``.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
.. [2] Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import asinh
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import softplus

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Judged
from skimpy_renaissance.learning.options import option
from skimpy_renaissance.learning.reward import Need, Reward, RewardFunction, Sum, Weighted

__all__ = [
    "FastestDynamics",
    "Hinge",
    "Incidence",
    "Margin",
    "Reward",
    "RewardFunction",
    "SlowestMode",
    "SoftStep",
    "Sum",
    "Weighted",
]

_LARGEST_EXPONENT = 300.0  # exp(300) squared is still a float64


@dataclass(frozen=True)
class Incidence(Reward):
    """Fraction of valid models; while it is 0, how close the fastest model comes.

    Parameters
    ----------
    scale
        Largest reward without a valid model. Below one model in a batch, 1/100 in the paper.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([-3.0, -2.6, -1.0, 2.0], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(4, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> sr.rewards.Incidence()(judged).item()
    0.5
    """

    meets: ClassVar[frozenset[Need]] = frozenset()

    scale: float = option(0.01, "Largest reward without a valid model.")

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64; 0 where no spectrum could be computed."""
        fastest = _failed_last(judged.lambda_max).amin(-1)
        # 1 / (1 + exp(x)) is the sigmoid of -x, which never overflows
        approach = self.scale * torch.sigmoid(judged.criterion.partition - fastest)
        return torch.where(judged.incidence > 0, judged.incidence, approach)


@dataclass(frozen=True)
class FastestDynamics(Reward):
    r"""Speed of the fastest models of a candidate.

    Parameters
    ----------
    weight
        Reward at :math:`\lambda_{mean} = 0`.
    rate
        Gain per speed, h.
    n_fastest
        How many of the smallest :math:`\lambda_{max}` are averaged.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([-3.0, -2.0, -1.0, 2.0], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(4, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> round(sr.rewards.FastestDynamics(n_fastest=2)(judged).item(), 3)  # their mean is -2.5 1/h
    0.642
    """

    weight: float = option(0.5, "Reward of models at the edge of stability.")
    rate: float = option(0.1, "Gain per speed, h.")
    n_fastest: int = option(10, "How many of the fastest models are averaged.")

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64; 0 where fewer than ``n_fastest`` spectra are known."""
        n_models = judged.lambda_max.shape[-1]
        if self.n_fastest > n_models:
            raise InputError(
                f"FastestDynamics(n_fastest={self.n_fastest}) needs as many models, but models per "
                f"candidate = {n_models}. Generate more models per candidate, or average fewer."
            )
        fastest = _failed_last(judged.lambda_max).sort(-1).values[..., : self.n_fastest]
        exponent = torch.clamp(-self.rate * fastest.mean(-1), max=_LARGEST_EXPONENT)
        return self.weight * torch.exp(exponent)


@dataclass(frozen=True)
class Margin(Reward):
    r"""How far models lie on the right side of the partition; differentiable.

    The inverse hyperbolic sine measures small eigenvalues linearly and large ones by their order of
    magnitude, so that a model far off does not drown the others.

    Parameters
    ----------
    sharpness
        :math:`s`: how little a model far below the partition still counts.
    offset
        :math:`\delta`: how far below the partition models are pushed.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([[-3.0, -2.6], [-1.0, 2.0]], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(2, 2, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> sr.rewards.Margin()(judged).round(decimals=2).tolist()  # of two candidates
    [-0.85, -4.42]
    """

    meets: ClassVar[frozenset[Need]] = frozenset(Need)

    sharpness: float = option(
        2.0, "How little a model far below the partition still counts, per asinh(lambda_max)."
    )
    offset: float = option(
        0.5,
        "How far below the partition models are pushed, times sharpness, in asinh(lambda_max).",
    )

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64; failed spectra are left out, 0 where all failed."""
        return -_paid(judged, lambda excess: softplus(self.sharpness * excess + self.offset))


@dataclass(frozen=True)
class Hinge(Reward):
    r"""Nats that models pay for how far they lie on the wrong side; differentiable.

    Parameters
    ----------
    weight
        :math:`c`: nats per unit of asinh(lambda_max).
    width
        :math:`\tau`: how far on the right side a model still pays.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([[-3.0], [-1.0], [2.0]], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(3, 1, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> sr.rewards.Hinge()(judged).round(decimals=1).tolist()  # nats
    [-0.1, -61.3, -247.3]
    """

    meets: ClassVar[frozenset[Need]] = frozenset(Need)

    weight: float = option(80.0, "Nats that an invalid model pays, per unit or at all.")
    width: float = option(0.05, "How softly that begins at the partition, in asinh(lambda_max).")

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64; failed spectra are left out, 0 where all failed."""
        return -_paid(
            judged, lambda excess: self.weight * self.width * softplus(excess / self.width)
        )


@dataclass(frozen=True)
class SoftStep(Reward):
    r"""Nats that models pay for lying on the wrong side, however far; differentiable.

    Incidence, in nats and with a slope: only models about as near to the partition as the width
    have one.

    Parameters
    ----------
    weight
        :math:`c`: nats that an invalid model pays.
    width
        :math:`\tau`: of the step, in units of asinh(lambda_max).

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([[-3.0], [-1.0], [2.0]], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(3, 1, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> sr.rewards.SoftStep()(judged).round(decimals=1).tolist()  # nats
    [-2.5, -80.0, -80.0]
    """

    meets: ClassVar[frozenset[Need]] = frozenset(Need)

    weight: float = option(80.0, "Nats that an invalid model pays, per unit or at all.")
    width: float = option(0.05, "How softly that begins at the partition, in asinh(lambda_max).")

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64; failed spectra are left out, 0 where all failed."""
        return -_paid(judged, lambda excess: self.weight * torch.sigmoid(excess / self.width))


@dataclass(frozen=True)
class SlowestMode(Reward):
    """The slowest mode itself, down to the partition; differentiable above it.

    SKiMPy's ``GaParameterSampler`` and ``CMAESParameterSampler`` minimise this per set, their
    ``max_eigenvalue`` in the place of the partition; here it is the mean over a candidate's models.
    Eigenvalues span orders of magnitude, and so does this reward: one model far off outweighs the
    others, where ``Incidence`` counts and ``Margin`` compresses.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([-3.0, -2.6, -1.0, 2.0], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(4, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> sr.rewards.SlowestMode()(judged).item()  # mean of 2.5, 2.5, 1 and -2
    1.0
    """

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64, 1/h; a failed spectrum counts as the slowest known one."""
        partition = judged.criterion.partition
        known = torch.where(torch.isnan(judged.lambda_max), partition, judged.lambda_max)
        slowest = torch.where(torch.isnan(judged.lambda_max), known.detach().max(), known)
        return -slowest.clamp(min=partition).mean(-1)


def _paid(judged: Judged, penalty: Callable[[Tensor], Tensor]) -> Tensor:
    """Return `candidate`: the mean penalty of models, by how far they lie on the wrong side.

    That is measured on the scale of asinh, for the slowest mode and, where the criterion limits it,
    for the fastest. A failed spectrum is left out; its slope would turn that of all others into
    NaN.
    """
    known, criterion = torch.isfinite(judged.lambda_max), judged.criterion
    slowest = torch.where(known, judged.lambda_max, criterion.partition)
    paid = penalty(torch.asinh(slowest) - asinh(criterion.partition))
    if criterion.fastest is not None:
        fastest = torch.where(
            torch.isfinite(judged.lambda_min), judged.lambda_min, criterion.fastest
        )
        paid = paid + penalty(asinh(criterion.fastest) - torch.asinh(fastest))
    paid = torch.where(known, paid, torch.zeros_like(paid))
    return paid.sum(-1) / known.sum(-1).clamp(min=1)


def _failed_last(lambda_max: Tensor) -> Tensor:
    """Count a failed spectrum as slower than any other."""
    return torch.where(torch.isnan(lambda_max), torch.inf, lambda_max)
