"""Kinetic models in SBML, in the place of a YAML file: read, checked, trained, refused."""

import json

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from tests.kinetics.conftest import branched_network, branched_state
from tests.sbml.kinetic_models import complete_set
from tests.sbml.read_models import chain

pytest.importorskip("libsbml", reason="libSBML (comes with COBRApy) is not installed")
UNITS = ("--concentration-scaling", "1e3", "--density", "1000", "--gdw-gww-ratio", "0.3")


@pytest.fixture
def chain_file(tmp_path):
    return chain().write(tmp_path / "chain.xml")


@pytest.mark.slow
def test_an_exported_model_is_checked_trained_and_generates_as_its_yaml(invoke, tmp_path):
    sr.network.write_skimpy_yaml(branched_network(), tmp_path / "small.yml")
    network, state = sr.read_skimpy_yaml(tmp_path / "small.yml"), branched_state()
    sr.write_sbml(network, state, complete_set(network, state), path=tmp_path / "small.xml")
    model = ("--model", tmp_path / "small.xml", "--redraw", "--partition", -1, *UNITS)
    checked = invoke("check", *model, "--draws", 20)
    assert checked.exit_code == 0, checked.output
    run = tmp_path / "run"
    small = ("--n-candidates", 2, "--models-per-candidate", 20, "--latent", 3, "--hidden", 8)
    trained = invoke("train", *model, *small, "-g", 1, "-o", run)
    assert trained.exit_code == 0, trained.output
    inputs = json.loads((run / "run.json").read_text())["inputs"]
    assert inputs["model"] == inputs["states"]
    assert inputs["model"]["path"] == str(tmp_path / "small.xml")
    generated = invoke("generate", run, "-n", 20, "--raw")
    assert generated.exit_code == 0, generated.output

    sets = sr.ParameterPopulation.load(run / "population.h5")
    bound = sr.compile(network).at(state)
    log_km = torch.from_numpy(sets.log_km(bound.km_names))
    np.testing.assert_allclose(bound.lambda_max(log_km), sets.lambda_max, rtol=1e-6)

    again = invoke("generate", run, "-n", 20, "--raw", "-o", tmp_path / "again.h5")
    assert again.exit_code == 0, again.output
    other = complete_set(network, state, seed=1)
    sr.write_sbml(network, state, other, path=tmp_path / "other.xml")
    refused = invoke("generate", run, "-m", tmp_path / "other.xml", "-o", tmp_path / "other.h5")
    assert refused.exit_code == 2
    assert "was trained on other inputs. What differs: kinetic model file" in refused.output


def test_listed_constants_and_boundaries_are_those_of_the_run(invoke, chain_file, tmp_path):
    """K3 is measured against B, which its law says; KA is not drawn."""
    config = tmp_path / "run.toml"
    config.write_text('[model]\nfile = "chain.xml"\nsaturation = ["K3"]\nredraw = true\n')
    for given in (("-c", config), ("-m", chain_file, "--saturation", "K3=B", "--redraw")):
        result = invoke("check", *given, "--draws", 5)
        assert "unknown Km           1 of 1 saturation constants, such as K3" in result.output
    held = invoke("check", "-m", chain_file, "--boundaries", "B")
    assert "boundaries           2 held constant: X, B" in held.output


def test_check_says_what_the_file_holds_and_where_it_comes_to_rest(invoke, chain_file):
    result = invoke("check", "-m", chain_file, "--partition", -1)
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    for words in (
        "kinetic laws 3, 3 of them parted into a forward and a backward rate, 3 with a capacity",
        "saturation 3 constants, told by: 2 form + name, 1 form",
        "units 1 mol/L is 1000 of the file's, 1 h is 3600; SBML has no density of cells",
        "B changes most, from 0.1 to 1",
        "eigenvalues 2, real parts",
        "consistent 1 of 1",
        "The one model that the file describes",
    ):
        assert words in text, words


