"""Quantities that are simulated: of the first models of each candidate, and only of valid ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skimpy_renaissance.learning.judged import Judged

__all__ = ["simulated"]


def simulated(
    judged: Judged,
    models: int | None,
    run: Callable[[Tensor], NDArray[np.float64]],
    *,
    otherwise: float,
) -> tuple[Tensor, Tensor]:
    """Simulate the first models of each candidate that are valid.

    Parameters
    ----------
    judged
        Models and verdicts.
    models
        How many of each candidate are looked at; ``None`` for all.
    run
        Maps `model x km`, ln(mol/L), to a number for each model.
    otherwise
        The number for models that are not simulated.

    Returns
    -------
    values : torch.Tensor
        `candidate x model`: the numbers.
    looked_at : torch.Tensor
        `candidate x model`, bool: the first models of each candidate.
    """
    looked_at = torch.zeros_like(judged.lambda_max, dtype=torch.bool)
    looked_at[:, :models] = True
    chosen = looked_at & judged.valid  # the others fall short without a simulation
    values = torch.full_like(judged.lambda_max.detach(), otherwise)
    if bool(chosen.any()):
        values[chosen] = torch.from_numpy(run(judged.log_km.detach()[chosen])).to(values)
    return values, looked_at
