r"""Strain designs: enzymes made stronger or weaker.

A design multiplies the capacity of each of its reactions,

.. math:: V_{max} \to f\, V_{max},

with :math:`f > 1` for an enzyme that is up-regulated (``EU_<reaction>`` in the tables of NOMAD
[1]_) and :math:`f < 1` for one that is down-regulated (``ED_<reaction>``). Network response
analysis gives :math:`|\ln f|` for each.

References
----------
.. [1] Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import FileFormatError, InputError, listed, repeated
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.tables import read_table

__all__ = ["WILD_TYPE", "StrainDesign", "designs_from_flags", "designs_from_nra", "read_designs"]

_UP, _DOWN = "EU_", "ED_"


@dataclass(frozen=True)
class StrainDesign:
    """Fold changes of enzyme activities.

    Parameters
    ----------
    name
        Identifier of the design.
    fold_changes
        Reaction to the factor on its ``vmax_forward``.

    Raises
    ------
    InputError
        A factor is not positive and finite.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import StrainDesign
    >>> StrainDesign("less PFK", {"PFK": 0.5})
    StrainDesign(name='less PFK', fold_changes={'PFK': 0.5})
    """

    name: str
    fold_changes: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reaction, fold in self.fold_changes.items():
            if isinstance(fold, bool) or not (isfinite(fold) and fold > 0):
                raise InputError(
                    f"Design {self.name!r} needs a positive fold change for {reaction!r}, got "
                    f"{fold!r}. A knock-out is a small one, for example 1e-6."
                )

    def applied_to(self, population: ParameterPopulation) -> ParameterPopulation:
        """Return the population with the enzymes of this design changed.

        Parameters
        ----------
        population
            Parameter sets; their eigenvalues no longer hold and are left out.

        Returns
        -------
        ParameterPopulation

        Raises
        ------
        MissingEntryError
            A reaction of the design has no ``vmax_forward`` in the population.
        """
        return population.with_changes(self.fold_changes)


WILD_TYPE = StrainDesign("wild type")
"""The strain as it is: a design that changes nothing.

