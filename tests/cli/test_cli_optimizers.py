"""``train`` by each optimiser: what it writes, that it can be repeated, and what does not go."""

import json

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.cli.run_file import with_run_file
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.learning import HistogramGenerator

GRADIENT = """
[training]
optimizer = "gradient"

[gradient]
generations = 3
models = 20
learning_rate = 0.02
"""
CONTROL = """
[[requirement]]
kind = "control"
flux = "GLCpts"
enzyme = "PFK"
sign = "positive"

[[requirement]]
kind = "km_prior"
values = { km_substrate1_PFK = 1e-4 }

[[requirement]]
kind = "eigenvalues"
slowest_below = -1.2
fastest_above = -1e6
"""
SIMULATED = """
[[requirement]]
kind = "response"
enzymes = { PFK = 2.0 }
flux = "GLCpts"
at_least = 1.0
method = "simulated"
models = 2
"""


@pytest.fixture
def add(run_file):
    """Write the run file with more in it."""
    plain = run_file.read_text()

    def write(more=""):
        run_file.write_text(plain + more)
        return run_file

    return write


def _weights(folder):
    with np.load(folder / "state.npz", allow_pickle=False) as file:
        return file["weights"]


@pytest.mark.slow
def test_the_gradient_of_a_run_file_trains_and_its_resolved_file_repeats_it(add, invoke, tmp_path):
    folder = tmp_path / "run"
    result = invoke("train", "-c", add(GRADIENT), "-o", folder)
    assert result.exit_code == 0, result.output
    assert "Gradient of the slowest mode, 3 generations x 20 models" in result.output
    assert (
        "Not used by 'gradient': nes.n_candidates, nes.models_per_candidate, nes.gen"
        in result.output
    )
    assert "generation   3 of 3" in result.output
    trained = sr.load_generator(folder)
    assert trained.setup["optimizer"]["class"] == "Gradient"
    assert trained.setup["reward"]["class"] == "Margin"
    assert trained.history.judged.tolist() == [20, 40, 60]
    assert len(pd.read_csv(folder / "history.csv")) == 3
    assert (folder / "incidence.png").read_bytes().startswith(b"\x89PNG")
    record = json.loads((folder / "run.json").read_text())
    assert record["settings"]["training"]["optimizer"] == "gradient"
    again = invoke("train", "-c", folder / "resolved.toml", "-o", tmp_path / "again")
    assert again.exit_code == 0, again.output
    np.testing.assert_array_equal(_weights(tmp_path / "again"), _weights(folder))


def test_flags_reach_the_optimiser_that_a_flag_chooses(add, invoke, tmp_path):
    flags = ("--optimizer", "gradient", "-g", 1, "--models", 12, "--minibatches", 3)
    more = ("--sharpness", 5, "--learning-rate", 0.01, "--decay", 0.9)
    result = invoke("train", "-c", add(), "-o", tmp_path / "run", *flags, *more)
    assert result.exit_code == 0, result.output
    described = sr.load_generator(tmp_path / "run").setup["optimizer"]
    expected = sr.Gradient(
        generations=1, models=12, minibatches=3, sharpness=5.0, learning_rate=0.01, decay=0.9
    )
    assert {name: described[name] for name in vars(expected)} == vars(expected)


@pytest.mark.slow
def test_coverage_trains_a_wide_generator_that_generates(add, invoke, tmp_path):
    folder = tmp_path / "run"
    flags = ("--optimizer", "coverage", "-g", 4, "--models", 16, "--weight", "3,30")
    result = invoke("train", "-c", add(), "-o", folder, *flags)
    assert result.exit_code == 0, result.output
    assert "entropy, nats" in result.output
    trained = sr.load_generator(folder)
    assert isinstance(trained.generator, HistogramGenerator)
    assert trained.setup["optimizer"]["weight"] == [3.0, 30.0]
    (entropy,) = json.loads((folder / "run.json").read_text())["results"]["entropy"]
    assert entropy == trained.entropy < 0
    again = invoke("train", "-c", folder / "resolved.toml", "-o", tmp_path / "again")
    assert again.exit_code == 0, again.output
    np.testing.assert_array_equal(_weights(tmp_path / "again"), _weights(folder))
    for more in (("--raw",), ("--overwrite",)):
        drawn = invoke("generate", folder, "-n", 5, *more)
        assert drawn.exit_code == 0, drawn.output
        sets = sr.ParameterPopulation.load(folder / "population.h5")
        assert (np.asarray(sets.lambda_max) < -1.2).all()


