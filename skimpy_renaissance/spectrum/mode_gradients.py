r"""Modes of each model with their gradient in the model's own numbers; needs numba.

.. math:: \frac{\partial f}{\partial y} = \sum_k \omega_k
    \frac{\partial \operatorname{Re}\lambda_k}{\partial y}, \qquad
    \omega_k = \frac{\partial f}{\partial \operatorname{Re}\lambda_k} .

Eigenvalues come from the accurate route, their gradients from sparse eigenvectors and the
instructions read backwards: no matrix is formed, and torch records one step instead of the rate
laws. A model whose vectors do not fit is followed through its dense Jacobian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.autograd.function import once_differentiable

from skimpy_renaissance.sparse import lane_rows
from skimpy_renaissance.spectrum.inverse_iteration import LARGEST_ERROR, OFFSET, STEPS
from skimpy_renaissance.spectrum.lambda_max import real_part
from skimpy_renaissance.spectrum.route import SparseModels
from skimpy_renaissance.spectrum.smoothed import (
    mode_weights,
    smoothed_lambda_max,
    smoothed_maximum,
)

__all__ = ["followed", "smoothly_followed"]

_LEAST_WEIGHT = 1e-10  # of a mode that is followed, relative to the heaviest
_CLOSEST = 1e-7  # relative distance of eigenvalues whose vectors can be told apart
_ByMatrix = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


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
        values = chosen(models)[:, None]

    def by_matrix(scaled: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        return real_part(scaled, values[which, 0], None)

    weights = torch.ones_like(values.real)
    found: torch.Tensor = _Followed.apply(
        numbers, values.real[:, 0], values, weights, models, by_matrix
    )
    return found


def smoothly_followed(
    models: SparseModels,
    numbers: torch.Tensor,
    *,
    eigenvalues_of: Callable[[SparseModels], torch.Tensor],
    sharpness: float,
) -> torch.Tensor:
    """Return the smoothed maximum of each model's real parts, differentiable in its numbers.

    Parameters
    ----------
    models, numbers
        As for :func:`followed`.
    eigenvalues_of
        Models to their spectra, `` model x independent ``, complex128, 1/h.
    sharpness
        As for :func:`~skimpy_renaissance.spectrum.smoothed.smoothed_lambda_max`.

    Returns
    -------
    torch.Tensor
        `` model x 2 ``, 1/h: the smoothed maximum, and the largest real part without gradient; NaN
        where the spectrum failed, with zero gradient.

    Raises
    ------
    InputError
        ``sharpness`` is not positive and finite.
    """
    with torch.no_grad():
        values = eigenvalues_of(models)
        smoothed = smoothed_maximum(values.real, sharpness=sharpness)
        if not numbers.requires_grad:
            return torch.stack(smoothed, -1)
        weights = mode_weights(values.real, sharpness=sharpness)
        weights = weights * torch.where(values.imag > 0, 2.0, 1.0)  # a pair is followed once
        weights = weights.masked_fill(values.imag < 0, 0.0)
        weights = weights.where(weights > _LEAST_WEIGHT * weights.amax(-1, keepdim=True), 0.0)
        weights, order = weights.sort(dim=-1, descending=True)
        n_modes = max(1, int((weights > 0).sum(-1).max()))
        weights, values = weights[:, :n_modes], values.gather(-1, order)[:, :n_modes]
        weights = weights.masked_fill(_too_close(values, weights)[:, None], torch.nan)

    def by_matrix(scaled: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        del which
        return smoothed_lambda_max(scaled, sharpness=sharpness).value

    value = _Followed.apply(numbers, smoothed.value, values, weights, models, by_matrix)
    return torch.stack((value, smoothed.lambda_max), -1)


def _too_close(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return which models have two modes of weight that nearly coincide."""
    apart = (values[:, :, None] - values[:, None, :]).abs()
    apart = apart + torch.eye(values.shape[1], dtype=apart.dtype) * torch.inf
    close = apart.nan_to_num(nan=torch.inf) < _CLOSEST * values.abs()[:, :, None]
    both = (weights > 0)[:, :, None] & (weights > 0)[:, None, :]
    return (close & both).any(-1).any(-1)


class _Followed(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        numbers: torch.Tensor,
        value: torch.Tensor,
        eigenvalues: torch.Tensor,
        weights: torch.Tensor,
        models: SparseModels,
        by_matrix: _ByMatrix,
    ) -> torch.Tensor:
        ctx.save_for_backward(numbers, value, eigenvalues, weights)
        ctx.models, ctx.by_matrix = models, by_matrix
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        numbers, value, eigenvalues, weights = ctx.saved_tensors
        slopes, errors = _gradients(eigenvalues, weights, ctx.models)
        fits = (errors <= LARGEST_ERROR) & weights.isfinite().all(-1)
        again = (value.isfinite() & ~fits).nonzero()[:, 0]
        if len(again):
            with torch.enable_grad():
                leaf = numbers[again].detach().requires_grad_()
                total = ctx.by_matrix(ctx.models.jacobians(leaf), again).sum()
            slopes[again] = torch.autograd.grad(total, leaf)[0]
        slopes = slopes.where(value.isfinite()[:, None], 0.0)
        return gradient[:, None] * slopes, None, None, None, None, None


def _gradients(
    eigenvalues: torch.Tensor, weights: torch.Tensor, models: SparseModels
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return `` model x number ``, and the residual of the vectors, `` model ``."""
    from skimpy_renaissance.spectrum import mode_gradient_kernels as kernels  # noqa: PLC0415 - numba

    plan, table = models.entries.elimination, models.entries.new_table()
    slopes, errors = np.empty_like(models.numbers), np.zeros(len(models.numbers))
    kernels.mode_gradients(
        np.ascontiguousarray(models.numbers),
        np.ascontiguousarray(eigenvalues.numpy()),
        np.ascontiguousarray(weights.numpy()),
        models.entries.lists,
        OFFSET,
        STEPS,
        table,
        lane_rows(len(table)),
        lane_rows(plan.n_factors),
        kernels.Room.of(plan.n_rows, plan.n_factors),
        slopes,
        errors,
    )
    return torch.from_numpy(slopes), torch.from_numpy(errors)
