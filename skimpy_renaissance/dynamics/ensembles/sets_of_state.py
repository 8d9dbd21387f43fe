"""Whether parameter sets have a steady state: their Vmax and equilibrium constants are those of it.

Vmax follow from Km and the steady state, equilibrium constants belong to it. Sets that were edited,
or made at another state or for another version of the model, give themselves away by either.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sampling.parametrization import parametrize

__all__ = ["parameters_off", "require_steady_state"]

_SAME = 0.01  # relative: a set made for the steady state reproduces its fluxes


def parameters_off(bound: BoundKinetics, sets: ParameterPopulation) -> pd.DataFrame:
    """List the Vmax and equilibrium constants that are not those of the steady state.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    sets
        The population.

    Returns
    -------
    pandas.DataFrame
        A row per parameter that is off by more than 1 % in some set: ``parameter``, ``sets`` (how
        many), ``first`` (the first of them), ``given`` and ``needed`` there, scaled units. Empty
        for a population that lacks a Km.
    """
    columns = ["parameter", "sets", "first", "given", "needed"]
    network = bound.network
    constants = [r.equilibrium_constant for r in network.reactions]
    names = [n for n in (*network.vmax_names, *constants) if n is not None and n in sets.names]
    if not names or any(name not in sets.names for name in bound.km_names):
        return pd.DataFrame(columns=columns)
    own = parametrize(bound, torch.from_numpy(sets.log_km(bound.km_names)))
    rows = []
    for name in names:
        needed = own.values[:, own.names.index(name)]
        given = sets.values[:, sets.names.index(name)]
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.flatnonzero(np.abs(given / needed - 1) > _SAME)
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
