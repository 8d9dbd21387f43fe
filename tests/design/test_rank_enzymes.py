"""Ranks of enzymes over an ensemble: closed forms, and two ensembles beside each other."""

from dataclasses import replace

import numpy as np
import pytest

from skimpy_renaissance.design import compare_ranks, rank_enzymes
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population.ensemble import WHOLE, Ensemble
from skimpy_renaissance.proportion import Proportion


def with_gain(problem, gain, *, worth=1.0):
    """A problem of as many models as `gain` has rows, without limits."""
    n, width = gain.shape
    few = problem.of_enzymes(problem.enzymes[:width])
    none = np.zeros((n, 0))
    return replace(
        few,
        models=tuple(f"m{i}" for i in range(n)),
        gain=gain,
        rows=(),
        effects=np.zeros((n, 0, width)),
        low=none,
        high=none,
        ensemble=Ensemble(WHOLE, worth),
    )


def test_the_ranks_of_four_models_are_those_counted_by_hand(acetate):
    gain = np.array([[3.0, -1.0, 0.5], [2.0, -1.0, 0.2], [-4.0, -5.0, 0.1], [1.0, -2.0, 2.0]])
    table = rank_enzymes(with_gain(acetate, gain))
    first, second, third = acetate.enzymes[:3]
    assert list(table.index) == [second, first, third]
    assert table.loc[first, "median"] == 1.5
    assert table.loc[first, "agreement"] == 0.75
    bounds = tuple(table.loc[first, ["agreement_low", "agreement_high"]])
    assert bounds == pytest.approx(Proportion(3, 4).interval)
    ranks = np.array([[1, 2, 3], [1, 2, 3], [2, 1, 3], [3, 1.5, 1.5]])
    np.testing.assert_allclose(table.loc[[first, second, third], "mean_rank"], ranks.mean(axis=0))
    np.testing.assert_allclose(
        table.loc[[first, second, third], "mean_rank_error"], ranks.std(axis=0, ddof=1) / 2
    )
    np.testing.assert_allclose(table.loc[first, ["rank_p5", "rank_p95"]], [1, 2.85])


def test_models_that_are_alike_make_nothing_surer(acetate):
    rng = np.random.default_rng(0)
    gain = rng.normal([0.3, 0.0, -0.1], 1.0, (100, 3))
    alone = rank_enzymes(with_gain(acetate, gain))
    repeated = rank_enzymes(with_gain(acetate, np.repeat(gain, 4, axis=0), worth=0.25))
    for name in ("median", "agreement", "agreement_low", "agreement_high", "mean_rank"):
        np.testing.assert_allclose(repeated[name], alone[name], atol=1e-12)
    for name in ("mean_rank_error", "median_error"):
        np.testing.assert_allclose(repeated[name], alone[name], rtol=0.1)


def test_a_single_model_has_ranks_without_errors(acetate):
    table = rank_enzymes(acetate.select([0]))
    assert table["mean_rank"].tolist() == list(range(1, len(table) + 1))
    assert table[["median_error", "mean_rank_error"]].isna().all(axis=None)


@pytest.mark.slow
def test_two_ensembles_of_the_same_region_differ_as_rarely_as_stated(acetate):
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(40):
        one, other = (with_gain(acetate, rng.standard_normal((60, 5)) + 0.2) for _ in range(2))
        table = compare_ranks({"one": one, "other": other})
        wrong += int(table["rank_differs"].any())
    assert wrong <= 7, "2 expected"


def test_what_a_narrow_ensemble_has_otherwise_is_told(acetate):
    rng = np.random.default_rng(2)
    narrow = with_gain(acetate, rng.normal([1.0, 0.3, 0.2], 0.05, (200, 3)))
    whole = with_gain(acetate, rng.normal([-1.0, 0.3, 2.0], 0.5, (200, 3)))
    table = compare_ranks({"narrow": narrow, "whole": whole}).loc[list(acetate.enzymes[:3])]
    assert table["flips"].tolist() == [True, False, False]
    assert table["median_differs"].tolist() == [True, False, True]
    assert table["rank_change"].iloc[2] == pytest.approx(-1.8, abs=0.3)
    assert table["rank_differs"].iloc[2]
    assert table.index.name == "enzyme"
    assert {"median narrow", "agreement whole", "mean_rank narrow"} <= set(table)


def test_what_cannot_be_compared_is_told(acetate):
    with pytest.raises(InputError, match=r"two ensembles, got 1 \(a\)"):
        compare_ranks({"a": acetate})
    other = replace(acetate, weights={"ACt2r": 1.0})
    with pytest.raises(InputError, match="'a' has ln ACt2r - ln GLCpts, 'b' ln ACt2r"):
        compare_ranks({"a": acetate, "b": other})
    one, rest = acetate.enzymes[:1], acetate.enzymes[1:]
    with pytest.raises(InputError, match="no enzyme in common"):
        compare_ranks({"a": acetate.of_enzymes(one), "b": acetate.of_enzymes(rest)})
