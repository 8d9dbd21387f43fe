"""Hyper-parameters: what they are chosen from, and what they become."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.tuning import PUBLISHED, Effort, Hyperparameters, SearchSpace
from skimpy_renaissance.tuning.search_space import as_parameters, from_parameters


def test_the_published_optimum_is_the_default_training():
    assert PUBLISHED.optimizer(generations=50) == sr.NES()
    assert PUBLISHED.architecture(sr.Generator()) == sr.Generator()
    assert SearchSpace().holds(PUBLISHED)


def test_a_choice_survives_being_stored():
    choice = Hyperparameters(7, 30, 0.02, 0.003, 0.9, (12, 5))
    assert from_parameters(as_parameters(choice)) == choice


def test_all_trainings_of_a_search_judge_as_many_models():
    effort = Effort(budget=12_000)
    for choice in (PUBLISHED, Hyperparameters(n_candidates=6), Hyperparameters(n_candidates=60)):
        spent = effort.generations_of(choice) * choice.n_candidates * choice.models_per_candidate
        assert 12_000 - choice.n_candidates * choice.models_per_candidate < spent <= 12_000


def test_a_number_of_generations_wins_over_the_budget():
    assert Effort(budget=10, generations=7).generations_of(PUBLISHED) == 7


def test_a_space_holds_only_what_lies_within_all_limits():
    space = SearchSpace(n_candidates=(5, 10), hidden=((8,),))
    assert space.holds(Hyperparameters(n_candidates=10, hidden=(8,)))
    assert not space.holds(Hyperparameters(n_candidates=11, hidden=(8,)))
    assert not space.holds(Hyperparameters(n_candidates=10, hidden=(9,)))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"n_candidates": (1, 5)}, "n_candidates"),
        ({"n_candidates": (2.5, 5)}, "whole numbers"),
        ({"search_radius": (0.1, 0.01)}, "smallest <= largest"),
        ({"learning_rate": (0.0, 0.1)}, "0 < smallest"),
        ({"decay": (0.5, 1.5)}, "decay"),
        ({"hidden": ()}, "one at least"),
        ({"hidden": ((0,),)}, "hidden"),
        ({"search_radius": (0.1,)}, "two numbers"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(wrong, word):
    with pytest.raises(InputError, match=word):
        SearchSpace(**wrong)


def test_an_effort_below_one_is_refused():
    with pytest.raises(InputError, match="verified"):
        Effort(verified=0)
