"""Kinetics travel to other processes, and give the same numbers there."""

import pickle

import pytest
import torch

import skimpy_renaissance as sr


@pytest.mark.slow
@pytest.mark.parametrize("many", [False, True])
def test_bound_kinetics_travel_and_give_the_same_numbers(many):
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states.select(states.names[:2]) if many else states[97])
    assert network.hooks, "a cached property was read"
    there = pickle.loads(pickle.dumps(bound))
    rng = torch.Generator().manual_seed(0)
    log_km = -7 + torch.randn(5, len(bound.km_names), generator=rng, dtype=torch.float64)
    assert torch.equal(there.lambda_max(log_km), bound.lambda_max(log_km))
    assert there.network == bound.network
