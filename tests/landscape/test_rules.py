"""Rules of concentration: planted ones are found, chance is not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import fisher_exact

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape import (
    allowed_ranges,
    concentration_rules,
    fast_states,
    forbidden_ranges,
)
from skimpy_renaissance.steady_states import SteadyStates


@pytest.fixture(scope="module")
def many(states):
    """Five hundred states whose concentrations are independent of one another."""
    draw = np.random.default_rng(0).standard_normal((500, len(states.metabolite_names)))
    return SteadyStates(
        names=tuple(str(i) for i in range(500)),
        reaction_names=states.reaction_names,
        metabolite_names=states.metabolite_names,
        fluxes=np.resize(states.fluxes, (500, states.fluxes.shape[1])),
        concentrations=np.exp(draw) * 100,
        equilibrium_constants=np.resize(
            states.equilibrium_constants, (500, states.fluxes.shape[1])
        ),
        units=states.units,
    )


def _column(states, name):
    column = states.metabolite_names.index(name)
    return states.concentrations[:, column] / states.units.concentration_scaling


def test_a_planted_window_is_found_with_its_bounds_and_holds_in_unseen_states(many):
    x = _column(many, "pep_c")
    low, high = np.quantile(x, [0.6, 0.8])
    fast = ~((x > low) & (x < high))
    table = concentration_rules(many, fast, windows=20, seed=1)
    assert list(table.index[table["rule"]]) == ["pep_c"]
    rule = table.loc["pep_c"]
    assert rule["side"] == "middle"
    assert rule["fast_inside"] <= 0.05
    assert rule["fast_held_out"] < 0.1
    assert rule["p_held_out"] < 1e-6
    overlap = (min(rule["upper"], high) - max(rule["lower"], low)) / (high - low)
    assert overlap > 0.7
    assert forbidden_ranges(table) == {"pep_c": (rule["lower"], rule["upper"])}
    assert allowed_ranges(table, many) == {}  # a gap is no range


@pytest.mark.parametrize("side", ["low", "high"])
def test_a_window_at_an_end_leaves_a_range(many, side):
    x = _column(many, "akg_c")
    cut = float(np.quantile(x, 0.2 if side == "low" else 0.8))
    fast = x > cut if side == "low" else x < cut
    table = concentration_rules(many, fast)
    assert table.loc["akg_c", "side"] == side
    ((name, (low, high)),) = allowed_ranges(table, many).items()
    assert name == "akg_c"
    kept = (x >= low) & (x <= high)
    assert fast[kept].mean() > 0.9
    assert (low, high) == (
        (table.loc["akg_c", "upper"], x.max())
        if side == "low"
        else (x.min(), table.loc["akg_c", "lower"])
    )


def test_chance_makes_no_rules(many):
    counts = [
        concentration_rules(many, np.random.default_rng(seed).random(500) < 0.6)["rule"].sum()
        for seed in range(5)
    ]
    assert sum(counts) == 0


def test_the_p_value_is_fishers_times_the_number_of_windows(many):
    x = _column(many, "pep_c")
    fast = x > np.quantile(x, 0.3)
    fast[::7] = ~fast[::7]  # not without exceptions
    rule = concentration_rules(many, fast, held_out=0, windows=10, largest_share=0.9).loc["pep_c"]
    inside = (x >= rule["lower"]) & (x < rule["upper"])
    counts = [
        [fast[inside].sum(), (~fast)[inside].sum()],
        [fast[~inside].sum(), (~fast)[~inside].sum()],
    ]
    exact = fisher_exact(counts, alternative="less").pvalue
    n_windows = 10 * 11 // 2 - 1  # all but the whole range
    np.testing.assert_allclose(rule["p_value"], min(1, exact * n_windows), rtol=1e-8)
    assert rule["n_held_out"] == 0
    assert np.isnan(rule["p_held_out"])


def test_a_bias_that_forbids_nothing_is_significant_but_no_rule(many):
    x = _column(many, "pep_c")
    chance = np.where(x < np.median(x), 0.5, 0.95)
    fast = np.random.default_rng(1).random(500) < chance
    rule = concentration_rules(many, fast, held_out=0).loc["pep_c"]
    assert rule["q_value"] < 0.05 or rule["fast_inside"] <= 0.05
    assert not rule["rule"]


def test_rules_do_not_depend_on_units(many):
    x = _column(many, "pep_c")
    fast = x > np.quantile(x, 0.3)
    scaled = replace(
        many,
        concentrations=many.concentrations * 1e3,
        units=replace(many.units, concentration_scaling=many.units.concentration_scaling * 1e3),
    )
    one, other = (concentration_rules(s, fast) for s in (many, scaled))
    np.testing.assert_allclose(one["upper"], other.loc[one.index, "upper"], rtol=1e-9)


def test_a_metabolite_that_does_not_vary_is_left_out(network, states):
    fast = _column(states, "glu__L_c") < np.median(_column(states, "glu__L_c"))
    table = concentration_rules(states, fast)
    assert "h_c" not in table.index


def test_nan_counts_as_not_fast_and_odd_input_is_refused(many):
    assert fast_states([-3.0, np.nan, -2.0], -2.5).tolist() == [True, False, False]
    with pytest.raises(InputError, match="one kind"):
        concentration_rules(many, np.ones(500, dtype=bool))
    with pytest.raises(InputError, match="one verdict per state"):
        concentration_rules(many, np.ones(3, dtype=bool))
    with pytest.raises(InputError, match="Twenty"):
        concentration_rules(many[:10], np.arange(10) < 5)
    with pytest.raises(InputError, match="held_out"):
        concentration_rules(many, np.arange(500) < 250, held_out=1.0)
    with pytest.raises(InputError, match="windows"):
        concentration_rules(many, np.arange(500) < 250, windows=1)
