"""Populations of a trained generator say what they stand for, and stand for it."""

import math

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.population.ensemble import NARROW, WHOLE, ensemble_of
from skimpy_renaissance.sampling.ensembles import (
    narrow_population,
    valid_starts,
    whole_region_population,
)
from skimpy_renaissance.valid_region import report_coverage

CRITERION = sr.Validity(-3.0)


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture(scope="module")
def trained(bound):
    return sr.train(
        bound,
        criterion=CRITERION,
        optimizer=sr.Gradient(generations=15),
        generator=sr.Generator(latent=5, hidden=(64,), range=(math.log(1e-6), math.log(0.1))),
        progress=False,
    )


@pytest.mark.slow
def test_the_whole_region_is_wide_and_says_so_the_generators_own_draws_are_not(bound, trained):
    options = {"criterion": CRITERION, "n": 200, "seed": 1}
    whole = whole_region_population(trained, bound, **options, progress=False)
    narrow = narrow_population(trained, bound, **options)
    assert ensemble_of(whole.provenance).what == WHOLE
    assert ensemble_of(narrow.provenance).what == NARROW
    assert ensemble_of(whole.provenance).effective_share == 1
    assert whole.provenance["worth"].startswith("200 models, all independent; ")
    assert whole.provenance["lacking"] == []
    ensembles = {
        name: torch.from_numpy(population.log_km(bound.km_names))
        for name, population in (("whole", whole), ("narrow", narrow))
    }
    report = report_coverage(bound, ensembles, trained.prior, criterion=CRITERION)
    assert report.narrow("narrow")
    assert not report.narrow("whole")
    assert report.ensembles.loc["whole", "valid"] == 200


@pytest.mark.slow
def test_starts_are_valid_few_and_told_missing(bound, trained):
    options = {"n": 30, "seed": 1}
    starts = valid_starts(trained, bound, criterion=CRITERION, **options)
    assert starts.shape == (30, len(bound.km_names))
    assert bool(bound.valid(starts, CRITERION).all())
    with pytest.raises(SamplingError, match=r"0 of \d+ models were valid \(below -1e\+09 1/h\)"):
        valid_starts(trained, bound, criterion=sr.Validity(-1e9), **options)


@pytest.mark.slow
def test_rare_models_are_reached_from_the_starts(bound, trained):
    """A criterion that hardly a draw of the prior meets."""
    population = whole_region_population(
        trained, bound, criterion=sr.Validity(-5.0), n=40, seed=1, progress=False
    )
    assert (population.lambda_max < -5.0).all()
    assert population.provenance["method"] in ("tempering", "chains")
    assert 0 < ensemble_of(population.provenance).effective_share <= 1
