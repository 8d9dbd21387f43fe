"""The result of an analysis on disk: figures (PNG, SVG) and tables (CSV), each written atomically.

Numbers and warnings go into the JSON file of whoever had the analysis carried out: the record of a
command, the manifest of a study; :func:`result_as_json` is what these hold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.plots.names_as_written import names_as_written
from skimpy_renaissance.storage import make_folder

__all__ = ["plain", "result_as_json", "write_drawing", "write_result", "write_table"]

_SUFFIXES = (".png", ".svg")


def write_result(folder: Path, result: AnalysisResult) -> tuple[str, ...]:
    """Write tables, figures and further files of a result.

    Parameters
    ----------
    folder
        Made if absent; files of the same names are replaced.
    result
        What was found.

    Returns
    -------
    tuple of str
        Names of the files.

    Raises
    ------
    OutputError
        The folder cannot be written to.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = pd.DataFrame({"state": ["97"], "valid": [0.12]})
    >>> result = sr.analyses.AnalysisResult(tables={"states": table})
    >>> sr.analyses.write_result(Path("result"), result)
    ('states.csv',)
    >>> print(Path("result/states.csv").read_text())
    state,valid
    97,0.12
    """
    make_folder(folder)
    written = [write_table(folder, name, table) for name, table in result.tables.items()]
    for name, drawing in result.drawings.items():
        written += write_drawing(folder, name, drawing)
    for name, write in result.files.items():
        with atomic_path(folder / name) as temporary:
            write(temporary)
        written.append(name)
    return tuple(written)


def write_table(folder: Path, name: str, table: pd.DataFrame) -> str:
    """Write a table as CSV; row labels are written unless they are mere positions.

    Parameters
    ----------
    folder
        It must exist.
    name
        Without suffix.
    table
        The table.

    Returns
    -------
    str
        Name of the file.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    labelled = not isinstance(table.index, pd.RangeIndex)
    with atomic_path(folder / f"{name}.csv") as temporary:
        table.to_csv(temporary, index=labelled, lineterminator="\n")
    return f"{name}.csv"


def write_drawing(folder: Path, name: str, drawing: Drawing) -> list[str]:
    """Draw a figure and write it as PNG and SVG, byte for byte the same for the same figure.

    Parameters
    ----------
    folder
        It must exist.
    name
        Without suffix.
    drawing
        The figure.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    figure = names_as_written(drawing.figure())
    names = [f"{name}{suffix}" for suffix in _SUFFIXES]
    with rc_context({"svg.hashsalt": name}):  # else ids in an SVG are random
        for one in names:
            metadata = {"Date": None} if one.endswith(".svg") else None
            with atomic_path(folder / one) as temporary:
                figure.savefig(temporary, dpi=150, metadata=metadata)
    return names


def result_as_json(result: AnalysisResult) -> dict[str, Any]:
    """Return everything but the tables and figures themselves, as plain JSON.

    Parameters
    ----------
    result
        What was found.

    Returns
    -------
    dict
        ``findings``, ``captions`` (name of a figure to its caption), ``tables`` (names),
        ``warnings``, ``numbers``.

    Examples
    --------
    >>> numbers = {"slowest": np.nan, "models": np.array([5, 0])}
    >>> plain = sr.analyses.result_as_json(sr.analyses.AnalysisResult(numbers=numbers))
    >>> plain["numbers"]
    {'slowest': None, 'models': [5, 0]}
    """
    return {
        "findings": [plain(asdict(finding)) for finding in result.findings],
        "captions": {name: drawing.caption for name, drawing in result.drawings.items()},
        "tables": list(result.tables),
        "warnings": list(result.warnings),
        "numbers": plain(result.numbers),
    }


def plain(value: Any) -> Any:
    """Replace what JSON cannot hold: numbers that are not finite become ``None``.

    Parameters
    ----------
    value
        Mappings, lists, tuples, arrays and numbers, at any depth.

    Returns
    -------
    object
        Dictionaries, lists, text and numbers.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # NumPy's scalars and arrays
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
