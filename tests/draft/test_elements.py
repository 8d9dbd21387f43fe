"""Reactions that gain or lose elements."""

import pytest

from skimpy_renaissance.draft.elements import imbalances
from skimpy_renaissance.errors import NetworkError


@pytest.fixture
def coded(small_model):
    model = small_model()
    for name, formula, charge in (("g6p_c", "C6H11O9P", -2), ("f6p_c", "C6H11O9P", -2)):
        metabolite = model.metabolites.get_by_id(name)
        metabolite.formula, metabolite.charge = formula, charge
    return model


def test_balanced_reactions_and_those_without_formulas_pass(coded):
    assert imbalances(coded, {"EX_h2o_e"}, ()) == {}
    with pytest.raises(NetworkError, match=r"EX_h2o_e \(H -2, O -1\)"):
        imbalances(coded, (), ())


def test_protons_and_charge_are_told(coded):
    coded.metabolites.f6p_c.formula, coded.metabolites.f6p_c.charge = "C6H12O9P", -1
    assert imbalances(coded, {"EX_h2o_e"}, ()) == {"MID": "H +1, charge +1"}


def test_lost_matter_is_refused_unless_it_is_accepted(coded):
    coded.metabolites.f6p_c.formula = "C7H11O9P"
    with pytest.raises(NetworkError, match=r"1 do not: MID \(C \+1\).*unbalanced=\[...\]"):
        imbalances(coded, {"EX_h2o_e"}, ())
    assert imbalances(coded, {"EX_h2o_e"}, {"MID"}) == {"MID": "C +1"}
