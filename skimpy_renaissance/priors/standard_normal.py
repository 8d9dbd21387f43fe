r"""The standard normal law to full precision in both tails.

.. math:: \Phi(y) = \tfrac12 \operatorname{erfc}(-y/\sqrt 2)
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor
from torch.special import erfc, ndtri

__all__ = ["normal_between", "normal_probability", "normal_quantile"]


def normal_probability(y: Tensor) -> Tensor:
    """Return the standard normal probability below, exact in the lower tail.

    ``torch.special.ndtr`` loses all digits there.

    Parameters
    ----------
    y
        `` ... ``.

    Returns
    -------
    torch.Tensor
        `` ... ``, 0 to 1.
    """
    return 0.5 * erfc(-y / sqrt(2))


def normal_quantile(p: Tensor, q: Tensor) -> Tensor:
    """Return the standard normal quantile of p = 1 - q, exact in both tails and differentiable.

    Parameters
    ----------
    p, q
        `` ... ``: probability below and above.

    Returns
    -------
    torch.Tensor
        `` ... ``.
    """
    # each branch sees at most 1/2, so that the one not taken has a finite slope too
    return torch.where(p < q, ndtri(p.clamp(max=0.5)), -ndtri(q.clamp(max=0.5)))


def normal_between(a: Tensor, b: Tensor) -> Tensor:
    """Return the standard normal probability between two values, without cancellation.

    Parameters
    ----------
    a, b
        `` ... ``, the lower and the upper one.

    Returns
    -------
    torch.Tensor
        `` ... ``, 0 to 1.
    """
    flip = a > 0
    a, b = torch.where(flip, -b, a), torch.where(flip, -a, b)
    return normal_probability(b) - normal_probability(a)
