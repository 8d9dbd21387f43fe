"""Requirements in a run file: trained for, reported, kept in the record, refused in time."""

import json
import math

import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.cli.run_file import with_run_file
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.population.ensemble import NARROW
from skimpy_renaissance.requirements import ControlCoefficient, EigenvalueWindow, Requirements

REQUIREMENTS = """
[[requirement]]
kind = "control"
flux = "GLCpts"
enzyme = "PFK"
sign = "positive"
at_least = 0.05

[[requirement]]
kind = "km_prior"
values = { km_substrate1_PFK = 1e-4 }
weight = 0.5
"""


@pytest.fixture
def required(run_file):
    def write(more=REQUIREMENTS):
        run_file.write_text(run_file.read_text() + more)
        return run_file

    return write


@pytest.mark.slow
def test_requirements_are_trained_for_and_reported(required, invoke, tmp_path):
    folder = tmp_path / "out"
    result = invoke("train", "-c", required(), "-o", folder)
    assert result.exit_code == 0, result.output
    assert "Rewarded: slowest mode < -1.2 1/h; control of PFK" in result.output
    table = pd.read_csv(folder / "trade_off.csv")
    assert set(table["group"]) == {"untrained generator", "trained generator"}
    assert table["requirement"].nunique() == 4
    assert (folder / "trade_off.png").read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(folder / "trade_off_correlation.csv")) == 2 * 9
    setup = json.loads((folder / "manifest.json").read_text())["setup"]
    kinds = [part["description"]["class"] for part in setup["reward"]["parts"]]
    assert kinds == ["EigenvalueWindow", "ControlCoefficient", "KmPrior"]

    resolved = with_run_file(Settings(), folder / "resolved.toml")
    assert resolved.requirements == with_run_file(Settings(), required("")).requirements
    again = invoke("train", "-c", folder / "resolved.toml", "-o", folder)
    assert again.exit_code == 0, again.output
    assert "finished in an earlier call" in again.output
    other = required("at_most = 3\n")  # not a key of a prior
    assert "no key 'at_most'" in invoke("train", "-c", other, "-o", folder).output


@pytest.mark.slow
def test_another_requirement_is_another_run(required, invoke, tmp_path):
    path, folder = required(), tmp_path / "out"
    assert invoke("train", "-c", path, "-o", folder).exit_code == 0
    path.write_text(path.read_text().replace("at_least = 0.05", "at_least = 0.06"))
    result = invoke("train", "-c", path, "-o", folder)
    assert result.exit_code == 2
    assert "at_least of requirement 1: 0.05 stored, 0.06 now" in result.output


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[[requirement]]\nkind = "controll"\n', "requirement 1 needs a kind, got 'controll'"),
        ('[requirement]\nkind = "control"\n', "in double brackets"),
        (
            '[[requirement]]\nkind = "control"\nflux = "GLCpts"\nenzyme = "PFKA"\n'
            'sign = "positive"\n',
            "There is no reaction 'PFKA'; did you mean 'PFK'?",
        ),
        (
            '[[requirement]]\nkind = "fermentation"\nreactor = "no.yaml"\nmeasured = "no.csv"\n'
            "biomass = 0.1\n",
            "no.yaml cannot be opened",
        ),
    ],
)
def test_mistakes_are_named_before_anything_is_written(required, invoke, tmp_path, more, message):
    folder = tmp_path / "out"
    result = invoke("train", "-c", required(more), "-o", folder)
    assert result.exit_code == 2
    assert message in result.output
    assert not folder.exists()


@pytest.mark.slow
def test_generated_sets_are_held_to_the_requirements_of_the_training(required, invoke, tmp_path):
    folder = tmp_path / "out"
    assert invoke("train", "-c", required(), "-o", folder).exit_code == 0
    result = invoke("generate", folder, "-n", 20)
    assert "log evidence of the data" in result.output
    population = sr.ParameterPopulation.load(folder / "population.h5")
    labels = [datum["label"] for datum in population.provenance["data"]]
    assert labels == [
        "control of PFK over GLCpts positive > 0.05",
        "km_substrate1_PFK near 0.0001 mol/L",
    ]
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    log_km = torch.from_numpy(population.log_km(network.km_names))
    control = control_coefficients(bound, log_km).flux.slice_by("flux", "GLCpts")
    assert (control.loc["vmax_forward_PFK"] > 0.05).all()
    assert (population.lambda_max < -1.2).all()
    raw = invoke("generate", folder, "-n", 20, "--raw", "-o", tmp_path / "raw.h5")
    assert raw.exit_code == 0, raw.output
    assert "Ensemble: narrow, the generator's own draws." in raw.output


@pytest.mark.slow
def test_what_the_run_file_does_not_declare_cannot_be_held_to(invoke, tmp_path):
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    window = EigenvalueWindow(slowest_below=-1.2)
    control = ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=0.05)
    sr.train(
        bound,
        criterion=sr.Validity(-1.2),
        generator=sr.Generator(latent=5, hidden=(8,), range=(math.log(1e-6), math.log(0.1))),
        optimizer=sr.NES(n_candidates=3, models_per_candidate=20, generations=2),
        reward=Requirements([window, control]).on(bound),
        checkpoint=tmp_path / "run",
        progress=False,
    )
    path = tmp_path / "p.h5"
    model = ("-m", "e_coli_core", "--state", "97")
    result = invoke("generate", tmp_path / "run", "-n", 3, "-o", path, *model)
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "trained for more than validity (control of PFK over GLCpts positive > 0.05)" in said
    assert "these are its own draws, valid, narrow, and not held to the rest" in said
    assert sr.ParameterPopulation.load(path).provenance["ensemble"] == NARROW
