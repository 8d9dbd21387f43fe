"""``check``: what is odd about model, states and parameter sets is named."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import skimpy_renaissance as sr
from skimpy_renaissance.steady_states import to_json

UNITS = ("--concentration-scaling", "1e6", "--density", "1200", "--gdw-gww-ratio", "0.3")
DATA = Path(sr.examples.__file__).parent / "data"


@pytest.fixture
def model(tmp_path) -> Path:
    return Path(shutil.copy(DATA / "e_coli_core.yaml", tmp_path / "model.yml"))


@pytest.fixture
def population(tmp_path):
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    log_km = bound.log_km_anchors.repeat(3, 1).clone()
    log_km[1] += 0.1
    log_km[2] += 0.2
    return sr.parametrize(bound, log_km)


def words(result) -> str:
    return re.sub(r"\s+", " ", result.output)


def test_a_metabolite_that_nothing_uses_or_makes_is_named(invoke, model):
    document = yaml.safe_load(model.read_text())
    law = document["reactions"]["PGI"]["mechanism"]
    for name, changed in (("IN", {"product": "lost_c"}), ("OUT", {"substrate": "lost2_c"})):
        document["reactions"][name] = {
            **document["reactions"]["PGI"],
            "name": name,
            "mechanism": {**law, **changed},
        }
    for name in ("lost_c", "lost2_c"):
        document["reactants"][name] = {"name": name, "compartment": "c"}
    model.write_text(yaml.safe_dump(document, sort_keys=False))
    result = invoke("check", "--model", model)
    assert result.exit_code == 1
    text = words(result)
    for lost, where in (("lost_c", "IN"), ("lost2_c", "OUT")):
        told = f"no second reaction makes or uses {lost}, which is no boundary either: at a steady "
        assert f"{told}state no flux can pass {where}." in text


def test_a_metabolite_that_irreversible_reactions_only_make_is_named(invoke, model):
    document = yaml.safe_load(model.read_text())
    for name, substrate in (("ONE", "g6p_c"), ("TWO", "f6p_c")):
        document["reactions"][name] = {
            **document["reactions"]["PGI"],
            "name": name,
            "mechanism": {
                "class": "IrrevMichaelisMenten",
                "mechanism_stoichiometry": {"substrate1": -1.0, "product1": 1.0},
                "substrate1": substrate,
                "product1": "waste_c",
            },
        }
    document["reactants"]["waste_c"] = {"name": "waste_c", "compartment": "c"}
    model.write_text(yaml.safe_dump(document, sort_keys=False))
    assert "nothing uses waste_c" in words(invoke("check", "--model", model))


@pytest.mark.slow
def test_published_models_have_no_dead_ends(invoke, shared_data):
    for place in (("varma", "kin_varma.yml"), ("ecoli", "kinetic_model.yaml")):
        result = invoke("check", "--model", shared_data(*place))
        assert "no boundary either" not in words(result)


@pytest.mark.slow
def test_states_that_are_copies_are_named(invoke, model, tmp_path):
    table = pd.read_csv(DATA / "e_coli_core_states.csv.gz", index_col=0, nrows=4)
    pd.concat([table, table.iloc[[1]].rename(index={1: "again"})]).to_csv(tmp_path / "five.csv")
    flags = ("check", "-m", model, "--states", tmp_path / "five.csv", *UNITS, "--draws", 2)
    result = invoke(*flags)
    assert result.exit_code == 1, result.output
    assert "1 of 5 states are copies of others: 1 = again." in words(result)


@pytest.fixture
def state_file(tmp_path) -> Path:
    _, states = sr.examples.e_coli_core()
    (tmp_path / "state.json").write_text(to_json(states[sr.examples.REFERENCE_STATE]))
    return tmp_path / "state.json"


@pytest.mark.slow
def test_a_constant_edited_in_the_model_file_is_named(invoke, model, state_file):
    constants = json.loads(state_file.read_text())["k_eq"]
    text = model.read_text()
    document = yaml.safe_load(text)
    for name, value in constants.items():
        document["parameters"][f"k_equilibrium_{name}"] = value
    document["parameters"]["k_equilibrium_PGI"] *= 10
    model.write_text(yaml.safe_dump(document, sort_keys=False))
    result = invoke("check", "-m", model, "--states", state_file, "--draws", 2)
    assert result.exit_code == 1
    assert re.search(r"differ from those of the state.*for PGI \(.*while 41 others", words(result))
    placeholders = invoke("check", "-m", DATA / "e_coli_core.yaml", "--states", state_file)
    assert "edited after sampling" not in placeholders.output


@pytest.mark.slow
def test_models_with_an_edited_constant_are_not_followed(invoke, state_file, model, population):
    table = population.to_dataframe()
    table["k_equilibrium_PGI"] *= 10
    path = state_file.parent / "edited.h5"
    sr.ParameterPopulation.from_dataframe(table, units=population.units).save(path)
    flags = ("-m", model, "--states", state_file, "-o", state_file.parent / "out")
    result = invoke("robustness", path, *flags)
    assert result.exit_code == 2
    assert "k_equilibrium_PGI is" in result.output
    assert "3 of 3 sets differ so" in result.output
    assert np.isfinite(table.to_numpy()).all()


@pytest.mark.slow
def test_a_pool_that_rounded_coefficients_hide_is_noticed_and_its_table_taken(
    invoke, shared_data, tmp_path
):
    model = shared_data("yeast", "kinetic_model.yaml")
    state = shared_data("yeast", "steady_state_0.json")
    pools = shared_data("yeast", "ST10284_cons_relations_annotated.csv")
    arguments = ("check", "-m", model, "--states", state, "--draws", 12)
    without = invoke(*arguments)
    assert without.exit_code == 1
    text = re.sub(r"\s+", " ", without.output)
    assert "name the pools with --conservation" in text
    assert len(re.findall("is nearly conserved: what changes it, most of all LMPD", text)) == 1
    assert invoke(*arguments, "--conservation", pools).exit_code == 0
    model_alone = re.sub(r"\s+", " ", invoke("check", "-m", model).output)
    assert len(re.findall("is nearly conserved: what changes it", model_alone)) == 1
    found = tmp_path / "found.csv"
    invoke(*arguments, "--write-pools", found)
    held = invoke(*arguments, "--conservation", found, "--approximate-pools")
    assert held.exit_code == 0, held.output
