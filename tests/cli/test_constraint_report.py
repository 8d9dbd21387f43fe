"""``check`` of constraint-based models: parts, growth, balance, annotations, what is next."""

import json
import re

import pytest

from skimpy_renaissance.cli.constraint_report import describe_constraint_based
from skimpy_renaissance.draft import read_cobra_model
from tests.draft.conftest import small_cobra_model

cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")


@pytest.fixture
def said(invoke, tmp_path):
    """Return exit code and text of ``check`` for a model."""

    def of(model):
        path = tmp_path / "model.json"
        cobra.io.save_json_model(model, str(path))
        result = invoke("check", "-m", path)
        assert result.exit_code in (0, 1), result.output
        return result.exit_code, " ".join(result.output.split())

    return of


@pytest.mark.slow
def test_textbook_is_described_and_the_command_that_builds_it_is_given(invoke):
    result = invoke("check", "-m", "textbook")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    for words in (
        "Constraint-based model e_coli_core, from textbook",
        "reactions 95, 20 of them exchanges",
        "compartments c (52 metabolites), e (20 metabolites)",
        "formulas 72 of 72 metabolites, charges 72",
        "mass balance 73 of 73 reactions",
        "72 of 72 metabolites have one that eQuilibrator knows: 72 BiGG, 72 KEGG",
        "uptake up to EX_glc__D_e 10; without limit: EX_co2_e",
        "must run at least ATPM 8.39",
        "largest growth 0.8739 1/h, with 41 reactions running",
        "skimpy-renaissance build --model textbook --growth 0.787 --uptake EX_glc__D_e=-10:-8 -o",
        "No problems found.",
    ):
        assert words in text, words


@pytest.mark.slow
def test_the_counts_are_those_of_cobrapy():
    model = read_cobra_model("textbook")
    before = {r.id: r.bounds for r in model.reactions}
    parts, growth, _ = describe_constraint_based(model, source="textbook")
    assert parts.entries["genes"] == str(len(model.genes))
    assert growth.entries["largest growth"].startswith(f"{model.slim_optimize():.4g} 1/h")
    assert {r.id: r.bounds for r in model.reactions} == before


@pytest.mark.slow
def test_a_model_without_food_names_what_cannot_be_made(said):
    model = read_cobra_model("textbook")
    model.reactions.EX_glc__D_e.lower_bound = 0
    model.reactions.ATPM.lower_bound = 0
    code, text = said(model)
    assert code == 1
    assert "PROBLEM: e_coli_core cannot grow within its bounds: " in text
    made = re.search(r"(\d+) of 16 components of Biomass_Ecoli_core cannot be made", text)
    assert 0 < int(made[1]) < 16
    assert "3pg_c" in text.split("cannot be made")[1]
    assert "largest growth" not in text


@pytest.mark.slow
def test_bounds_without_any_flux_name_what_must_run(said):
    model = read_cobra_model("textbook")
    model.reactions.EX_glc__D_e.lower_bound = 0
    code, text = said(model)
    assert code == 1
    assert "ATPM (8.39, 1000.0) cannot be zero" in text


def test_what_has_no_formula_annotation_or_biomass_is_named(said):
    model = small_cobra_model()
    model.reactions.BIOMASS.id = "SINK"
    code, text = said(model)
    assert code == 1
    assert "formulas 2 of 15 metabolites, charges 0 none for adp_c" in text
    assert "mass balance 1 of 9 reactions between whole molecules can be judged" in text
    assert "annotations 0 of 15 metabolites have one that eQuilibrator knows none for" in text
    assert "PROBLEM: A growth rate needs a biomass reaction" in text
    assert "build --uptake REACTION=LOW:HIGH" in text


@pytest.mark.slow
def test_reactions_that_lose_elements_are_a_problem_protons_are_not(said):
    model = read_cobra_model("textbook")
    model.metabolites.fdp_c.formula = "C6H10O12"
    model.metabolites.h2o_e.formula = "H3O"
    code, text = said(model)
    assert code == 1
    assert "1 gain protons or charge alone" in text
    assert "reactions gain or lose elements: FBA (" in text
    assert "build --unbalanced" in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.json", '{"reactions": [', "cannot be read as a model of COBRApy or pyTFA"),
        ("list.json", "[1, 2]", "cannot be read as a constraint-based model (.json)"),
        ("other.json", json.dumps({"a": 1}), "cannot be read as a constraint-based model (.json)"),
        ("broken.mat", "x", "cannot be read as a constraint-based model (.mat)"),
        ("broken.yml", "!!omap\n- metabolites: [", "cannot be read as a constraint-based model"),
        ("absent.xml", None, "absent.xml' cannot be read"),
    ],
)
def test_files_that_hold_no_model_are_refused(invoke, tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_text(content)
    result = invoke("check", "-m", tmp_path / name)
    assert result.exit_code == 2
    assert words in result.output
