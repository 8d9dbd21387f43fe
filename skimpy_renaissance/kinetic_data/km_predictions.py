r"""Predicted saturation constants with their errors, as a prior: tables of models and databases.

A prediction :math:`\hat K` with the standard deviation :math:`s` of :math:`\ln K_m` is log-normal;
with 68 % probability the constant lies between

.. math:: \hat K\,e^{-s} \quad\text{and}\quad \hat K\,e^{s}, \qquad
          s = \ln f = \sqrt{v} = \ln(10)\,s_{10}

for a factor :math:`f`, a variance :math:`v` of the natural logarithm, or the standard deviation
:math:`s_{10}` of the decadic one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from math import exp, inf, isfinite, isnan, log, sqrt

import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed
from skimpy_renaissance.kinetic_data.measured_km import molar_per
from skimpy_renaissance.kinetic_data.name_tables import comparable, km_places, without_place
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.tables import read_table

__all__ = ["read_km_predictions"]

_LN10 = log(10)
_VALUES: Mapping[str, Callable[[float], float]] = {  # to ln of the value in its unit
    "value": lambda number: log(number) if number > 0 else -inf,
    "ln_value": lambda number: number,
    "log10_value": lambda number: _LN10 * number,
}
_ERRORS: Mapping[str, Callable[[float], float]] = {  # to the standard deviation of ln
    "fold": lambda number: log(number) if number > 0 else -inf,
    "sd_ln": lambda number: number,
    "sd_log10": lambda number: _LN10 * number,
    "variance_ln": lambda number: sqrt(number) if number > 0 else -inf,
    "variance_log10": lambda number: _LN10 * sqrt(number) if number > 0 else -inf,
}


def read_km_predictions(
    source: str | os.PathLike[str] | pd.DataFrame,
    network: KineticNetwork,
    *,
    unit: str | None = None,
) -> dict[str, tuple[float, float]]:
    """Read predicted constants with their errors, as ``prior.with_measured`` takes them.

    Parameters
    ----------
    source
        Text, Excel file or table. Columns: ``km`` (name of a constant), or ``reaction`` and
        ``metabolite`` (with or without its compartment); one of ``value``, ``ln_value`` and
        ``log10_value``; one of ``fold`` (a factor), ``sd_ln``, ``sd_log10``, ``variance_ln`` and
        ``variance_log10``; and ``unit`` (M, mM, uM, nM, mol/L, ...), unless it is given here.
    network
        Whose constants they are.
    unit
        Of all values, for tables without that column.

    Returns
    -------
    dict
        Constant to (lower, upper), mol/L, between which it lies with 68 % probability.

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        Two columns say the same, a row cannot be used, or a constant has two; all such rows are
        listed.
    FileFormatError
        The file is not a table.

    Examples
    --------
    >>> table = pd.DataFrame({"km": ["km_substrate1_PFK"], "value": [0.1], "fold": [3.0]})
    >>> predicted = read_km_predictions(table, network, unit="mM")
    >>> prior = sr.sampling.log_uniform_prior(bound).with_measured(predicted)
    """
    table = source if isinstance(source, pd.DataFrame) else read_table(source, as_text=True)
    what = "A table of predicted Km"
    if "km" not in table:
        require_columns(table, ("reaction", "metabolite"), what=f"{what} without the column 'km'")
    if unit is None:
        require_columns(table, ("unit",), what=f"{what}, where unit='mM' or the like is not given,")
    value, error = _the_one(table, _VALUES, what), _the_one(table, _ERRORS, what)
    places = _Places(network)
    found: dict[str, tuple[float, float]] = {}
    bad = []
    for row, entry in zip(table.index, table.to_dict("records"), strict=True):
        try:
            name = places.name_of(entry)
            if name in found:
                raise ValueError(f"{name} has a prediction already")
            centre = _number(entry, value, _VALUES[value])
            centre += log(_molar(entry.get("unit") if unit is None else unit))
            sd = _number(entry, error, _ERRORS[error])
            if not sd > 0:
                limit = "above 1" if error == "fold" else "above 0"
                raise ValueError(f"{error} must be {limit}, got {entry[error]!r}")
            ends = exp(centre - sd), exp(centre + sd)
            if not 0 < ends[0] < ends[1] < inf:
                told = f"{value}={entry[value]!r} with {error}={entry[error]!r}"
                raise ValueError(f"{told} is beyond what numbers hold")
            found[name] = ends
        except (ValueError, OverflowError) as refusal:
            bad.append(f"  row {row}: {refusal}")
    if bad:
        raise InputError(
            "\n".join([f"{len(bad)} of {len(table)} rows of predicted Km cannot be used:", *bad])
        )
    return found


class _Places:
    """Finds constants by name, or by reaction and metabolite."""

    def __init__(self, network: KineticNetwork) -> None:
        self.names = set(network.km_names)
        self.at: dict[tuple[str, str], list[str]] = {}
        table = km_places(network)
        for name, reaction, metabolite in zip(
            table.index, table["reaction"], table["metabolite"], strict=True
        ):
            if name in self.names:
                stem = without_place(metabolite, network)
                for said in {comparable(metabolite), comparable(stem)}:
                    self.at.setdefault((reaction, said), []).append(name)

    def name_of(self, entry: Mapping[object, object]) -> str:
        """Return the constant of a row, or raise a ValueError that says what is wrong."""
        name = _text(entry.get("km"))
        if name:
            if name not in self.names:
                near = did_you_mean(name, self.names)
                raise ValueError(f"{name!r} is no saturation constant to be drawn{near}")
            return name
        reaction, metabolite = _text(entry.get("reaction")), _text(entry.get("metabolite"))
        names = self.at.get((reaction, comparable(metabolite)), [])
        if len(names) != 1:
            why = f"has several constants ({listed(names)}): name one in a column 'km'"
            raise ValueError(
                f"{metabolite!r} in {reaction!r} {why if names else 'has no constant to be drawn'}"
            )
        return names[0]


def _the_one(table: pd.DataFrame, columns: Mapping[str, object], what: str) -> str:
    given = [name for name in columns if name in table]
    if not given:
        raise MissingEntryError(f"{what} needs one of the columns {listed(columns)}.")
    if len(given) > 1:
        raise InputError(f"{what} must have one of the columns {listed(given)}, it has them all.")
    return given[0]


def _number(entry: Mapping[object, object], name: str, scale: Callable[[float], float]) -> float:
    try:
        found = scale(float(str(entry[name])))
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        positive = "positive, " if scale(0.0) == -inf else ""
        raise ValueError(f"{name} must be a {positive}finite number, got {entry[name]!r}")
    return found


def _molar(unit: object) -> float:
    factor = molar_per(_text(unit))
    if isnan(factor):
        raise ValueError(f"unit {unit!r} is none of M, mM, uM, nM")
    return factor


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell).strip()  # type: ignore[call-overload]
