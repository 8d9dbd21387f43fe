"""How sure an eigenvalue is: a bound on its rounding error, model by model; needs numba."""

from __future__ import annotations

import numpy as np
import torch

from skimpy_renaissance.sparse import lane_rows
from skimpy_renaissance.spectrum.inverse_iteration import LARGEST_ERROR, OFFSET, STEPS
from skimpy_renaissance.spectrum.route import SparseModels

__all__ = ["real_part_errors"]


def real_part_errors(models: SparseModels, eigenvalues: torch.Tensor) -> torch.Tensor:
    r"""Bound the distance between computed real parts and those of exact arithmetic.

    Parameters
    ----------
    models
        On the CPU. Their numbers, and the state's, are taken as exact.
    eigenvalues
        `` model ``, complex128, 1/h: an eigenvalue of each.

    Returns
    -------
    torch.Tensor
        `` model ``, 1/h, to first order in the unit of rounding; infinite where eigenvectors were
        not found, as in a mode that coincides with another, NaN for an eigenvalue that is.
    """
    from skimpy_renaissance.spectrum import rounding_kernels as kernels  # noqa: PLC0415 - numba

    entries = models.entries
    plan, table = entries.elimination, entries.new_table()
    errors, residuals = np.empty(len(models.numbers)), np.zeros(len(models.numbers))
    kernels.rounding_errors(
        np.ascontiguousarray(models.numbers),
        np.ascontiguousarray(eigenvalues.numpy()),
        entries.lists,
        entries.once.arrays,
        OFFSET,
        STEPS,
        table,
        lane_rows(len(table)),
        lane_rows(plan.n_factors),
        kernels.Room.of(plan.n_rows, plan.n_factors),
        errors,
        residuals,
    )
    errors[~(np.isfinite(errors) & (residuals <= LARGEST_ERROR))] = np.inf
    errors[np.isnan(eigenvalues.numpy())] = np.nan
    return torch.from_numpy(errors)
