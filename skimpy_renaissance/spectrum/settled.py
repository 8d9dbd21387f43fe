"""Verdicts that rounding could turn: found by error bounds, decided in exact arithmetic.

    spectrum --near a limit?--> error bound --reaches it?--> certified verdict

Modes further from a limit than a tenth of their own size are not asked: errors of slow modes are
some 1e-12 of it, 1e-3 in the worst of the models that were looked at.
"""

from __future__ import annotations

import torch

from skimpy_renaissance.spectrum.certified import certified_verdict
from skimpy_renaissance.spectrum.error_bounds import real_part_errors
from skimpy_renaissance.spectrum.route import SparseModels
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["close_to_a_limit", "in_doubt", "settled"]

_CLOSE = 0.1  # distance of a mode from a limit, relative to its size


def close_to_a_limit(modes: torch.Tensor, criterion: Validity) -> torch.Tensor:
    """Return which modes lie so near to a limit that their errors must be known.

    Parameters
    ----------
    modes
        `` ... ``, complex128, 1/h.
    criterion
        The limits.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool.
    """
    return _distance(modes.real, criterion) <= _CLOSE * modes.abs()


def in_doubt(models: SparseModels, spectra: torch.Tensor, criterion: Validity) -> torch.Tensor:
    """Return which models have a mode whose error bound reaches a limit.

    Parameters
    ----------
    models
        On the CPU, with numba.
    spectra
        `` model x mode ``, complex128, 1/h.
    criterion
        The limits.

    Returns
    -------
    torch.Tensor
        `` model ``, bool.
    """
    which, mode = (close_to_a_limit(spectra, criterion) & (spectra.imag >= 0)).nonzero().unbind(-1)
    modes = spectra[which, mode]
    errors = real_part_errors(models.part(which), modes)
    doubtful = torch.zeros(len(spectra), dtype=torch.bool)
    doubtful[which[_distance(modes.real, criterion) <= errors]] = True
    return doubtful


def settled(models: SparseModels, doubtful: torch.Tensor, criterion: Validity) -> torch.Tensor:
    """Return the verdicts on some models in exact arithmetic.

    Parameters
    ----------
    models
        On the CPU, with numba.
    doubtful
        Their positions.
    criterion
        When a model counts as valid.

    Returns
    -------
    torch.Tensor
        `` doubtful ``, bool.
    """
    verdicts = [certified_verdict(models, which, criterion) for which in doubtful.tolist()]
    return torch.tensor(verdicts, dtype=torch.bool)


def _distance(real: torch.Tensor, criterion: Validity) -> torch.Tensor:
    distance = (real - criterion.partition).abs()
    if criterion.fastest is None:
        return distance
    return torch.minimum(distance, (real - criterion.fastest).abs())
