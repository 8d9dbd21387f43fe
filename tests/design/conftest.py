"""The bundled model with a few stable parameter sets, and their control coefficients."""

from itertools import combinations

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import DesignLimits, ResponseProblem


@pytest.fixture(scope="session")
def core():
    """Network, state and control of six stable models."""
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=6))
    population = sampler.sample(network, state, seed=4)
    bound = sr.compile(network).at(state)
    return network, state, control_coefficients(bound, population), population, bound


@pytest.fixture(scope="session")
def acetate(core):
    """Acetate made per glucose, by two of fifteen enzymes."""
    network, state, control = core[:3]
    limits = DesignLimits(enzymes=2, candidates=network.reaction_names[:15], least_growth=0.7)
    return ResponseProblem.of(control, network, state, {"ACt2r": 1, "GLCpts": -1}, limits)


def brute_force(program):
    """Solve over every set of levers; return those that are used in full, with their values."""
    found = {}
    for size in range(1, program.most + 1):
        for levers in combinations(range(program.n_levers), size):
            if program.cost[list(levers)].sum() > program.most:
                continue
            best = program.on(levers)
            used = tuple(np.flatnonzero(np.abs(best.changes) > 1e-9).tolist())
            if best.found and used == levers:
                found[levers] = best.value
    return found
