"""Tables beside the measurements: EC numbers and subsystems of reactions, and usual headings.

Headings are compared without regard to case. Those of published tables are recognised:

===============  ===========================================
expected         also recognised
===============  ===========================================
``reaction``     ``bigg_reaction`` (before ``reaction``)
``ec``           ``eccode``, ``eccodes``, ``ec number``
``metabolite``   ``met``, ``substrate``
``value``        ``km``, ``km value``
``unit``         ``units``
``organism``     ``species``
``temperature``  ``temp``
``reference``    ``literature``
``subsystem``    ``subsytem``
===============  ===========================================
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import FileFormatError, MissingEntryError
from skimpy_renaissance.storage import refuse_pointer
from skimpy_renaissance.tables import read_table

__all__ = ["read_ec_pairs", "read_subsystems", "recognised"]

_KEGG = re.compile(r"^[a-z]{3,4}\d{5}\s+")  # a pathway's number in front of its name

_HEADINGS = {
    "reaction": ("bigg_reaction", "reaction"),
    "ec": ("ec", "eccode", "eccodes", "ec number", "ec_number", "ecnumber"),
    "metabolite": ("metabolite", "met", "substrate"),
    "value": ("value", "km", "km value", "km_value"),
    "unit": ("unit", "units"),
    "low": ("low",),
    "high": ("high",),
    "sd": ("sd",),
    "organism": ("organism", "species"),
    "ph": ("ph",),
    "temperature": ("temperature", "temp"),
    "weight": ("weight",),
    "reference": ("reference", "literature"),
    "subsystem": ("subsystem", "subsytem"),
}


def recognised(table: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Give usual headings the names that are expected here.

    Parameters
    ----------
    table
        As read.
    wanted
        Expected names.

    Returns
    -------
    pandas.DataFrame
        With what was recognised renamed. A column that has the expected name, but stands behind a
        better one, gives way.
    """
    by_heading = {str(name).strip().casefold(): name for name in reversed(table.columns)}
    renamed: dict[object, str] = {}
    for expected in wanted:
        if expected in table and _HEADINGS[expected][0] == expected:
            continue
        found = [by_heading[h] for h in _HEADINGS[expected] if h in by_heading]
        if found and found[0] != expected:
            renamed[found[0]] = expected
    in_the_way = [name for name in renamed.values() if name in table]
    return table.drop(columns=in_the_way).rename(columns=renamed)


def read_ec_pairs(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read which reaction has which EC number.

    Parameters
    ----------
    path
        CSV file, a row per pair.

    Returns
    -------
    pandas.DataFrame
        Columns ``reaction`` and ``ec``.

    Raises
    ------
    FileFormatError
        The file is not a CSV table.
    MissingEntryError
        A column is absent.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import read_ec_pairs
    >>> pd.DataFrame({"reaction": ["PFK"], "EC": ["2.7.1.11"]}).to_csv("ec.csv", index=False)
    >>> read_ec_pairs("ec.csv").to_dict("records")
    [{'reaction': 'PFK', 'ec': '2.7.1.11'}]
    """
    return _pairs(read_table(path, as_text=True), ("reaction", "ec"), path)


def read_subsystems(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the subsystem of each reaction.

    Parameters
    ----------
    path
        CSV file; or a metabolic model in COBRApy's JSON format (pyTFA's too), whose reactions say
        it themselves; KEGG's number in front of a pathway's name is dropped.

    Returns
    -------
    pandas.DataFrame
        Columns ``reaction`` and ``subsystem``; reactions without are left out.

    Raises
    ------
    FileFormatError
        The file is neither.
    MissingEntryError
        A column is absent, or no reaction of the model has a subsystem.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import read_subsystems
    >>> sr.examples.e_coli_core_subsystems().to_csv("subsystems.csv", index=False)
    >>> read_subsystems("subsystems.csv").set_index("reaction").loc["PFK", "subsystem"]
    'Glycolysis/Gluconeogenesis'
    """
    if Path(path).suffix != ".json":
        return _pairs(read_table(path, as_text=True), ("reaction", "subsystem"), path)
    refuse_pointer(path)
    try:
        reactions = json.loads(Path(path).read_text(encoding="utf-8"))["reactions"]
        rows = [(one["id"], one.get("subsystem")) for one in reactions]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileFormatError(
            f"{os.fspath(path)} cannot be read as a metabolic model in JSON: {error!r}."
        ) from error
    found = [(reaction, _KEGG.sub("", str(name)).strip()) for reaction, name in rows if name]
    if not found:
        raise MissingEntryError(f"No reaction of {os.fspath(path)} has a subsystem.")
    return pd.DataFrame(found, columns=["reaction", "subsystem"])


def _pairs(
    table: pd.DataFrame, columns: tuple[str, str], path: str | os.PathLike[str]
) -> pd.DataFrame:
    table = recognised(table, columns)
    require_columns(table, columns, what=os.fspath(path))
    return table[list(columns)].dropna().drop_duplicates().reset_index(drop=True)
