"""Whether simulated cells are cells: concentrations in their ranges, elements of a medium kept.

Ranges are those of :mod:`~skimpy_renaissance.steady_states.concentration_classes`, balances those
of :mod:`~skimpy_renaissance.dynamics.reactors.medium_balance`; a table of one's own goes before
both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skimpy_renaissance.dynamics import ReactorRuns
from skimpy_renaissance.dynamics.ensembles.plausible import (
    Extremes,
    implausible,
    implausible_in_words,
)
from skimpy_renaissance.dynamics.reactors.medium_balance import atoms_in, medium_balance
from skimpy_renaissance.dynamics.reactors.plausible_ranges import plausible_ranges
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states.concentration_classes import concentration_range
from skimpy_renaissance.storage import existing
from skimpy_renaissance.tables import read_table

__all__ = ["Physiology", "Plausible", "batch_physiology", "cell_physiology", "read_plausible"]

_COLUMNS = ("lower_mol_per_L", "upper_mol_per_L", "formula")


@dataclass(frozen=True)
class Plausible:
    """What is plausible of single metabolites, in the place of what is known of their class.

    Parameters
    ----------
    ranges
        Metabolite, with its compartment, to lowest and highest concentration, mol/L.
    formulas
        Metabolite of the medium to its formula.
    """

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Physiology:
    """What was looked at, and what was found.

    Parameters
    ----------
    implausible
        As :func:`~skimpy_renaissance.dynamics.ensembles.plausible.implausible` returns it.
    summary
        Head and rows: what was looked at, and what was found.
    warnings
        What no cell does, in sentences; empty at best.
    """

    implausible: pd.DataFrame
    summary: Sequence[tuple[str, ...]]
    warnings: list[str]


def read_plausible(path: str | os.PathLike[str]) -> Plausible:
    """Read a table of ranges and formulas.

    Parameters
    ----------
    path
        CSV with the column ``metabolite`` and any of ``lower_mol_per_L`` with ``upper_mol_per_L``,
        and ``formula``; cells may be empty.

    Returns
    -------
    Plausible

    Raises
    ------
    FileFormatError
        It is no such table.
    InputError
        A range is none, or a formula; the metabolite is named.
    """
    path = existing(path)
    table = read_table(path, as_text=True)
    if "metabolite" not in table or not set(_COLUMNS) & set(table):
        raise FileFormatError(
            f"{path.name} must be a CSV with the column metabolite, and lower_mol_per_L and "
            f"upper_mol_per_L or formula beside it; it has {', '.join(map(str, table))}."
        )
    ranges, formulas = {}, {}
    for row in table.reindex(columns=["metabolite", *_COLUMNS]).itertuples(index=False):
        name, lower, upper, formula = row
        if pd.notna(formula):
            atoms_in(formula)
            formulas[str(name)] = formula
        if pd.isna(lower) and pd.isna(upper):
            continue
        try:
            low, high = float(lower), float(upper)
        except ValueError:
            low = high = np.nan
        if not 0 <= low <= high < np.inf:
            raise InputError(
                f"{path.name}: the range of {name!r} must be 0 <= lower_mol_per_L <= "
                f"upper_mol_per_L, got {lower!r} and {upper!r}."
            )
        ranges[str(name)] = (low, high)
    return Plausible(ranges, formulas)


def cell_physiology(
    network: KineticNetwork, extremes: Extremes | None, *, plausible: Plausible | None = None
) -> Physiology:
    """Look at the concentrations of models that were followed in time.

    Parameters
    ----------
    network
        Their kinetic model.
    extremes
        Of the runs; ``None`` where units are not known.
    plausible
        Ranges of one's own.

    Returns
    -------
    Physiology
    """
    if extremes is None:
        reason = "not checked: units are not known"
        empty = pd.DataFrame(columns=["metabolite"])
        return Physiology(empty, [_HEAD, ("concentrations", reason)], [])
    own = (plausible or Plausible()).ranges
    outside = {m for m, compartment in network.compartment_of.items() if compartment == "e"}
    ranges = {m: concentration_range(m, outside=m in outside, own=own) for m in extremes.variables}
    found = implausible(extremes, ranges)
    row = ("concentrations", _of_concentrations(found, len(extremes.variables)))
    return Physiology(found, [_HEAD, row], implausible_in_words(found, run="runs"))


def batch_physiology(runs: ReactorRuns, *, plausible: Plausible | None = None) -> Physiology:
    """Look at the concentrations of batches, and at what the medium lost.

    Parameters
    ----------
    runs
        Batches.
    plausible
        Ranges and formulas of one's own; a name in the model, with or without the strain's.

    Returns
    -------
    Physiology
    """
    own = plausible or Plausible()
    reactor = runs.reactor
    scaling = reactor.units.concentration_scaling
    extremes = Extremes.of(runs.trajectories, concentration_scaling=scaling)
    ranges = plausible_ranges(reactor, own=own.ranges)
    found = implausible(extremes, ranges)
    summary = [_HEAD, ("concentrations", _of_concentrations(found, len(ranges)))]
    warnings = implausible_in_words(found)
    for balance in medium_balance(runs, formulas=own.formulas):
        summary.append((f"{balance.name} of the medium", balance.in_brief))
        if not balance.not_checked and balance.odd.any():
            warnings.append(f"Not that of living cells: {balance.in_words}")
    return Physiology(found, summary, warnings)


_HEAD = ("of living cells?", "")


def _of_concentrations(found: pd.DataFrame, n: int) -> str:
    if not len(found):
        return f"all {n} within plausible ranges"
    return f"{found['metabolite'].nunique()} of {n} beyond plausible ranges (implausible.csv)"
