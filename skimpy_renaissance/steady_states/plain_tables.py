"""Steady states from plain tables: rows are states, columns are names.

Fluxes by reaction, concentrations by metabolite, equilibrium constants by reaction (or by SKiMPy's
parameter name ``k_equilibrium_<reaction>``), all in the kinetic model's scaled units. What the
network already holds as a parameter, equilibrium constants and boundary concentrations, need not be
repeated; where a table has it, the table counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency import BALANCE_TOLERANCE, require_consistent
from skimpy_renaissance.steady_states.csv_table import read_header, read_numbers
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.storage import existing
from skimpy_renaissance.units import Units

__all__ = ["Table", "from_tables", "read_steady_states"]

Table: TypeAlias = pd.DataFrame | pd.Series | Mapping[str, float]


def from_tables(
    network: KineticNetwork,
    *,
    fluxes: Table,
    concentrations: Table,
    equilibrium_constants: Table | None = None,
    units: Units,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyStates:
    """Assemble steady states from data frames, or one from series or mappings.

    Parameters
    ----------
    network
        The kinetic model; says which names are needed. Others are ignored.
    fluxes
        `` `state x reaction` ``, scaled concentration per model time: net fluxes.
    concentrations
        `` `state x metabolite` ``, scaled concentration.
    equilibrium_constants
        `` `state x reaction` ``, scaled units; left out, the network's own are taken.
    units
        The scaling of the tables.
    check
        Raise where a state does not fit the network.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.

    Returns
    -------
    SteadyStates

    Raises
    ------
    MissingEntryError
        A needed column is absent, or a state is not in every table.
    InputError
        A column is there twice, or a cell is not a usable number; it is named.
    UnitsError
        ``units`` is not given, or the concentrations are not in these units.
    SteadyStateError
        A state contradicts the network.

    Examples
    --------
    >>> sr.from_tables(
    ...     network,
    ...     fluxes=state.fluxes,
    ...     concentrations=state.concentrations,
    ...     equilibrium_constants=state.equilibrium_constants,
    ...     units=state.units,
    ... )
    <SteadyStates: 1 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    flux_frame = _frame(fluxes, "fluxes")
    names = tuple(str(name) for name in flux_frame.index)
    frames = [flux_frame, _same_rows(_frame(concentrations, "concentrations"), names)]
    if equilibrium_constants is None:
        constants = pd.DataFrame(index=list(names))
    else:
        constants = _same_rows(_frame(equilibrium_constants, "equilibrium_constants"), names)
    by_parameter = {r.equilibrium_constant: r.name for r in network.reactions}
    constants = constants.rename(columns=by_parameter)
    needs = network.reversible_reactions
    own_constants = {
        name: network.values[constant]
        for constant, name in by_parameter.items()
        if constant is not None and constant in network.values
    }
    own_boundaries = {m: network.values[m] for m in network.boundary_names if m in network.values}

    equilibrium = np.full((len(names), len(network.reactions)), np.nan)
    reversible = np.isin(network.reaction_names, needs)
    equilibrium[:, reversible] = _values(constants, needs, "equilibrium_constants", own_constants)
    states = SteadyStates(
        names=names,
        reaction_names=network.reaction_names,
        metabolite_names=network.metabolites,
        fluxes=_values(frames[0], network.reaction_names, "fluxes", {}),
        concentrations=_values(frames[1], network.metabolites, "concentrations", own_boundaries),
        equilibrium_constants=equilibrium,
        units=units,
    )
    if check:
        require_consistent(network, states, balance_tolerance=balance_tolerance)
    return states


