"""Drafting from constraint-based models: what is kept, held, removed; what is refused."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.draft import draft_from_cobra

pytest.importorskip("cobra", reason="COBRApy is not installed")

GLUCOSE = {"EX_glc__D_e": (-9.0, -8.0)}


@pytest.fixture(scope="module")
def textbook():
    return draft_from_cobra("textbook", bounds=GLUCOSE, growth=(0.6, 0.7))


def test_reactions_with_flux_are_kept_with_their_exchanges(textbook):
    assert textbook.network.reaction_names == tuple(textbook.laws.index)
    assert (textbook.fluxes.abs() > 0).all()
    assert set(textbook.fluxes.index) == {r.id for r in textbook.model.reactions}
    assert textbook.fluxes["Biomass_Ecoli_core"] == pytest.approx(0.7)
    assert textbook.removed.at["FBP", "reason"] == "no flux in the flux state"
    assert {"glc__D_e", "h_c", "o2_e"} <= textbook.network.boundaries


def test_the_network_alone_comes_from_the_front_door(textbook):
    network = sr.from_cobra("textbook", bounds=GLUCOSE, growth=(0.6, 0.7))
    assert network.reaction_names == textbook.network.reaction_names
