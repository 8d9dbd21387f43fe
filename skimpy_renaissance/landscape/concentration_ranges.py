"""Concentration ranges found by rules, handed to the tools that sample steady states.

A rule forbids a window. Where the window lies at an end of the range seen, what is left is a range,
which any solver takes as two bounds; a window in the middle leaves two ranges, of which a convex
model can hold one only, so it is left out here and stays in the table of rules.

With pyTFA, where every concentration has a variable ``LC_<metabolite>`` in ln(mol/L)::

    ranges = read_ranges("allowed_ranges.csv")
    apply_to_pytfa(tmodel, ranges)      # tmodel.log_concentration[...].variable.lb, .ub
    tmodel.optimize()                   # still feasible? then sample it again
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError, listed
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.steady_states import SteadyStates
from skimpy_renaissance.storage import existing
from skimpy_renaissance.tables import read_table

if TYPE_CHECKING:
    from pytfa import ThermoModel

__all__ = [
    "allowed_ranges",
    "apply_to_pytfa",
    "forbidden_ranges",
    "ranges_table",
    "read_ranges",
    "windows_of",
    "write_ranges",
]

Ranges = Mapping[str, tuple[float, float]]

_COLUMNS = ("lower_mol_per_L", "upper_mol_per_L")


def windows_of(rules: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the window of concentrations that each rule is about.

    Parameters
    ----------
    rules
        Some rows of :func:`~skimpy_renaissance.landscape.rules.concentration_rules`.

    Returns
    -------
    dict
        Metabolite to lower and upper end, mol/L.
    """
    return {
        str(name): (float(low), float(high))
        for name, low, high in zip(rules.index, rules["lower"], rules["upper"], strict=True)
    }


