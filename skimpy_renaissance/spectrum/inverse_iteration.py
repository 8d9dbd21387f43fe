r"""Both eigenvectors of a known eigenvalue, by inverse iteration.

Two steps with the row-equilibrated :math:`C = R\,(A - \lambda I)`,

.. math:: v \leftarrow C^{-1} R\,v, \qquad w \leftarrow R\,C^{-H} w ,

are enough: the second one squares what the first one leaves of a mode that is almost as near.

Where the matrices share a known pattern of zeros and numba is installed, the factors are sparse
(:mod:`~skimpy_renaissance.spectrum.inverse_iteration_kernels`). Pivots then stay on the diagonal,
so each pair of vectors is judged by its residual; a matrix that fails gets the dense ones.

References
----------
Ipsen, *SIAM Rev.* 39 (1997) 254, doi:10.1137/S0036144596300773.
"""

from __future__ import annotations

import numpy as np
import torch

from skimpy_renaissance.sparse import Elimination, have_numba
from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["LARGEST_ERROR", "OFFSET", "STEPS", "eigenvectors"]

OFFSET = 1e-11  # keeps C invertible; far above rounding, far below the distance between modes
STEPS = 2
LARGEST_ERROR = 1e-8  # residual of vectors from sparse factors that are kept


def eigenvectors(
    scaled: torch.Tensor, eigenvalue: torch.Tensor, *, elimination: Elimination | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Return the eigenvectors of one eigenvalue per matrix.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h.
    eigenvalue
        `` ... ``, complex128, 1/h: a simple eigenvalue of each.
    elimination
        The order for the pattern that all matrices share, for sparse factors on the CPU;
        ``None``, or no numba: dense ones.

    Returns
    -------
    right, left : torch.Tensor
        `` ... x independent `` each: :math:`A v = \lambda v`, :math:`w^H A = \lambda w^H`, the
        largest entry of modulus 1; NaN where a matrix or its eigenvalue is not finite.

    Raises
    ------
    InputError
        A matrix has an entry outside the pattern of ``elimination``.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import eigenvectors
    >>> jacobian = torch.tensor([[-1.0, 0.0], [3.0, -2.0]], dtype=torch.float64)
    >>> right, left = eigenvectors(jacobian, torch.tensor(-1.0 + 0.0j, dtype=torch.complex128))
    >>> right.real.round(decimals=4).tolist()  # jacobian @ right = -1 * right
    [0.3333, 1.0]
    """
    shape, n = scaled.shape[:-1], scaled.shape[-1]
    matrices, values = scaled.reshape(-1, n, n), eigenvalue.reshape(-1)
    usable = values.isfinite() & matrices.isfinite().all(-1).all(-1)
    right = torch.full_like(matrices[..., 0], torch.nan, dtype=values.dtype)
    left, todo = right.clone(), usable
    if elimination is not None and have_numba() and scaled.device.type == "cpu":
        right, left, error = _sparse(matrices, values, elimination)
        todo = usable & ~(error <= LARGEST_ERROR)
    if todo.any():
        right[todo], left[todo] = _dense(matrices[todo], values[todo])
    right[~usable], left[~usable] = torch.nan, torch.nan
    return right.reshape(shape), left.reshape(shape)


@on_one_thread
def _dense(matrices: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return right and left vectors, `model x n`, of finite matrices and eigenvalues."""
    n = matrices.shape[-1]
    identity = torch.eye(n, dtype=values.dtype, device=values.device)
    shifted = matrices - (values * (1 + OFFSET))[:, None, None] * identity
    scale = 1 / shifted.abs().amax(-1, keepdim=True)
    factors, pivots, _ = torch.linalg.lu_factor_ex(scale * shifted)
    right = torch.linspace(1.0, 2.0, n, dtype=torch.float64, device=values.device)
    right = right.to(values.dtype)[:, None].expand(len(values), n, 1)
    left = right
    for _ in range(STEPS):
        right = _unit(torch.linalg.lu_solve(factors, pivots, scale * right))
        left = _unit(scale * torch.linalg.lu_solve(factors, pivots, left, adjoint=True))
    return right.squeeze(-1), left.squeeze(-1)


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / vectors.abs().amax(-2, keepdim=True)


def _sparse(
    matrices: torch.Tensor, values: torch.Tensor, plan: Elimination
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return right and left vectors, `model x n`, and their larger residual, `model`."""
    from skimpy_renaissance.spectrum import inverse_iteration_kernels as kernels  # noqa: PLC0415

    right, left = (np.empty(matrices.shape[:2], dtype=np.complex128) for _ in range(2))
    errors = np.zeros(len(matrices))
    kernels.inverse_iteration(
        plan.entries(matrices.detach().numpy()),
        values.detach().numpy(),
        OFFSET,
        STEPS,
        plan.order,
        *plan.lists,
        kernels.Room.of(plan.n_rows, plan.n_factors),
        right,
        left,
        errors,
    )
    return torch.from_numpy(right), torch.from_numpy(left), torch.from_numpy(errors)
