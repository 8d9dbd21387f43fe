"""The rate law of each reaction as a table, to be edited and given back.

A row per reaction: ``law`` (SKiMPy's class), ``substrates`` and ``products`` in the order of their
roles and ``small_molecules`` (``"2 q8_c + nadh_c"``; what small molecules the reaction makes and
takes: ``"h_c"``, ``"-2 h_c"``), and ``why`` the law was chosen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from skimpy_renaissance.checks import require_columns, require_names
from skimpy_renaissance.draft.rate_law_rules import LAWS, RateLaw
from skimpy_renaissance.errors import InputError, NetworkError, did_you_mean, listed
from skimpy_renaissance.tables import read_table

__all__ = ["COLUMNS", "Laws", "edited_laws", "laws_table", "stated_laws"]

COLUMNS = ("law", "substrates", "products", "small_molecules", "why")

Laws = pd.DataFrame | Mapping[str, str] | str | os.PathLike[str]
"""A table like the one here, its file, or reaction to law."""

_WHOLE_ONLY = ("Convenience", "GeneralizedReversibleHill")
_ONES_ONLY = ("H1GeneralizedReversibleHill", "RevMassaction")
_PAIRED = ("H1GeneralizedReversibleHill", "GeneralizedReversibleHill")
_BY_USER = "given"


def laws_table(laws: Mapping[str, RateLaw]) -> pd.DataFrame:
    """Return the laws as a table.

    Parameters
    ----------
    laws
        Reaction to law.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``reaction``, columns :data:`COLUMNS`.
    """
    rows = [
        (law.law, _written(law.substrates), _written(law.products),
         _written(law.small_molecules.items()), law.why)
        for law in laws.values()
    ]  # fmt: skip
    index = pd.Index(list(laws), name="reaction", dtype=object)
    return pd.DataFrame(rows, index=index, columns=list(COLUMNS), dtype=object)


def _written(side: Iterable[tuple[str, float]]) -> str:
    return " + ".join(m if n == 1 else f"{_digits(n)} {m}" for m, n in side)


def _digits(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def stated_laws(laws: Laws | None, known: Collection[str]) -> pd.DataFrame:
    """Return what a user states of rate laws as a table.

    Parameters
    ----------
    laws
        A table with the column ``law``, and ``substrates``, ``products`` and ``small_molecules``
        (all of them or none), for some reactions or all; a file of one; or reaction to law.
    known
        Reactions that may be named.

    Returns
    -------
    pandas.DataFrame
        Indexed by reaction; empty for ``None``.

    Raises
    ------
    MissingEntryError
        The column is absent, or a reaction unknown.
    NetworkError
        A law is unknown.
    InputError
        A reaction has two rows.
    """
    if isinstance(laws, str | os.PathLike):
        laws = read_table(laws, what="a table of rate laws", as_text=True)
    if not isinstance(laws, pd.DataFrame):
        laws = pd.DataFrame({"law": dict(laws or {})}, dtype=object)
    if "reaction" in laws.columns:
        laws = laws.set_index("reaction")
    require_columns(laws, ["law"], what="The table of rate laws")
    if not laws.index.is_unique:
        twice = list(dict.fromkeys(laws.index[laws.index.duplicated()]))
        raise InputError(
            f"The table of rate laws has more than one row for {listed(twice)}. Keep one of each."
        )
    require_names(map(str, laws.index), known, what="reaction for a rate law called")
    for name, law in laws["law"].items():
        if law not in LAWS:
            raise NetworkError(
                f"Reaction {name!r} has the law {law!r}{did_you_mean(str(law), LAWS)} Laws are "
                f"{listed(LAWS, most=len(LAWS))}; regulation is added later (sr.add_regulation)."
            )
    return laws


def edited_laws(chosen: Mapping[str, RateLaw], table: pd.DataFrame) -> dict[str, RateLaw]:
    """Return the laws with those that a user states in their place.

    Parameters
    ----------
    chosen
        Reaction to the law that the rules choose.
    table
        As :func:`stated_laws` returns it; rows of other reactions count for nothing.

    Returns
    -------
    dict
        Reaction to law.

    Raises
    ------
    NetworkError
        A law does not fit the reaction.
    InputError
        A cell cannot be read.
    """
    result = dict(chosen)
    for reaction, row in table.iterrows():
        name = str(reaction)
        if name not in chosen:
            continue
        law = _stated(name, row, chosen[name])
        require_fitting(name, law, chosen[name])
        if replace(law, why="") != replace(chosen[name], why=""):
            result[name] = law
    return result


def _stated(name: str, row: pd.Series, chosen: RateLaw) -> RateLaw:
    law = row["law"]
    sides = [column for column in COLUMNS[1:4] if column in row.index]
    if not sides:
        return replace(chosen, law=str(law), why=_BY_USER)
    if len(sides) < 3:
        raise InputError(
            f"Reaction {name!r}: a table of rate laws with {listed(sides)} needs all of "
            f"{listed(COLUMNS[1:4])}. Add the rest, or leave all of them out."
        )
    read = [_read(name, column, row[column]) for column in sides]
    for column, side in zip(sides[:2], read[:2], strict=True):
        if any(n <= 0 for _, n in side):
            raise InputError(
                f"Reaction {name!r}: coefficients in {column} must be positive, got "
                f"{row[column]!r}."
            )
    substrates, products, small = tuple(read[0]), tuple(read[1]), dict(read[2])
    stated = RateLaw(str(law), substrates, products, small, _BY_USER)
    if stated.balance == {m: -n for m, n in chosen.balance.items()}:
        turned = {m: -n for m, n in small.items()}
        return RateLaw(str(law), products, substrates, turned, _BY_USER)
    return stated


def _read(reaction: str, column: str, cell: Any) -> list[tuple[str, float]]:
    if pd.isna(cell) or not str(cell).strip():
        return []
    terms = []
    for term in re.split(r"\s\+\s", str(cell).strip()):
        match = re.fullmatch(r"(?:(-?[\d.]+(?:e[-+]?\d+)?)\s+)?(\S+)", term.strip())
        try:
            terms.append((match[2], float(match[1] or 1.0)))  # type: ignore[index]
        except (TypeError, ValueError):
            raise InputError(
                f"Reaction {reaction!r}: {column} must be like '2 q8_c + nadh_c', got {cell!r}."
            ) from None
    return terms


def require_fitting(name: str, law: RateLaw, chosen: RateLaw) -> None:
    """Raise where a law is not one for the stoichiometry of its reaction.

    Parameters
    ----------
    name
        The reaction.
    law
        What a user states.
    chosen
        What the rules choose, with the true stoichiometry.

    Raises
    ------
    NetworkError
        Metabolites or coefficients are others than the reaction's, or the law cannot have them.
    """
    have, need = law.balance, chosen.balance
    wrong = [m for m in {**need, **have} if abs(have.get(m, 0.0) - need.get(m, 0.0)) > 1e-12]
    if wrong:
        told = ", ".join(f"{m} {have.get(m, 0):g} instead of {need.get(m, 0):g}" for m in wrong[:4])
        raise NetworkError(
            f"Reaction {name!r}: substrates, products and small molecules must be those of the "
            f"reaction, but the table has {told}. Roles may change places, and metabolites move "
            "to or from the small molecules; leave one out of all laws with excluded=."
        )
    both = [m for m, _ in (*law.substrates, *law.products) if m in law.small_molecules]
    if both:
        raise NetworkError(
            f"Reaction {name!r} has {listed(both)} both among its reactants and its small "
            "molecules. State the whole coefficient in one place."
        )
    said = _misfit(law)
    if said:
        raise NetworkError(
            f"Reaction {name!r} cannot have {law.law}, which {said}; it has the substrates "
            f"{_written(law.substrates) or 'none'!r} and the products "
            f"{_written(law.products) or 'none'!r}. The rules choose {chosen.law}."
        )


def _misfit(law: RateLaw) -> str | None:
    coefficients = [n for _, n in (*law.substrates, *law.products)]
    fixed = LAWS[law.law].stoichiometry
    if fixed:
        counts = [sum(role.startswith(kind) for role in fixed) for kind in ("sub", "prod")]
        if [len(law.substrates), len(law.products)] != counts or set(coefficients) != {1.0}:
            return (
                f"needs {counts[0]} substrate(s) and {counts[1]} product(s), all with the "
                "coefficient 1"
            )
    if law.law in _PAIRED and len(law.substrates) != len(law.products):
        return "needs as many products as substrates"
    if law.law in _ONES_ONLY and set(coefficients) != {1.0}:
        return "needs coefficients of 1"
    if law.law in _WHOLE_ONLY and not all(float(n).is_integer() for n in coefficients):
        return "needs whole coefficients"
    return None
