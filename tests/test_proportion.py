"""Wilson's interval: against the equation that defines it."""

import numpy as np
import pytest
from scipy.stats import norm

from skimpy_renaissance.proportion import Proportion


@pytest.mark.parametrize(("hits", "draws"), [(1, 3), (11, 1000), (989, 1000), (50, 100)])
def test_limits_are_the_shares_at_which_the_score_test_just_rejects(hits, draws):
    estimate = Proportion(hits, draws)
    z = norm.ppf(0.975)
    for limit in estimate.interval:
        score = abs(estimate.share - limit) / np.sqrt(limit * (1 - limit) / draws)
        np.testing.assert_allclose(score, z, rtol=1e-9)


def test_none_and_all_have_limits_at_the_end_and_inside():
    z2 = norm.ppf(0.975) ** 2
    low, high = Proportion(0, 200).interval
    assert low == 0
    np.testing.assert_allclose(high, z2 / (200 + z2), rtol=1e-9)
    low, high = Proportion(200, 200).interval
    assert high == 1
    np.testing.assert_allclose(low, 200 / (200 + z2), rtol=1e-9)


def test_nothing_is_rounded_to_zero_or_all_that_is_not():
    assert Proportion(0, 100).in_percent == "0.0 %"
    assert Proportion(1, 10_000).in_percent == "0.010 %"
    assert Proportion(9_999, 10_000).in_percent == "99.990 %"
    assert Proportion(989, 1000).interval_in_percent == "98.0 to 99.4 %"