def forbidden_ranges(rules: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the windows that allow hardly any fast dynamics.

    Parameters
    ----------
    rules
        As :func:`~skimpy_renaissance.landscape.rules.concentration_rules` returns them.

    Returns
    -------
    dict
        Metabolite to (lower, upper), mol/L, the most significant first.

    Examples
    --------
    >>> fast = sr.landscape.pool_speeds(network, states).slowest > 30  # 1/h, of each state
    >>> rules = sr.landscape.concentration_rules(states, fast)
    >>> sr.landscape.forbidden_ranges(rules)  # mol/L
    {'glu__L_c': (0.0938..., 0.1247...)}
    """
    return windows_of(rules[rules["rule"]])


def allowed_ranges(rules: pd.DataFrame, states: SteadyStates) -> dict[str, tuple[float, float]]:
    """Return what the rules leave of the ranges seen.

    Parameters
    ----------
    rules
        As :func:`~skimpy_renaissance.landscape.rules.concentration_rules` returns them.
    states
        The steady states in which they were found.

    Returns
    -------
    dict
        Metabolite to (lower, upper), mol/L, the most significant first; without those whose
        forbidden window lies in the middle.

    Examples
    --------
    >>> fast = sr.landscape.pool_speeds(network, states).slowest > 30  # 1/h, of each state
    >>> rules = sr.landscape.concentration_rules(states, fast)
    >>> sr.landscape.allowed_ranges(rules, states)  # mol/L
    {'glu__L_c': (0.0741..., 0.0938...)}
    """
    molar = states.concentrations / states.units.concentration_scaling
    seen = dict(
        zip(states.metabolite_names, zip(molar.min(0), molar.max(0), strict=True), strict=True)
    )
    ranges = {}
    for name, row in rules[rules["rule"] & (rules["side"] != "middle")].iterrows():
        low, high = seen[str(name)]
        kept = (row["upper"], high) if row["side"] == "low" else (low, row["lower"])
        if kept[0] < kept[1]:
            ranges[str(name)] = (float(kept[0]), float(kept[1]))
    return ranges


def ranges_table(ranges: Ranges) -> pd.DataFrame:
    """Return concentration ranges as a table.

    Parameters
    ----------
    ranges
        Metabolite to (lower, upper), mol/L.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite``; columns ``lower_mol_per_L``, ``upper_mol_per_L``.
    """
    index = pd.Index(list(ranges), name="metabolite", dtype=object)
    return pd.DataFrame(list(ranges.values()), index=index, columns=list(_COLUMNS))


def write_ranges(ranges: Ranges, path: str | os.PathLike[str]) -> None:
    """Write concentration ranges as CSV.

    Parameters
    ----------
    ranges
        Metabolite to (lower, upper), mol/L.
    path
        The file: columns ``metabolite``, ``lower_mol_per_L``, ``upper_mol_per_L``.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> from skimpy_renaissance.landscape import write_ranges
    >>> write_ranges({"atp_c": (2e-3, 9e-3)}, "ranges.csv")
    """
    with atomic_path(path) as temporary:
        ranges_table(ranges).to_csv(temporary, lineterminator="\n")


def read_ranges(path: str | os.PathLike[str]) -> dict[str, tuple[float, float]]:
    """Read what :func:`write_ranges` wrote, or a table of one's own.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Metabolite to (lower, upper), mol/L.

    Raises
    ------
    FileFormatError
        The file does not hold such a table.
    InputError
        A range is not one; it is named.

    Examples
    --------
    >>> from skimpy_renaissance.landscape import read_ranges, write_ranges
    >>> write_ranges({"atp_c": (2e-3, 9e-3)}, "ranges.csv")
    >>> read_ranges("ranges.csv")
    {'atp_c': (0.002, 0.009)}
    """
    path = existing(path)
    try:
        table = read_table(path, as_text=True)
        require_columns(table, ("metabolite", *_COLUMNS), what=f"The table of ranges {path.name}")
        lower, upper = (table[column].astype(float) for column in _COLUMNS)
    except FileFormatError:
        raise
    except MissingEntryError as error:
        raise FileFormatError(str(error)) from error
    except ValueError as error:
        raise FileFormatError(
            f"{path.name} must hold numbers in {', '.join(_COLUMNS)}: {error}."
        ) from error
    named = map(str, table["metabolite"])
    ranges = dict(zip(named, zip(lower, upper, strict=True), strict=True))
    _require_ranges(ranges)
    return ranges


def apply_to_pytfa(tmodel: ThermoModel, ranges: Ranges) -> pd.DataFrame:
    """Confine concentrations of a pyTFA model, in place.

    Parameters
    ----------
    tmodel
        A prepared and converted thermodynamic model. Its variables ``LC_<metabolite>`` are
        narrowed, never widened.
    ranges
        Metabolite to (lower, upper), mol/L; names as in the kinetic model or as in pyTFA.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite`` (pyTFA's name); columns ``lower_before``, ``upper_before``, ``lower``,
        ``upper``, mol/L.

    Raises
    ------
    MissingEntryError
        The model has no concentration variable for a metabolite.
    InputError
        A range is not one, or leaves nothing of the model's own; the model is then unchanged.

    Examples
    --------
    With what ``pytfa`` would give in the place of ``tmodel``:

    >>> from types import SimpleNamespace as Part
    >>> atp = Part(id="atp_c", variable=Part(lb=math.log(1e-4), ub=math.log(2e-2)))
    >>> tmodel = Part(log_concentration=[atp])
    >>> sr.landscape.apply_to_pytfa(tmodel, {"atp_c": (2e-3, 9e-3)})
                lower_before  upper_before  lower  upper
    metabolite
    atp_c             0.0001          0.02  0.002  0.009
    """
    _require_ranges(ranges)
    variables = {sanitized(entry.id): entry for entry in tmodel.log_concentration}
    unknown = [name for name in ranges if sanitized(name) not in variables]
    if unknown:
        raise MissingEntryError(
            f"The pyTFA model has no concentration variable LC_ of {listed(unknown)}; its "
            f"metabolites look like {listed(variables, most=3)}. Has it been converted "
            "(tmodel.convert())?"
        )
    rows: dict[str, tuple[float, float, float, float]] = {}
    for name, (low, high) in ranges.items():
        entry = variables[sanitized(name)]
        before = entry.variable.lb, entry.variable.ub
        after = max(before[0], log(low)), min(before[1], log(high))
        if after[0] > after[1]:
            raise InputError(
                f"The range of {name!r}, {low:g} to {high:g} mol/L, does not meet that of the "
                f"pyTFA model, {exp(before[0]):g} to {exp(before[1]):g} mol/L."
            )
        rows[entry.id] = (*before, *after)
    for name, (_, _, low, high) in rows.items():
        variable = variables[sanitized(name)].variable
        variable.lb, variable.ub = low, high  # narrower on both sides, so never crossed
    return pd.DataFrame(
        np.exp(np.array(list(rows.values())).reshape(-1, 4)),
        index=pd.Index(list(rows), name="metabolite"),
        columns=["lower_before", "upper_before", "lower", "upper"],
    )


def _require_ranges(ranges: Ranges) -> None:
    for name, (low, high) in ranges.items():
        if not 0 < low <= high < float("inf"):
            raise InputError(
                f"The range of {name!r} must be 0 < lower <= upper in mol/L, got "
                f"({low!r}, {high!r})."
            )
