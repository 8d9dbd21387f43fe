r"""The real part of one chosen eigenvalue, and its gradient; above all of the largest.

For a simple eigenvalue with right and left eigenvectors :math:`A v = \lambda v`,
:math:`w^H A = \lambda w^H`,

.. math:: d\lambda = \frac{w^H\, dA\, v}{w^H v} .

The eigenvalue comes from the given route; both eigenvectors follow by two steps of inverse
iteration with the row-equilibrated :math:`C = R\,(A - \lambda I)`,
:math:`v \leftarrow C^{-1} R\,v`, :math:`w \leftarrow R\,C^{-H} w`: the second step squares what
the first one leaves of a mode that is almost as slow. At a complex pair the gradient of the common
real part is taken from one of the two. Where two eigenvalues cross, :math:`\lambda_{max}` (and
every other eigenvalue chosen by rank) has a kink and the gradient is that of the branch which the
route returned. At a repeated eigenvalue only the mean of its copies has a derivative: with as many
eigenvectors as copies the gradient is finite and depends on the vectors found, with fewer
(:math:`w^H v = 0`) it is zero or meaninglessly large. The smoothed maximum
(:mod:`~skimpy_renaissance.spectrum.smoothed`) has a gradient wherever eigenvectors span the space.

References
----------
1. Magnus, *Econometric Theory* 1 (1985) 179, doi:10.1017/S0266466600011129.
2. Ipsen, *SIAM Rev.* 39 (1997) 254, doi:10.1137/S0036144596300773 (inverse iteration).
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.spectrum.route import SpectralRoute

__all__ = ["eigenvectors", "lambda_max", "ranked"]

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
    if not _recorded(scaled):
        return route.lambda_max(scaled, concentrations)
    return _real_part(scaled, route.leading(scaled.detach(), concentrations.detach()))


def ranked(
    scaled: torch.Tensor, concentrations: torch.Tensor, *, rank: int, route: SpectralRoute
) -> torch.Tensor:
    """Return the real part of one eigenvalue chosen by rank, differentiable in the matrices.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians.
    concentrations
        `` ... x independent ``, scaled units.
    rank
        Position among the real parts in descending order, complex pairs counted twice: 0 the
        slowest mode, -1 the fastest.
    route
        Way from Jacobians to eigenvalues.

    Returns
    -------
    torch.Tensor
        `` ... ``, 1/h; NaN where the spectrum failed, with zero gradient.

    Raises
    ------
    InputError
        There is no such rank.
    """
    n = scaled.shape[-1]
    if isinstance(rank, bool) or rank not in range(-n, n):
        raise InputError(f"rank must be between {-n} and {n - 1} for {n} modes, got {rank!r}.")
    chosen = route.eigenvalues(scaled.detach(), concentrations.detach())[..., rank]
    return _real_part(scaled, chosen) if _recorded(scaled) else chosen.real


def _recorded(scaled: torch.Tensor) -> bool:
    return torch.is_grad_enabled() and scaled.requires_grad


def _real_part(scaled: torch.Tensor, eigenvalue: torch.Tensor) -> torch.Tensor:
    value: torch.Tensor = _RealPart.apply(scaled, eigenvalue)
    return value


class _RealPart(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scaled: torch.Tensor, eigenvalue: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(scaled, eigenvalue)
        return eigenvalue.real.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        scaled, eigenvalue = ctx.saved_tensors
        right, left = eigenvectors(scaled, eigenvalue)
        overlap = (left.conj() * right).sum(-1)[..., None, None]
        slope = (left.conj()[..., :, None] * right[..., None, :] / overlap).real
        slope = torch.where(overlap.isfinite(), slope, torch.zeros_like(slope))
        return gradient[..., None, None] * slope, None


@on_one_thread
def eigenvectors(
    scaled: torch.Tensor, eigenvalue: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Return the eigenvectors of one eigenvalue per matrix, by inverse iteration.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h.
    eigenvalue
        `` ... ``, complex128, 1/h: a simple eigenvalue of each.

    Returns
    -------
    right, left : torch.Tensor
        `` ... x independent `` each, of length 1: :math:`A v = \lambda v`,
        :math:`w^H A = \lambda w^H`; NaN where a matrix or its eigenvalue is not finite.
    """
    n = scaled.shape[-1]
    identity = torch.eye(n, dtype=eigenvalue.dtype, device=scaled.device)
    usable = eigenvalue.isfinite() & scaled.isfinite().all(-1).all(-1)
    # LAPACK is not to see what is not finite: it would refuse the whole batch
    eigenvalue = torch.where(usable, eigenvalue, torch.zeros_like(eigenvalue))
    scaled = torch.where(usable[..., None, None], scaled, identity.real)
    shifted = scaled - (eigenvalue * (1 + _OFFSET))[..., None, None] * identity
    scale = 1 / shifted.abs().amax(-1, keepdim=True)
    factors, pivots, _ = torch.linalg.lu_factor_ex(scale * shifted)
    right = torch.linspace(1.0, 2.0, n, dtype=torch.float64, device=scaled.device)
    right = right.to(eigenvalue.dtype)[:, None].expand(*scaled.shape[:-1], 1)
    left = right
    for _ in range(_STEPS):
        right = _unit(torch.linalg.lu_solve(factors, pivots, scale * right))
        left = _unit(scale * torch.linalg.lu_solve(factors, pivots, left, adjoint=True))
    nothing = torch.full_like(right, torch.nan)
    right, left = (v.where(usable[..., None, None], nothing) for v in (right, left))
    return right.squeeze(-1), left.squeeze(-1)


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / vectors.abs().amax(-2, keepdim=True)
