"""The library libSBML, the identifiers that SBML allows, and what its checks find.

An SBML identifier is a letter or ``_`` followed by letters, digits and ``_``; compartments,
species, parameters, reactions and the model share one set of them.

References
----------
1. Bornstein et al., *Bioinformatics* 24 (2008) 880, doi:10.1093/bioinformatics/btn051 (libSBML).
2. Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
   Version 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pandas as pd

from skimpy_renaissance.errors import MissingExtraError

__all__ = ["consistency", "import_libsbml", "sbml_ids"]

_RESERVED = ("time", "avogadro", "delay", "rateOf", "pi", "true", "false", "inf", "nan")


def import_libsbml(*, needed_by: str) -> Any:
    """Import libSBML.

    Parameters
    ----------
    needed_by
        What cannot be done without it, as the beginning of the message: ``"Writing SBML"``.

    Returns
    -------
    types.ModuleType

    Raises
    ------
    MissingExtraError
        It is not installed, or cannot be imported.
    """
    try:
        return import_module("libsbml")
    except ImportError as error:
        raise MissingExtraError(
            f"{needed_by} needs libSBML, which cannot be imported ({error}). It comes with "
            "COBRApy; alone: pip install python-libsbml."
        ) from error


def sbml_ids(names: Iterable[str]) -> dict[str, str]:
    """Return an SBML identifier for each name, all different.

    Parameters
    ----------
    names
        Names of compartments, metabolites, parameters and reactions, each once.

    Returns
    -------
    dict
        Name to identifier: the name itself where it can be one; else other characters become
        ``_``, and a number follows where two would be equal.

    Examples
    --------
    >>> sbml_ids(["atp_c", "3pg_c", "glc-D_c", "glc_D_c"])
    {'atp_c': 'atp_c', '3pg_c': '_3pg_c', 'glc-D_c': 'glc_D_c_2', 'glc_D_c': 'glc_D_c'}
    """
    listed = list(dict.fromkeys(names))
    proper = {name for name in listed if _is_id(name)}
    taken, ids = set(proper), {}
    for name in listed:
        if name in proper:
            ids[name] = name
            continue
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
        number, candidate = 1, plain
        while candidate in taken or not _is_id(candidate):
            number += 1
            candidate = f"{plain}_{number}"
        taken.add(candidate)
        ids[name] = candidate
    return ids


def _is_id(name: str) -> bool:
    """Tell whether a name is an identifier that no tool takes for something else."""
    return bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)) and name not in _RESERVED


def consistency(document: Any) -> pd.DataFrame:
    """Return what libSBML's checks find in a document.

    Parameters
    ----------
    document
        A ``libsbml.SBMLDocument``.

    Returns
    -------
    pandas.DataFrame
        A row per finding: ``severity`` (``Warning``, ``Error``, ``Fatal``, ...), ``code``,
        ``category``, ``line``, ``message``.
    """
    document.checkInternalConsistency()
    document.checkConsistency()
    findings = [document.getError(i) for i in range(document.getNumErrors())]
    rows = [
        (
            one.getSeverityAsString(),
            one.getErrorId(),
            one.getCategoryAsString(),
            one.getLine(),
            " ".join(one.getMessage().split()),
        )
        for one in findings
    ]
    return pd.DataFrame(rows, columns=["severity", "code", "category", "line", "message"])
