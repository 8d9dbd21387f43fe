"""Draws as an xarray ``DataTree``, named as ArviZ names them: groups, chains, draws.

ArviZ 1.x takes such trees as they are: ``arviz.summary(tree)``, ``arviz.loo(tree)``. Needs xarray
(extra ``arviz``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skimpy_renaissance._version import __version__
from skimpy_renaissance.extras import import_extra

__all__ = ["Group", "Variable", "data_tree"]

_SAMPLE = ("chain", "draw")


@dataclass(frozen=True, eq=False)
class Variable:
    """Draws of one variable.

    Parameters
    ----------
    values
        `` `model x ...` ``: one row per draw.
    dims
        Names of the axes after the first.
    unit
        In words.
    """

    values: ArrayLike
    dims: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Group:
    """Variables that were drawn together.

    Parameters
    ----------
    variables
        Name to variable.
    names
        Axis to the names along it.
    beside
        Name to (axis, numbers): what is known of the places along an axis.
    draws
        Names of the draws; numbers by default.
    """

    variables: Mapping[str, Variable]
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ArrayLike]] = field(default_factory=dict)
    draws: Sequence[str] | None = None


def data_tree(groups: Mapping[str, Group], attrs: Mapping[str, object]) -> Any:
    """Return draws as a tree of data sets, all draws in one chain.

    Parameters
    ----------
    groups
        Name as in ArviZ's schema (``"posterior"``, ``"prior"``, ``"log_likelihood"``) to group.
    attrs
        What else is to be known; what no attribute can hold is written as JSON.

    Returns
    -------
    xarray.DataTree

    Raises
    ------
    MissingExtraError
        xarray is not installed.
    """
    xarray = import_extra("xarray", extra="arviz", needed_by="A tree for ArviZ")
    common = {
        "inference_library": "skimpy_renaissance",
        "inference_library_version": __version__,
        **{name: _plain(value) for name, value in attrs.items() if value is not None},
    }
    sets = {}
    for group, held in groups.items():
        variables = {
            name: xarray.Variable(
                (*_SAMPLE, *one.dims),
                np.asarray(one.values)[None],
                {"units": one.unit} if one.unit else {},
            )
            for name, one in held.variables.items()
        }
        n = len(np.asarray(next(iter(held.variables.values())).values))
        coords: dict[str, Any] = {
            "chain": [0],
            "draw": np.arange(n) if held.draws is None else list(held.draws),
        }
        coords |= {name: list(names) for name, names in held.names.items()}
        coords |= dict(held.beside)
        sets[f"/{group}"] = xarray.Dataset(variables, coords, common)
    return xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=common), **sets})


def _plain(value: object) -> object:
    """Return what an attribute of netCDF and Zarr can hold."""
    return value if isinstance(value, str | int | float) else json.dumps(value)
