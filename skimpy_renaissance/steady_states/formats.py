"""Files of steady states by the ending of their name: one line of a table per format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from skimpy_renaissance.errors import FileFormatError, UnitsError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states.archive import has_units, load_steady_states
from skimpy_renaissance.steady_states.json_profile import read_steady_state
from skimpy_renaissance.steady_states.plain_arrays import read_state_arrays
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.steady_states.tfa_samples import read_tfa_samples
from skimpy_renaissance.units import Units

__all__ = ["STATE_FORMATS", "StateReader", "read_states_file"]

StateReader = Callable[[Path, KineticNetwork, Units | None], SteadyStates]
"""(file, kinetic model, units or ``None``) to steady states that are not yet checked.

>>> from pathlib import Path
>>> from skimpy_renaissance.steady_states import STATE_FORMATS, StateReader
>>> reader: StateReader = STATE_FORMATS[".json"]
>>> sr.steady_states.write_steady_state(state, "one.json")
>>> reader(Path("one.json"), network, None)
<SteadyStates: 1 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
"""


def read_states_file(
    path: str | os.PathLike[str], network: KineticNetwork, *, units: Units | None
) -> SteadyStates:
    """Read steady states from a file of any format.

    Parameters
    ----------
    path
        The file; the ending of its name tells the format.
    network
        The kinetic model.
    units
        ``None`` where the file states its own.

    Returns
    -------
    SteadyStates
        Not yet checked against the network.

    Raises
    ------
    UnitsError
        The file states no units and none are given, or both differ.
    FileFormatError, MissingEntryError, InputError
        The file cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import read_states_file, save_steady_states
    >>> save_steady_states(states[:3], "three.npz")
    >>> read_states_file("three.npz", network, units=None)
    <SteadyStates: 3 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    path = Path(path)
    for ending, read in STATE_FORMATS.items():
        if path.name.endswith(ending):
            return read(path, network, units)
    raise FileFormatError(
        f"Steady states come in files that end in {listed(STATE_FORMATS, most=20)}, got "
        f"{path.name!r}. Rename or convert it."
    )


def _tfa_samples(path: Path, network: KineticNetwork, units: Units | None) -> SteadyStates:
    return read_tfa_samples(path, network, units=_needed(units, path), check=False)


def _one_state(path: Path, network: KineticNetwork, units: Units | None) -> SteadyStates:
    return SteadyStates.stack([read_steady_state(path, network, units=units, check=False)])


def _arrays(path: Path, network: KineticNetwork, units: Units | None) -> SteadyStates:
    if not has_units(path):
        return read_state_arrays(path, network, units=_needed(units, path), check=False)
    states = load_steady_states(path, network, check=False)
    if units is not None:
        units.require_same(states.units, what=f"The archive {path.name}")
    return states


def _needed(units: Units | None, path: Path) -> Units:
    if units is None:
        raise UnitsError(
            f"{path.name} does not state its units. Pass units=Units(...) with the numbers it was "
            "computed with."
        )
    return units


_FORMATS: dict[str, StateReader] = {
    ".csv": _tfa_samples,
    ".csv.gz": _tfa_samples,
    ".json": _one_state,
    ".npz": _arrays,
}
STATE_FORMATS: Mapping[str, StateReader] = MappingProxyType(_FORMATS)
"""Ending of a file's name to what reads it.

>>> from skimpy_renaissance.steady_states import STATE_FORMATS
>>> list(STATE_FORMATS)
['.csv', '.csv.gz', '.json', '.npz']
"""
