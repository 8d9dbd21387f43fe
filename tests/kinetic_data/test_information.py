"""What quantities know about others: closed forms, and nothing where there is nothing."""

import numpy as np
import pytest
from scipy import stats

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.information import information


def _draws(n, *names, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=n) for name in names}


def test_a_correlation_holds_the_information_of_its_closed_form():
    """-ln(1 - r^2)/2 nats for two normal quantities; eight parts of each keep nearly all of it."""
    draws = _draws(40_000, "a", "noise")
    r = 0.5
    asked = {"b": r * draws["a"] + np.sqrt(1 - r * r) * draws["noise"]}
    found = information({"a": draws["a"]}, asked, permutations=20)
    exact = -np.log(1 - r * r) / 2
    assert 0.85 * exact < found.nats[0, 0] < exact
    spearman = 6 / np.pi * np.arcsin(r / 2)
    assert found.explained[0, 0] == pytest.approx(spearman**2, abs=0.02)
    assert found.p_values[0, 0] == pytest.approx(1 / 21)


def test_a_measurement_that_informs_another_is_found_and_the_others_are_not():
    known = _draws(2000, *"abcdefgh")
    asked = {"of c": known["c"] + 2 * _draws(2000, "x", seed=1)["x"], **_draws(2000, "y", seed=2)}
    found = information(known, asked, permutations=99)
    table = found.table()
    assert table.loc[0, ["known", "asked"]].tolist() == ["c", "of c"]
    assert table.loc[0, "p_value"] == pytest.approx(0.01)
    assert (table.loc[1:, "p_value"] > 0.05).all()
    assert table.loc[0, "nats"] > found.chance > table.loc[1, "nats"]


def test_what_spreads_without_moving_is_information_and_explains_no_rank():
    known = _draws(4000, "a", "noise")
    found = information(
        {"a": known["a"]}, {"b": np.exp(known["a"]) * known["noise"]}, permutations=19
    )
    assert found.nats[0, 0] > 0.2
    assert abs(found.explained[0, 0]) < 0.01


@pytest.mark.slow
def test_where_nothing_is_known_chances_are_uniform():
    p_of_largest, p_of_total, mean = [], [], []
    for seed in range(60):
        known, asked = _draws(700, *"abc", seed=seed), _draws(700, *"xy", seed=1000 + seed)
        found = information(known, asked, permutations=39, seed=seed)
        p_of_largest.append(found.p_values.min())
        p_of_total.append(found.p_value_of_total)
        mean.append(found.nats.mean())
    for p in (p_of_largest, p_of_total):
        assert stats.kstest(p, "uniform").pvalue > 0.01
    assert abs(np.mean(mean)) < 4 * np.std(mean) / np.sqrt(60)  # no bias


def test_a_quantity_is_not_asked_about_itself_nor_a_pair_that_is_left_out():
    both = _draws(700, "a", "b", "c")
    found = information(both, both, leaving_out=[("a", "b")], permutations=5)
    assert np.isnan(found.nats.diagonal()).all()
    pairs = set(zip(found.table()["known"], found.table()["asked"], strict=True))
    assert pairs == {("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")}


def test_too_few_models_and_missing_numbers_are_refused():
    few = _draws(100, "a", "b")
    with pytest.raises(InputError, match="at least 640 models, the same on both sides; got 100"):
        information(few, few)
    many = _draws(700, "a", "b")
    with pytest.raises(InputError, match="asked must be finite"):
        information(many, {"x": np.full(700, np.nan)})
    with pytest.raises(InputError, match="no pair of two different"):
        information({"a": many["a"]}, {"a": many["a"]})
    with pytest.raises(InputError, match="known must hold at least one"):
        information({}, many)
