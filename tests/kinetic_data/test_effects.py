"""What data did to other constants: found where it is there, and chance where it is not."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.effects import Effect, Yardstick, effect_of
from skimpy_renaissance.kinetic_data.shifts import kolmogorov_distances, kolmogorov_smirnov

NAMES = ("a", "b", "c")


def _models(n, rng, *, known=None):
    """Prior: a and b are correlated, c knows nothing of either; ``known`` is the value of a."""
    a = rng.normal(size=n) if known is None else np.full(n, known) + 0.05 * rng.normal(size=n)
    b = 0.8 * a + 0.6 * rng.normal(size=n)
    return np.stack([a, b, rng.normal(size=n)], axis=1)


def _runs(rng, n_runs, yardstick, **known):
    return [yardstick.compare(_models(200, rng, **known)) for _ in range(n_runs)]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def yardstick(rng):
    return Yardstick(NAMES, _models(2000, rng), np.array([1.5, 1.2, np.nan]))


def test_distances_are_those_of_the_test_constant_by_constant(rng):
    one, other = rng.normal(size=(80, 3)), rng.normal(0.3, size=(50, 3))
    each = [kolmogorov_smirnov(x, y)[0] for x, y in zip(one.T, other.T, strict=True)]
    np.testing.assert_allclose(kolmogorov_distances(one, other), each)


def test_a_measurement_that_informs_another_constant_is_found(rng, yardstick):
    runs = _runs(rng, 6, yardstick, known=1.5)
    without = _runs(rng, 6, yardstick)
    moved = effect_of(runs, without, about=[("b",)] * 6, column="shift")
    assert moved.n == 1
    assert moved.excess > 0.4
    assert moved.p_value == pytest.approx(1 / 924, rel=1e-6)  # the first of 12 over 6 splits
    gain = effect_of(runs, without, about=[("b",)] * 6, column="gain")
    # N(1.2, 0.6) instead of N(0, 1) for a true value of 1.2, in closed form: 0.140 and 0.748
    assert gain.found == pytest.approx(100 * (1 - 0.1402 / 0.7477), abs=3)
    assert abs(gain.by_chance.mean()) < 5
    assert gain.p_value < 0.005


@pytest.mark.slow
def test_where_the_measurement_says_nothing_chances_are_uniform(yardstick):
    p_values = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        runs, without = _runs(rng, 4, yardstick, known=1.5), _runs(rng, 8, yardstick)
        effect = effect_of(runs, without, about=[("c",)] * 4, column="shift")
        p_values.append(effect.p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_runs_are_asked_about_what_they_held_out_and_those_without_data_too():
    tables = [pd.DataFrame({"shift": [0.1 * i, 0.2, 0.3]}, index=NAMES) for i in range(1, 5)]
    effect = effect_of(tables[:2], tables[2:], about=[("a",), ("b", "c")], column="shift")
    np.testing.assert_allclose(effect.with_data, [0.1, 0.25])
    np.testing.assert_allclose(effect.by_chance, [0.3, 0.25])
    assert effect.n == 3
    assert effect.excess == pytest.approx(-0.1)


def test_the_error_of_a_gain_is_that_of_a_ratio_over_constants():
    """Every constant is predicted by as much better: the mean is exact, whatever their sizes."""
    gains = pd.DataFrame({"gain": [0.5, 1.0, 4.0], "error_before": [1.0, 2.0, 8.0]}, index=NAMES)
    nothing = gains.assign(gain=0.0)
    effect = effect_of([gains] * 2, [nothing] * 2, about=[NAMES] * 2, column="gain")
    assert effect.found == pytest.approx(50)
    assert effect.error == pytest.approx(0, abs=1e-12)


def test_nothing_is_said_of_constants_whose_truth_is_not_known(rng, yardstick):
    runs = _runs(rng, 2, yardstick)
    assert effect_of(runs, runs, about=[("c",)] * 2, column="gain") is None
    both = effect_of(runs, runs, about=[("b", "c")] * 2, column="gain")
    assert both.n == 1


def test_one_run_is_no_distribution(rng, yardstick):
    runs = _runs(rng, 2, yardstick)
    with pytest.raises(InputError, match=r"two runs with data .* got 1, 2 and 1"):
        effect_of(runs[:1], runs, about=[NAMES], column="shift")


def test_a_permutation_that_is_as_large_is_never_impossible():
    effect = Effect(1, np.array([5.0, 6.0]), np.array([1.0, 2.0, 3.0]), 0.1)
    assert effect.p_value == pytest.approx(1 / 10)
