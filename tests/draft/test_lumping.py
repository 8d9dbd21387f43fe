"""Linear paths taken together: stoichiometries and fluxes of the sum."""

import pytest

from skimpy_renaissance.draft import draft_from_cobra


def test_a_lump_is_the_sum_of_its_reactions(small_model):
    model = small_model()
    draft = draft_from_cobra(model, growth=0.2, lump=True)
    assert draft.lumps == {"MID_to_LOW": {"MID": 1.0, "UP": 1.0, "LOW": 1.0}}
    total: dict[str, float] = {}
    for name, weight in draft.lumps["MID_to_LOW"].items():
        for metabolite, n in model.reactions.get_by_id(name).metabolites.items():
            total[metabolite.id] = total.get(metabolite.id, 0.0) + weight * n
    joined = draft.model.reactions.get_by_id("MID_to_LOW")
    assert {m.id: n for m, n in joined.metabolites.items()} == {m: n for m, n in total.items() if n}
    assert draft.fluxes["MID_to_LOW"] == pytest.approx(0.2)
    assert "f6p_c" not in draft.network.metabolites


def test_a_path_written_against_its_flux_is_lumped_the_way_it_runs(small_model):
    model = small_model()
    model.reactions.MID *= -1
    draft = draft_from_cobra(model, growth=0.2, lump=["f6p_c"])
    assert draft.lumps == {"MID_UP": {"MID": -1.0, "UP": 1.0}}
    assert draft.fluxes["MID_UP"] == pytest.approx(0.2)
    assert draft.laws.at["MID_UP", "substrates"] == "atp_c + g6p_c"


def test_carriers_that_two_reactions_turn_over_stay(small_model):
    """Taking UP and LOW together would make tri_c vanish, and nothing else."""
    model = small_model()
    model.reactions.UP.build_reaction_from_string("f6p_c + old_c --> tri_c + new_c")
    model.reactions.LOW.build_reaction_from_string("tri_c + new_c --> 2 lac_c + old_c")
    for name in ("old_c", "new_c"):
        model.metabolites.get_by_id(name).compartment = "c"
    draft = draft_from_cobra(model, lump=True, prune=False)
    assert all("LOW" not in parts for parts in draft.lumps.values())
    assert {"old_c", "new_c", "tri_c"} <= set(draft.network.variables)


def test_an_irreversible_part_makes_the_lump_irreversible(small_model):
    draft = draft_from_cobra(small_model(), growth=0.2, lump=True, irreversible=["UP"])
    assert draft.laws.at["MID_to_LOW", "law"] == "IrrevMichaelisMenten"
