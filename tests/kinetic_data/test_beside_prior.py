"""What overlap scores are worth: beside the prior, beside a range as narrow, and a proper score."""

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import overlap_scores
from skimpy_renaissance.kinetic_data.beside_prior import (
    crps,
    crps_of_uniform,
    scores_beside_prior,
)
from skimpy_renaissance.priors import KmSpace

LOW, HIGH = np.log(1e-6), np.log(0.1)
TPI = ("km_substrate_TPI", "km_product_TPI")


@pytest.fixture
def space():
    bounds = torch.full((2, 2), torch.nan, dtype=torch.float64)
    return KmSpace.of(TPI, bounds, default_range=(LOW, HIGH))


@pytest.fixture
def scored(populate, ranges, space):
    """Score ensembles of the two constants, both with the same ln Km."""

    def of(log_km, **options):
        values = np.exp(log_km)
        population = populate(km_substrate_TPI=values, km_product_TPI=values)
        return scores_beside_prior(population, ranges, space, **options)

    return of


def test_the_score_of_predictions_is_that_of_every_pair_of_them():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), np.array([0.0, 1.0, np.nan])
    pairs = [np.abs(x[i] - x[j]) for i in range(6) for j in range(6) if i != j]
    np.testing.assert_allclose(crps(x, y), np.abs(x - y).mean(0) - np.mean(pairs, axis=0) / 2)
    with pytest.raises(InputError, match="two models at least, got 1"):
        crps(x[:1], y)


def test_many_draws_of_a_uniform_law_score_as_it_does_in_closed_form():
    places = np.linspace(2, 5, 4001)[:, None]
    for truth in (2.0, 3.1, 4.5, 6.0, 1.0):
        np.testing.assert_allclose(
            crps(places, [truth]), crps_of_uniform([2.0], [5.0], [truth]), atol=2e-3
        )
    np.testing.assert_allclose(crps_of_uniform([1.0], [1.0], [1.5]), 0.5)


def test_draws_of_the_prior_score_as_the_prior_and_have_no_skill(scored):
    table = scored(np.linspace(LOW, HIGH, 5001))
    np.testing.assert_allclose(table["prior"], table["overlap"], rtol=1e-3)
    np.testing.assert_allclose(table["same_width"], table["overlap"], rtol=1e-3)
    np.testing.assert_allclose(table["skill"], 0, atol=1e-3)
    np.testing.assert_allclose(table["coverage"], 1)
    assert not table["only_narrower"].any()


def test_an_ensemble_that_is_narrow_somewhere_scores_higher_and_is_found_out(scored):
    """A tenth of the prior's width, placed without regard to what was measured (1 and 0.1 mM)."""
    width = (HIGH - LOW) / 10
    table = scored(np.linspace(np.log(0.9e-3), np.log(0.9e-3) + width, 501))
    here = table.loc["km_substrate_TPI"]
    assert here["overlap"] > 10 * here["prior"]
    assert here["only_narrower"]
    assert here["width"] == pytest.approx(width)
    assert table.loc["km_product_TPI", "skill"] < here["skill"]
    np.testing.assert_allclose(table.loc[["km_product_TPI"], ["overlap", "coverage"]], 0)


def test_an_ensemble_that_knows_the_value_is_not_called_narrow(scored):
    table = scored(np.linspace(np.log(0.95e-3), np.log(1.05e-3), 101))
    here = table.loc["km_substrate_TPI"]
    assert here["overlap"] == pytest.approx(1)
    assert not here["only_narrower"]
    assert here["skill"] > 0.95
    assert here["coverage"] == pytest.approx(0.1 / 0.4)


def test_scores_are_those_of_the_overlap_beside_which_they_stand(populate, ranges, space):
    values = np.geomspace(1e-5, 1e-2, 50)
    population = populate(km_substrate_TPI=values, km_product_TPI=values)
    table = scores_beside_prior(population, ranges, space, share=0.9, scale=np.log)
    own = overlap_scores(population, ranges, share=0.9, scale=np.log)
    np.testing.assert_allclose(table["overlap"], own["overlap"])
    seen = np.log(ranges.table["high"] / ranges.table["low"])
    np.testing.assert_allclose(table["prior"], seen / (0.9 * (HIGH - LOW)))


def test_an_open_end_has_no_coverage_and_no_proper_score(populate, ranges, space):
    table = ranges.table.copy()
    table.loc["km_substrate_TPI", "high"] = np.inf
    values = np.geomspace(1e-5, 1e-2, 50)
    population = populate(km_substrate_TPI=values, km_product_TPI=values)
    found = scores_beside_prior(population, type(ranges)(table), space)
    assert found.loc["km_substrate_TPI", ["coverage", "crps", "skill"]].isna().all()
    assert 0 < found.loc["km_substrate_TPI", "overlap"] < 1
    assert found.loc["km_product_TPI", ["coverage", "crps"]].notna().all()
