r"""A population put together from groups of parameters.

A sampler holds :math:`\ln K_m` in ln(mol/L), Vmax in scaled units, and constants that all sets
share; a population holds one table in scaled units,

.. math:: c = s\, e^{\ln K_m}

with ``concentration_scaling`` :math:`s`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skimpy_renaissance.errors import InputError, UnitsError, listed
from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.table_checks import freeze, read_only_array, unique_names
from skimpy_renaissance.units import Units

__all__ = ["assemble_population"]


def assemble_population(
    blocks: Iterable[tuple[Sequence[str], ArrayLike]],
    *,
    log_km: tuple[Sequence[str], ArrayLike] | None = None,
    constants: Mapping[str, float | None] | None = None,
    units: Units | None = None,
    **others: Any,
) -> ParameterPopulation:
    """Put a population together from groups of parameters.

    Parameters
    ----------
    blocks
        Pairs of names and values, `` `model x parameter` ``, scaled units; for example Vmax.
    log_km
        One more pair, `` `model x km` ``, ln(mol/L); needs ``units``.
    constants
        Parameter to value, scaled units, the same in every set; blocks take precedence, and
        ``None`` means no value. ``network.parameters`` fits, and gives the order of the columns.
    units
        Units of the values.
    **others
        ``index``, ``lambda_max``, ``lambda_min``, ``provenance`` of :class:`ParameterPopulation`.

    Returns
    -------
    ParameterPopulation

    Raises
    ------
    InputError
        A parameter is in two blocks, blocks differ in their number of sets, or there is none.
    UnitsError
        ``log_km`` is given without ``units``.

    Examples
    --------
    >>> from skimpy_renaissance.population import assemble_population
    >>> km = (["km_substrate1_PFK"], np.log([[1e-4], [1e-3]]))  # ln(mol/L)
    >>> blocks = [(["vmax_forward_PFK"], [[2e5], [3e5]])]
    >>> assemble_population(blocks, log_km=km, units=state.stated_units()).to_dataframe()
       vmax_forward_PFK  km_substrate1_PFK
    0          200000.0              100.0
    1          300000.0             1000.0
    """
    parts = [(tuple(names), read_only_array(block, what="A block")) for names, block in blocks]
    if log_km is not None:
        if units is None:
            raise UnitsError("log_km is in ln(mol/L): pass units=Units(...), which scale it.")
        log_values = read_only_array(log_km[1], what="log_km")
        parts.append((tuple(log_km[0]), units.scaled(log_values)))
    if not parts:
        raise InputError(
            "A population needs at least one block, which sets the number of sets; got none."
        )
    given = unique_names((name for names, _ in parts for name in names), what="Names in blocks")
    n_models = np.atleast_1d(parts[0][1]).shape[0]
    for block_names, block in parts:
        if block.shape != (n_models, len(block_names)):
            raise InputError(
                f"Each block must be model x parameter, here {n_models} x {len(block_names)}; the "
                f"one of {listed(block_names, most=2)} has shape {block.shape}."
            )
    constants = {} if constants is None else constants
    names = tuple(dict.fromkeys([*constants, *given]))
    column = {name: i for i, name in enumerate(names)}
    values = np.empty((n_models, len(names)))
    for name, value in constants.items():
        values[:, column[name]] = np.nan if value is None else value
    for block_names, block in parts:
        values[:, [column[name] for name in block_names]] = block
    return ParameterPopulation(names, freeze(values), units=units, **others)
