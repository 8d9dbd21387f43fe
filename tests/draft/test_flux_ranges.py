"""Ranges of fluxes: bounds of exchanges reach the reactions of the network."""

import pytest

from skimpy_renaissance.draft import draft_from_cobra, flux_ranges
from skimpy_renaissance.errors import InputError


def test_bounds_of_exchanges_reach_the_network(small_model):
    bounds = {"EX_glc_e": (-1.0, -0.5), "ATPM": (0.2, 0.5), "BIOMASS": (0.1, 0.2)}
    draft = draft_from_cobra(small_model(), bounds=bounds)
    before = {r.id: r.bounds for r in draft.model.reactions}
    ranges = flux_ranges(draft)
    assert set(ranges) == set(draft.network.reaction_names)
    # by hand: twice the uptake is three times growth, and maintenance
    assert ranges["GLCt"] == pytest.approx((0.5, 0.55))
    assert ranges["BIOMASS"] == pytest.approx((0.5 / 3, 0.2))
    assert ranges["ATPM"] == pytest.approx((0.4, 0.5))
    assert ranges["LACt"][1] < 0
    assert {r.id: r.bounds for r in draft.model.reactions} == before


def test_drafts_without_fluxes_have_no_ranges(small_model):
    with pytest.raises(InputError, match="need a draft with fluxes; 'small' was drafted without"):
        flux_ranges(draft_from_cobra(small_model()))
