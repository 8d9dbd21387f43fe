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
    """Numbers with named axes.

    Parameters
    ----------
    values
        One row per draw, where the group was drawn.
    dims
        Names of the axes, that of the draws left out.
    unit
        In words.
    """

    values: ArrayLike
    dims: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Group:
    """Variables that belong together.

    Parameters
    ----------
    variables
        Name to variable.
    names
        Axis to the names along it.
    draws
        Names of the draws; numbers by default.
    drawn
        Whether the first axis of every variable is that of the draws.
    """

    variables: Mapping[str, Variable]
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    draws: Sequence[str] | None = None
    drawn: bool = True


def data_tree(groups: Mapping[str, Group], attrs: Mapping[str, object]) -> Any:
    """Return draws as a tree of data sets, all draws in one chain.

    Parameters
    ----------
    groups
        Name as in ArviZ's schema (``"posterior"``, ``"prior"``, ``"log_likelihood"``,
        ``"constant_data"``) to group.
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
    for name, group in groups.items():
        coords: dict[str, Any] = {axis: list(names) for axis, names in group.names.items()}
        variables = {}
        for variable, one in group.variables.items():
            values, dims = np.asarray(one.values), one.dims
            if group.drawn:
                draws = np.arange(len(values)) if group.draws is None else list(group.draws)
                coords |= {"chain": [0], "draw": draws}
                values, dims = values[None], (*_SAMPLE, *dims)
            units = {"units": one.unit} if one.unit else {}
            variables[variable] = xarray.Variable(dims, values, units)
        sets[f"/{name}"] = xarray.Dataset(variables, coords, common)
    return xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=common), **sets})


def _plain(value: object) -> object:
    """Return what an attribute of netCDF and Zarr can hold."""
    return value if isinstance(value, str | int | float) else json.dumps(value)
