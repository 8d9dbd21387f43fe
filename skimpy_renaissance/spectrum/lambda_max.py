r"""The real part of one chosen eigenvalue, and its gradient; above all of the largest.

For a simple eigenvalue with right and left eigenvectors :math:`A v = \lambda v`,
:math:`w^H A = \lambda w^H`,

.. math:: d\lambda = \frac{w^H\, dA\, v}{w^H v} .

The eigenvalue comes from the given route; both eigenvectors follow by inverse iteration
(:mod:`~skimpy_renaissance.spectrum.inverse_iteration`). At a complex pair the gradient of the
common real part is taken from one of the two. Where two eigenvalues cross, :math:`\lambda_{max}`
(and every other eigenvalue chosen by rank) has a kink and the gradient is that of the branch which
the route returned. At a repeated eigenvalue only the mean of its copies has a derivative: with as
many eigenvectors as copies the gradient is finite and depends on the vectors found, with fewer
(:math:`w^H v = 0`) it is zero or meaninglessly large. The smoothed maximum
(:mod:`~skimpy_renaissance.spectrum.smoothed`) has a gradient wherever eigenvectors span the space.

References
----------
Magnus, *Econometric Theory* 1 (1985) 179, doi:10.1017/S0266466600011129.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.checks import is_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import Elimination
from skimpy_renaissance.spectrum.inverse_iteration import eigenvectors
from skimpy_renaissance.spectrum.route import SpectralRoute

__all__ = ["lambda_max", "ranked", "real_part", "require_rank"]


def lambda_max(
    scaled: torch.Tensor,
    concentrations: torch.Tensor,
    *,
    route: SpectralRoute,
    elimination: Elimination | None = None,
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
    elimination
        As for :func:`~skimpy_renaissance.spectrum.eigenvectors`, for a gradient at less cost.

    Returns
    -------
    torch.Tensor
        `` ... ``, 1/h; NaN where the spectrum failed, with zero gradient.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Accurate, lambda_max
    >>> scaled, x = bound.scaled_jacobian(bound.log_km_anchors), bound.reference.independent
    >>> slowest = lambda_max(scaled, x, route=Accurate()).item()
    >>> f"{slowest:.3f} 1/h, {-60 / slowest:.1f} min"
    '-1.705 1/h, 35.2 min'
    """
    if not _recorded(scaled):
        return route.lambda_max(scaled, concentrations)
    leading = route.leading(scaled.detach(), concentrations.detach())
    return real_part(scaled, leading, elimination)


def ranked(
    scaled: torch.Tensor,
    concentrations: torch.Tensor,
    *,
    rank: int,
    route: SpectralRoute,
    elimination: Elimination | None = None,
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
    elimination
        As for :func:`~skimpy_renaissance.spectrum.eigenvectors`, for a gradient at less cost.

    Returns
    -------
    torch.Tensor
        `` ... ``, 1/h; NaN where the spectrum failed, with zero gradient.

    Raises
    ------
    InputError
        There is no such rank.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Accurate, ranked
    >>> scaled, x = bound.scaled_jacobian(bound.log_km_anchors), bound.reference.independent
    >>> [f"{ranked(scaled, x, rank=k, route=Accurate()).item():.2e}" for k in (0, 1, -1)]  # 1/h
    ['-1.70e+00', '-6.36e+00', '-1.35e+06']
    """
    require_rank(rank, scaled.shape[-1])
    chosen = route.eigenvalues(scaled.detach(), concentrations.detach())[..., rank]
    return real_part(scaled, chosen, elimination) if _recorded(scaled) else chosen.real


def require_rank(rank: int, n: int) -> None:
    """Refuse a rank that none of ``n`` modes has.

    Parameters
    ----------
    rank
        Position among the real parts in descending order; below zero, from the end.
    n
        Number of modes.

    Raises
    ------
    InputError
        There is no such rank.
    """
    if not is_whole(rank) or not -n <= rank < n:
        raise InputError(f"rank must be between {-n} and {n - 1} for {n} modes, got {rank!r}.")


def _recorded(scaled: torch.Tensor) -> bool:
    return torch.is_grad_enabled() and scaled.requires_grad


def real_part(
    scaled: torch.Tensor, eigenvalue: torch.Tensor, elimination: Elimination | None
) -> torch.Tensor:
    """Return the real part of known eigenvalues, differentiable in the matrices.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h.
    eigenvalue
        `` ... ``, complex128, 1/h: a simple eigenvalue of each.
    elimination
        As for :func:`lambda_max`.

    Returns
    -------
    torch.Tensor
        `` ... ``, 1/h.
    """
    value: torch.Tensor = _RealPart.apply(scaled, eigenvalue, elimination)
    return value


class _RealPart(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, scaled: torch.Tensor, eigenvalue: torch.Tensor, elimination: Elimination | None
    ) -> torch.Tensor:
        ctx.save_for_backward(scaled, eigenvalue)
        ctx.elimination = elimination
        return eigenvalue.real.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        scaled, eigenvalue = ctx.saved_tensors
        right, left = eigenvectors(scaled, eigenvalue, elimination=ctx.elimination)
        overlap = (left.conj() * right).sum(-1, keepdim=True)  # w^H v
        left = gradient[..., None] * left / overlap.conj()
        slope = torch.view_as_real(left) @ torch.view_as_real(right).mT  # Re conj(w) v^T
        return slope.where(overlap.isfinite()[..., None], 0.0), None, None
