"""Many steady states in one NumPy archive: arrays and their names, no pickled objects.

Keys: ``names``, ``reaction_names``, ``metabolite_names``, ``fluxes``, ``concentrations``,
``equilibrium_constants``, and ``units`` as JSON.
"""

from __future__ import annotations

import json
import os

import numpy as np
import pandas as pd

from skimpy_renaissance.array_layout import REAL, TEXT, Layout, require_layout
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency import BALANCE_TOLERANCE
from skimpy_renaissance.steady_states.plain_tables import from_tables
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.storage import existing, read_arrays, write_arrays
from skimpy_renaissance.units import Units

__all__ = ["has_units", "load_steady_states", "save_steady_states"]

_TABLES = {
    "fluxes": "reaction_names",
    "concentrations": "metabolite_names",
    "equilibrium_constants": "reaction_names",
}
_NAMES = ("names", "reaction_names", "metabolite_names")
_LAYOUT: Layout = {
    "names": (TEXT, ("state",)),
    "reaction_names": (TEXT, ("reaction",)),
    "metabolite_names": (TEXT, ("metabolite",)),
    "fluxes": (REAL, ("state", "reaction")),
    "concentrations": (REAL, ("state", "metabolite")),
    "equilibrium_constants": (REAL, ("state", "reaction")),
    "units": (TEXT, ()),
}


def save_steady_states(states: SteadyStates, path: str | os.PathLike[str]) -> None:
    """Write steady states and their units to an ``.npz`` archive.

    Parameters
    ----------
    states
        The steady states.
    path
        The file, used as given; an existing one is replaced, at once.

    Raises
    ------
    OutputError
        The folder does not exist or cannot be written.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import save_steady_states
    >>> save_steady_states(states, "states.npz")
    """
    arrays = {name: getattr(states, name) for name in _TABLES}
    names = {name: np.array(getattr(states, name)) for name in _NAMES}
    units = np.array(json.dumps(states.units.to_dict()))
    write_arrays(path, {**names, **arrays, "units": units})


def has_units(path: str | os.PathLike[str]) -> bool:
    """Return whether an archive states its units, as :func:`save_steady_states` has them.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bool
        False for one of plain arrays, and for what is no archive.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import has_units, save_steady_states
    >>> save_steady_states(states, "states.npz")
    >>> np.savez("plain.npz", flux=states.fluxes)
    >>> has_units("states.npz"), has_units("plain.npz")
    (True, False)
    """
    try:
        return "units" in read_arrays(existing(path), only=("units",))
    except FileFormatError:
        return False


def load_steady_states(
    path: str | os.PathLike[str],
    network: KineticNetwork,
    *,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyStates:
    """Read what :func:`save_steady_states` wrote, columns in the order of ``network``.

    Parameters
    ----------
    path
        The file.
    network
        The kinetic model.
    check
        Raise where a state does not fit the network.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.

    Returns
    -------
    SteadyStates

    Raises
    ------
    FileFormatError
        The file is not such an archive.
    MissingEntryError
        A name that the network needs is absent.
    SteadyStateError
        A state contradicts the network.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import load_steady_states, save_steady_states
    >>> save_steady_states(states, "states.npz")
    >>> load_steady_states("states.npz", network)
    <SteadyStates: 200 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    path = existing(path)
    hint = (
        "Was it written by save_steady_states? Plain arrays need their units stated; see "
        "read_state_arrays."
    )
    arrays = read_arrays(path, (*_NAMES, *_TABLES, "units"), hint=hint)
    arrays = require_layout(arrays, _LAYOUT, source=path, hint=hint)
    try:
        units = Units.from_dict(json.loads(str(arrays["units"])))
        tables = {
            key: pd.DataFrame(
                arrays[key], index=arrays["names"].tolist(), columns=arrays[label].tolist()
            )
            for key, label in _TABLES.items()
        }
    except (ValueError, TypeError, RecursionError) as error:
        raise FileFormatError(f"{path}: {error}. {hint}") from error
    return from_tables(
        network, units=units, check=check, balance_tolerance=balance_tolerance, **tables
    )
