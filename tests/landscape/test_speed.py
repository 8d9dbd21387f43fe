"""A generator trained for speed at some states is fast at others."""

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape import fastest_dynamics, train_for_speed

QUICK = {"threads": 1, "progress": False}
RANGE = (np.log(1e-6), np.log(0.1))


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states


@pytest.fixture(scope="module")
def trained(core):
    kinetics, states = core
    return train_for_speed(kinetics, states[:100], n_states=12, log_km_range=RANGE, **QUICK)


@pytest.mark.slow
def test_at_states_it_has_not_seen_it_finds_faster_models_for_as_many_judged(core, trained):
    kinetics, states = core
    options = {"steps": 8, "log_km_range": RANGE, **QUICK}
    others = states[100:110]
    near_x = fastest_dynamics(kinetics, others, **options)
    found = fastest_dynamics(kinetics, others, generator=trained, candidates_per_state=1, **options)
    assert found.judged.tolist() == near_x.judged.tolist() == [9] * 10
    assert (found.lambda_max < near_x.lambda_max).sum() >= 9
    assert np.median(np.arcsinh(near_x.lambda_max) - np.arcsinh(found.lambda_max)) > 0.2


def test_it_learns_from_as_many_states_as_asked_for_or_all(core, trained):
    kinetics, states = core
    assert trained.history.judged.tolist() == [36 * g for g in range(1, 11)]
    options = {"generations": 1, "log_km_range": RANGE, **QUICK}
    few = train_for_speed(kinetics, states[:3], **options)
    assert few.history.judged.tolist() == [9]
    other = train_for_speed(kinetics, states[:100], n_states=3, **options)
    assert other.provenance["states"] != few.provenance["states"]  # not simply the first


def test_a_seed_decides(core):
    kinetics, states = core
    options = {"generations": 1, "n_states": 2, "log_km_range": RANGE, **QUICK}
    one, same, other = (
        train_for_speed(kinetics, states[:20], seed=seed, **options) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.weights, same.weights)
    assert not np.array_equal(one.weights, other.weights)


def test_a_checkpoint_of_other_states_is_refused(core, tmp_path):
    kinetics, states = core
    options = {"generations": 1, "log_km_range": RANGE, "checkpoint": tmp_path, **QUICK}
    first = train_for_speed(kinetics, states[:2], **options)
    again = train_for_speed(kinetics, states[:2], **options)
    assert np.array_equal(first.weights, again.weights)
    with pytest.raises(InputError, match="set-up"):
        train_for_speed(kinetics, states[2:4], **options)


@pytest.mark.parametrize("number", [0, 1.5, True])
def test_a_number_of_states_that_is_none_is_refused(core, number):
    kinetics, states = core
    with pytest.raises(InputError, match="n_states"):
        train_for_speed(kinetics, states[:2], n_states=number, **QUICK)