@pytest.mark.slow
def test_a_relative_generator_is_trained_drawn_from_and_reported(add, invoke, tmp_path):
    folder = tmp_path / "run"
    result = invoke("train", "-c", add(GRADIENT), "-o", folder, "--relative")
    assert result.exit_code == 0, result.output
    assert sr.load_generator(folder).generator.relative
    assert with_run_file(Settings(), folder / "resolved.toml").generator.relative
    drawn = invoke("generate", folder, "-n", 5)
    assert drawn.exit_code == 0, drawn.output
    assert len(sr.ParameterPopulation.load(folder / "population.h5")) == 5
    report = invoke("report", folder, "--models", 20, "--runs", 2)
    assert report.exit_code == 0, report.output


@pytest.mark.slow
def test_enough_held_out_models_end_a_training_early_and_for_good(add, invoke, tmp_path):
    folder = tmp_path / "run"
    flags = ("--held-out", 40, "--held-out-every", 2, "--held-out-at-least", 0.05, "-g", 30)
    arguments = ("train", "-c", add(GRADIENT), "-o", folder, *flags)
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    assert "held out" in result.output
    history = sr.load_generator(folder).history
    assert len(history) == 2
    assert history.held_out_low[-1] >= 0.05
    record = json.loads((folder / "run.json").read_text())
    assert record["results"]["held_out"] == [history.held_out[-1]]
    again = invoke(*arguments)
    assert again.exit_code == 0, again.output
    assert "Training ended early in an earlier call" in again.output
    assert len(sr.load_generator(folder).history) == 2


@pytest.mark.slow
def test_differentiable_requirements_are_followed_by_the_gradient(add, invoke, tmp_path):
    folder = tmp_path / "run"
    result = invoke("train", "-c", add(GRADIENT + CONTROL), "-o", folder)
    assert result.exit_code == 0, result.output
    assert "Rewarded:" in result.output
    assert (folder / "trade_off.csv").is_file()
    rewards = sr.load_generator(folder).history.reward_mean
    assert rewards[-1] > rewards[0]


@pytest.mark.parametrize(
    ("more", "flags", "message"),
    [
        (GRADIENT + SIMULATED, (), "cannot follow PFK x2: 1 < GLCpts"),
        (CONTROL, ("--optimizer", "coverage"), "needs a reward with a value in nats"),
        ("", ("--optimizer", "gradient", "--search-radius", 1), "--search-radius is for optimizer"),
        (GRADIENT, ("--n-candidates", 3), "--n-candidates is for optimizer 'nes'"),
        ("", ("--optimizer", "adam"), "--optimizer must be one of nes, gradient, coverage"),
        ("", ("--relative", "--generator-output", "batch_minmax"), "--generator-output sigmoid"),
        ("[training]\nheld_out_at_least = 0.5\n", (), "--held-out-at-least needs --held-out"),
    ],
)
def test_what_does_not_go_together_is_named_before_anything_is_written(
    add, invoke, tmp_path, more, flags, message
):
    folder = tmp_path / "run"
    result = invoke("train", "-c", add(more), "-o", folder, *flags)
    assert result.exit_code == 2
    assert message in result.output
    assert not folder.exists()


@pytest.mark.slow
def test_a_simulated_requirement_of_no_weight_is_reported_beside_the_gradient(
    add, invoke, tmp_path
):
    folder = tmp_path / "run"
    result = invoke(
        "train", "-c", add(GRADIENT + SIMULATED + "weight = 0\n"), "-o", folder, "-g", 1
    )
    assert result.exit_code == 0, result.output
    table = pd.read_csv(folder / "trade_off.csv")
    assert "PFK x2: 1 < GLCpts" in set(table["requirement"])


@pytest.mark.slow
def test_a_record_from_before_there_was_a_choice_is_of_evolution_strategies(add, invoke, tmp_path):
    folder = tmp_path / "run"
    arguments = ("train", "-c", add(), "-o", folder)
    assert invoke(*arguments).exit_code == 0
    record = json.loads((folder / "run.json").read_text())
    for section in ("training", "gradient", "coverage"):
        del record["settings"][section]
    del record["settings"]["generator"]["relative"]
    (folder / "run.json").write_text(json.dumps(record))
    assert invoke(*arguments).exit_code == 0
    (folder / "run.json").write_text(json.dumps(record))
    other = invoke(*arguments, "--optimizer", "gradient")
    assert other.exit_code == 2
    assert "optimizer in [training]: 'nes' stored, 'gradient' now" in other.output


def test_tuning_is_of_evolution_strategies(add, invoke, tmp_path):
    result = invoke("tune", "-c", add(GRADIENT), "-o", tmp_path / "tuned")
    assert result.exit_code == 2
    assert "natural evolution strategies; the run file has optimizer = 'gradient'" in result.output
