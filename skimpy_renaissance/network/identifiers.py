"""Identifiers of metabolites as SKiMPy makes them from those of a metabolic model."""

from __future__ import annotations

import re

__all__ = ["sanitized", "without_compartment"]


def sanitized(metabolite: str) -> str:
    """Return the identifier SKiMPy makes of a pyTFA metabolite.

    Parameters
    ----------
    metabolite
        For example ``"13dpg_c"`` or ``"glc-D_e"``.

    Returns
    -------
    str
        A hyphen between letters becomes ``_``, a leading digit gets one in front: ``"_13dpg_c"``,
        ``"glc_D_e"``.
    """
    without_hyphen = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "_", metabolite)
    return re.sub(r"^(?=\d)", "_", without_hyphen)


def without_compartment(metabolite: str, compartment: str | None) -> str:
    """Return a metabolite's identifier without its compartment.

    Parameters
    ----------
    metabolite
        For example ``"h_c"`` or ``"h[c]"``.
    compartment
        For example ``"c"``.

    Returns
    -------
    str
        ``"h"``.
    """
    for ending in (f"_{compartment}", f"[{compartment}]"):
        if compartment and metabolite.endswith(ending):
            return metabolite.removesuffix(ending)
    return metabolite
