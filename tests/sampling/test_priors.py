"""Priors of a real kinetic model: the laws that the samplers draw from."""

import pytest
import torch
from scipy import stats

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sampling import log_uniform_prior, oracle_prior


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    bounds = {network.km_names[0]: (2.0, 50.0), network.km_names[1]: (None, 900.0)}
    return sr.compile(network.with_bounds(bounds)), state


@pytest.mark.slow
@pytest.mark.parametrize("saturation", [(0.0, 1.0), (0.2, 0.7)])
def test_the_oracle_prior_is_what_oracle_draws_from(core, saturation):
    kinetics, state = core
    bound = kinetics.at(state)
    prior = oracle_prior(bound, saturation=saturation)
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=600))
    sets = sampler.sample(kinetics, state, only_stable=False, bounds_sample=saturation, seed=1)
    log_km = torch.from_numpy(sets.log_km(bound.km_names).copy())
    share = prior.probability(log_km).numpy()
    p_values = [stats.kstest(column, "uniform").pvalue for column in share.T]
    assert min(p_values) > 0.01 / len(p_values)
    assert stats.kstest(share.ravel(), "uniform").pvalue > 0.01
    assert bool(prior.log_density(log_km).isfinite().all())


def test_the_log_uniform_prior_keeps_the_bounds_of_the_model(core):
    kinetics, state = core
    prior = log_uniform_prior(kinetics.at(state), km_range=(1e-6, 0.1))
    km = 1e6 * prior.sample(500, seed=1).exp().numpy()  # micromolar
    assert 2.0 <= km[:, 0].min() < 2.5
    assert 45 < km[:, 0].max() <= 50.0
    assert 700 < km[:, 1].max() <= 900.0
    assert 1.0 <= km[:, 1].min() < 1.5
    assert 0.9e5 < km[:, 2].max() <= 1e5


def test_ranges_that_are_none_are_refused(core):
    kinetics, state = core
    bound = kinetics.at(state)
    with pytest.raises(InputError, match="km_range"):
        log_uniform_prior(bound, km_range=(0.1, 1e-6))
    with pytest.raises(InputError, match="saturation"):
        oracle_prior(bound, saturation=(0.5, 0.5))
