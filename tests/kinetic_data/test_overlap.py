"""Overlap of predicted and observed ranges, in closed form."""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import (
    by_subsystem,
    overlap_change,
    overlap_scores,
    predicted_ranges,
)


def _both(populate, substrate, product=(1e-4, 1e-4)):
    return populate(km_substrate_TPI=substrate, km_product_TPI=product)


@pytest.mark.parametrize(
    ("predicted", "score"),
    [
        ((0.9e-3, 1.1e-3), 1.0),  # within what was observed, 0.8 to 1.2 mM
        ((0.4e-3, 1.2e-3), 0.5),
        ((1.0e-3, 2.0e-3), 0.2),
        ((0.2e-3, 2.2e-3), 0.2),  # around it
        ((2e-3, 3e-3), 0.0),
        ((1e-3, 1e-3), 1.0),  # all sets agree on an observed value
        ((3e-3, 3e-3), 0.0),
    ],
)
def test_the_score_is_the_observed_share_of_the_predicted_range(populate, ranges, predicted, score):
    scores = overlap_scores(_both(populate, predicted), ranges)
    np.testing.assert_allclose(scores.loc["km_substrate_TPI", "overlap"], score, atol=1e-12)


def test_the_scale_on_which_lengths_are_measured_is_the_callers(populate, ranges):
    scores = overlap_scores(_both(populate, (0.12e-3, 12e-3)), ranges, scale=np.log)
    expected = np.log(1.2 / 0.8) / np.log(100)
    np.testing.assert_allclose(scores.loc["km_substrate_TPI", "overlap"], expected)


def test_a_central_share_leaves_the_tails_out(populate):
    population = populate(km_a=np.exp(np.linspace(-10, 0, 101)))
    whole = predicted_ranges(population, ["km_a"])
    most = predicted_ranges(population, ["km_a"], share=0.9)
    np.testing.assert_allclose(np.log(whole), [[-10, 0]], atol=1e-12)
    np.testing.assert_allclose(np.log(most), [[-9.5, -0.5]], rtol=1e-12)
    with pytest.raises(InputError, match="share"):
        predicted_ranges(population, ["km_a"], share=0.0)


def test_improvement_is_the_difference_of_two_scores(populate, ranges):
    before = overlap_scores(_both(populate, (0.4e-3, 1.2e-3), (1e-4, 1.1e-4)), ranges)
    after = overlap_scores(_both(populate, (0.9e-3, 1.1e-3), (1e-4, 1.4e-4)), ranges)
    change = overlap_change(before, after)
    assert change.index.tolist() == ["km_substrate_TPI", "km_product_TPI"]
    np.testing.assert_allclose(change["change"], [0.5, -0.5])
    assert change["improved"].tolist() == [True, False]
    with pytest.raises(MissingEntryError, match="km_product_TPI"):
        overlap_change(before, after.iloc[:1])


def test_subsystems_average_their_constants_and_none_is_left_out():
    scores = pd.DataFrame(
        {"reaction": ["PGI", "TPI", "TPI", "CS"], "overlap": [1.0, 0.5, 0.0, 0.3]}
    )
    table = by_subsystem(scores, {"PGI": "gly", "TPI": "gly"})
    assert table["n"].to_dict() == {"gly": 3, "unassigned": 1}
    np.testing.assert_allclose(table["mean"], [0.5, 0.3])
    np.testing.assert_allclose(table.loc["gly", "standard_error"], 0.5 / np.sqrt(3))
    twice = pd.DataFrame({"reaction": ["PGI", "PGI"], "subsystem": ["gly", "ppp"]})
    with pytest.raises(InputError, match="'PGI' is in gly, ppp"):
        by_subsystem(scores, twice)
    with pytest.raises(MissingEntryError, match="lacks change"):
        by_subsystem(scores, {}, column="change")


@pytest.mark.slow
def test_sampling_within_the_observed_ranges_overlaps_them_entirely(network, units, ranges):
    state = sr.examples.e_coli_core()[1][sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=5))
    free = sampler.sample(network, state, only_stable=False, seed=3)
    bounded = network.with_bounds(ranges.bounds(units))
    within = sampler.sample(bounded, state, only_stable=False, seed=3)
    change = overlap_change(overlap_scores(free, ranges), overlap_scores(within, ranges))
    assert (change["before"] < 1).all()
    np.testing.assert_allclose(change["after"], 1.0)