>>> from skimpy_renaissance.dynamics import WILD_TYPE, StrainDesign
>>> [design.name for design in (WILD_TYPE, StrainDesign("more PFK", {"PFK": 2.0}))]
['wild type', 'more PFK']
>>> WILD_TYPE.fold_changes
{}
"""


def designs_from_flags(table: pd.DataFrame, *, fold: float) -> list[StrainDesign]:
    """Read designs from a table of zeros and ones.

    Parameters
    ----------
    table
        `` `design x enzyme` ``: 1 where the design changes the enzyme; columns ``EU_<reaction>``
        and ``ED_<reaction>``. Row labels are not used: published tables repeat them.
    fold
        How many times stronger, or weaker, an enzyme becomes; 10 is ten-fold.

    Returns
    -------
    list of StrainDesign
        In the order of the rows, named by their enzymes: ``"EU_DDPA EU_PFK"``.

    Raises
    ------
    InputError
        A column is called otherwise, a value is neither 0 nor 1, a reaction goes up and down in
        one design, or ``fold`` is not above 1.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import designs_from_flags
    >>> table = pd.DataFrame({"EU_PFK": [1, 1], "ED_PYK": [0, 1]})
    >>> for design in designs_from_flags(table, fold=10):
    ...     print(design.name, design.fold_changes)
    EU_PFK {'PFK': 10.0}
    EU_PFK ED_PYK {'PFK': 10.0, 'PYK': 0.1}
    """
    if not (isfinite(fold) and fold > 1):
        raise InputError(f"fold must be above 1, got {fold!r}: ED_ columns divide by it.")
    values = table.to_numpy()
    wrong = [v for v in np.unique(values) if v not in (0, 1)]
    if wrong:
        raise InputError(
            f"A table of designs holds 0 and 1, got {listed(wrong)}. Is there a column of row "
            "numbers? Read it with pandas.read_csv(path, index_col=0)."
        )
    rows = [[c for c, flag in zip(table.columns, row, strict=True) if flag] for row in values]
    return [_design(" ".join(enzymes), [(c, fold) for c in enzymes]) for enzymes in rows]


def designs_from_nra(table: pd.DataFrame) -> dict[str, list[StrainDesign]]:
    """Read designs from the solutions of network response analysis.

    Parameters
    ----------
    table
        One row per enzyme of a design, with the columns ``model`` (the parameter set it was made
        for), ``design_ix``, ``enzyme`` (``EU_`` or ``ED_<reaction>``) and ``fold-change``, which is
        the absolute natural logarithm of the factor.

    Returns
    -------
    dict
        Name of the parameter set to its designs.

    Raises
    ------
    MissingEntryError
        A column is absent.
    InputError
        A logarithm is negative, or an enzyme is called otherwise.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import designs_from_nra
    >>> row = {"model": "17", "design_ix": 0, "enzyme": "EU_PFK", "fold-change": math.log(2)}
    >>> designs_from_nra(pd.DataFrame([row]))
    {'17': [StrainDesign(name='0', fold_changes={'PFK': 2.0})]}
    """
    needed = ("model", "design_ix", "enzyme", "fold-change")
    require_columns(table, needed, what="A table of NRA designs")
    negative = table.loc[~(table["fold-change"] >= 0), "fold-change"]
    if len(negative):
        raise InputError(
            f"fold-change is |ln f|, so 0 or more, got {negative.iloc[0]!r}; ED_ says that an "
            "enzyme goes down."
        )
    designs: dict[str, list[StrainDesign]] = {}
    for (model, number), rows in table.groupby(["model", "design_ix"], sort=False):
        folds = list(zip(rows["enzyme"], np.exp(rows["fold-change"]), strict=True))
        designs.setdefault(str(model), []).append(_design(str(number), folds))
    return designs


def read_designs(path: str | os.PathLike[str]) -> list[StrainDesign]:
    """Read designs from a table, for example the one that ``skimpy-renaissance design`` writes.

    Parameters
    ----------
    path
        CSV, a row per enzyme of a design, with the columns ``design``, ``enzyme`` (reaction) and
        ``fold``, the factor on its capacity; others are not used.

    Returns
    -------
    list of StrainDesign
        In the order of the table, named by their enzymes: ``"PFK x2, PYK x0.5"``.

    Raises
    ------
    FileFormatError
        The file cannot be read, or holds no design.
    MissingEntryError
        A column is absent.
    InputError
        A fold change is not positive and finite, or a reaction stands twice in one design.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import read_designs
    >>> rows = [(1, "PFK", 2.0), (1, "PYK", 0.5)]
    >>> table = pd.DataFrame(rows, columns=["design", "enzyme", "fold"])
    >>> table.to_csv("designs.csv", index=False)
    >>> read_designs("designs.csv")[0].name
    'PFK x2, PYK x0.5'
    """
    table = read_table(path, as_text=True)  # NA is a name
    require_columns(table, ("design", "enzyme", "fold"), what="A table of designs")
    if table.empty:
        raise FileFormatError(f"{os.fspath(path)} holds no design.")
    designs = []
    folds_as_read = pd.to_numeric(table["fold"], errors="coerce")
    for number, rows in table.groupby("design", sort=False):
        if twice := repeated(rows["enzyme"]):
            raise InputError(f"Design {number} changes {twice[0]!r} twice; keep one of them.")
        numbers = folds_as_read[rows.index].tolist()
        folds = dict(zip(rows["enzyme"].astype(str), numbers, strict=True))
        name = ", ".join(f"{reaction} x{fold:.3g}" for reaction, fold in folds.items())
        designs.append(StrainDesign(name, folds))
    return designs


def _design(name: str, changes: Sequence[tuple[str, float]]) -> StrainDesign:
    folds: dict[str, float] = {}
    for enzyme, fold in changes:
        kind, reaction = enzyme[: len(_UP)], enzyme[len(_UP) :]
        if kind not in (_UP, _DOWN) or not reaction:
            raise InputError(
                f"An enzyme is called EU_<reaction> (up) or ED_<reaction> (down), got {enzyme!r}."
            )
        if reaction in folds:
            raise InputError(f"Design {name!r} changes {reaction!r} twice; keep one of them.")
        folds[reaction] = float(fold if kind == _UP else 1 / fold)
    return StrainDesign(name, folds)
