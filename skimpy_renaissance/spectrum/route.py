r"""Eigenvalues of Jacobians whose spectrum spans ten to sixteen orders of magnitude.

An eigensolver's error is about :math:`\epsilon\,|\lambda|_{fastest}` for every eigenvalue alike, so
the slow modes, which decide validity, drown where :math:`|\lambda|_{fastest}/|\lambda|_{slowest}`
nears :math:`1/\epsilon`. The *accurate* route uses that the slow modes of :math:`A` are the large
ones of :math:`A^{-1}`, where they have full precision:

.. math::
    A_{ij} = J_{ij}\, x_j / x_i, \qquad R = \operatorname{diag}(1/\max_j |A_{ij}|), \qquad
    A^{-1} = (R A)^{-1} R, \qquad \lambda = 1/\mu .

With relative errors :math:`\epsilon|\lambda|_f/|\lambda|` (direct) and
:math:`\epsilon|\lambda|/|\lambda|_s` (inverse) the two are equally good at
:math:`\sqrt{|\lambda|_f |\lambda|_s}`: slower modes come from the inverse, faster ones from
:math:`A` itself. The *plain* route, ``torch.linalg.eigvals(J)``, is what SKiMPy does.

References
----------
1. Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.2.
2. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed. (2002),
   doi:10.1137/1.9780898718027, chapter 7 (row equilibration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["Accurate", "Plain", "SpectralRoute"]


class SpectralRoute(Protocol):
    """A way from Jacobians to eigenvalues.

    All methods take the scaled Jacobian :math:`A` (`` ... x independent x independent ``, 1/h) and
    the concentrations :math:`x` (`` ... x independent ``, broadcast). A model whose Jacobian is not
    finite or not invertible gets NaN, never an exception.
    """

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... x independent ``, complex128, 1/h, real parts descending."""

    def leading(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... ``, complex128, 1/h: the eigenvalue with the largest real part."""
        return self.eigenvalues(scaled, concentrations)[..., 0]

    def lambda_max(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... ``, 1/h: the largest real part."""
        return self.leading(scaled, concentrations).real


@dataclass(frozen=True)
class Accurate(SpectralRoute):
    """Slow modes from the inverse, fast modes from the Jacobian itself."""

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the whole spectrum; see :class:`SpectralRoute`."""
        del concentrations  # A is similar to J
        direct, inverse = _eigvals(scaled), _inverse_spectrum(scaled)
        switch = (direct.abs().amax(-1) * inverse.abs().amin(-1)).sqrt()
        n_slow = (inverse.abs() <= switch[..., None]).sum(-1, keepdim=True)
        rank = torch.arange(scaled.shape[-1], device=scaled.device)
        slow, fast = (_sorted_by(values, values.abs()) for values in (inverse, direct))
        merged = torch.where((rank < n_slow) | slow.isnan(), slow, fast)
        return _sorted_by(merged, -merged.real)

    def leading(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the leading eigenvalue; see :class:`SpectralRoute`.

        The inverse decides alone, unless it shows an unstable mode so fast that the Jacobian's own
        eigenvalues resolve it better: such models get the whole spectrum.
        """
        inverse = _inverse_spectrum(scaled)
        leading = _largest_real(inverse)
        unstable = (inverse.real > 0).any(-1)
        if not unstable.any():
            return leading
        scaled, inverse = scaled[unstable], inverse[unstable]
        switch = (radius_bound(scaled) * inverse.abs().amin(-1)).sqrt()
        doubtful = ((inverse.real > 0) & (inverse.abs() > switch[:, None])).any(-1)
        resolved = self.eigenvalues(scaled[doubtful], concentrations)[..., 0]
        leading[unstable] = leading[unstable].masked_scatter(doubtful, resolved)
        return leading


@dataclass(frozen=True)
class Plain(SpectralRoute):
    """Eigenvalues of the unscaled Jacobian in one step, as SKiMPy computes them."""

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the whole spectrum; see :class:`SpectralRoute`."""
        jacobian = scaled * concentrations[..., :, None] / concentrations[..., None, :]
        values = _eigvals(jacobian)
        return _sorted_by(values, -values.real)


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


def _inverse_spectrum(scaled: torch.Tensor) -> torch.Tensor:
    return 1 / _eigvals(equilibrated_inverse(scaled))


def _eigvals(matrices: torch.Tensor) -> torch.Tensor:
    """Eigenvalues, NaN for a matrix that is not finite or does not converge."""
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


def _largest_real(values: torch.Tensor) -> torch.Tensor:
    return values.gather(-1, values.real.argmax(-1, keepdim=True)).squeeze(-1)


def _sorted_by(values: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    return values.gather(-1, key.argsort(dim=-1, stable=True))
