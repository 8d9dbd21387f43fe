"""From the slowest mode to times, and what texts say of them."""

import math

import numpy as np
import pytest

from skimpy_renaissance.spectrum import settling_time
from skimpy_renaissance.spectrum.time_scales import decay_in_words, doubling_time, share_left


def test_five_time_constants_leave_less_than_a_percent_and_one_leaves_37():
    assert settling_time(-3.0) == pytest.approx(5 / 3)
    assert share_left(-3.0, 1 / 3) == pytest.approx(0.37, abs=0.005)
    assert share_left(-3.0, float(settling_time(-3.0))) == pytest.approx(0.007, abs=5e-4)


def test_what_does_not_decay_never_settles_and_a_failed_spectrum_is_not_known():
    found = settling_time([-2.5, 0.0, 1.0, np.nan])
    assert found[:3].tolist() == [2.0, math.inf, math.inf]
    assert np.isnan(found[3])


@pytest.mark.parametrize("growth", [0.1, 0.6145])
def test_five_times_growth_leaves_3_percent_after_a_doubling(growth):
    doubling = doubling_time(growth)
    assert share_left(-5 * growth, doubling) == pytest.approx(2**-5)
    assert settling_time(-5 * growth) / doubling == pytest.approx(1.44, abs=0.005)


def test_words_give_both_times_in_minutes():
    text = decay_in_words(-3.0)
    assert text == "37 % of a perturbation is left after 20 min, 0.7 % after 100 min"
