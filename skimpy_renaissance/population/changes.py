"""Sets with enzymes made stronger or weaker, or constants edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed
from skimpy_renaissance.population.sets import ParameterSets
from skimpy_renaissance.population.table_checks import freeze

__all__ = ["changed_fields"]

_CAPACITY = "vmax_forward_"


def changed_fields(population: ParameterSets, folds: Mapping[str, float]) -> dict[str, Any]:
    """Return the fields of a population that follow from fold changes.

    Parameters
    ----------
    population
        The sets.
    folds
        Reaction or parameter to a positive factor.

    Returns
    -------
    dict
        ``values`` and ``provenance``.

    Raises
    ------
    InputError
        A factor is not positive and finite.
    MissingEntryError
        There is no such parameter.
    """
    column = {name: i for i, name in enumerate(population.names)}
    factors = np.ones(len(population.names))
    for name, fold in folds.items():
        if not is_finite_number(fold) or fold <= 0:
            raise InputError(
                f"A fold change must be positive and finite, got {fold!r} for {name!r}. A "
                "knock-out is a small one, for example 1e-6."
            )
        parameter = name if name in column else f"{_CAPACITY}{name}"
        if parameter not in column:
            reactions = [n.removeprefix(_CAPACITY) for n in column if n.startswith(_CAPACITY)]
            raise MissingEntryError(
                f"{name!r} is changed, for which the population has no {parameter}"
                f"{did_you_mean(name, reactions)} It has {listed(population.names, most=3)}."
            )
        factors[column[parameter]] *= fold
    changes = {**_before(population), **{name: float(fold) for name, fold in folds.items()}}
    return {
        "values": freeze(population.values * factors),
        "provenance": {**population.provenance, "changes": changes},
    }


def _before(population: ParameterSets) -> Mapping[str, Any]:
    before = population.provenance.get("changes", {})
    return before if isinstance(before, Mapping) else {}
