"""Ids, water, compartments and what is held constant."""

import pytest

from skimpy_renaissance.draft import draft_from_cobra
from skimpy_renaissance.draft.assembly import kinetic_ids, named_metabolites, water_of
from skimpy_renaissance.errors import MissingEntryError


def test_ids_are_skimpys(small_model):
    model = small_model()
    model.metabolites.g6p_c.id = "6-p-g_c"
    assert kinetic_ids(model)["6-p-g_c"] == "_6-p_g_c"


def test_metabolites_are_named_by_id_or_by_compound(small_model):
    model = small_model()
    assert named_metabolites(model, ["h"], what="held") == {"h_c", "h_e"}
    assert named_metabolites(model, ["h_c", "o2"], what="held", usual=["o2"]) == {"h_c"}
    with pytest.raises(MissingEntryError, match=r"held names h3o, which .*; did you mean 'h2o'"):
        named_metabolites(model, ["h3o"], what="held")
    assert water_of(model) == {"h2o_c", "h2o_e"}
    model.metabolites.h2o_c.formula = None
    assert water_of(model) == {"h2o_c", "h2o_e"}


def test_volumes_and_hill_coefficients_have_values(small_model):
    network = draft_from_cobra(small_model(), volumes={"e": 50.0}).network
    assert network.parameters["volume_e"] == 50.0
    assert network.parameters["cell_volume_e"] == network.parameters["volume_c"] == 1.0
    assert network.parameters["hill_coefficient_ATPM"] == 1.0
    assert network.values.keys() == {"hill_coefficient_ATPM"}


def test_excluded_compounds_take_no_part(small_model):
    network = draft_from_cobra(small_model(), excluded=["pi"], growth=0.2).network
    assert "pi_c" not in network.metabolites
