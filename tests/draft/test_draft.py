"""Drafting from constraint-based models: what is kept, held, removed, and the bundled model."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.draft import draft_from_cobra
from skimpy_renaissance.errors import InputError, MissingEntryError, NetworkError, SteadyStateError
from skimpy_renaissance.network import read_skimpy_yaml, write_skimpy_yaml
from tests.draft.definitions import definitions

pytest.importorskip("cobra", reason="COBRApy is not installed")

TURNED_BY_PYTFA = {"ACKr", "GAPD", "PFK", "PGK", "PPC", "PTAr", "PYK"}  # other protons


@pytest.mark.slow
def test_the_bundled_model_is_a_draft_of_its_condition():
    from skimpy_renaissance.examples.build_e_coli_core.condition import (  # noqa: PLC0415
        load_condition,
    )

    bundled, _ = sr.examples.e_coli_core()
    drafted = sr.from_cobra(load_condition(), name="e_coli_core")
    ours, theirs = definitions(drafted), definitions(bundled)
    assert {name for name in theirs if ours.get(name) != theirs[name]} == TURNED_BY_PYTFA
    assert definitions(drafted, without=["h_c"]) == definitions(bundled, without=["h_c"])
    assert drafted.boundaries == bundled.boundaries
    assert dict(drafted.parameters) == dict(bundled.parameters)
    assert drafted.hooks == bundled.hooks
    assert dict(drafted.compartment_of) == dict(bundled.compartment_of)
    assert len(drafted.conserved_pools) == len(bundled.conserved_pools)


def test_what_has_flux_is_kept_with_its_exchanges(small_model):
    draft = draft_from_cobra(small_model(), growth=0.2)
    assert draft.network.reaction_names == ("GLCt", "HEX", "LOW", "MID", "UP", "LACt", "BIOMASS")
    assert draft.network.reaction_names == tuple(draft.laws.index)
    assert draft.network.boundaries == {"glc_e", "lac_e", "h_e", "h_c"}
    assert set(draft.fluxes.index) == {r.id for r in draft.model.reactions}
    assert draft.fluxes["BIOMASS"] == pytest.approx(0.2)
    assert draft.directions["LACt"] == draft.directions["EX_glc_e"] == -1
    assert draft.condition == "parsimonious fluxes of the largest BIOMASS (0.2 1/h)"
    assert draft.removed["reason"].to_dict() == {
        "ATPM": "no flux in the flux state",
        "IDLE": "dead end: no other reaction has dead_c",
        "H2Ot": "nothing takes part but water and what is excluded",
    }


def test_the_model_given_is_left_as_it_is(small_model):
    model = small_model()
    bounds = {r.id: r.bounds for r in model.reactions}
    draft_from_cobra(model, growth=0.2, lump=True)
    assert {r.id: r.bounds for r in model.reactions} == bounds


def test_a_draft_written_for_skimpy_is_read_back(small_model, tmp_path):
    network = sr.from_cobra(small_model(), growth=0.2)
    write_skimpy_yaml(network, tmp_path / "model.yaml")
    assert read_skimpy_yaml(tmp_path / "model.yaml") == network


def test_irreversible_reactions_that_run_backward_are_turned_round(small_model):
    draft = draft_from_cobra(small_model(), growth=0.2, irreversible=["LACt"])
    assert draft.reversed_reactions == ("LACt",)
    assert draft.laws.loc["LACt", ["substrates", "products"]].tolist() == ["lac_c", "lac_e"]
    assert draft.network.reaction("LACt").stoichiometry == {
        "lac_c": -1, "lac_e": 1, "h_c": -1, "h_e": 1,
    }  # fmt: skip
    assert draft.fluxes["LACt"] == pytest.approx(0.4)
    assert draft.directions["LACt"] == 1
    assert "other way round" in draft.laws.at["LACt", "why"]


def test_a_table_of_laws_goes_both_ways(small_model):
    first = draft_from_cobra(small_model(), growth=0.2, irreversible=["LACt"])
    table = first.laws.copy()
    table.loc["HEX", "law"] = "Convenience"
    table.loc["LACt", "law"] = "ReversibleMichaelisMenten"
    second = draft_from_cobra(small_model(), growth=0.2, laws=table)
    assert second.network.reaction("HEX").mechanism.class_name == "Convenience"
    assert second.reversed_reactions == ()
    assert second.laws.at["LACt", "substrates"] == "lac_e"
    assert second.laws.at["HEX", "why"] == "given"


def test_what_a_choice_of_reactions_cuts_off_can_be_held(small_model):
    held = ("h", "atp", "adp", "pi", "g6p", "lac_c")
    draft = draft_from_cobra(small_model(), ["MID", "UP", "LOW"], held=held, bounds={"UP": 2.0})
    assert draft.network.boundaries == {"atp_c", "adp_c", "pi_c", "g6p_c", "lac_c", "h_c"}
    assert set(draft.network.variables) == {"f6p_c", "tri_c"}
    assert draft.fluxes["SK_lac_c"] == pytest.approx(4.0)
    whole = {"MID": 2.0, "UP": 2.0, "LOW": 2.0, "HEX": 0.0}
    same = draft_from_cobra(small_model(), ["MID", "UP", "LOW"], held=held, fluxes=whole)
    assert same.fluxes["SK_lac_c"] == pytest.approx(4.0)
    assert same.removed.empty


def test_without_a_condition_what_the_bounds_allow_is_kept(small_model):
    draft = draft_from_cobra(small_model())
    assert draft.fluxes is None
    assert draft.removed["reason"].to_dict() == {
        "IDLE": "dead end: no other reaction has dead_c",
        "H2Ot": "nothing takes part but water and what is excluded",
    }
    assert draft.directions["MID"] == 0
    assert draft.directions["HEX"] == 1
    assert "IDLE" in draft_from_cobra(small_model(), prune=False).network.reaction_names


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"reactions": ["HEX", "HEY"]}, MissingEntryError, "called 'HEY'; did you mean 'HEX'"),
        ({"irreversible": ["HEY"]}, MissingEntryError, "irreversible= called 'HEY'"),
        ({"fluxes": {"HEY": 1.0}}, MissingEntryError, "reaction of 'small' called 'HEY'"),
        ({"fluxes": {}}, NetworkError, "All 14 reactions of 'small' were left out: EX_glc_e"),
        ({"reactions": ["HEX"]}, NetworkError, r"hold what they lack constant \(held"),
        ({"small_molecules": ["co2_c"]}, MissingEntryError, "small_molecules names co2_c, which"),
        ({"held": ["gcl_c"]}, MissingEntryError, "held names gcl_c.*did you mean 'glc_c'"),
        ({"volumes": {"p": 1.0}}, MissingEntryError, "volumes names the compartment 'p'"),
        ({"laws": {"HEX": "Hill"}}, NetworkError, "'HEX' has the law 'Hill'"),
        ({"lump": ["g6p_c"]}, InputError, "g6p_c is not: more reactions have it"),
        ({"growth": 7.0}, SteadyStateError, r"These exclude one another.*BIOMASS 7.0"),
    ],
)
def test_what_cannot_be_drafted_is_refused(small_model, options, error, message):
    with pytest.raises(error, match=message):
        draft_from_cobra(small_model(), **options)


def test_ids_that_clash_are_refused(small_model):
    model = small_model()
    model.metabolites.get_by_id("g6p_c").id = "lac-D_c"
    model.metabolites.get_by_id("f6p_c").id = "lac_D_c"
    with pytest.raises(
        NetworkError, match="'lac-D_c' and 'lac_D_c' would both be called 'lac_D_c'"
    ):
        draft_from_cobra(model)
