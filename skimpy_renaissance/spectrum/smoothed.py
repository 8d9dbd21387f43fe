r"""The smoothed maximum of the real parts of a spectrum, and its gradient.

The largest real part follows one mode at a time: pushed down, it soon meets the next one and its
gradient jumps between the two. The smoothed maximum pushes all slow modes together,

.. math::
    t_k = \operatorname{asinh}\operatorname{Re}\lambda_k, \qquad
    \tilde t = \frac{1}{\beta} \ln \sum_k e^{\beta t_k}, \qquad
    \tilde\lambda = \sinh \tilde t ,

on the scale of the inverse hyperbolic sine, which measures small eigenvalues linearly and large
ones by their order of magnitude: modes count by how many *fold* faster than the slowest they are.
For :math:`n` modes :math:`\operatorname{asinh}\lambda_{max} \le \tilde t \le
\operatorname{asinh}\lambda_{max} + \ln(n)/\beta`, so :math:`\tilde\lambda` is an upper bound of
:math:`\lambda_{max}` that is tight for large :math:`\beta`.

*Gradient.* With all right eigenvectors in the columns of :math:`V`,

.. math::
    \frac{\partial\tilde\lambda}{\partial A} = \operatorname{Re}
        \bigl(V \operatorname{diag}(\omega)\, V^{-1}\bigr)^T, \qquad
    \omega_k = e^{\beta (t_k - \tilde t)}\, \frac{\cosh \tilde t}{\cosh t_k} .

A complex pair enters with equal weights, so the result is real and exact. Where eigenvalues
coincide but eigenvectors still span the space, weights are equal too and the choice of vectors
drops out: a gradient exists, unlike that of :math:`\lambda_{max}`. Only where vectors are missing
as well (two real modes become a complex pair) has :math:`\tilde\lambda` a kink, continuous as it
is; close to it digits are lost in proportion to the condition of :math:`V`.

*Precision.* As in the accurate route slow modes and their vectors come from the inverse of the
Jacobian. Fast modes come from the Jacobian itself where one of them may be unstable; where all
are stable they carry no weight.

References
----------
1. Nesterov, *Math. Program.* 103 (2005) 127, doi:10.1007/s10107-004-0552-5 (smooth maxima).
2. Magnus, *Econometric Theory* 1 (1985) 179, doi:10.1017/S0266466600011129.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.spectrum.lapack import eig, equilibrated_inverse, radius_bound
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.spectrum.route import Accurate, doubtful_spectra

__all__ = ["Smoothed", "mode_weights", "smoothed_lambda_max", "smoothed_maximum"]


class Smoothed(NamedTuple):
    """The smoothed maximum, and the maximum itself from the same eigenvalues.

    Parameters
    ----------
    value
        `` ... ``, 1/h: the smoothed maximum, differentiable.
    lambda_max
        `` ... ``, 1/h: the largest real part, without gradient.

    Examples
    --------
    >>> smoothed = bound.smoothed_lambda_max(bound.log_km_anchors, sharpness=2.0)
    >>> round(smoothed.lambda_max.item(), 3), bool(smoothed.value > smoothed.lambda_max)
    (-1.705, True)
    """

    value: torch.Tensor
    lambda_max: torch.Tensor


def smoothed_lambda_max(scaled: torch.Tensor, *, sharpness: float = 5.0) -> Smoothed:
    r"""Return the smoothed maximum of the real parts, differentiable in the matrices.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians.
    sharpness
        :math:`\beta`: modes that are :math:`e^{1/\beta}`-fold faster count :math:`1/e`.

    Returns
    -------
    Smoothed
        NaN where the spectrum failed, with zero gradient.

    Raises
    ------
    InputError
        ``sharpness`` is not positive and finite.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import smoothed_lambda_max
    >>> jacobian = torch.diag(torch.tensor([-1.0, -1.1], dtype=torch.float64))
    >>> [round(smoothed_lambda_max(jacobian, sharpness=b).value.item(), 3) for b in (5.0, 50.0)]
    [-0.854, -0.999]
    """
    require_positive("sharpness", sharpness)
    if torch.is_grad_enabled() and scaled.requires_grad:
        return Smoothed(*_SmoothedMaximum.apply(scaled, sharpness))
    real = Accurate().eigenvalues(scaled, scaled.new_ones(scaled.shape[-1])).real
    return smoothed_maximum(real, sharpness=sharpness)


def smoothed_maximum(real: torch.Tensor, *, sharpness: float) -> Smoothed:
    """Return the smoothed maximum of known real parts.

    Parameters
    ----------
    real
        `` ... x independent ``, 1/h.
    sharpness
        As for :func:`smoothed_lambda_max`.

    Returns
    -------
    Smoothed

    Raises
    ------
    InputError
        ``sharpness`` is not positive and finite.
    """
    require_positive("sharpness", sharpness)
    return Smoothed(_sinh(_soft_maximum(real.asinh(), sharpness)), real.amax(-1))


def mode_weights(real: torch.Tensor, *, sharpness: float) -> torch.Tensor:
    r"""Return :math:`\omega_k`, the derivative of the smoothed maximum by each real part.

    Parameters
    ----------
    real
        `` ... x independent ``, 1/h.
    sharpness
        As for :func:`smoothed_lambda_max`.

    Returns
    -------
    torch.Tensor
        `` ... x independent ``.
    """
    t = real.asinh()
    maximum = _soft_maximum(t, sharpness)[..., None]
    # cosh(asinh x) = sqrt(1 + x^2): torch's cosh and sinh round by the place in the batch
    ratio = ((1 + _sinh(maximum) ** 2) / (1 + real**2)).sqrt()
    return (sharpness * (t - maximum)).exp() * ratio


class _SmoothedMaximum(torch.autograd.Function):
    """Matrices are decomposed once, on the way forward."""

    @staticmethod
    def forward(
        ctx: Any, scaled: torch.Tensor, sharpness: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        value, largest, slope = _from_the_inverse(scaled.detach().flatten(0, -3), sharpness)
        ctx.save_for_backward(slope.reshape(scaled.shape))
        shape = scaled.shape[:-2]
        value, largest = value.reshape(shape), largest.reshape(shape)
        ctx.mark_non_differentiable(largest)
        return value, largest

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, gradient: torch.Tensor, of_largest: torch.Tensor
    ) -> tuple[torch.Tensor, None]:
        del of_largest
        (slope,) = ctx.saved_tensors
        product = gradient[..., None, None] * slope
        return torch.where(slope == 0, slope, product), None  # NaN times 0: a failed spectrum


def _from_the_inverse(
    scaled: torch.Tensor, sharpness: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return value, maximum and slope of each matrix: `model`, `model`, `model x n x n`."""
    inverse = equilibrated_inverse(scaled)
    reciprocal, right = eig(inverse)
    values = 1 / reciprocal
    result = _maximum_and_slope([(values, right)], sharpness)
    doubtful = doubtful_spectra(values, radius_bound(scaled))
    if not doubtful.any():
        return result
    fast, fast_right = eig(scaled[doubtful])
    slow, slow_right = values[doubtful], right[doubtful]
    switch = (fast.abs().amax(-1) * slow.abs().amin(-1)).sqrt()
    n_slow = (slow.abs() <= switch[:, None]).sum(-1, keepdim=True)
    slow = slow.masked_fill(_rank(slow.abs()) >= n_slow, -torch.inf)
    fast = fast.masked_fill(_rank(fast.abs()) < n_slow, -torch.inf)
    resolved = _maximum_and_slope([(slow, slow_right), (fast, fast_right)], sharpness)
    for of_all, of_doubtful in zip(result, resolved, strict=True):
        of_all[doubtful] = of_doubtful
    return result


