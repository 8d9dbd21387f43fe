r"""Units of a kinetic model in SBML, and those of the parameters of its rate laws.

Numbers stay in the kinetic model's scaled units, which are declared: with
``concentration_scaling`` :math:`s` and ``time_scaling`` :math:`\tau`,

.. math:: 1\,\mathrm{substance} = \frac{1}{s}\ \mathrm{mol}, \qquad
          1\,\mathrm{time} = \frac{3600}{\tau}\ \mathrm{s}, \qquad
          1\,\mathrm{concentration} = \frac{\mathrm{substance}}{\mathrm{litre}} .

Units of Vmax and equilibrium constants follow from how a rate scales where every concentration and
saturation constant is multiplied by :math:`\mu`: :math:`v \to \mu^d v` makes that of Vmax
:math:`\mathrm{concentration}^{1-d} / \mathrm{time}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isclose, log, log10
from typing import Any, NamedTuple

import sympy

from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.sbml.write_math import evaluated
from skimpy_renaissance.units import Units

__all__ = ["Dimension", "define_units", "parameter_dimensions", "unit_id"]


class Dimension(NamedTuple):
    """Powers of concentration and of time."""

    concentration: float
    time: float


_CONCENTRATION, _NUMBER = Dimension(1, 0), Dimension(0, 0)
_CONSTANTS = ("km_", "ki_", "kd_", "k_inhibition", "k_activation")
_NUMBERS = ("hill_coefficient", "a_max", "cooperativity", "alpha_", "beta_")
_CAPACITY = ("vmax_forward", "kcat_forward")
_EQUILIBRIUM = "k_equilibrium"
_NAMES = {
    _CONCENTRATION: "concentration",
    Dimension(1, -1): "concentration_per_time",
    Dimension(0, -1): "per_time",
    _NUMBER: "dimensionless",
}


def parameter_dimensions(
    reaction: Reaction, values: Mapping[str, float], *, metabolites: frozenset[str]
) -> dict[str, Dimension]:
    """Return the dimensions of a rate law's parameters, as far as they follow from it.

    Parameters
    ----------
    reaction
        The reaction.
    values
        Metabolite or parameter to value, scaled units.
    metabolites
        All metabolites of the network.

    Returns
    -------
    dict
        Local symbol to dimension.
    """
    found: dict[str, Dimension] = {}
    open_ones = []
    scaled = []
    for local, name in reaction.names.items():
        if name in metabolites:
            scaled.append(local)
        elif local.startswith(_CONSTANTS) or local.endswith("_0"):
            found[local] = _CONCENTRATION
            scaled.append(local)
        elif local.startswith(_NUMBERS):
            found[local] = _NUMBER
        else:
            open_ones.append(local)
    capacity = [local for local in open_ones if local in _CAPACITY]
    if len(capacity) != 1 or set(open_ones) - {*capacity, _EQUILIBRIUM}:
        return found
    local_values = {local: values[name] for local, name in reaction.names.items()}
    forward = _degree(reaction.rate.forward, local_values, scaled)
    if forward is None:
        return found
    found[capacity[0]] = Dimension(1 - forward, -1)
    if _EQUILIBRIUM in open_ones:
        backward = _degree(reaction.rate.backward, local_values, scaled)
        if backward is not None:
            found[_EQUILIBRIUM] = Dimension(_plain(backward - forward), 0)
    return found


def _degree(rate: sympy.Expr, values: Mapping[str, float], scaled: list[str]) -> float | None:
    """Return the power by which a rate scales; ``None`` where it is not one power."""
    at = [
        evaluated(rate, {**values, **{local: factor * values[local] for local in scaled}})
        for factor in (1.0, 2.0, 3.0)
    ]
    if not all(0 < value < inf for value in at):
        return None
    degree = (log(at[1]) - log(at[0])) / log(2)
    same = isclose(degree, (log(at[2]) - log(at[0])) / log(3), rel_tol=1e-6, abs_tol=1e-6)
    return _plain(degree) if same else None


def _plain(power: float) -> float:
    return float(round(power)) if isclose(power, round(power), abs_tol=1e-6) else round(power, 9)


def unit_id(dimension: Dimension) -> str:
    """Return the identifier of a unit.

    Parameters
    ----------
    dimension
        Powers of concentration and of time.

    Returns
    -------
    str
        For example ``"concentration_per_time"``.
    """
    if dimension in _NAMES:
        return _NAMES[dimension]
    power = f"{dimension.concentration:g}".replace("-", "minus_").replace(".", "_")
    return f"concentration_{power}" + ("_per_time" if dimension.time else "")


def define_units(model: Any, units: Units, dimensions: set[Dimension], *, libsbml: Any) -> None:
    """Define units and make them those of a model.

    Parameters
    ----------
    model
        A ``libsbml.Model``.
    units
        The scaling.
    dimensions
        What parameters need.
    libsbml
        The library.
    """
    amount = (libsbml.UNIT_KIND_MOLE, 1.0, 1.0 / units.concentration_scaling)
    litre = (libsbml.UNIT_KIND_LITRE, 1.0, 1.0)
    time = (libsbml.UNIT_KIND_SECOND, 1.0, 3600.0 / units.time_scaling)
    parts: dict[str, list[tuple[int, float, float]]] = {
        "substance": [amount],
        "volume": [litre],
        "time": [time],
    }
    for one in sorted({_CONCENTRATION, *dimensions} - {_NUMBER}):
        powers = [(amount, 1.0), (litre, -1.0)] if one.concentration else []
        entries = [(k, sign * one.concentration, size) for (k, _, size), sign in powers]
        if one.time:
            entries.append((time[0], one.time, time[2]))
        parts[unit_id(one)] = entries
    for name, entries in parts.items():
        definition = model.createUnitDefinition()
        definition.setId(name)
        for kind, exponent, size in entries:
            _add(definition, kind, exponent, size)
    model.setSubstanceUnits("substance")
    model.setExtentUnits("substance")
    model.setVolumeUnits("volume")
    model.setTimeUnits("time")


def _add(definition: Any, kind: int, exponent: float, size: float) -> None:
    """Add a unit; a power of ten goes into its scale, which tools show as a prefix."""
    power = round(log10(size))
    exact = isclose(size, 10.0**power, rel_tol=1e-15)
    unit = definition.createUnit()
    unit.setKind(kind)
    unit.setExponent(exponent)
    unit.setScale(power if exact else 0)
    unit.setMultiplier(1.0 if exact else size)
