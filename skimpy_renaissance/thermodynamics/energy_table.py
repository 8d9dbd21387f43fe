r"""Reaction energies of a table: standard energies or equilibrium constants, with their errors.

.. math:: \ln K' = -\Delta G'^{\circ} / RT

Energies are apparent, at the pH of each compartment: protons and water do not count.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_columns, require_positive
from skimpy_renaissance.errors import InputError, MissingEntryError, listed, repeated
from skimpy_renaissance.tables import read_table
from skimpy_renaissance.thermodynamics.reaction_energies import (
    GAS_CONSTANT,
    ReactionEnergies,
    missing_table,
)

__all__ = ["energies_from_table"]

Array = NDArray[np.float64]

_PER_MOLE = {"kj/mol": 1.0, "kcal/mol": 4.184}
_ENERGIES, _CONSTANTS, _LOGARITHMS = ("dg0", "dg0'", "dg"), ("k_eq", "keq"), ("ln_k", "ln_k_eq")


def energies_from_table(
    table: pd.DataFrame | str | os.PathLike[str],
    *,
    unit: str | None = None,
    protons: Mapping[str, float] | None = None,
    temperature: float = 298.15,
) -> ReactionEnergies:
    """Read energies that a user states.

    Parameters
    ----------
    table
        Or its file. Columns ``reaction``; one of ``dG0 (kJ/mol)``, ``dG0 (kcal/mol)``, ``k_eq``
        (mol/L to the power of the summed stoichiometry), ``ln_k``; and, where there are errors,
        ``error``: the standard error of the energy in its unit, or of ln K. A row without a value
        is listed as missing.
    unit
        Of energies, where the name of their column says none: ``"kJ/mol"`` or ``"kcal/mol"``.
    protons
        Protons of the kinetic model to their pH, ``{"h_c": 7.5}``, where it keeps them.
    temperature
        Kelvin.

    Returns
    -------
    ReactionEnergies
        Its errors are independent of one another.

    Raises
    ------
    MissingEntryError
        A column is missing.
    InputError
        Energies and constants are both given, a unit is unknown, a constant is not positive, an
        error is negative, or a reaction stands twice.
    FileFormatError
        The file is no table.

    Examples
    --------
    >>> table = pd.DataFrame({"reaction": ["PGI"], "dG0 (kJ/mol)": [2.5], "error": [0.5]})
    >>> float(energies_from_table(table).table.round(2).loc["PGI", "ln_k"])
    -1.01
    """
    require_positive("temperature", temperature)
    source = "a table"
    if not isinstance(table, pd.DataFrame):
        source, table = os.fspath(table), read_table(table, what="a table of reaction energies")
    require_columns(table, ["reaction"], what="The table of energies")
    names = [str(name) for name in table["reaction"]]
    if repeated(names):
        raise InputError(
            f"Each reaction stands once in the table of energies; {listed(repeated(names))} "
            "stands there several times."
        )
    column = _column_of(table)
    values = _numbers(table, column, names)
    errors = _numbers(table, "error", names) if "error" in table else np.zeros(len(names))
    errors = np.where(np.isnan(errors), 0.0, errors)
    if (errors < 0).any():
        place = int(np.flatnonzero(errors < 0)[0])
        raise InputError(
            f"The error of {names[place]!r} must be a standard error >= 0, got {errors[place]:g}."
        )
    log_k, errors = _as_log_k(column, values, errors, unit=unit, names=names, kelvin=temperature)
    known = np.isfinite(log_k)
    return ReactionEnergies(
        tuple(name for name, there in zip(names, known, strict=True) if there),
        log_k[known],
        np.diag(errors[known] ** 2),
        source,
        protons=dict(protons or {}),
        missing=missing_table(
            {
                name: f"no value in {source}"
                for name, there in zip(names, known, strict=True)
                if not there
            }
        ),
        temperature=temperature,
    )


def _kind(column: object) -> str:
    return str(column).partition("(")[0].strip().lower()


def _column_of(table: pd.DataFrame) -> str:
    found = [c for c in table.columns if _kind(c) in (*_ENERGIES, *_CONSTANTS, *_LOGARITHMS)]
    if not found:
        raise MissingEntryError(
            "The table of energies needs a column 'dG0 (kJ/mol)', 'dG0 (kcal/mol)', 'k_eq' or "
            f"'ln_k'; it has {listed(table.columns)}."
        )
    if len(found) > 1:
        raise InputError(
            f"The table of energies must state each one once, but has the columns {listed(found)}. "
            "Which of them holds? Remove the others."
        )
    return str(found[0])


def _numbers(table: pd.DataFrame, column: str, names: list[str]) -> Array:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(table[column].notna().to_numpy() & ~np.isfinite(values))
    if len(wrong):
        raise InputError(
            f"{column!r} of {names[wrong[0]]!r} must be a number, got "
            f"{table[column].iloc[wrong[0]]!r}."
        )
    return values


def _as_log_k(
    column: str,
    values: Array,
    errors: Array,
    *,
    unit: str | None,
    names: list[str],
    kelvin: float,
) -> tuple[Array, Array]:
    """Return ln K and its standard error."""
    kind = _kind(column)
    if kind in _ENERGIES:
        scale = _PER_MOLE[_unit(column, unit)] / (GAS_CONSTANT * kelvin)
        return -values * scale, errors * scale
    if kind in _LOGARITHMS:
        return values, errors
    if (values <= 0).any():
        place = int(np.flatnonzero(values <= 0)[0])
        raise InputError(
            f"k_eq of {names[place]!r} must be positive, got {values[place]:g}. A reaction without "
            "a backward rate has no constant: leave it out."
        )
    return np.log(values), errors


def _unit(column: str, unit: str | None) -> str:
    inside = column.partition("(")[2].rstrip(") ").lower()
    stated = [one for one in (inside, (unit or "").lower()) if one]
    if not stated or stated[0] not in _PER_MOLE or len(set(stated)) > 1:
        raise InputError(
            f"Energies need their unit, 'kJ/mol' or 'kcal/mol', in the name of the column or as "
            f"unit=; the column is {column!r}, unit={unit!r}."
        )
    return stated[0]