@on_one_thread
def _maximum_and_slope(
    modes: list[tuple[torch.Tensor, torch.Tensor]], sharpness: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Combine modes from one or two decompositions; those at minus infinity do not count."""
    real = torch.cat([values.real for values, _ in modes], -1)
    t = real.asinh()
    maximum = _soft_maximum(t, sharpness)
    weights = mode_weights(real, sharpness=sharpness)
    slope = torch.zeros_like(modes[0][1].real)
    for weight, (_, right) in zip(weights.chunk(len(modes), -1), modes, strict=True):
        left, _ = torch.linalg.inv_ex(right)  # rows; without an inverse not finite
        slope += ((right * weight[:, None, :]) @ left).real.mT
    usable = maximum.isfinite() & slope.sum((-2, -1)).isfinite()
    slope = slope.masked_fill(~usable[:, None, None], 0.0)
    return _sinh(maximum), real.amax(-1), slope


def _soft_maximum(t: torch.Tensor, sharpness: float) -> torch.Tensor:
    return (sharpness * t).logsumexp(-1) / sharpness


def _sinh(t: torch.Tensor) -> torch.Tensor:
    """Return sinh, the same for a number wherever it stands in the batch."""
    less = t.abs().expm1()
    return t.sign() * (less + less / (less + 1)) / 2


def _rank(sizes: torch.Tensor) -> torch.Tensor:
    """Return the position of each entry in ascending order."""
    return sizes.argsort(dim=-1, stable=True).argsort(dim=-1)
