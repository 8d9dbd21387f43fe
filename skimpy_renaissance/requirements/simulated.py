"""Which models of a generation are simulated: a few of each candidate, and only valid ones."""

from __future__ import annotations

import torch
from torch import Tensor

from skimpy_renaissance.learning.judged import Judged

__all__ = ["first_models"]


def first_models(judged: Judged, models: int | None) -> Tensor:
    """Return which models are looked at: the first of each candidate.

    Parameters
    ----------
    judged
        Models and verdicts.
    models
        How many of each candidate; ``None`` for all.

    Returns
    -------
    torch.Tensor
        `candidate x model`, bool.
    """
    looked_at = torch.zeros_like(judged.lambda_max, dtype=torch.bool)
    looked_at[:, :models] = True
    return looked_at
