"""SKiMPy's calling conventions: what its samplers are given, and what they return.

SKiMPy passes scaled fluxes and concentrations as two mappings, without their units. They are taken
as they are; equilibrium constants then have to be in the kinetic model already, and times are those
of the model: eigenvalues come in 1 per model time unless the units are stated. Where the model is
a live SKiMPy ``KineticModel``, the sets come back in SKiMPy's own form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

import numpy as np
import pandas as pd
import sympy

from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.network import KineticNetwork, free_constants
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sampling.live_kinetics import at_state, compiled_live, is_live, relaid
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["Bounds", "Given", "Model", "Returned", "as_skimpy_returns", "bind", "skimpys_names"]

Given: TypeAlias = Mapping[object, float] | pd.Series
Bounds: TypeAlias = Mapping[str, tuple[float | None, float | None]]
Model: TypeAlias = KineticNetwork | CompiledKinetics | Any
Sets: TypeAlias = ParameterPopulation | list[dict[sympy.Symbol, float | None]]
Returned: TypeAlias = Sets | tuple[Sets, list[float], list[float]]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_NAMES = {
    "compiled_model": "network",
    "flux_dict": "fluxes",
    "concentration_dict": "concentrations",
    "parameters_to_resample": "parameters",
    "fixed_parameter_population": "population",
}


def skimpys_names(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a method take the names that SKiMPy has for its arguments, beside its own.

    Parameters
    ----------
    method
        A method of a sampler.

    Returns
    -------
    callable
        The same, which also takes ``compiled_model=``, ``flux_dict=``, ``concentration_dict=``,
        ``parameters_to_resample=`` and ``fixed_parameter_population=``.
    """

    @wraps(method)
    def taking_both(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        for theirs, ours in _NAMES.items():
            if theirs in kwargs:
                if ours in kwargs:
                    raise InputError(f"{theirs} is SKiMPy's name of {ours}: give one of them.")
                kwargs[ours] = kwargs.pop(theirs)
        return method(*args, **kwargs)

    return taking_both


def bind(
    network: Model,
    fluxes: SteadyState | Given,
    concentrations: Given | None = None,
    *,
    bounds: Bounds | None = None,
    units: Units | None = None,
    redraw: bool = False,
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
    units
        Units of the fluxes and concentrations, where they come by name.
    redraw
        Draw every saturation constant, those with values too.
    spectrum
        Way from Jacobians to eigenvalues.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    InputError
        ``network`` is no kinetic model; both a steady state and concentrations are given, or
        neither form is complete.
    MissingEntryError
        A reaction, a metabolite or an equilibrium constant has no value, or a bound names no
        saturation constant.
    SteadyStateError
        A flux is not finite or runs against its direction, or a concentration is not positive.
    UnitsError
        A steady state has other units than ``units``.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import bind
    >>> bound = bind(network, state, bounds={"km_substrate2_PFK": (10.0, 1000.0)})  # umol/L
    >>> bound
    <BoundKinetics of 'e_coli_core' at one steady state>
    >>> bound.log_km_bounds[bound.km_names.index("km_substrate2_PFK")].exp()  # mol/L
    tensor([1.0000e-05, 1.0000e-03], dtype=torch.float64)
    """
    if is_live(network):
        kinetics, known = compiled_live(network, redraw=redraw)
    elif isinstance(network, KineticNetwork | CompiledKinetics):
        kinetics = compile_network(network) if isinstance(network, KineticNetwork) else network
        kinetics = relaid(kinetics, free_constants(kinetics.network)) if redraw else kinetics
        known = kinetics.network
    else:
        raise InputError(
            "A sampler needs a KineticNetwork (sr.read_skimpy_yaml, sr.from_skimpy) or what "
            f"sr.compile makes of it, got {type(network).__name__}."
        )
    known = known.with_bounds(bounds) if bounds else known
    state = _state(known, fluxes, concentrations, units)
    return at_state(kinetics, known, state, spectrum=spectrum)


def as_skimpy_returns(
    population: ParameterPopulation,
    network: Model,
    min_max_eigenvalues: bool,
    *,
    as_skimpy: bool | None = None,
) -> Returned:
    """Return a population the way ``SimpleParameterSampler.sample`` returns its sets.

    Parameters
    ----------
    population
        The sets and their eigenvalues.
    network
        The kinetic model as it was given.
    min_max_eigenvalues
        Whether the largest and smallest real parts come beside the sets, in 1/h, or in 1 per model
        time where the units are not known.
    as_skimpy
        Whether sets come as mappings from symbol to value; ``None``: for a live model.

    Returns
    -------
    ParameterPopulation, list or tuple
        The population; for a live model a list of mappings from symbol to value, which
        ``ParameterValuePopulation`` takes.
    """
    wanted = is_live(network) if as_skimpy is None else as_skimpy
    sets = _by_symbol(population, _parameter_names(network)) if wanted else population
    if not min_max_eigenvalues:
        return sets
    assert population.lambda_max is not None  # parametrize sets both
    assert population.lambda_min is not None
    return sets, population.lambda_max.tolist(), population.lambda_min.tolist()


def _parameter_names(network: Model) -> tuple[str, ...]:
    """Return every parameter of a kinetic model, in SKiMPy's order."""
    known = network.network if isinstance(network, CompiledKinetics) else network
    return known.parameter_names if isinstance(known, KineticNetwork) else tuple(known.parameters)


def _by_symbol(
    population: ParameterPopulation, names: tuple[str, ...]
) -> list[dict[sympy.Symbol, float | None]]:
    """Return each set with every parameter of a model, ``None`` where it has no value."""
    symbols = {name: sympy.Symbol(name) for name in names}
    column = {name: i for i, name in enumerate(population.names)}
    return [
        {s: row[column[name]] if name in column else None for name, s in symbols.items()}
        for row in population.values.tolist()
    ]


def _state(
    network: KineticNetwork,
    fluxes: SteadyState | Given,
    concentrations: Given | None,
    units: Units | None,
) -> SteadyState:
    if isinstance(fluxes, SteadyState):
        if concentrations is not None:
            raise InputError(
                "A SteadyState holds its concentrations: pass sample(network, state) or "
                "sample(network, fluxes, concentrations), not both."
            )
        if units is not None and fluxes.units is not None:
            units.require_same(fluxes.units, what="the steady state")
        return fluxes if units is None else replace(fluxes, units=units)
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
        units=units,
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
