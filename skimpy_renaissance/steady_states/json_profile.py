"""One steady state as a JSON document: ``fluxes``, ``concentrations``, ``k_eq``, ``scaling``.

Values are by name and in scaled units; ``scaling`` states the units, in the names of
:class:`~skimpy_renaissance.units.Units` or the older ``density_g_per_L`` and ``time_unit``. Other
keys are ignored. Units are never guessed: what the file does not state comes as an argument, and
what both state must agree.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pandas as pd

from skimpy_renaissance.atomic import write_text
from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import FileFormatError, InputError, UnitsError, listed, repeated
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency import BALANCE_TOLERANCE
from skimpy_renaissance.steady_states.plain_tables import from_tables
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.storage import existing
from skimpy_renaissance.units import Units, is_flux_unit
from skimpy_renaissance.versions import WRITTEN_BY, versions

__all__ = ["read_steady_state", "to_json", "write_steady_state"]

_UNIT_FIELDS = tuple(field.name for field in fields(Units))
_OTHER_NAMES = {"density_g_per_L": "density", "thermo_unit": "energy_unit"}
_NEEDED = ("concentration_scaling", "density", "gdw_gww_ratio", "time_scaling")
_PER_HOUR = {"h": 1.0, "min": 60.0, "s": 3600.0}


def read_steady_state(
    path: str | os.PathLike[str],
    network: KineticNetwork,
    *,
    units: Units | None = None,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyState:
    """Read one steady state from its JSON form.

    Parameters
    ----------
    path
        The file.
    network
        The kinetic model; says which names are needed. Others are ignored.
    units
        The scaling, where the file does not state it.
    check
        Raise where the state does not fit the network.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.

    Returns
    -------
    SteadyState
        Called as the document's ``name``, else as the file.

    Raises
    ------
    FileFormatError
        The file is not JSON of this form, or names an entry twice.
    UnitsError
        The file states no units and none are given, or both differ.
    MissingEntryError
        A needed flux, concentration or equilibrium constant is absent.
    InputError
        A value is not a usable number; it is named.
    SteadyStateError
        The state contradicts the network.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import write_steady_state
    >>> write_steady_state(state, "state.json")
    >>> sr.read_steady_state("state.json", network)
    <SteadyState '97': 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    path = existing(path)
    document = _parse(path)
    name = str(document.get("name", path.stem))
    fluxes, concentrations, constants = (
        pd.DataFrame([_numbers(document, key, source=path.name)], index=[name])
        for key in ("fluxes", "concentrations", "k_eq")
    )
    states = from_tables(
        network,
        fluxes=fluxes,
        concentrations=concentrations,
        equilibrium_constants=constants,
        units=_units(document.get("scaling") or {}, units, source=path.name),
        check=check,
        balance_tolerance=balance_tolerance,
    )
    return states[name]


def to_json(state: SteadyState) -> str:
    """Return the JSON form of a steady state; every number survives the round trip exactly.

    Parameters
    ----------
    state
        The steady state.

    Returns
    -------
    str

    Examples
    --------
    >>> import json
    >>> from skimpy_renaissance.steady_states import to_json
    >>> document = json.loads(to_json(state))
    >>> document["scaling"]["concentration_scaling"], round(document["concentrations"]["atp_c"])
    (1000000.0, 7147)
    """
    document = {
        "name": state.name,
        "fluxes": state.fluxes.to_dict(),
        "concentrations": state.concentrations.to_dict(),
        "k_eq": state.equilibrium_constants.dropna().to_dict(),
        "scaling": state.stated_units().to_dict(),
        WRITTEN_BY: versions(),
    }
    return json.dumps(document, indent=1, allow_nan=False)


def write_steady_state(state: SteadyState, path: str | os.PathLike[str]) -> None:
    """Write a steady state as JSON, for :func:`read_steady_state`.

    Parameters
    ----------
    state
        The steady state.
    path
        The file; an existing one is replaced, at once.

    Raises
    ------
    OutputError
        The folder does not exist or cannot be written.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import write_steady_state
    >>> write_steady_state(state, "state.json")
    """
    write_text(path, to_json(state) + "\n")


def _parse(path: Path) -> dict[str, object]:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice = repeated(key for key, _ in pairs)
        if twice:
            raise FileFormatError(f"{path.name} names {listed(twice)} twice in one mapping.")
        return dict(pairs)

    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=unique)
    except FileFormatError:
        raise
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, nested too deeply
        raise FileFormatError(
            f"{path.name} must be a JSON document, but it cannot be parsed: {error}. "
            "Was it cut off, or is it another kind of file?"
        ) from error
    if not isinstance(document, dict):
        raise FileFormatError(
            f"{path.name} must hold one mapping with fluxes, concentrations, k_eq and scaling, got "
            f"{type(document).__name__}."
        )
    return document


def _numbers(document: Mapping[str, object], key: str, *, source: str) -> dict[str, float]:
    table = document.get(key)
    if not isinstance(table, dict):
        raise FileFormatError(
            f"{source} must hold {key!r} as a mapping from name to number, got "
            f"{'nothing' if table is None else type(table).__name__}."
        )
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{source}: {key} of {name!r} must be a number, got {value!r}.")
        if isinstance(value, int) and not is_finite_number(value):
            raise InputError(
                f"{source}: {key} of {name!r} must be a number below 1.8e308, got one of "
                f"{len(str(value))} digits."
            )
    return table


def _units(scaling: object, given: Units | None, *, source: str) -> Units:
    """Return the units that file and argument agree on."""
    if not isinstance(scaling, Mapping):
        raise FileFormatError(f"{source}: 'scaling' must be a mapping, got {scaling!r}.")
    stated = {_OTHER_NAMES.get(name, name): value for name, value in scaling.items()}
    if stated.get("time_unit") in _PER_HOUR:
        stated.setdefault("time_scaling", _PER_HOUR[str(stated["time_unit"])])
    if not is_flux_unit(stated.get("flux_unit")):
        stated.pop("flux_unit", None)  # elsewhere, that of the scaled fluxes in words
    known = {name: stated[name] for name in _UNIT_FIELDS if name in stated}
    absent = [name for name in _NEEDED if name not in known]
    if given is not None:
        given.require_same(
            Units.from_dict({**given.to_dict(), **known}), what=f"{source} and units"
        )
        units = given
    elif absent:
        raise UnitsError(
            f"{source} does not state its units: {listed(absent)} absent from 'scaling'. "
            "Pass units=Units(...) with the numbers it was computed with."
        )
    else:
        units = Units.from_dict(known)
    factor = stated.get("flux_scaling_factor")
    if is_finite_number(factor):
        units.require_flux_factor(factor, source=source)
    return units
