"""An empty result comes with what is known of its reason."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.sampling.nothing_found import nothing_found
from skimpy_renaissance.sampling.pool_speed import pool_speeds


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    return sr.compile(network).at(state), pool_speeds(network, state)


def test_the_share_is_bounded_and_the_slowest_pool_named(core):
    bound, speeds = core
    text = nothing_found(bound, judged=1000, partition=-1e3, remedy="Demand less")
    assert "none of 1000 models" in text
    assert "fewer than 0.38 % are" in text  # Wilson's interval of 0 in 1000
    limit = -speeds.slowest[0]
    pool = speeds.slowest_pool[0]
    assert f"On its own the pool {pool!r} answers no faster than {limit:.3g} 1/h" in text
    assert "an estimate, no proof" in text
    assert text.endswith("Demand less.")


def test_a_pool_that_is_fast_enough_is_not_blamed(core):
    bound, speeds = core
    limit = -0.99 * speeds.slowest[0]
    text = nothing_found(bound, judged=10, partition=limit, fastest=-1.5, remedy="Train longer")
    assert "pool" not in text
    assert "lambda_max -1.5 1/h" in text


def test_a_pool_that_a_model_was_faster_than_is_not_blamed(core):
    bound, speeds = core
    faster = -1.1 * speeds.slowest[0]
    text = nothing_found(bound, judged=10, partition=-1e3, fastest=faster, remedy="Train longer")
    assert "pool" not in text


def test_a_mode_that_stands_still_points_at_conserved_pools(core):
    bound, _ = core
    text = nothing_found(bound, judged=10, partition=-0.1, fastest=-1e-9, remedy="Train longer")
    assert "name the pools" in text
