"""What moved between two populations: shifts that were put in come out."""

from dataclasses import replace

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError
from skimpy_renaissance.kinetic_data import (
    benjamini_hochberg,
    kolmogorov_smirnov,
    moved_parameters,
)


def test_the_distance_of_two_samples_is_the_largest_gap_of_their_distributions():
    statistic, p_value = kolmogorov_smirnov(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert statistic == 1.0
    np.testing.assert_allclose(p_value, 2 / 6)  # 2 of the 6 ways to mix them are that extreme


def test_corrected_p_values_are_those_of_the_definition():
    p = np.array([0.04, 0.01, 0.03, 0.005])
    np.testing.assert_allclose(benjamini_hochberg(p), [0.04, 0.02, 0.04, 0.02])
    slow = [min(p[p >= one] * 4 / [np.sum(p <= other) for other in p[p >= one]]) for one in p]
    np.testing.assert_allclose(benjamini_hochberg(p), slow)
    assert benjamini_hochberg([]).shape == (0,)
    with pytest.raises(InputError, match="from 0 to 1"):
        benjamini_hochberg([0.5, float("nan")])


def test_the_correction_tolerates_the_stated_share_of_false_discoveries(populate):
    rng = np.random.default_rng(0)
    columns = {f"km_{i}": np.exp(rng.normal(size=300)) for i in range(200)}
    same = {name: np.exp(rng.normal(size=300)) for name in columns}
    assert moved_parameters(populate(**columns), populate(**same))["moved"].sum() == 0


def test_shifts_are_found_in_order_with_their_size_in_ln_units(populate):
    rng = np.random.default_rng(1)
    z = rng.normal(size=(3, 400))
    still = np.exp(rng.normal(size=(2, 400)))
    before = populate(
        km_still_A=still[0], km_moved_A=np.exp(z[0]), vmax_forward_A=np.exp(z[1]), other=still[0]
    )
    after = populate(
        km_still_A=still[1],
        km_moved_A=2 * np.exp(z[0]),
        vmax_forward_A=np.exp(0.5 * z[1] - 3),
        other=still[1],
    )
    table = moved_parameters(before, after)
    assert table.index.tolist() == ["vmax_forward_A", "km_moved_A", "km_still_A"]
    assert table["kind"].tolist() == ["vmax", "km", "km"]
    assert table["moved"].tolist() == [True, True, False]
    np.testing.assert_allclose(table.loc["km_moved_A", "shift"], np.log(2))
    np.testing.assert_allclose(table.loc["vmax_forward_A", "spread_ratio"], 0.5)
    chosen = moved_parameters(before, after, names=["other"], statistic=lambda *_: (0.0, 0.5))
    assert chosen["q_value"].tolist() == [0.5]


def test_a_constant_that_one_population_holds_fixed_is_compared_all_the_same(populate):
    before, after = populate(km_a=[1.0, 1.0, 1.0]), populate(km_a=[1.0, 2.0, 3.0])
    table = moved_parameters(before, after)
    assert np.isnan(table.loc["km_a", "spread_ratio"])
    np.testing.assert_allclose(table.loc["km_a", "shift"], np.log(2))


def test_populations_that_cannot_be_compared_are_refused(populate):
    one = populate(km_a=[1.0, 2.0])
    with pytest.raises(UnitsError, match="same units"):
        moved_parameters(one, replace(one, units=None))
    with pytest.raises(MissingEntryError, match="no parameter km_b"):
        moved_parameters(one, one, names=["km_b"])
    with pytest.raises(MissingEntryError, match="share no parameter"):
        moved_parameters(one, populate(km_b=[1.0, 2.0]))
    with pytest.raises(InputError, match="at least two"):
        moved_parameters(one, one.select([0]))
    with pytest.raises(InputError, match="must be positive"):
        moved_parameters(one, populate(km_a=[0.0, 1.0]))
    with pytest.raises(InputError, match="false_discovery_rate"):
        moved_parameters(one, one, false_discovery_rate=1.0)
