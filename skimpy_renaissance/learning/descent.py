r"""Following the gradient of the slowest mode in :math:`\ln K_m` itself, model by model.

No generator takes part: each model is a point in a box, and walks towards faster dynamics,

.. math:: \ln K_m = l + \frac{u - l}{1 + e^{-y}}, \qquad
          y \leftarrow y - \mathrm{Adam}\!\left(\frac{g}{\lVert g \rVert}\right), \qquad
          g = \frac{\partial}{\partial y} \operatorname{asinh} \tilde\lambda ,

with the smoothed maximum :math:`\tilde\lambda` of the spectrum in place of :math:`\lambda_{max}`,
which would follow one mode at a time and stall where two meet. The gradient of each model is scaled
to length 1: models are independent, and one that is far off must not walk in other strides.

References
----------
Kingma and Ba, *Adam: a method for stochastic optimization* (2015), arXiv:1412.6980.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import SmoothKinetics
from skimpy_renaissance.spectrum.smoothed import Smoothed

__all__ = ["Descended", "descend", "log_gradient", "within_box"]


@dataclass(frozen=True, eq=False)
class Descended:
    r"""Where each model was fastest on its way.

    Parameters
    ----------
    log_km
        `... x km`, float64, ln(mol/L).
    lambda_max
        `...`, float64, 1/h: of these models; NaN where every spectrum failed.
    trace
        `... x step`, float64, 1/h: the smallest :math:`\lambda_{max}` met so far, before the first
        step and after each; its last entry is ``lambda_max``.

    Examples
    --------
    >>> from skimpy_renaissance.learning import descend
    >>> middle = bound.log_km_anchors
    >>> found = descend(bound, middle, lower=middle[0] - 3, upper=middle[0] + 3, steps=2)
    >>> found.judged, found.trace.round(decimals=1).tolist()  # 1/h
    (3, [[-1.7, -3.9, -4.5]])
    """

    log_km: Tensor
    lambda_max: Tensor
    trace: Tensor

    @property
    def judged(self) -> int:
        """How many models were judged for each start."""
        return self.trace.shape[-1]


def descend(
    kinetics: SmoothKinetics,
    log_km: Tensor,
    *,
    lower: Tensor,
    upper: Tensor,
    steps: int = 30,
    learning_rate: float = 0.1,
    sharpness: float = 5.0,
) -> Descended:
    r"""Walk from each model towards the fastest dynamics in a box.

    Parameters
    ----------
    kinetics
        Gives the smoothed maximum of each model's spectrum.
    log_km
        `... x km`, float64, ln(mol/L): where to start; values beyond the box start at its edge.
    lower, upper
        `km`, float64, ln(mol/L): the box.
    steps
        Steps of each model; one gradient each.
    learning_rate
        Adam's, in the coordinate :math:`y`.
    sharpness
        Sharpness of the smoothed maximum, :math:`\beta`.

    Returns
    -------
    Descended

    Raises
    ------
    InputError
        A number is out of its range, or the box is empty.

    Examples
    --------
    >>> from skimpy_renaissance.learning import descend
    >>> middle = bound.log_km_anchors
    >>> found = descend(bound, middle, lower=middle[0] - 3, upper=middle[0] + 3, steps=1)
    >>> round(bound.lambda_max(middle).item(), 1), round(found.lambda_max.item(), 1)  # 1/h
    (-1.7, -3.9)
    """
    require_whole("steps", steps, at_least=0)
    require_positive("learning_rate", learning_rate)
    position = torch.nn.Parameter(_logit(log_km.detach(), lower, upper))
    adam = torch.optim.Adam([position], lr=learning_rate)
    best = log_km.detach().clone()
    fastest = torch.full(log_km.shape[:-1], torch.nan, dtype=torch.float64, device=log_km.device)
    trace = []
    for step in range(steps + 1):
        moved = within_box(position, lower, upper)
        if step == steps:
            moved = moved.detach()
        smoothed = kinetics.smoothed_lambda_max(moved, sharpness=sharpness)
        better = (smoothed.lambda_max < fastest) | (fastest.isnan() & ~smoothed.lambda_max.isnan())
        fastest = torch.where(better, smoothed.lambda_max, fastest)
        best = torch.where(better[..., None], moved.detach(), best)
        trace.append(fastest)
        if step < steps:
            position.grad = normalize(log_gradient(smoothed, position), dim=-1, eps=1e-300)
            adam.step()
    return Descended(best, fastest, torch.stack(trace, -1))


def log_gradient(smoothed: Smoothed, position: Tensor) -> Tensor:
    r"""Return the gradient of :math:`\operatorname{asinh}\tilde\lambda`, model by model.

    Parameters
    ----------
    smoothed
        Recorded from ``position``.
    position
        `... x km`, float64.

    Returns
    -------
    torch.Tensor
        `... x km`, float64; zero for a model whose spectrum failed.
    """
    size = torch.asinh(smoothed.value)
    (gradient,) = torch.autograd.grad(size.nan_to_num().sum(), position)
    return torch.where(gradient.isfinite(), gradient, torch.zeros_like(gradient))


def within_box(position: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    r"""Return :math:`\ln K_m` from an unbounded coordinate.

    Parameters
    ----------
    position
        `... x km`, float64, no unit.
    lower, upper
        `km`, float64, ln(mol/L).

    Returns
    -------
    torch.Tensor
        `... x km`, float64, ln(mol/L).
    """
    return torch.clamp(lower + (upper - lower) * torch.sigmoid(position), lower, upper)


def _logit(log_km: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    """Invert :func:`within_box`, keeping a thousandth of the width off its edges."""
    width = upper - lower
    if not bool((width > 0).all()):
        raise InputError(
            "Each lower bound must be below the upper one to descend between them, got "
            f"{int((width <= 0).sum())} bounds of {len(width)} that leave no room."
        )
    return torch.logit(((log_km - lower) / width).clamp(1e-3, 1 - 1e-3))
