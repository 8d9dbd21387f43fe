"""One kinetic model at its reference state, with stable parameter sets."""

import pytest

import skimpy_renaissance as sr


@pytest.fixture(scope="session")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=4))
    return sr.compile(network).at(state), sampler.sample(network, state, seed=11)
