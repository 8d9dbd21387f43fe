"""One kinetic model at its reference state, with a few stable parameter sets."""

from dataclasses import replace

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.network.kinetic_network import Compartment


@pytest.fixture(scope="session")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=4))
    return sr.compile(network).at(state), sampler.sample(network, state, seed=11)


@pytest.fixture(scope="session")
def apart():
    """The same model with its metabolites, those of one pool too, in three compartments."""
    network, states = sr.examples.e_coli_core()
    places = {m: "cpe"[i % 3] for i, m in enumerate(network.variables)}
    network = replace(
        network,
        compartments={**network.compartments, "p": Compartment("p", volume=1.0, cell_volume=1.0)},
        compartment_of={**network.compartment_of, **places},
    )
    return network, states[sr.examples.REFERENCE_STATE]
