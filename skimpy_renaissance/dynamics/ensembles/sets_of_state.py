"""Whether parameter sets have a steady state: their Vmax and equilibrium constants are those of it.

Vmax follow from Km and the steady state, equilibrium constants belong to it. Sets that were edited,
or made at another state or for another version of the model, give themselves away by either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sampling.parameter_sets import Sets, log_km_and_names
from skimpy_renaissance.sampling.parametrization import parametrize

__all__ = ["parameter_table", "parameters_off", "require_steady_state"]

_SAME = 0.01  # relative: a set made for the steady state reproduces its fluxes


def parameter_table(
    bound: BoundKinetics, sets: Sets, names: Sequence[str]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return what rate laws take, model by model.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    sets
        A population, whose values count, or `` `model x km` ``, ln(mol/L).
    names
        `` `parameter` ``: the parameters that are wanted.

    Returns
    -------
    values : numpy.ndarray
        `` `model x parameter` ``, scaled units; what the sets do not say is of the steady state.
    index : tuple of str
        `` `model` ``: names of the sets.

    Raises
    ------
    MissingEntryError
        A parameter has no value.
    InputError, UnitsError
        ``bound`` holds several states, or the sets cannot be used there.
    """
    if isinstance(sets, ParameterPopulation) and sets.units is None:
        sets = replace(sets, units=bound.reference.units)
    log_km, index = log_km_and_names(bound, sets, what="simulate")
    complete = parametrize(bound, log_km)
    given = sets if isinstance(sets, ParameterPopulation) else complete
    values = dict(zip(complete.names, complete.values.T, strict=True))
    values |= {
        name: column
        for name, column in zip(given.names, given.values.T, strict=True)
        if not np.isnan(column).any()
    }
    lost = [name for name in names if name not in values]
    if lost:
        raise MissingEntryError(
            f"The rate laws of {bound.network.name!r} need values for {listed(lost)}. Fix them "
            "with network.with_parameters({...})."
        )
    return np.stack([values[name] for name in names], axis=-1), index


def parameters_off(
    bound: BoundKinetics,
    sets: ParameterPopulation,
    *,
    names: Sequence[str] | None = None,
    tolerance: float = _SAME,
) -> pd.DataFrame:
    """List the parameters that are not those of the steady state.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    sets
        The population.
    names
        Parameters that are compared; by default Vmax and equilibrium constants.
    tolerance
        Largest relative difference that is accepted.

    Returns
    -------
    pandas.DataFrame
        A row per parameter that is off in some set: ``parameter``, ``sets`` (how
        many), ``first`` (the first of them), ``given`` and ``needed`` there, scaled units. Empty
        for a population that lacks a Km.
    """
    columns = ["parameter", "sets", "first", "given", "needed"]
    network = bound.network
    if names is None:
        constants = [r.equilibrium_constant for r in network.reactions]
        names = [n for n in (*network.vmax_names, *constants) if n is not None]
    names = [name for name in names if name in sets.names]
    if not names or any(name not in sets.names for name in bound.km_names):
        return pd.DataFrame(columns=columns)
    own = parametrize(bound, torch.from_numpy(sets.log_km(bound.km_names)))
    rows = []
    for name in names:
        needed = own.values[:, own.names.index(name)]
        given = sets.values[:, sets.names.index(name)]
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.flatnonzero(np.abs(given / needed - 1) > tolerance)
        if len(off):
            first = int(off[0])
            rows.append((name, len(off), sets.index[first], given[first], needed[first]))
    return pd.DataFrame(rows, columns=columns)


def require_steady_state(
    bound: BoundKinetics, sets: ParameterPopulation, *, role: str = "that they are to return to"
) -> None:
    """Refuse a population with other Vmax or equilibrium constants than the steady state has.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    sets
        The population; one that lacks Km or Vmax is let through.
    role
        What the steady state is to the models, for the message.

    Raises
    ------
    InputError
        A Vmax or an equilibrium constant is off by more than 1 %.
    """
    off = parameters_off(bound, sets)
    if len(off):
        one = off.iloc[0]
        others = f", and {len(off) - 1} more parameters" if len(off) > 1 else ""
        raise InputError(
            f"The models must have the steady state {role}. In set {one['first']!r}, "
            f"{one['parameter']} is {one['given']:.4g} where the steady state needs "
            f"{one['needed']:.4g}; {one['sets']} of {len(sets)} sets differ so{others}. Give the "
            "steady state, and the units, that they were made for; constants cannot be edited "
            "afterwards."
        )
