"""What differs between the inputs of a result and those at hand, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skimpy_renaissance.setups import differences

__all__ = ["differing_inputs"]

_WORDS = {
    "model_sha256": "kinetic model file",
    "conservation_sha256": "table of conserved pools",
    "regulation_sha256": "table of regulation",
    "formulas_sha256": "file of formulas",
    "km_bounds_sha256": "table of Km bounds",
    "state": "name of the steady state",
    "state_sha256": "values of the steady state",
    "units": "units",
}


def differing_inputs(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say which inputs differ; what was not noted, as from Python, cannot.

    Parameters
    ----------
    stored, now
        What tells a problem from another (``Inputs.identity``).

    Returns
    -------
    list of str
        For example ``"kinetic model file: sha256 0123456789ab stored, ba9876543210 now"``.
    """
    found = []
    for key, what in _WORDS.items():
        if key not in stored or stored[key] == now.get(key):
            continue
        if key == "units":
            found += differences(stored[key], now[key], where=what)
        elif key == "state_sha256" and stored.get("units") != now["units"]:
            continue  # the values differ because the units do
        elif key.endswith("_sha256"):
            found.append(f"{what}: sha256 {_short(stored[key])} stored, {_short(now.get(key))} now")
        else:
            found.append(f"{what}: {stored[key]} stored, {now[key]} now")
    return found


def _short(digest: object) -> str:
    return "none" if digest is None else str(digest).removeprefix("8 digits ")[:12]
