"""The bundled kinetic model with a few models that are valid below 0, and its reactor."""

import math

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import BatchReactor, Strain, medium_at
from skimpy_renaissance.learning import judge
from skimpy_renaissance.priors import random_stream


@pytest.fixture(scope="session")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    return sr.compile(network).at(state), state


@pytest.fixture(scope="session")
def log_km(core):
    """Give five stable models and one that is not, the last."""
    bound, _ = core
    rng = random_stream(3, purpose="test")
    low, high = math.log(1e-6), math.log(0.1)
    drawn = low + (high - low) * torch.rand(
        400, len(bound.km_names), dtype=torch.float64, generator=rng
    )
    slowest = bound.lambda_max(drawn)
    return torch.cat([drawn[slowest < -1.0][:5], drawn[slowest > 0][:1]])


@pytest.fixture(scope="session")
def judged(core, log_km):
    """Give two candidates of three models."""
    return judge(core[0], log_km.unflatten(0, (2, 3)), sr.Validity(-0.1))


@pytest.fixture(scope="session")
def reactor(core):
    bound, state = core
    made = BatchReactor(
        {"core": Strain(bound.network, "Biomass_Ecoli_core")},
        units=state.units,
        volume=1e12,
        constant={"o2_e", "co2_e", "h_e", "core_h_c"},
    )
    medium = {**medium_at(made, state), "glc__D_e": 0.02, "nh4_e": 0.05}
    return made, medium


def slope_of(function, log_km, column, *, step=1e-5):
    """Return the central difference of a score in one constant of all models."""
    move = torch.zeros_like(log_km)
    move[..., column] = step
    return (function(log_km + move) - function(log_km - move)) / (2 * step)
