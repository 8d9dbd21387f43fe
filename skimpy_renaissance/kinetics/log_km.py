"""The form that Michaelis constants have inside the package: ln(mol/L), float64."""

from __future__ import annotations

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError

__all__ = ["require_log_km"]


def require_log_km(log_km: Tensor, n_km: int, n_states: int | None) -> None:
    """Refuse what is not a batch of models' constants.

    Parameters
    ----------
    log_km
        `` `model x km` `` or, at several states, `` `state x model x km` ``.
    n_km
        Number of free Michaelis constants.
    n_states
        Number of steady states; ``None`` for a single one.

    Raises
    ------
    InputError
        It is no float64 tensor, or has other axes.
    """
    if not isinstance(log_km, Tensor) or log_km.dtype != torch.float64:
        kind = log_km.dtype if isinstance(log_km, Tensor) else type(log_km).__name__
        raise InputError(
            f"log_km must be a float64 tensor, as eigenvalues need that precision, got {kind}. "
            "Convert it with torch.as_tensor(log_km, dtype=torch.float64)."
        )
    shape = tuple(log_km.shape)
    fits = log_km.ndim == 2 or (log_km.ndim == 3 and shape[0] == n_states)
    if not fits or shape[-1] != n_km:
        or_states = "" if n_states is None else f" or state x model x km, {n_states} states,"
        raise InputError(
            f"log_km must have the axes model x km{or_states} with {n_km} columns (km_names), "
            f"got the shape {shape}."
        )