def test_check_goes_on_where_a_model_has_no_state_or_no_units(invoke, tmp_path):
    rising = invoke("check", "-m", _piling_up().write(tmp_path / "rising.xml"))
    assert rising.exit_code == 1
    text = " ".join(rising.output.split())
    assert "PROBLEM: no saturation constant was recognised" in text
    assert "PROBLEM: 'small'" in text
    unknown = invoke("check", "-m", chain(units=None).write(tmp_path / "plain.xml"))
    assert unknown.exit_code == 1
    assert "units not stated" in " ".join(unknown.output.split())


def test_products_that_the_file_has_none_of_and_laws_of_time_are_taken_at_one_point(
    invoke, tmp_path
):
    model = chain(kinds={"X": "boundary", "P": "boundary"})
    model.species["P"] = 0.0
    model.reactions["R1"] = ({"X": 1}, {"A": 1}, "c * kin * X * exp(-time)")
    model.reactions["R3"] = ({"B": 1}, {"P": 1}, "c * W * B / (K3 + B)")
    path = model.write(tmp_path / "model.xml")
    refused = invoke("check", "-m", path)
    assert refused.exit_code == 2
    assert "Fix the time with --at-time" in refused.output
    result = invoke("check", "-m", path, "--at-time", 0, "--partition", -1)
    assert result.exit_code == 0, result.output
    assert "Taken as 1e-12 mol/L, the file has none of them: P." in result.output
    assert "B changes most, from 0.1 to 1" in result.output


def _with_event(model, math):
    event = model.createEvent()
    event.setId("dose")
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setMath(math("time > 1"))
    trigger.setInitialValue(True)
    trigger.setPersistent(True)


def _without_one_law():
    reactions = chain().reactions
    return chain(reactions={**reactions, "R3": (*reactions["R3"][:2], "")})


def _piling_up():
    reactions = {name: one for name, one in chain().reactions.items() if name == "R1"}
    return chain(reactions=reactions, parameters={"kin": 0.5})


MOLAR = ("--concentration-scaling", "1", "--density", "1", "--gdw-gww-ratio", "1")


@pytest.mark.parametrize(
    ("model", "arguments", "words"),
    [
        (chain(more=[_with_event]), (), "'small' has events: dose"),
        (_without_one_law(), (), "1 of its 3 reactions have no kinetic law (R3)"),
        (chain(units=None), (), "does not state its units of substance, volume and time"),
        (chain(), ("--saturation", "K9"), "called 'K9'; did you mean 'KB'?"),
        (chain(), ("--saturation", "W"), "--saturation W=METABOLITE"),
        (chain(), ("--saturation", "K3=A"), "species of 'R3' called 'A'"),
        (chain(), ("--boundaries", "C"), "species of 'small' called 'C'"),
        (chain(), MOLAR, "concentration-scaling is 1000, but 1 was given"),
        (chain(), (), "Every Km of 'small' has a value"),
        (_piling_up(), (), "hold it constant: --boundaries. Or take steady states"),
    ],
)
def test_models_that_cannot_be_trained_are_refused_with_what_to_do(
    invoke, tmp_path, model, arguments, words
):
    path = model.write(tmp_path / "model.xml")
    result = invoke("train", "-m", path, *arguments, "-o", tmp_path / "run")
    assert result.exit_code == 2
    assert words in result.output
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["check", "train"])
def test_a_truncated_file_is_named_with_the_line(invoke, chain_file, command):
    text = chain_file.read_text()
    chain_file.write_text(text[: len(text) // 2])
    result = invoke(command, "-m", chain_file)
    assert result.exit_code == 2
    assert "is no SBML file that can be read" in result.output
    assert "(line " in result.output


def test_settings_of_sbml_are_refused_for_yaml(invoke, tmp_path):
    for flag, value in (("--saturation", "km_substrate_PGI"), ("--at-time", 0)):
        result = invoke("check", "-m", "e_coli_core", flag, value)
        assert result.exit_code == 2
        assert f"{flag} is for kinetic models in SBML, but e_coli_core is" in result.output
