"""Inverses and eigenvalues of whole matrices by torch (LAPACK), one matrix at a time."""

from __future__ import annotations

import torch

from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["eig", "eigvals", "equilibrated_inverse", "radius_bound"]


@on_one_thread
def equilibrated_inverse(scaled: torch.Tensor) -> torch.Tensor:
    """Invert by way of the row-equilibrated matrix.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h.

    Returns
    -------
    torch.Tensor
        Same shape, h; NaN where a matrix is singular.
    """
    scale = 1 / torch.linalg.vector_norm(scaled, ord=torch.inf, dim=-1, keepdim=True)
    inverse, failed = torch.linalg.inv_ex(scale * scaled)
    return (inverse * scale.mT).masked_fill((failed != 0)[..., None, None], torch.nan)


def eigvals(matrices: torch.Tensor) -> torch.Tensor:
    """Return eigenvalues.

    Parameters
    ----------
    matrices
        `` ... x n x n ``.

    Returns
    -------
    torch.Tensor
        `` ... x n ``, complex128; NaN for a matrix that is not finite or does not converge.
    """
    finite = matrices.sum((-2, -1)).isfinite()
    if not finite.all():
        matrices = matrices.where(finite[..., None, None], 0.0)
    try:
        values = torch.linalg.eigvals(matrices)
    except torch.linalg.LinAlgError:
        one_by_one = [_eigvals_of_one(matrix) for matrix in matrices.flatten(0, -3)]
        values = torch.stack(one_by_one).reshape(matrices.shape[:-1])
    return values.masked_fill(~finite[..., None], torch.nan)


def _eigvals_of_one(matrix: torch.Tensor) -> torch.Tensor:
    try:
        return torch.linalg.eigvals(matrix)
    except torch.linalg.LinAlgError:
        return torch.full(matrix.shape[:1], torch.nan, dtype=torch.complex128, device=matrix.device)


def eig(matrices: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return eigenvalues and right eigenvectors.

    Parameters
    ----------
    matrices
        `` `model x n x n` ``.

    Returns
    -------
    values, vectors : torch.Tensor
        `` `model x n` `` and, as columns, `` `model x n x n` ``; NaN values for a matrix that is
        not finite or does not converge.
    """
    finite = matrices.sum((-2, -1)).isfinite()
    identity = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    matrices = matrices.where(finite[:, None, None], identity)
    try:
        values, vectors = torch.linalg.eig(matrices)
    except torch.linalg.LinAlgError:
        pairs = [_eig_of_one(matrix) for matrix in matrices]
        values, vectors = (torch.stack(part) for part in zip(*pairs, strict=True))
    return values.masked_fill(~finite[:, None], torch.nan), vectors


def _eig_of_one(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    try:
        values, vectors = torch.linalg.eig(matrix)
    except torch.linalg.LinAlgError:
        vectors = torch.eye(len(matrix), dtype=torch.complex128, device=matrix.device)
        values = torch.full_like(vectors[0], torch.nan)
    return values, vectors


def radius_bound(matrices: torch.Tensor) -> torch.Tensor:
    """Bound the spectral radius by the smaller of the row- and column-sum norms.

    Parameters
    ----------
    matrices
        `` ... x n x n ``.

    Returns
    -------
    torch.Tensor
        `` ... ``.
    """
    size = matrices.abs()
    return torch.minimum(size.sum(-1).amax(-1), size.sum(-2).amax(-1))
