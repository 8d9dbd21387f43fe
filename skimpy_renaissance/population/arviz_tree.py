"""Populations as ArviZ takes them: one chain, a draw per parameter set, dimensions named."""

from __future__ import annotations

from typing import Any

from skimpy_renaissance.data_tree import Group, Variable, data_tree
from skimpy_renaissance.population.ensemble import ensemble_of
from skimpy_renaissance.population.parameter_population import ParameterPopulation

__all__ = ["to_arviz"]


def to_arviz(population: ParameterPopulation) -> Any:
    """Return a population as an xarray ``DataTree``.

    Parameters
    ----------
    population
        Parameters without a value are left out.

    Returns
    -------
    xarray.DataTree
        Group ``posterior``, all sets in one chain: ``value`` (`` `parameter` ``, scaled units), and
        ``lambda_max`` and ``lambda_min`` where they are known. Units and provenance are attributes,
        JSON; ``effective_share`` is what a set is worth in independent draws.

    Raises
    ------
    MissingExtraError
        xarray (extra ``arviz``) is not installed.

    Examples
    --------
    >>> tree = to_arviz(population)  # in the units of ``tree.attrs``, here umol/L
    >>> tree["posterior"]["value"].sel(parameter="km_substrate1_PFK").values.round()
    array([[1518.,  518.,  157.,   40., 1284.]])
    """
    kept = population.without_missing()
    per_time = "1 per model time" if kept.units is None else "1/h"
    variables = {"value": Variable(kept.values, ("parameter",), "scaled units")}
    spectra = {"lambda_max": kept.lambda_max, "lambda_min": kept.lambda_min}
    variables |= {
        name: Variable(values, unit=per_time)
        for name, values in spectra.items()
        if values is not None
    }
    group = Group(variables, names={"parameter": kept.names}, draws=kept.index)
    attrs = {
        "units": None if kept.units is None else kept.units.to_dict(),
        "provenance": dict(kept.provenance),
        "effective_share": ensemble_of(kept.provenance).effective_share,
    }
    return data_tree({"posterior": group}, attrs)
