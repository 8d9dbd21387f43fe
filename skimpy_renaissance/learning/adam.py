r"""One step of Adam, uphill.

.. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
          v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
          w \leftarrow w + \alpha\, \hat m / (\sqrt{\hat v} + \epsilon)

by PyTorch's own implementation, brought to where it stood: the running means are handed
over, so that a checkpoint holds them.

References
----------
Kingma and Ba, *Adam: a method for stochastic optimization* (2015), arXiv:1412.6980.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

__all__ = ["adam_memory", "adam_step"]


def adam_memory(weights: Tensor) -> Mapping[str, Tensor]:
    """Return the memory before the first step: running means at zero.

    Parameters
    ----------
    weights
        `weight`.

    Returns
    -------
    dict of torch.Tensor
        ``"mean"`` and ``"mean_square"`` of what is to fall.
    """
    return {"mean": torch.zeros_like(weights), "mean_square": torch.zeros_like(weights)}


def adam_step(
    weights: Tensor,
    slope: Tensor,
    *,
    memory: Mapping[str, Tensor],
    steps: int,
    learning_rate: float,
    betas: tuple[float, float] = (0.9, 0.999),
) -> tuple[Tensor, Mapping[str, Tensor]]:
    """Take one step uphill.

    Parameters
    ----------
    weights
        `weight`; not changed.
    slope
        `weight`: gradient of what is to grow.
    memory
        From :func:`adam_memory` or the step before.
    steps
        Number of steps taken before.
    learning_rate
        Learning rate of this step.
    betas
        How much of the running means of slope and squared slope is kept at each step.

    Returns
    -------
    weights : torch.Tensor
        `weight`.
    memory : dict of torch.Tensor
        For the next step.
    """
    moving = torch.nn.Parameter(weights.detach().clone())
    adam = torch.optim.Adam([moving], lr=learning_rate, betas=betas, maximize=True)
    adam.state[moving] = {
        "step": torch.tensor(float(steps)),
        "exp_avg": memory["mean"].clone(),
        "exp_avg_sq": memory["mean_square"].clone(),
    }
    moving.grad = slope
    adam.step()
    after = adam.state[moving]
    return moving.detach(), {"mean": after["exp_avg"], "mean_square": after["exp_avg_sq"]}
