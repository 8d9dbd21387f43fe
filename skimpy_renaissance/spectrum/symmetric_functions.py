r"""Rejecting models by symmetric functions of the spectrum: one factorisation, one product.

If all eigenvalues of :math:`A` lie to the left of :math:`c`, those of :math:`M = (A - cI)^{-1}`
have negative real parts, so the elementary symmetric functions :math:`e_k` of them alternate,
:math:`(-1)^k e_k > 0`, and :math:`\det(A - cI)` has the sign of :math:`n` negative numbers. From
the power sums :math:`t_k = \operatorname{tr} M^k` Newton's identities give

.. math:: k\, e_k = \sum_{i=1}^{k} (-1)^{i-1}\, e_{k-i}\, t_i .

:math:`t_1` to :math:`t_4` take one matrix product. A wrong sign rejects; right signs prove nothing.
Works on any device, in tensor operations only.

References
----------
Horn and Johnson, *Matrix Analysis*, 2nd ed. (2013), section 1.2.
"""

from __future__ import annotations

import torch

from skimpy_renaissance.spectrum.one_thread import on_one_thread

__all__ = ["symmetric_functions_reject"]

_ROUNDING = 1e-12  # of t^k, far above that of the e_k


@on_one_thread
def symmetric_functions_reject(scaled: torch.Tensor, partition: float) -> torch.Tensor:
    """Return which models certainly have an eigenvalue to the right of a limit.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians.
    partition
        The limit, 1/h.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool; ``False`` also for a matrix that is not finite or not invertible.
    """
    n = scaled.shape[-1]
    identity = torch.eye(n, dtype=scaled.dtype, device=scaled.device)
    usable = scaled.sum((-2, -1)).isfinite()
    shifted = scaled.where(usable[..., None, None], -identity) - partition * identity
    scale = 1 / torch.linalg.vector_norm(shifted, ord=torch.inf, dim=-1, keepdim=True)
    factors, pivots, failed = torch.linalg.lu_factor_ex(scale * shifted)
    inverse = torch.linalg.lu_solve(factors, pivots, scale * identity)
    usable &= (failed == 0) & inverse.sum((-2, -1)).isfinite()

    exchanges = pivots != torch.arange(1, n + 1, device=scaled.device)
    negative = (factors.diagonal(dim1=-2, dim2=-1) < 0).sum(-1) + exchanges.sum(-1)
    wrong = negative % 2 != n % 2

    square = inverse @ inverse
    t = [
        inverse.diagonal(dim1=-2, dim2=-1).sum(-1),
        (inverse * inverse.mT).sum((-2, -1)),
        (square * inverse.mT).sum((-2, -1)),
        (square * square.mT).sum((-2, -1)),
    ]
    size = torch.stack([power.abs() ** (1 / k) for k, power in enumerate(t, start=1)]).amax(0)
    e = [torch.ones_like(t[0])]
    for k in range(1, min(4, n) + 1):
        e.append(sum((-1) ** (i - 1) * e[k - i] * t[i - 1] for i in range(1, k + 1)) / k)
        wrong |= (-1) ** k * e[k] < -_ROUNDING * size**k
    return wrong & usable
