"""The words of a verdict follow from how many models are valid, and from what they stand for."""

import pytest

from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.report import Points, Text
from skimpy_renaissance.report.verdict import Outcome, verdict


def words(valid, of=200, **said):
    """The two sentences, what is permitted and what is not."""
    found = Outcome("new models of the generator", Proportion(valid, of), -3.0, **said)
    how_many, kind, *points = verdict(found)
    assert isinstance(how_many, Text)
    assert all(isinstance(one, Points) for one in points)
    listed = {one.lead: " ".join(one.items) for one in points}
    may, may_not = listed.get("This permits", ""), listed["This does not permit"]
    return how_many.text, kind.text, may, may_not


@pytest.mark.parametrize(
    ("valid", "opening"),
    [
        (200, "All models are valid: 200 of 200 new models of the generator (100.0 %"),
        (197, "Nearly all models are valid: 197 of 200 new models of the generator (98.5 %"),
        (120, "Most models are valid: 120 of 200 new models of the generator (60.0 %"),
        (1, "Some models are valid, fewer than half: 1 of 200 new models of the generator (0.5 %"),
    ],
)
def test_the_first_words_say_what_share_is_valid(valid, opening):
    how_many, *_ = words(valid, blind=Proportion(3, 200))
    assert how_many.startswith(opening)
    assert how_many.endswith("Of blind draws of the Michaelis constants 1.5 % are.")


def test_where_none_is_valid_nothing_is_permitted_and_nothing_is_ruled_out():
    how_many, kind, may, may_not = words(0)
    assert how_many.startswith("No model is valid: 0 of 200")
    assert kind == "There is no ensemble of valid models to speak of."
    assert may == ""
    assert "To say that no valid model exists: up to 1.9 %" in may_not


def test_narrow_models_permit_no_averages_of_their_own():
    _, kind, may, may_not = words(197, narrow=True, region=400, worth=400.0)
    assert kind.startswith("The new models of the generator are a narrow ensemble")
    assert kind.endswith("400 models of the whole valid region, all independent.")
    assert "Averages, ranges and shares over the models of the whole valid region" in may
    assert "a share of 50 % is known to within 4.9 percentage points" in may
    assert "Averages over the new models of the generator" in may_not


def test_a_share_is_known_as_well_as_independent_models_tell():
    _, kind, may, _ = words(197, region=400, worth=100.0)
    assert "worth 100 independent ones" in kind
    assert "within 9.8 percentage points" in may


def test_sets_that_are_not_yet_draws_of_the_region_permit_no_averages():
    _, kind, may, may_not = words(197, region=400, worth=3.0, lacking=True)
    assert "not yet draws of all of it" in kind
    assert "Averages" not in may
    assert "Averages over the valid region" in may_not


def test_models_of_unknown_origin_are_called_so():
    _, kind, _, may_not = words(197)
    assert kind.endswith("is not known.")
    assert "Averages over the valid region" in may_not
