"""Models at the edge of what a model is: each has an answer."""

import math

import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import NetworkError, SteadyStateError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.spectrum import Accurate, Validity
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

UNITS = Units(concentration_scaling=1.0, density=1000.0, gdw_gww_ratio=0.5)
BOUNDARIES = frozenset({"feed", "waste"})


def step(name, substrate, product):
    roles = {"substrate1": substrate, "product1": product}
    coefficients = {"substrate1": -1.0, "product1": 1.0}
    return build_reaction(name, MechanismDefinition("IrrevMichaelisMenten", roles, coefficients))


def reversible(name, substrate, product):
    roles = {"substrate": substrate, "product": product}
    coefficients = {"substrate": -1.0, "product": 1.0}
    definition = MechanismDefinition("ReversibleMichaelisMenten", roles, coefficients)
    return build_reaction(name, definition)


def kinetics(*reactions, keq=None, backend=None):
    network = KineticNetwork("edge", reactions, boundaries=BOUNDARIES)
    metabolites = [*network.variables, *BOUNDARIES]
    state = SteadyState(
        name="s",
        fluxes=pd.Series(dict.fromkeys(network.reaction_names, 1.0)),
        concentrations=pd.Series(dict.fromkeys(metabolites, 1.0)),
        equilibrium_constants=pd.Series({"R": keq} if keq else {}, dtype=float),
        units=UNITS,
    )
    return compile_network(network).at(state, spectrum=Accurate(backend))


PATHWAY = (step("R", "feed", "m"), step("S", "m", "waste"))
REVERSIBLE = (reversible("R", "feed", "m"), step("S", "m", "waste"))
# E = K/(K + x), with K = x = 1: each step that drains a metabolite takes 1/2 of its flux per hour
MODELS = {
    "one reaction, a drain": ((step("R", "m", "waste"),), 1.0, [-0.5]),
    "one reaction, nothing drains": ((step("R", "feed", "m"),), 1.0, [math.nan]),
    "disconnected": (
        (*PATHWAY, step("T", "feed", "n"), step("U", "n", "waste")),
        1.0,
        [-0.5, -0.5],
    ),
    "every reaction twice": (
        (*PATHWAY, step("T", "feed", "m"), step("U", "m", "waste")),
        1.0,
        [-1],
    ),
    "a cycle, all in one pool": ((step("R", "m", "n"), step("S", "n", "m")), 1.0, [-1.0]),
    "Km above all": (PATHWAY, 1e300, [-1.0]),
    "Km below all, the drain saturated": (PATHWAY, 1e-300, [math.nan]),
    "Km that is no number": (PATHWAY, 1e-320, [math.nan]),
}


@pytest.mark.parametrize("backend", [None, "lapack"])
@pytest.mark.parametrize(("reactions", "km", "spectrum"), MODELS.values(), ids=MODELS)
def test_degenerate_models_have_an_answer(reactions, km, spectrum, backend):
    bound = kinetics(*reactions, backend=backend)
    log_km = torch.full((2, len(bound.km_names)), math.log(km), dtype=torch.float64)
    expected = torch.tensor([spectrum] * 2, dtype=torch.float64)
    torch.testing.assert_close(bound.eigenvalues(log_km).real, expected, equal_nan=True)
    torch.testing.assert_close(bound.lambda_max(log_km), expected[:, 0], equal_nan=True)
    valid = [spectrum[0] < -0.1] * 2
    assert bound.valid(log_km, Validity(-0.1)).tolist() == valid
    assert bound.valid(log_km, Validity(-0.1, fastest=-1e6)).tolist() == valid


@pytest.mark.parametrize("km", [1e-300, 1e300])
def test_a_reversible_step_keeps_its_pull_at_any_km(km):
    """Saturated or not, (1 - Gamma)^-1 - E of the step and the drain's own E stay what they are."""
    bound = kinetics(*REVERSIBLE, keq=10.0)
    log_km = torch.full((1, 3), math.log(km), dtype=torch.float64)
    saturated = 0.5 if km < 1 else 0.0  # s/K/(1 + s/K + p/K)
    drain = 0.0 if km < 1 else 1.0
    expected = -(1 / 9 + saturated) - drain  # Gamma/(1 - Gamma) = 1/9
    torch.testing.assert_close(bound.lambda_max(log_km).item(), expected)


def test_a_reaction_at_equilibrium_carries_no_flux():
    with pytest.raises(SteadyStateError, match="'R' has the flux 1 and would need Vmax = inf"):
        kinetics(*REVERSIBLE, keq=1.0)


def test_a_model_without_variables_is_none():
    with pytest.raises(NetworkError, match="every metabolite of 'edge' is a boundary"):
        kinetics(step("R", "feed", "waste"))
