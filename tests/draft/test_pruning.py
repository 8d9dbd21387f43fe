"""What of a constraint-based model does not run, and why."""

import pytest

from skimpy_renaissance.draft.pruning import idle_reactions
from skimpy_renaissance.errors import SteadyStateError


def test_dead_ends_are_followed_back(small_model):
    model = small_model()
    model.reactions.IDLE.add_metabolites({model.metabolites.atp_c: -1})
    idle = idle_reactions(model, None)
    assert idle == {"IDLE": "dead end: no other reaction has dead_c"}
    model.remove_reactions(["EX_lac_e"])
    idle = idle_reactions(model, None)
    assert idle["LACt"] == "dead end: no other reaction has lac_e"
    assert idle["HEX"].startswith(("dead end", "blocked"))


def test_bounds_block_what_is_no_dead_end(small_model):
    model = small_model()
    model.reactions.EX_glc_e.lower_bound = 0
    assert idle_reactions(model, None)["HEX"] == "blocked: no flux within the bounds"


def test_bounds_without_any_fluxes_are_told(small_model):
    model = small_model()
    model.reactions.ATPM.bounds = (500, 600)
    with pytest.raises(SteadyStateError, match=r"within its own bounds.*cannot be zero: ATPM"):
        idle_reactions(model, None)
