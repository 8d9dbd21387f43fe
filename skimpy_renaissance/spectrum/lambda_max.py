r"""The largest real part of a spectrum, and its gradient.

For a simple eigenvalue with right and left eigenvectors :math:`A v = \lambda v`,
:math:`w^H A = \lambda w^H`,

.. math:: d\lambda = \frac{w^H\, dA\, v}{w^H v} .

The eigenvalue comes from the given route; both eigenvectors follow by two steps of inverse
iteration with the row-equilibrated :math:`C = R\,(A - \lambda I)`,
:math:`v \leftarrow C^{-1} R\,v`, :math:`w \leftarrow R\,C^{-H} w`: the second step squares what
the first one leaves of a mode that is almost as slow. At a complex pair the gradient of the common
real part is taken from one of the two. Where two eigenvalues cross, :math:`\lambda_{max}` has a
kink and the gradient is that of the branch which the route returned.

References
----------
1. Magnus, *Econometric Theory* 1 (1985) 179, doi:10.1017/S0266466600011129.
2. Ipsen, *SIAM Rev.* 39 (1997) 254, doi:10.1137/S0036144596300773 (inverse iteration).
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.spectrum.route import SpectralRoute

__all__ = ["eigenvectors", "lambda_max"]

_OFFSET = 1e-11  # keeps C invertible; far above rounding, far below the distance between modes
_STEPS = 2


def lambda_max(
    scaled: torch.Tensor, concentrations: torch.Tensor, *, route: SpectralRoute
) -> torch.Tensor:
    """Return the largest real part of each spectrum, differentiable in the matrices.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians.
    concentrations
        `` ... x independent ``, scaled units.
    route
        Way from Jacobians to eigenvalues.

    Returns
    -------
    torch.Tensor
        `` ... ``, 1/h; NaN where the spectrum failed, with zero gradient.
    """
    if not (torch.is_grad_enabled() and scaled.requires_grad):
        return route.lambda_max(scaled, concentrations)
    leading = route.leading(scaled.detach(), concentrations.detach())
    value: torch.Tensor = _LeadingRealPart.apply(scaled, leading)
    return value


class _LeadingRealPart(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scaled: torch.Tensor, leading: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(scaled, leading)
        return leading.real.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        scaled, leading = ctx.saved_tensors
        usable = leading.isfinite()
        safe = torch.where(usable, leading, torch.zeros_like(leading))
        right, left = eigenvectors(scaled.nan_to_num(), safe)
        overlap = (left.conj() * right).sum(-1)[..., None, None]
        slope = (left.conj()[..., :, None] * right[..., None, :] / overlap).real
        slope = torch.where(usable[..., None, None], slope, torch.zeros_like(slope))
        return gradient[..., None, None] * slope, None


def eigenvectors(
    scaled: torch.Tensor, eigenvalue: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Return the eigenvectors of one eigenvalue per matrix, by inverse iteration.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: finite matrices.
    eigenvalue
        `` ... ``, complex128, 1/h: a simple eigenvalue of each.

    Returns
    -------
    right, left : torch.Tensor
        `` ... x independent `` each, of length 1: :math:`A v = \lambda v`,
        :math:`w^H A = \lambda w^H`.
    """
    n = scaled.shape[-1]
    identity = torch.eye(n, dtype=eigenvalue.dtype, device=scaled.device)
    shifted = scaled - (eigenvalue * (1 + _OFFSET))[..., None, None] * identity
    scale = 1 / shifted.abs().amax(-1, keepdim=True)
    factors, pivots, _ = torch.linalg.lu_factor_ex(scale * shifted)
    right = torch.linspace(1.0, 2.0, n, dtype=torch.float64, device=scaled.device)
    right = right.to(eigenvalue.dtype)[:, None].expand(*scaled.shape[:-1], 1)
    left = right
    for _ in range(_STEPS):
        right = _unit(torch.linalg.lu_solve(factors, pivots, scale * right))
        left = _unit(scale * torch.linalg.lu_solve(factors, pivots, left, adjoint=True))
    return right.squeeze(-1), left.squeeze(-1)


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / vectors.abs().amax(-2, keepdim=True)
