"""Complete sets from ln Km: one kind of argument, one scale."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population.ensemble import WHOLE, Ensemble, ensemble_of
from skimpy_renaissance.sampling import log_uniform_prior
from skimpy_renaissance.valid_region import sample_valid_region


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


def test_constants_go_to_the_population_and_back(bound):
    log_km = bound.log_km_anchors + torch.linspace(-2, 2, 3, dtype=torch.float64)[:, None]
    population = sr.parametrize(bound, log_km)
    np.testing.assert_allclose(population.log_km(bound.km_names), log_km, rtol=1e-12)
    scaled = population.to_dataframe()[list(bound.km_names)].to_numpy()
    np.testing.assert_allclose(scaled, 1e6 * log_km.exp(), rtol=1e-12)


def test_draws_of_the_valid_region_bring_along_what_they_are_worth(bound):
    prior = log_uniform_prior(bound, km_range=(1e-6, 0.1))
    drawn = sample_valid_region(bound, prior, criterion=sr.Validity(-1.0), n=5, progress=False)
    population = sr.parametrize(bound, drawn, provenance={"made_for": "a test"})
    np.testing.assert_allclose(population.log_km(bound.km_names), drawn.log_km, rtol=1e-12)
    assert population.provenance["made_for"] == "a test"
    assert population.provenance["worth"] == drawn.summary
    assert ensemble_of(population.provenance) == Ensemble(WHOLE, 1.0)
    assert "ensemble" not in sr.parametrize(bound, drawn.log_km).provenance


def test_an_array_is_refused_whatever_its_unit(bound):
    with pytest.raises(InputError, match="log_km must be a float64 tensor"):
        sr.parametrize(bound, bound.log_km_anchors.numpy())


def test_eigenvalues_that_are_known_are_taken(bound):
    log_km = bound.log_km_anchors
    known = bound.eigenvalues(log_km)
    population = sr.parametrize(bound, log_km, eigenvalues=known)
    assert population.lambda_max[0] == known.real[0, 0]
    assert population.lambda_min[0] == known.real[0, -1]
