"""The numbers of one kinetic model: a parameter set beside the steady state it belongs to."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isnan
from typing import TypeAlias

import pandas as pd

from skimpy_renaissance.errors import InputError, MissingEntryError, NetworkError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sbml.write_math import evaluated, net_rate
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["ModelValues", "ParameterSet", "model_values", "one_set", "units_of", "used_parameters"]

ParameterSet: TypeAlias = "ParameterPopulation | pd.Series | Mapping[str, float]"
_SAME = 0.01  # relative: a set of this steady state reproduces its fluxes


@dataclass(frozen=True)
class ModelValues:
    """What a kinetic model needs to be written.

    Parameters
    ----------
    concentrations
        Metabolite, boundaries included, to its concentration, scaled.
    parameters
        Parameter of the rate laws to value, scaled units, in the network's order.
    units
        The scaling.
    """

    concentrations: Mapping[str, float]
    parameters: Mapping[str, float]
    units: Units


def used_parameters(network: KineticNetwork) -> tuple[str, ...]:
    """Return the parameters that rate laws use, boundary metabolites left out, in order.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    tuple of str
    """
    metabolites = set(network.metabolites)
    used = {name for r in network.reactions for name in r.names.values()} - metabolites
    order = {name: i for i, name in enumerate(network.parameter_names)}
    return tuple(sorted(used, key=lambda name: order.get(name, len(order))))


def units_of(state: SteadyState, given: Units | None) -> Units:
    """Return the units in which a model is written.

    Parameters
    ----------
    state
        The steady state.
    given
        Units stated by the caller.

    Returns
    -------
    Units

    Raises
    ------
    InputError
        ``state`` is not one steady state.
    UnitsError
        Neither says them, or they contradict each other.
    """
    if not isinstance(state, SteadyState):
        raise InputError(
            f"A model is written at one steady state, got {type(state).__name__}. Take one of "
            "them: states[0], or states['name']."
        )
    if given is None:
        return state.stated_units()
    if state.units is not None:
        given.require_same(state.units, what=f"steady state {state.name!r}")
    return given


def one_set(parameters: ParameterSet, units: Units) -> dict[str, float]:
    """Return one parameter set as a plain dictionary, without what has no value.

    Parameters
    ----------
    parameters
        A row of a population (``population["17"]``), a mapping, or a population of one set.
    units
        Those of the steady state.

    Returns
    -------
    dict
        Parameter to value, scaled units.

    Raises
    ------
    InputError
        It is a population of none or several sets, or something else.
    UnitsError
        The population has other units.
    """
    if isinstance(parameters, ParameterPopulation):
        if len(parameters) != 1:
            raise InputError(
                f"An SBML file holds one parameter set, got a population of {len(parameters)}. "
                'Choose one, population["0"] or population[0], or write all with write_omex.'
            )
        if parameters.units is not None:
            units.require_same(parameters.units, what="the population")
        parameters = parameters[0]
    if not isinstance(parameters, Mapping | pd.Series):
        raise InputError(
            "A parameter set is a row of a population or a mapping of parameters to numbers, got "
            f"{type(parameters).__name__}."
        )
    found = {}
    for name, value in parameters.items():
        try:
            found[str(name)] = float(value)
        except (TypeError, ValueError):
            raise InputError(f"Parameter {name!r} must be a number, got {value!r}.") from None
    return {name: value for name, value in found.items() if not isnan(value)}


def model_values(
    network: KineticNetwork, state: SteadyState, given: Mapping[str, float], units: Units
) -> ModelValues:
    """Complete a parameter set by the steady state and the kinetic model.

    Parameters
    ----------
    network
        The kinetic model.
    state
        Where it starts; its equilibrium constants and boundary concentrations are taken where the
        set has none.
    given
        Parameter to value, scaled units.
    units
        The scaling.

    Returns
    -------
    ModelValues

    Raises
    ------
    MissingEntryError
        A parameter or a concentration has no value.
    InputError
        One is not finite, or a concentration not positive.

    Warns
    -----
    UserWarning
        The rates at the state are not its fluxes.
    """
    of_state = {f"k_equilibrium_{name}": k for name, k in state.equilibrium_constants.items()}
    concentrations = dict(state.concentrations)
    known = {name: value for name, value in network.values.items() if value is not None}
    known |= {name: float(k) for name, k in of_state.items() if not isnan(k)}
    known |= dict(given)
    names = used_parameters(network)
    boundary = {name: known.get(name, concentrations.get(name)) for name in network.boundary_names}
    concentrations = {name: concentrations.get(name) for name in network.variables} | boundary
    _require_all(network, state, given, {name: known.get(name) for name in names}, concentrations)
    values = ModelValues(
        {name: float(value) for name, value in concentrations.items()},
        {name: float(known[name]) for name in names},
        units,
    )
    _warn_of_other_fluxes(network, state, values)
    return values


def _require_all(
    network: KineticNetwork,
    state: SteadyState,
    given: Mapping[str, float],
    parameters: Mapping[str, float | None],
    concentrations: Mapping[str, float | None],
) -> None:
    lost = [name for name, value in parameters.items() if value is None]
    if lost:
        foreign = [name for name in given if name not in network.parameters]
        hint = (
            f"It has {len(foreign)} names that this model does not, such as {foreign[0]!r}: it "
            "seems to be of another model."
            if foreign
            else "Take a complete set, as sr.parametrize returns, or fix them with "
            "network.with_parameters({...})."
        )
        raise MissingEntryError(
            f"The parameter set has no value for {listed(lost)}, which the rate laws of "
            f"{network.name!r} need. {hint}"
        )
    lost = [name for name, value in concentrations.items() if value is None]
    if lost:
        raise MissingEntryError(
            f"Steady state {state.name!r} has no concentration for {listed(lost)} of "
            f"{network.name!r}. Take a steady state of this model."
        )
    for what, table in (("Parameter", parameters), ("Concentration", concentrations)):
        for name, value in table.items():
            number = float("nan") if value is None else float(value)
            if not isfinite(number) or (what == "Concentration" and number < 0):
                raise InputError(f"{what} {name!r} must be a finite number, got {value!r}.")


def _warn_of_other_fluxes(network: KineticNetwork, state: SteadyState, values: ModelValues) -> None:
    known = {**values.parameters, **values.concentrations}
    fluxes = dict(state.fluxes)
    size = max((abs(float(v)) for v in fluxes.values()), default=0.0)
    off = []
    for reaction in network.reactions:
        local = {place: known[name] for place, name in reaction.names.items()}
        try:
            rate = evaluated(net_rate(reaction.rate), local)
        except NetworkError as error:
            raise NetworkError(
                f"The rate law of {reaction.name!r} has no formula in SBML: {error}."
            ) from None
        flux = float(fluxes.get(reaction.name, float("nan")))
        if abs(rate - flux) > _SAME * abs(flux) + 1e-9 * size:
            off.append(reaction.name)
    if off:
        warnings.warn(
            f"At steady state {state.name!r} the rates of {listed(off)} are not its fluxes: the "
            "parameter set was made at another state, or changed. The model is written as it is; "
            "it starts from the concentrations of that state and moves away from them.",
            stacklevel=4,
        )
