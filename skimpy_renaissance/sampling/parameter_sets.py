"""Parameter sets as analyses take them: constants with names."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["Sets", "log_km_and_names", "require_one_state"]

Sets: TypeAlias = ParameterPopulation | torch.Tensor


def require_one_state(bound: BoundKinetics, *, what: str) -> None:
    """Say so where kinetics are bound to several steady states.

    Parameters
    ----------
    bound
        Kinetics.
    what
        What takes them, for the message.

    Raises
    ------
    InputError
        ``bound`` holds several states.
    """
    if bound.n_states is not None:
        raise InputError(
            f"{what} takes kinetics at one steady state, got {bound.n_states}. "
            "Bind one at a time: kinetics.at(states[0])."
        )


def log_km_and_names(
    bound: BoundKinetics, sets: Sets, *, what: str
) -> tuple[torch.Tensor, tuple[str, ...]]:
    """Return saturation constants and set names.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population, or `` `model x km` ``, ln(mol/L), named ``"0"``, ``"1"``, ...
    what
        What takes them, for the message.

    Returns
    -------
    log_km : torch.Tensor
        `` `model x km` ``, ln(mol/L).
    names : tuple of str
        `` `model` ``.

    Raises
    ------
    InputError
        ``bound`` holds several states, or ``sets`` has another type, precision or shape.
    UnitsError
        The population has other units than the steady state, or none.
    MissingEntryError
        The population lacks a saturation constant.
    """
    require_one_state(bound, what=what)
    if isinstance(sets, ParameterPopulation):
        units = bound.reference.units
        if units is not None and sets.units is not None:
            units.require_same(sets.units, what="the population")
        log_km = torch.from_numpy(np.ascontiguousarray(sets.log_km(bound.km_names)))
        return log_km.to(bound.reference.device), sets.index
    if not isinstance(sets, torch.Tensor) or sets.dtype != torch.float64:
        kind = sets.dtype if isinstance(sets, torch.Tensor) else type(sets).__name__
        raise InputError(
            f"Parameter sets are a ParameterPopulation or a float64 tensor of ln Km, got {kind}. "
            "Convert with torch.as_tensor(log_km, dtype=torch.float64)."
        )
    if sets.ndim != 2 or sets.shape[1] != len(bound.km_names):
        raise InputError(
            f"log_km must be model x km with {len(bound.km_names)} columns (km_names), got the "
            f"shape {tuple(sets.shape)}."
        )
    names = tuple(str(i) for i in range(len(sets)))
    return sets.detach().to(bound.reference.device), names
