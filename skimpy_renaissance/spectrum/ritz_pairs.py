r"""A few slow modes of many matrices at once, without their whole spectra.

Arnoldi's method on :math:`M = (A - cI)^{-1}` finds first the eigenvalues
:math:`\lambda = c + 1/\theta` of :math:`A` that are nearest to :math:`c`, with vectors, each with a
residual of its own,

.. math:: r = \frac{\|M v - \theta v\|}{|\theta|\,\|v\|} .

Those that have converged are returned, the rightmost first. An eigenvalue further from :math:`c`
than all of them may have been missed, however far right it lies: where that matters, as for a
verdict, the accurate route decides.

Where numba is installed the factors are sparse and eight models go side by side; a matrix that they
do not suit, and every one elsewhere, gets all its eigenvalues by LAPACK.

References
----------
Saad, *Numerical Methods for Large Eigenvalue Problems*, 2nd ed. (2011),
doi:10.1137/1.9781611970739, chapter 6.
"""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

import numpy as np
import torch

from skimpy_renaissance.checks import is_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import Elimination, have_numba
from skimpy_renaissance.spectrum.lapack import eig, equilibrated_inverse
from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["RitzPairs", "ritz_pairs"]

_LARGEST_ERROR = 1e-8  # backward error of a solution by factors that are used
_LARGEST_RESIDUAL = 1e-8
_STEPS = 24  # of Arnoldi's method, where that many modes are enough


class RitzPairs(NamedTuple):
    """Slow modes, the rightmost first; NaN in place of those that have not converged.

    Parameters
    ----------
    values
        `` ... x mode ``, complex128, 1/h: eigenvalues.
    vectors
        `` ... x mode x independent ``, complex128: right eigenvectors of length 1.
    residuals
        `` ... x mode ``: r above.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import ritz_pairs
    >>> jacobian = torch.tensor([[-1.0, 0.0], [3.0, -2.0]], dtype=torch.float64)
    >>> modes = ritz_pairs(jacobian, count=1)
    >>> modes.values.real.tolist(), modes.vectors.abs().square().round(decimals=3).tolist()
    ([-1.0], [[0.1, 0.9]])
    """

    values: torch.Tensor
    vectors: torch.Tensor
    residuals: torch.Tensor


def ritz_pairs(
    scaled: torch.Tensor,
    *,
    count: int = 4,
    near: float = 0.0,
    elimination: Elimination | None = None,
) -> RitzPairs:
    """Return the rightmost converged Ritz pairs near a point.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians. Not differentiable.
    count
        How many modes of each; of a complex pair both count.
    near
        :math:`c`, 1/h.
    elimination
        The order for the pattern that all matrices share; ``None``, or no numba: LAPACK.

    Returns
    -------
    RitzPairs

    Raises
    ------
    InputError
        There are not so many modes, ``near`` is not finite, or a matrix has an entry outside the
        pattern of ``elimination``.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import ritz_pairs
    >>> slow = ritz_pairs(bound.scaled_jacobian(bound.log_km_anchors), count=2)
    >>> slow.values.real.round(decimals=2).tolist()  # 1/h
    [[-1.7, -6.36]]
    """
    n = scaled.shape[-1]
    if not is_whole(count) or not 1 <= count <= n:
        raise InputError(f"count must be between 1 and {n} for {n} modes, got {count!r}.")
    if not isfinite(near):
        raise InputError(f"near must be a finite rate in 1/h, got {near!r}.")
    matrices = scaled.detach().reshape(-1, n, n)
    found = _nothing(len(matrices), count, n, matrices.device)
    todo = matrices.isfinite().all(-1).all(-1)
    if elimination is not None and have_numba() and scaled.device.type == "cpu":
        found, solved = _sparse(matrices, elimination, count=count, near=near)
        todo &= ~solved
    if todo.any():
        for all_of, dense in zip(found, _dense(matrices[todo], count, near), strict=True):
            all_of[todo] = dense
    shape = scaled.shape[:-2]
    return RitzPairs(*(part.reshape(*shape, *part.shape[1:]) for part in found))


def _nothing(n_models: int, count: int, n: int, device: torch.device) -> RitzPairs:
    values = torch.full((n_models, count), torch.nan, dtype=torch.complex128, device=device)
    return RitzPairs(values, values[..., None].repeat(1, 1, n), values.real.clone())


@on_one_thread
def _dense(matrices: torch.Tensor, count: int, near: float) -> RitzPairs:
    n = matrices.shape[-1]
    identity = torch.eye(n, dtype=matrices.dtype, device=matrices.device)
    inverse = equilibrated_inverse(matrices - near * identity)
    theta, vectors = eig(inverse)
    order = (1 / theta).real.argsort(dim=-1, descending=True)[:, :count]
    theta = theta.gather(-1, order)
    vectors = vectors.mT.gather(-2, order[..., None].expand(-1, -1, n))
    vectors = vectors.where(theta.isfinite()[..., None], torch.nan)
    residual = vectors @ inverse.mT.to(vectors.dtype) - theta[..., None] * vectors
    residuals = torch.linalg.vector_norm(residual, dim=-1) / theta.abs()
    return RitzPairs(near + 1 / theta, vectors, residuals)


def _sparse(
    matrices: torch.Tensor, plan: Elimination, *, count: int, near: float
) -> tuple[RitzPairs, torch.Tensor]:
    """Return the pairs, and which matrices the factors suit: `model`."""
    from skimpy_renaissance.spectrum.ritz_kernels import Room, pairs  # noqa: PLC0415 - numba

    n_models, n = matrices.shape[:2]
    found = _nothing(n_models, count, n, matrices.device)
    values, vectors, residuals = (part.numpy() for part in found)
    in_order, solved = np.full_like(vectors, np.nan), np.zeros(n_models, dtype=bool)
    steps = min(n, max(_STEPS, 4 * count))
    pairs(
        plan.entries(matrices.numpy()),
        float(near),
        *plan.lists,
        _LARGEST_ERROR,
        _LARGEST_RESIDUAL,
        Room.of(n, plan.n_factors, steps=steps),
        values,
        in_order,
        residuals,
        solved,
    )
    vectors[:, :, plan.order] = in_order
    return found, torch.from_numpy(solved)
