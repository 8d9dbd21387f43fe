"""SKiMPy's calling conventions: what its samplers are given, and what they return.

SKiMPy passes scaled fluxes and concentrations as two mappings, without their units. They are taken
as they are; equilibrium constants then have to be in the kinetic model already. Where the model is
a live SKiMPy ``KineticModel``, the sets come back in SKiMPy's own form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import sympy

from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.network import KineticNetwork, from_skimpy
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.steady_state.steady_state import SteadyState

__all__ = ["Bounds", "Given", "Model", "Returned", "as_skimpy_returns", "bind"]

Given: TypeAlias = Mapping[object, float] | pd.Series
Bounds: TypeAlias = Mapping[str, tuple[float | None, float | None]]
Model: TypeAlias = KineticNetwork | CompiledKinetics | Any
Sets: TypeAlias = ParameterPopulation | list[dict[sympy.Symbol, float | None]]
Returned: TypeAlias = Sets | tuple[Sets, list[float], list[float]]


def bind(
    network: Model,
    fluxes: SteadyState | Given,
    concentrations: Given | None,
    bounds: Bounds | None,
    *,
    spectrum: SpectralRoute | None = None,
) -> BoundKinetics:
    """Tie a kinetic model to the steady state that a sampler was given.

    Parameters
    ----------
    network
        The kinetic model, compiled or not; or a live SKiMPy ``KineticModel``.
    fluxes
        A steady state; or `` `reaction` ``, scaled concentration per model time, by name.
    concentrations
        `` `metabolite` ``, scaled concentration, by name: variables and boundaries; ``None`` with a
        steady state.
    bounds
        Saturation constant to (lower, upper), scaled concentration, beside those of the network.
    spectrum
        Way from Jacobians to eigenvalues.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    InputError
        ``network`` is no kinetic model, or all its saturation constants have values; both a steady
        state and concentrations are given, or neither form is complete.
    MissingEntryError
        A reaction, a metabolite or an equilibrium constant has no value, or a bound names no
        saturation constant.
    SteadyStateError
        A flux is not finite or runs against its direction, or a concentration is not positive.
    """
    if _is_live(network):
        network = from_skimpy(network)
    if not isinstance(network, KineticNetwork | CompiledKinetics):
        raise InputError(
            "A sampler needs a KineticNetwork (sr.read_skimpy_yaml, sr.from_skimpy) or what "
            f"sr.compile makes of it, got {type(network).__name__}."
        )
    kinetics = network if isinstance(network, CompiledKinetics) else compile_network(network)
    _require_free_constants(kinetics.network)
    if bounds:
        kinetics = replace(kinetics, network=kinetics.network.with_bounds(bounds))
    return kinetics.at(_state(kinetics.network, fluxes, concentrations), spectrum=spectrum)


def as_skimpy_returns(
    population: ParameterPopulation, network: Model, min_max_eigenvalues: bool
) -> Returned:
    """Return a population the way ``SimpleParameterSampler.sample`` returns its sets.

    Parameters
    ----------
    population
        The sets and their eigenvalues.
    network
        The kinetic model as it was given.
    min_max_eigenvalues
        Whether the largest and smallest real parts (1/h) come beside the sets.

    Returns
    -------
    ParameterPopulation, list or tuple
        The population; for a live model a list of mappings from symbol to value, which
        ``ParameterValuePopulation`` takes.
    """
    sets = _by_symbol(population, network) if _is_live(network) else population
    if not min_max_eigenvalues:
        return sets
    assert population.lambda_max is not None  # parametrize sets both
    assert population.lambda_min is not None
    return sets, population.lambda_max.tolist(), population.lambda_min.tolist()


def _require_free_constants(network: KineticNetwork) -> None:
    if network.km_names or not network.hooks:
        return
    raise InputError(
        f"A sampler draws saturation constants without a value, but all {len(network.hooks)} of "
        f"{network.name!r} have one: {listed(network.hooks, most=4)}. A live SKiMPy model keeps "
        "the set last given to it: for every constant to be drawn say "
        "model.parameters[name].value = None, or load the model anew. Then sample; or judge known "
        "sets with sr.parametrize; or draw some of their constants anew with "
        "sr.OracleSampler().resample."
    )


def _is_live(network: Model) -> bool:
    return type(network).__module__.split(".")[0] == "skimpy"


def _by_symbol(
    population: ParameterPopulation, kinetic_model: Any
) -> list[dict[sympy.Symbol, float | None]]:
    """Return each set with every parameter of a live model, ``None`` where it has no value."""
    symbols = {name: parameter.symbol for name, parameter in kinetic_model.parameters.items()}
    return [
        {symbol: values.get(name) for name, symbol in symbols.items()}
        for values in (dict(one.items()) for one in population)
    ]


def _state(
    network: KineticNetwork, fluxes: SteadyState | Given, concentrations: Given | None
) -> SteadyState:
    if isinstance(fluxes, SteadyState):
        if concentrations is not None:
            raise InputError(
                "A SteadyState holds its concentrations: pass sample(network, state) or "
                "sample(network, fluxes, concentrations), not both."
            )
        return fluxes
    if concentrations is None:
        raise InputError(
            "A sampler needs one SteadyState, or fluxes and concentrations by name; got "
            f"{type(fluxes).__name__} and no concentrations."
        )
    given = SteadyState(
        name="given",
        fluxes=_values("fluxes", fluxes, network.reaction_names),
        concentrations=_values("concentrations", concentrations, network.metabolites),
        equilibrium_constants=pd.Series(np.nan, index=list(network.reaction_names)),
        units=None,
    )
    low = given.concentrations[given.concentrations <= 0]
    if len(low):
        raise SteadyStateError(
            f"Concentrations must be positive; {low.index[0]!r} is {low.iloc[0]!r}."
        )
    return given


def _values(what: str, given: Given, names: tuple[str, ...]) -> pd.Series:
    by_name = {str(name): float(value) for name, value in given.items()}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise MissingEntryError(
            f"The kinetic model needs {what} for {listed(missing)}, which the given {what} lack."
        )
    series = pd.Series({name: by_name[name] for name in names}, dtype=float)
    bad = series[~np.isfinite(series)]
    if len(bad):
        raise SteadyStateError(f"{what} must be finite; {bad.index[0]!r} is {bad.iloc[0]!r}.")
    return series
