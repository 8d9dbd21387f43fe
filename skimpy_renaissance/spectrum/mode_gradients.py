r"""One eigenvalue of each model with its gradient in the model's numbers; needs numba.

The eigenvalue comes from the accurate route, its gradient from sparse eigenvectors and the
instructions read backwards: no matrix is formed, and torch records one step instead of the rate
laws. A model whose vectors do not fit is followed through its dense Jacobian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.spectrum.inverse_iteration import LARGEST_ERROR, OFFSET, STEPS
from skimpy_renaissance.spectrum.lambda_max import real_part
from skimpy_renaissance.spectrum.route import SparseModels

__all__ = ["followed"]


def followed(
    models: SparseModels,
    numbers: torch.Tensor,
    *,
    chosen: Callable[[SparseModels], torch.Tensor],
) -> torch.Tensor:
    """Return the real part of one eigenvalue of each model, differentiable in its numbers.

    Parameters
    ----------
    models
        On the CPU.
    numbers
        `` model x number ``: those of ``models``, as torch follows them.
    chosen
        Models to one eigenvalue each, `` model ``, complex128, 1/h.

    Returns
    -------
    torch.Tensor
        `` model ``, 1/h; NaN where the spectrum failed, with zero gradient.
    """
    with torch.no_grad():
        eigenvalues = chosen(models)
    value: torch.Tensor = _RealPart.apply(numbers, eigenvalues, models)
    return value


class _RealPart(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, numbers: torch.Tensor, eigenvalues: torch.Tensor, models: SparseModels
    ) -> torch.Tensor:
        ctx.save_for_backward(numbers, eigenvalues)
        ctx.models = models
        return eigenvalues.real.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        numbers, eigenvalues = ctx.saved_tensors
        slopes, errors = _gradients(eigenvalues, ctx.models)
        again = (eigenvalues.isfinite() & ~(errors <= LARGEST_ERROR)).nonzero()[:, 0]
        if len(again):
            slopes[again] = _by_matrix(numbers[again], eigenvalues[again], ctx.models.part(again))
        slopes = slopes.where(eigenvalues.isfinite()[:, None], 0.0)
        return gradient[:, None] * slopes, None, None


def _gradients(
    eigenvalues: torch.Tensor, models: SparseModels
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return `` model x number ``, and the residual of the vectors, `` model ``."""
    from skimpy_renaissance.spectrum import mode_gradient_kernels as kernels  # noqa: PLC0415 - numba

    plan, table = models.entries.elimination, models.entries.new_table()
    slopes, errors = np.empty_like(models.numbers), np.zeros(len(models.numbers))
    kernels.mode_gradients(
        np.ascontiguousarray(models.numbers),
        eigenvalues.numpy(),
        models.entries.lists,
        OFFSET,
        STEPS,
        table,
        np.zeros_like(table),
        kernels.Room.of(plan.n_rows, plan.n_factors),
        slopes,
        errors,
    )
    return torch.from_numpy(slopes), torch.from_numpy(errors)


def _by_matrix(
    numbers: torch.Tensor, eigenvalues: torch.Tensor, models: SparseModels
) -> torch.Tensor:
    """Return the gradients by way of dense Jacobians."""
    with torch.enable_grad():
        leaf = numbers.detach().requires_grad_()
        total = real_part(models.jacobians(leaf), eigenvalues, None).sum()
    return torch.autograd.grad(total, leaf)[0]
