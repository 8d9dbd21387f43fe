"""An unbranched pathway of saturable steps, solved by hand.

dx_i/dt = v_{i-1} - v_i,   v_i = V_i x_i/(K_i + x_i)
V_i = v (K_i + x_i)/x_i,   E_ii = K_i/(K_i + x_i),   lambda_i = -(v/x_i) E_ii
"""

import pandas as pd
import pytest
import torch

from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

X = {"a": 2.0, "b": 0.5, "c": 30.0, "feed": 1.0}
FLUX = 12.0
UNITS = Units(concentration_scaling=1e3, density=1000.0, gdw_gww_ratio=0.5)


def _step(name, substrate, product):
    roles = {"product1": product, "substrate1": substrate}
    definition = MechanismDefinition(
        "IrrevMichaelisMenten", roles, {"product1": 1.0, "substrate1": -1.0}
    )
    return build_reaction(name, definition)


@pytest.fixture
def pathway(device):
    steps = [("R0", "feed", "a"), ("R1", "a", "b"), ("R2", "b", "c"), ("R3", "c", "waste")]
    network = KineticNetwork(
        name="pathway",
        reactions=tuple(_step(*step) for step in steps),
        boundaries=frozenset({"feed", "waste"}),
    )
    state = SteadyState(
        name="s",
        fluxes=pd.Series({name: FLUX for name, *_ in steps}),
        concentrations=pd.Series({**X, "waste": 1.0}),
        equilibrium_constants=pd.Series(dtype=float),
        units=UNITS,
    )
    return compile_network(network).at(state, device=device)


@pytest.fixture
def km():
    """`model x km`, mmol/L."""
    rng = torch.Generator().manual_seed(0)
    return (6 * torch.rand(50, 4, generator=rng, dtype=torch.float64) - 3).exp()


def _log_km(km):
    return (km / 1e3).log()


def test_vmax_elasticities_and_eigenvalues_are_those_of_the_closed_form(pathway, km):
    assert pathway.km_names == tuple(f"km_substrate1_R{i}" for i in range(4))
    x = torch.tensor([X["feed"], X["a"], X["b"], X["c"]], dtype=torch.float64)
    saturation = km / (km + x)

    vmax = pathway.vmax(_log_km(km)).cpu()
    assert torch.allclose(vmax, FLUX * (km + x) / x, rtol=1e-13)

    elasticities = torch.zeros(50, 4, 3, dtype=torch.float64)
    for i in range(1, 4):
        elasticities[:, i, i - 1] = saturation[:, i]
    order = [pathway.network.variables.index(name) for name in "abc"]
    found = pathway.elasticities(_log_km(km)).cpu()[..., order]
    assert torch.allclose(found, elasticities, rtol=1e-13)

    spectrum = (-FLUX / x * saturation)[:, 1:].sort(descending=True).values
    eigenvalues = pathway.eigenvalues(_log_km(km)).cpu()
    assert torch.allclose(eigenvalues.real, spectrum, rtol=1e-12)
    assert not eigenvalues.imag.any()
    slowest = pathway.lambda_max(_log_km(km)).cpu()
    assert torch.allclose(slowest, spectrum[:, 0], rtol=1e-12)


def test_the_gradient_of_lambda_max_is_that_of_the_closed_form(pathway, km):
    """d lambda_i / d ln K_i = -(v/x_i) K_i x_i/(K_i + x_i)^2 for the slowest step, else 0."""
    log_km = _log_km(km).requires_grad_()
    pathway.lambda_max(log_km).sum().backward()
    x = torch.tensor([X["feed"], X["a"], X["b"], X["c"]], dtype=torch.float64)
    rate = -FLUX / x * km / (km + x)
    rate[:, 0] = -torch.inf  # the feed's own step is no metabolite's drain
    slope = -FLUX * km / (km + x) ** 2
    expected = torch.where(rate == rate.amax(1, keepdim=True), slope, 0.0)
    assert torch.allclose(log_km.grad, expected, rtol=1e-9, atol=1e-9)


def test_a_model_without_conserved_pools_has_no_dependent_metabolite(pathway):
    assert len(pathway.network.conserved_pools) == 0
    assert pathway.reference.pool_weights.shape[-2:] == (0, 3)


def test_verdicts_need_no_conserved_pool(pathway, km):
    slowest = pathway.lambda_max(_log_km(km))
    criterion = Validity(1.001 * slowest.median().item())  # between two of them
    assert torch.equal(pathway.valid(_log_km(km), criterion), criterion(slowest))
