"""Elasticities and Jacobians against differences of rates and balances in 50-digit arithmetic.

The slow path below shares nothing with the package but the rate expressions: it names every value,
evaluates every reaction by itself, and differentiates by moving one concentration at a time.
"""

from collections.abc import Callable, Mapping

import mpmath
import numpy as np
import pytest
import sympy
import torch

from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyState

STEP = mpmath.mpf("1e-18")  # relative; the error of a central difference is its square

Values = Mapping[str, mpmath.mpf]


def _net_rates(network: KineticNetwork) -> list[Callable[[Values], mpmath.mpf]]:
    """Return one function per reaction, of all concentrations and parameters by name."""

    def rate_of(reaction):
        arguments = list(reaction.names)
        expression = reaction.rate.forward - reaction.rate.backward
        symbols = [sympy.Symbol(name, positive=True) for name in arguments]
        function = sympy.lambdify(symbols, expression, "mpmath")
        names = [reaction.names[name] for name in arguments]
        return lambda values: function(*(values[name] for name in names))

    return [rate_of(reaction) for reaction in network.reactions]


def _values(
    bound: BoundKinetics, state: SteadyState, log_km: torch.Tensor
) -> dict[str, mpmath.mpf]:
    network, scaling = bound.network, state.units.concentration_scaling
    km = dict(zip(network.km_names, (log_km.exp() * scaling).tolist(), strict=True))
    vmax = dict(zip(network.vmax_names, bound.vmax(log_km[None])[0].tolist(), strict=True))
    k = {f"k_equilibrium_{r}": x for r, x in state.equilibrium_constants.items()}
    merged = {**network.values, **k, **state.concentrations.to_dict(), **km, **vmax}
    return {name: mpmath.mpf(value) for name, value in merged.items()}


def _moved(values: Values, name: str, factor: mpmath.mpf) -> Values:
    return {**values, name: values[name] * factor}


@pytest.fixture(params=["branched", "varma", "varma_regulated"])
def case(request, golden, branched, state):
    """A model, its state and one ln Km vector."""
    if request.param == "branched":
        bound = branched.at(state)
        rng = torch.Generator().manual_seed(5)
        log_km = torch.rand(len(bound.km_names), generator=rng, dtype=torch.float64) * 6 - 10
        return bound, state, log_km
    real = golden(request.param)
    return real.bound, real.state, real.log_km[7]


@pytest.fixture(autouse=True)
def fifty_digits():
    with mpmath.workdps(50):
        yield


@pytest.mark.slow
def test_rates_at_the_reference_state_are_the_reference_fluxes(case):
    bound, state, log_km = case
    values = _values(bound, state, log_km)
    rates = [float(rate(values)) for rate in _net_rates(bound.network)]
    fluxes = state.fluxes[list(bound.network.reaction_names)].to_numpy()
    assert np.allclose(rates, fluxes, rtol=1e-9, atol=0)


def test_elasticities_of_all_reactions_are_differences_of_their_rates(case):
    bound, state, log_km = case
    network, values = bound.network, _values(bound, state, log_km)
    expected = np.zeros((len(network.reactions), len(network.variables)))
    rates = _net_rates(network)
    for column, metabolite in enumerate(network.variables):
        up, down = (_moved(values, metabolite, 1 + sign * STEP) for sign in (1, -1))
        for row, reaction in enumerate(network.reactions):
            if metabolite in reaction.names.values():
                rate = rates[row]
                expected[row, column] = (rate(up) - rate(down)) / (2 * STEP * rate(values))
    elasticities = bound.elasticities(log_km[None])[0].numpy()
    error = np.abs(elasticities - expected).max(1) / np.abs(expected).max(1)
    assert error.max() < 1e-9
    assert np.count_nonzero(expected) >= len(network.reactions)


@pytest.mark.slow
def test_the_jacobian_is_the_derivative_of_the_balances_on_the_conserved_pools(case):
    """dx_i/dt = w_i sum_r N_ir v_r, while the dependent metabolites keep every pool's amount."""
    bound, state, log_km = case
    network, values = bound.network, _values(bound, state, log_km)
    pools, rates = network.conserved_pools, _net_rates(network)
    variables, ratios = network.variables, network.volume_ratios
    amounts = pools.matrix / ratios
    response = np.linalg.solve(amounts[:, pools.dependent], amounts[:, pools.independent])

    def balances(j: int, step: mpmath.mpf) -> list[mpmath.mpf]:
        change = values[variables[pools.independent[j]]] * step
        moved = {**values, variables[pools.independent[j]]: values[variables[pools.independent[j]]]}
        moved[variables[pools.independent[j]]] += change
        for d, weight in zip(pools.dependent, response[:, j], strict=True):
            moved[variables[d]] -= mpmath.mpf(weight) * change
        v = [rate(moved) for rate in rates]
        return [
            mpmath.mpf(ratios[i])
            * mpmath.fsum(mpmath.mpf(n) * v[r] for r, n in enumerate(network.stoichiometry[i]) if n)
            for i in pools.independent
        ]

    n = len(pools.independent)
    expected = np.zeros((n, n))
    for j in range(n):
        width = 2 * STEP * values[variables[pools.independent[j]]]
        up, down = balances(j, STEP), balances(j, -STEP)
        expected[:, j] = [(a - b) / width for a, b in zip(up, down, strict=True)]
    jacobian = bound.jacobian(log_km[None])[0].numpy()
    error = np.abs(jacobian - expected).max(1) / np.abs(expected).max(1)
    assert error.max() < 1e-9


def test_the_scaled_jacobian_is_that_of_logarithmic_concentrations(case):
    bound, _, log_km = case
    x = bound.reference.independent[0]
    scaled = bound.jacobian(log_km[None]) * x[None, None, :] / x[None, :, None]
    assert torch.allclose(bound.scaled_jacobian(log_km[None]), scaled, rtol=1e-12, atol=0)
