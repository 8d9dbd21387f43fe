"""Joining populations: the same parameters, the same units, every set name once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError, UnitsError, listed
from skimpy_renaissance.population.sets import ParameterSets
from skimpy_renaissance.population.table_checks import freeze

__all__ = ["joined_fields"]


def joined_fields(
    populations: Sequence[ParameterSets], *, index: Iterable[object] | None
) -> dict[str, Any]:
    """Return the fields of the population that holds all sets of the given ones.

    Parameters
    ----------
    populations
        At least one; the first gives the order of the columns.
    index
        New set names; ``None`` keeps those the sets have.

    Returns
    -------
    dict
        Fields of the population.

    Raises
    ------
    InputError
        Parameters differ, or eigenvalues are known for some populations only.
    UnitsError
        Units differ, or are known for some populations only.
    """
    first, *others = populations
    for other in others:
        _require_mergeable(first, other)
    names = [name for p in populations for name in p.index] if index is None else index
    provenances = [p.provenance for p in populations]
    same = all(provenance == first.provenance for provenance in provenances)
    return {
        "names": first.names,
        "values": freeze(np.concatenate([_in_order(p, first.names) for p in populations])),
        "index": tuple(map(str, names)),
        "lambda_max": _joined([p.lambda_max for p in populations], what="lambda_max"),
        "lambda_min": _joined([p.lambda_min for p in populations], what="lambda_min"),
        "units": first.units,
        "provenance": first.provenance if same else {"joined": provenances},
    }


def _in_order(population: ParameterSets, names: Sequence[str]) -> NDArray[np.float64]:
    column = {name: i for i, name in enumerate(population.names)}
    return population.values[:, [column[name] for name in names]]


def _require_mergeable(first: ParameterSets, other: ParameterSets) -> None:
    different = sorted(set(first.names) ^ set(other.names))
    if different:
        raise InputError(
            f"Only populations of the same parameters can be joined; {listed(different)} "
            "is in one of them only. Leave it out of both, or give it to both."
        )
    if (first.units is None) != (other.units is None):
        raise UnitsError(
            "One population knows its units and the other does not. State them when loading: "
            "ParameterPopulation.load(path, units=Units(...))."
        )
    if first.units is not None and other.units is not None:
        first.units.require_same(other.units, what="Populations that are joined")


def _joined(
    parts: Sequence[NDArray[np.float64] | None], *, what: str
) -> NDArray[np.float64] | None:
    known = [part for part in parts if part is not None]
    if known and len(known) < len(parts):
        raise InputError(
            f"{what} is known for {len(known)} of {len(parts)} populations. Compute it for all, or "
            f"leave it out: dataclasses.replace(population, {what}=None)."
        )
    return np.concatenate(known) if known else None