def read_steady_states(
    network: KineticNetwork,
    *,
    fluxes: str | os.PathLike[str],
    concentrations: str | os.PathLike[str],
    equilibrium_constants: str | os.PathLike[str] | None = None,
    units: Units,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyStates:
    """Read steady states from wide CSV files, a row per state.

    Parameters
    ----------
    network
        The kinetic model; says which columns are needed. Others are ignored.
    fluxes, concentrations, equilibrium_constants
        CSV files as :meth:`pandas.DataFrame.to_csv` writes them, the first column unnamed and
        holding the states' names; contents as in :func:`from_tables`.
    units
        The scaling of the tables.
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
        A file is not a CSV, is cut short or has no rows.
    MissingEntryError
        A needed column is absent, or a state is not in every table.
    InputError
        A cell is not a usable number; it is named.
    UnitsError
        ``units`` is not given, or the concentrations are not in these units.
    SteadyStateError
        A state contradicts the network.

    Examples
    --------
    >>> pd.DataFrame(states.fluxes, states.names, states.reaction_names).to_csv("v.csv")
    >>> pd.DataFrame(states.concentrations, states.names, states.metabolite_names).to_csv("x.csv")
    >>> pd.DataFrame(
    ...     states.equilibrium_constants, states.names, states.reaction_names
    ... ).to_csv("k.csv")
    >>> sr.read_steady_states(
    ...     network,
    ...     fluxes="v.csv",
    ...     concentrations="x.csv",
    ...     equilibrium_constants="k.csv",
    ...     units=states.units,
    ... )
    <SteadyStates: 200 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    reactions, metabolites = network.reaction_names, network.metabolites
    constants = {r.equilibrium_constant for r in network.reactions} | set(
        network.reversible_reactions
    )
    return from_tables(
        network,
        fluxes=_read(fluxes, reactions),
        concentrations=_read(concentrations, metabolites),
        equilibrium_constants=(
            None if equilibrium_constants is None else _read(equilibrium_constants, constants)
        ),
        units=units,
        check=check,
        balance_tolerance=balance_tolerance,
    )


def _read(path: str | os.PathLike[str], useful: Iterable[str | None]) -> pd.DataFrame:
    path, known = existing(path), set(useful)
    columns = [name for name in read_header(path) if name in known]
    if not columns:
        raise MissingEntryError(
            f"{path.name} has no column of this network; needed are "
            f"{listed(sorted(name for name in known if name))}. Is it the wrong file?"
        )
    names, values = read_numbers(path, columns)
    return pd.DataFrame(values, index=list(names), columns=columns)


def _frame(table: Table, what: str) -> pd.DataFrame:
    """Return a frame with a row per state, whose row names are unique text."""
    if isinstance(table, pd.DataFrame):
        frame = table.copy(deep=False)
    elif isinstance(table, pd.Series | Mapping):
        series = table if isinstance(table, pd.Series) else pd.Series(dict(table))
        frame = pd.DataFrame([series.to_numpy()], columns=series.index)  # one state, called "0"
    else:
        raise InputError(
            f"{what} must be a DataFrame (rows are states), a Series or a mapping, got "
            f"{type(table).__name__}."
        )
    frame.index = pd.Index([str(name) for name in frame.index], dtype=object)
    if not len(frame):
        raise InputError(f"{what} must have a row per steady state, but it has none.")
    twice = frame.index[frame.index.duplicated()]
    if len(twice):
        raise InputError(f"Rows of {what} must have unique names; twice: {listed(twice)}.")
    return frame


def _same_rows(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    absent = set(names) ^ set(frame.index)
    if absent:
        raise MissingEntryError(
            "All tables must hold the same states; not in every one: "
            f"{listed(sorted(absent))}. Give the rows the same names."
        )
    return frame.loc[list(names)]


def _values(
    frame: pd.DataFrame, needed: tuple[str, ...], what: str, own: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return the needed columns as numbers, those that are absent from ``own``."""
    present = set(frame.columns)
    absent = [name for name in needed if name not in present and name not in own]
    if absent:
        raise MissingEntryError(
            f"{what} must have a column for each of {len(needed)} names; {len(absent)} absent: "
            f"{listed(absent, most=10)}. Add them to the table; equilibrium constants and boundary "
            "concentrations may instead be fixed in the network, with network.with_parameters."
        )
    twice = [name for name in frame.columns[frame.columns.duplicated()] if name in set(needed)]
    if twice:
        raise InputError(f"Columns of {what} must be unique; twice: {listed(twice)}.")
    values = np.empty((len(frame), len(needed)))
    for i, name in enumerate(needed):
        values[:, i] = _numbers(frame[name], what) if name in present else own[name]
    return values


def _numbers(column: pd.Series, what: str) -> NDArray[np.float64]:
    values = _as_floats(column)
    bad = ~np.isfinite(values)
    if bad.any():
        row = int(bad.argmax())
        raise InputError(
            f"{what} must hold finite numbers; state {column.index[row]!r} has "
            f"{column.iloc[row]!r} for {column.name!r}."
        )
    return values


def _as_floats(column: pd.Series) -> NDArray[np.float64]:
    """Return a column's numbers, NaN for what is none."""
    try:
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    except OverflowError:  # a whole number too large for a float
        return np.array([value if is_finite_number(value) else np.nan for value in column], float)
