r"""Published objectives of strain designs, and what the same enzymes reach here.

A published design names enzymes and directions, ``EU_`` up and ``ED_`` down; its objective is the
best that these reach in a model within the limits, the number that a solver returned.

References
----------
Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.design import Design, ResponseProblem, evaluate_designs
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.tables import read_table

__all__ = ["designs_of_models", "gains_in_models"]

_UP = "EU_"
_LEAST = 1e-3  # ln: by how much the published table of designs and models changes each enzyme
_COLUMNS = ["model", "design", "enzymes", "published", "found"]


def gains_in_models(problem: ResponseProblem, path: Path) -> pd.DataFrame:
    """Evaluate every published design in every model.

    Parameters
    ----------
    problem
        The published models, by their names, with the published limits.
    path
        CSV with the columns ``model``, ``design_ix``, ``enzyme`` and ``nra_sol``.

    Returns
    -------
    pandas.DataFrame
        ``model``, ``design``, ``enzymes``, and the objective ``published`` and ``found``.

    Raises
    ------
    FileFormatError, MissingEntryError
        The table is another one, or changes enzymes that the problem does not.
    """
    table = read_table(path)
    require_columns(table, ("model", "design_ix", "enzyme", "nra_sol"), what=f"{path}")
    tables = []
    for model, rows in table.groupby("model", sort=False):
        groups = rows.groupby("design_ix")
        enzymes = [list(one["enzyme"]) for _, one in groups]
        known = groups["nra_sol"].first()
        found = _own(problem, str(model), enzymes, least=_LEAST)
        tables.append(_rows(str(model), known.index, enzymes, known.to_numpy(), found))
    return pd.concat(tables, ignore_index=True)


def designs_of_models(problem: ResponseProblem, folder: Path) -> pd.DataFrame:
    """Evaluate the designs that were published for each model, in that model.

    Parameters
    ----------
    problem
        The published models, by their names, with the published limits.
    folder
        Holds ``designs_MODEL.csv`` for some of them: a row per design, a column per enzyme, and
        ``solution``.

    Returns
    -------
    pandas.DataFrame
        As :func:`gains_in_models`.

    Raises
    ------
    FileFormatError, MissingEntryError
        There is no such table, or it changes enzymes that the problem does not.
    """
    tables = []
    for model in problem.models:
        path = folder / f"designs_{model.replace(',', '_')}.csv"
        if not path.is_file():
            continue
        table = read_table(path)
        require_columns(table, ("solution",), what=f"{path}")
        signed = table[[name for name in table.columns if name[:3] in (_UP, "ED_")]]
        enzymes = [list(row.dropna().index) for _, row in signed.iterrows()]
        found = _own(problem, model, enzymes, least=0.0)
        known = table["solution"].to_numpy()
        tables.append(_rows(model, range(len(table)), enzymes, known, found))
    if not tables:
        raise FileFormatError(
            f"{folder} holds no designs_MODEL.csv of the models {problem.models}. Check designs in "
            "[data]."
        )
    return pd.concat(tables, ignore_index=True)


def _own(
    problem: ResponseProblem, model: str, enzymes: Sequence[Sequence[str]], *, least: float
) -> np.ndarray:
    one = problem.select([problem.models.index(model)])
    designs = [
        Design({e[len(_UP) :]: 2.0 if e.startswith(_UP) else 0.5 for e in some}, 0.0, np.empty(0))
        for some in enzymes
    ]
    return evaluate_designs(one, designs, least=least)["own"].to_numpy()


def _rows(
    model: str,
    numbers: Iterable[int],
    enzymes: Sequence[Sequence[str]],
    published: np.ndarray,
    found: np.ndarray,
) -> pd.DataFrame:
    names = [" ".join(some) for some in enzymes]
    columns = zip([model] * len(names), numbers, names, published, found, strict=True)
    return pd.DataFrame(list(columns), columns=_COLUMNS)
