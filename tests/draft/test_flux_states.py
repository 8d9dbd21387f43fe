"""Flux states: parsimonious ones within bounds, and given ones, checked."""

import pytest

from skimpy_renaissance.draft.flux_states import biomass_reaction, conditioned, directions
from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError

CYCLE = {
    "EX_glc_e": -1, "GLCt": 1, "HEX": 1, "MID": 1, "UP": 1, "LOW": 1, "LACt": -2, "EX_lac_e": 2,
    "ATPM": 2, "EX_h_e": 2, "EX_h2o_e": 0, "H2Ot": 0,
}  # fmt: skip


def condition(model, **options):
    usual = {"bounds": None, "growth": None, "fluxes": None, "objective": None}
    return conditioned(model, **{**usual, **options})


def test_parsimonious_fluxes_reach_the_best_with_the_least(small_model):
    state, said = condition(small_model(), bounds={"EX_glc_e": (-1, 0)}, objective="ATPM")
    assert state["ATPM"] == pytest.approx(2.0)
    assert said == "parsimonious fluxes of the largest ATPM (2 mmol/gDW/h)"
    assert state["BIOMASS"] == pytest.approx(0.0)


def test_given_fluxes_are_completed_with_zeros(small_model):
    model = small_model()
    state, said = condition(model, fluxes=CYCLE)
    assert said == "fluxes given"
    assert state["BIOMASS"] == 0
    assert directions(model, state)["LACt"] == -1


def test_growth_is_that_of_the_biomass_reaction(small_model):
    model = small_model()
    assert biomass_reaction(model) == "BIOMASS"
    model.objective = "ATPM"
    assert biomass_reaction(model) == "BIOMASS"
    model.remove_reactions(["BIOMASS"])
    with pytest.raises(MissingEntryError, match=r"growth rate needs a biomass reaction.*has none"):
        condition(model, growth=0.5)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bounds": {"EX_glc": 1}}, MissingEntryError, "'EX_glc'; did you mean 'EX_glc_e'"),
        ({"bounds": {"HEX": (3, 1)}}, InputError, r"flux of 'HEX' needs \(lowest, highest\)"),
        ({"fluxes": {**CYCLE, "UP": "x"}}, InputError, "'UP' must be a finite number.*got 'x'"),
        ({"fluxes": {**CYCLE, "UP": 2}}, SteadyStateError, "but 5 gain or lose.*tri_c"),
        ({"fluxes": {}, "growth": 1.0}, InputError, "given, or found within bounds, not both"),
        ({"objective": "HEY"}, MissingEntryError, "to maximise called 'HEY'"),
    ],
)
def test_what_gives_no_state_is_refused(small_model, options, error, message):
    with pytest.raises(error, match=message):
        condition(small_model(), **options)


def test_bounds_that_exclude_one_another_are_named_alone(small_model):
    bounds = {"EX_glc_e": (-1, 0), "ATPM": (0, 3), "HEX": (5, 6)}
    with pytest.raises(SteadyStateError, match=r"enough: EX_glc_e \(-1, 0\), HEX \(5, 6\)\. "):
        condition(small_model(), bounds=bounds)


def test_bounds_of_the_model_itself_are_told_from_those_stated(small_model):
    model = small_model()
    model.reactions.ATPM.bounds = (500, 600)
    with pytest.raises(SteadyStateError, match=r"excluded without yours.*ATPM \(500, 600\)"):
        condition(model, bounds={"UP": (0, 3)})
