"""``check POPULATION``: inputs are found beside it, what holds is said, what does not is named."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import h5py
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.population import save_columnar
from skimpy_renaissance.steady_states import write_steady_state

DATA = Path(sr.examples.__file__).parent / "data"

pytestmark = pytest.mark.slow


def words(result) -> str:
    return re.sub(r"\s+", " ", result.output)


@pytest.fixture
def model(tmp_path) -> Path:
    return Path(shutil.copy(DATA / "e_coli_core.yaml", tmp_path / "model.yml"))


@pytest.fixture
def state_file(tmp_path) -> Path:
    _, states = sr.examples.e_coli_core()
    write_steady_state(states[sr.examples.REFERENCE_STATE], tmp_path / "state.json")
    return tmp_path / "state.json"


@pytest.fixture
def population() -> sr.ParameterPopulation:
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    log_km = bound.log_km_anchors.repeat(3, 1).clone()
    log_km[1] += 0.1
    log_km[2] += 0.2
    return sr.parametrize(bound, log_km)


@pytest.mark.parametrize("layout", ["SKiMPy", "columnar"])
def test_what_generate_wrote_is_confirmed_without_flags(invoke, trained_once, tmp_path, layout):
    """By its record alone: it lies in a folder of its own."""
    path = tmp_path / "sets.h5"
    flags = ("-n", 12, "-o", path, *(("--columnar",) if layout == "columnar" else ()))
    assert invoke("generate", trained_once, *flags).exit_code == 0
    result = invoke("check", path, "--sample", 5)
    assert result.exit_code == 0, result.output
    text = words(result)
    for said in (
        "12 parameter sets, from",
        "steady state 97, from e_coli_core",
        "ensemble the whole valid region; 12 models, all independent; ",
        "units as stored in the file",
        "the model file and the values of the state have the SHA-256 that was recorded",
        "every part as written (SHA-256)",
        "5 of 12 sets recomputed, drawn at random (--seed, --sample)",
        "lambda_max all 5 as stored, to",
        "validity all 5 valid (below -1.2 1/h)",
        "Vmax 44 in each of 5 sets, as the steady state asks (accepted 1e-06)",
        "N v = 0 in all 5",
        "No problems found.",
    ):
        assert said in text, said


def test_the_run_file_beside_it_names_the_inputs(invoke, trained_once, tmp_path):
    folder = shutil.copytree(trained_once, tmp_path / "run")
    assert invoke("generate", folder, "-n", 3).exit_code == 0
    (folder / "population.json").unlink()
    result = invoke("check", folder / "population.h5")
    assert result.exit_code == 0, result.output


def test_another_state_is_named_with_the_sets_and_parameters_that_differ(
    invoke, trained_once, tmp_path
):
    path = tmp_path / "sets.h5"
    assert invoke("generate", trained_once, "-n", 3, "-o", path).exit_code == 0
    result = invoke("check", path, "--state", 12)
    assert result.exit_code == 1
    text = words(result)
    assert "made with another input: name of the steady state: 97 stored, 12 now." in text
    assert "values of the steady state: sha256" in text
    assert "PROBLEM: lambda_max of set 0 is" in text
    assert "vmax_forward_ACKr is" in text
    assert "set 0 is at no steady state" in text


def test_another_model_file_is_told_by_its_hash(invoke, trained_once, model, tmp_path):
    path = tmp_path / "sets.h5"
    assert invoke("generate", trained_once, "-n", 3, "-o", path).exit_code == 0
    model.write_text(model.read_text() + "\n# edited\n")
    result = invoke("check", path, "--model", model)
    assert result.exit_code == 1
    text = words(result)
    assert re.search("another input: kinetic model file: sha256 .{12} stored, .{12} now", text)
    assert "1 problem(s) found" in text


def test_a_file_alone_asks_for_its_model(invoke, population, tmp_path):
    population.save(tmp_path / "sets.h5")
    result = invoke("check", tmp_path / "sets.h5")
    assert result.exit_code == 2
    assert "A kinetic model is needed. Name it with --model FILE" in words(result)


def test_a_population_made_in_python_is_compared_with_model_and_state(
    invoke, model, state_file, population, tmp_path
):
    path = tmp_path / "sets.h5"
    flags = ("check", path, "-m", model, "--states", state_file)
    population.save(path)
    good = invoke(*flags)
    assert good.exit_code == 0, good.output
    assert "does not say which files it was made with" in words(good)

    table = population.to_dataframe(eigenvalues=True)
    table["k_equilibrium_PGI"] *= 10
    table.loc["1", "vmax_forward_PFK"] *= 2
    table = pd.concat([table, table.iloc[[0]].rename(index={table.index[0]: "copy"})])
    table["km_of_another"] = 1.0
    without = table.drop(columns="km_product_PGI")
    sr.ParameterPopulation.from_dataframe(without, units=population.units).save(path)
    lacking = invoke(*flags)
    assert lacking.exit_code == 1
    text = words(lacking)
    assert "the sets lack 1 parameters of the model: km_product_PGI" in text
    assert "foreign 1 that the model does not have: km_of_another" in text
    assert "1 of 4 sets are copies of others, for example of 0" in text

    save_columnar(sr.ParameterPopulation.from_dataframe(table, units=population.units), path)
    edited = invoke(*flags)
    assert edited.exit_code == 1
    needed = population.to_dataframe()["k_equilibrium_PGI"].iloc[0]
    text = words(edited)
    assert f"k_equilibrium_PGI is {10 * needed:.8g} in set 0, and {needed:.8g} at the" in text
    assert "4 of 4 sets differ by more than 1e-06. Was it edited" in text
    assert "vmax_forward_PFK is" in text
    assert "in set 1" in text


def test_changed_values_of_a_columnar_file_are_found_before(
    invoke, model, state_file, population, tmp_path
):
    path = tmp_path / "sets.h5"
    save_columnar(population, path)
    with h5py.File(path, "a") as file:
        file["values"][2, 0] *= 1.5
    result = invoke("check", path, "-m", model, "--states", state_file, "--sample", 1)
    assert result.exit_code == 2
    assert "'values' is not what was written" in words(result)


def test_a_damaged_record_is_refused_by_name(invoke, population, tmp_path):
    population.save(tmp_path / "sets.h5")
    record = {"format": "skimpy_renaissance run", "settings": {"model": {}}}
    (tmp_path / "sets.json").write_text(json.dumps(record))
    result = invoke("check", tmp_path / "sets.h5")
    assert result.exit_code == 2
    assert "sets.json is no complete record of a run" in words(result)
