"""Random parts, and scores of what they hold out."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import held_out_scores, random_parts

NAMES = [f"km_{i}" for i in range(17)]


def _scores(*values, names=("a", "b", "c")):
    table = pd.DataFrame({"reaction": "R", "metabolite": "m", "overlap": values}, index=list(names))
    return table.rename_axis("km")


def test_one_half_of_17_is_9_as_published():
    parts = random_parts(NAMES, 10, seed=0)
    assert [len(part) for part in parts] == [9] * 10
    assert len(set(parts)) == 10
    assert all(part == tuple(sorted(part, key=NAMES.index)) for part in parts)


def test_the_first_parts_depend_on_the_seed_alone():
    assert random_parts(NAMES, 3, seed=1) == random_parts(NAMES, 8, seed=1)[:3]
    assert random_parts(NAMES, 3, seed=1) != random_parts(NAMES, 3, seed=2)


def test_every_constant_is_held_out_about_as_often_as_it_should():
    parts = random_parts(NAMES[:4], 2000, seed=3)
    chosen = np.array([[name in part for name in NAMES[:4]] for part in parts])
    np.testing.assert_allclose(chosen.mean(axis=0), 0.5, atol=0.05)


@pytest.mark.parametrize(("share", "size"), [(0.01, 1), (0.25, 1), (0.5, 2), (0.75, 3)])
def test_a_share_is_rounded_up(share, size):
    assert {len(part) for part in random_parts(NAMES[:4], 5, seed=0, share=share)} == {size}


@pytest.mark.parametrize(
    ("names", "n", "share"), [(NAMES[:1], 3, 0.5), (NAMES, 0, 0.5), (NAMES, 1, 1.0), (NAMES, 1, 0)]
)
def test_parts_that_integrate_or_hold_out_nothing_are_refused(names, n, share):
    with pytest.raises(InputError):
        random_parts(names, n, seed=0, share=share)


def test_a_constant_counts_only_where_it_was_held_out():
    before = [_scores(0.1, 0.2, 0.4), _scores(0.3, 0.2, 0.0)]
    after = [_scores(1.0, 0.5, 0.1), _scores(0.6, 1.0, 0.3), _scores(1.0, 0.3, 0.5)]
    table = held_out_scores(before, after, [["a"], ["b"], ["a"]])
    np.testing.assert_allclose(table["before"], 0.2)
    np.testing.assert_allclose(table["after"], [0.6, 0.4, 0.3])
    assert table["n"].tolist() == [1, 2, 3]
    np.testing.assert_allclose(table.loc["b", "after_error"], 0.1)
    np.testing.assert_allclose(table.loc["c", "after_error"], 0.2 / np.sqrt(3))
    assert np.isnan(table.loc["a", "after_error"])
    np.testing.assert_allclose(table["before_error"], [0.1, 0.0, 0.2])
    np.testing.assert_allclose(table["change"], [0.4, 0.2, 0.1])
    assert table["improved"].all()


def test_a_constant_that_was_never_held_out_is_not_called_improved():
    table = held_out_scores([_scores(0.1, 0.2, 0.4)], [_scores(1.0, 1.0, 0.1)], [["a", "b"]])
    assert table["n"].tolist() == [0, 0, 1]
    assert np.isnan(table.loc["a", "after"])
    assert not table["improved"].any()


def test_tables_that_do_not_belong_together_are_refused():
    with pytest.raises(MissingEntryError, match="c"):
        held_out_scores([_scores(1, 1, 1)], [_scores(1, 1, names=("a", "b"))], [[]])
    with pytest.raises(InputError, match="2 combinations"):
        held_out_scores([_scores(1, 1, 1)], [_scores(1, 1, 1)], [[], []])


def test_any_score_is_compared_where_higher_is_better():
    skill = [_scores(0, 0, 0).assign(skill=values) for values in ([0.1, 0.2, 0.3], [0.3, 0.1, 0.3])]
    table = held_out_scores(skill[:1], skill[1:], [["c"]], column="skill")
    np.testing.assert_allclose(table["change"], [0.2, -0.1, np.nan])
    assert table["improved"].tolist() == [True, False, False]
