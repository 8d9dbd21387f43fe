"""``check`` of pyTFA models: which reactions have energies, how sure, at what conditions."""

import json

import pytest

from tests.draft.conftest import small_cobra_model

cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")


def variables(kind, ranges):
    return [{"id": n, "name": n, "kind": kind, "lb": a, "ub": b} for n, (a, b) in ranges.items()]


@pytest.fixture
def tfa_file(tmp_path):
    """Write a small model as pyTFA does: MID has an energy, HEX one that is not known."""
    path = tmp_path / "tfa.json"
    cobra.io.save_json_model(small_cobra_model(), str(path))
    content = json.loads(path.read_text())
    content |= {
        "kind": "ThermoModel",
        "temperature": 298.15,
        "thermo_data": {"units": "kcal/mol"},
        "compartments": {p: {"pH": 7.0, "ionicStr": 0.1, "name": p} for p in "ce"},
        "variables": [
            *variables("DeltaGstd", {"MID": (-1.5, 0.5), "HEX": (-2e4, 2e4)}),
            *variables("DeltaG", {"MID": (-100.0, 100.0)}),
            *variables("LogConcentration", {"g6p_c": (-20.0, -3.0)}),
        ],
    }
    path.write_text(json.dumps(content))
    return path


def test_energies_are_counted_beside_what_the_model_is(invoke, tfa_file):
    result = invoke("check", "-m", tfa_file)
    text = " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    for words in (
        "Constraint-based model small",
        "energies 1 of 10 reactions, exchanges apart; error 1 (median) to 1 kcal/mol",
        "energy unknown 1, their ranges are wider than 2000 kcal/mol: HEX",
        "no energy 8: GLCt, LOW, UP",
        "concentrations 1 of 15 metabolites have a range",
        "conditions 298.15 K pH c 7, e 7 ionic strength, mol/L, c 0.1, e 0.1",
    ):
        assert words in text, words


def test_a_model_that_is_not_converted_is_a_problem(invoke, tfa_file):
    content = json.loads(tfa_file.read_text())
    del content["variables"]
    tfa_file.write_text(json.dumps(content))
    result = invoke("check", "-m", tfa_file)
    assert result.exit_code == 1
    assert "PROBLEM: the model is not converted" in result.output


def test_training_is_refused_with_where_energies_are_taken(invoke, tfa_file):
    result = invoke("train", "-m", tfa_file)
    assert result.exit_code == 2
    assert "is a pyTFA model: it has fluxes, but no rate laws" in result.output
    assert "sr.from_pytfa" in result.output


@pytest.mark.slow
def test_a_published_model_has_energies_for_nearly_all_its_reactions(invoke, shared_data):
    result = invoke("check", "-m", shared_data("yeast", "tfa_model.json"))
    text = " ".join(result.output.split())
    assert "energies 301 of 311 reactions" in text
    assert "largest growth 0.101 1/h" in text
