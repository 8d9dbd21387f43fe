"""``reactor``: a population grown and ranked; wrong input told before any work."""

import json
import shutil

import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.reactors import batch_fit

FLAGS = ("--threads", "1", "-n", "2", "--inoculum", "0.05")


@pytest.fixture(scope="module")
def population(trained_once, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("population")
    shutil.copy(trained_once / "resolved.toml", folder)
    result = invoke("generate", trained_once, "-n", 3, "-o", folder / "population.h5")
    assert result.exit_code == 0, result.output
    return folder / "population.h5"


@pytest.fixture(scope="module")
def plain(population, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    result = invoke("reactor", population, *FLAGS, "--hours", "6", "-o", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def experiments(plain, tmp_path_factory):
    """Take what the second model did as measured, glucose in g/L."""
    folder = tmp_path_factory.mktemp("experiments")
    table = pd.read_csv(plain / "courses.csv")
    second = table[table["set"] == table["set"].unique()[1]]
    for quantity, name, factor in (("biomass", "biomass", 1.0), ("glc__D_e", "glc", 0.180156)):
        some = second[second["quantity"] == quantity].iloc[::20]
        pd.DataFrame({"Time": some["time"], "mean": factor * some["value"]}).to_csv(
            folder / f"experiments_{name}.csv", index=False
        )
    return folder


@pytest.fixture(scope="module")
def done(population, experiments, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranked")
    arguments = (*FLAGS, "--experiments", experiments, "--molar-mass", "glc=180.156")
    arguments += ("--tolerance", "0.001", "-o", folder)
    result = invoke("reactor", population, *arguments)
    assert result.exit_code == 0, result.output
    return folder, result.output, arguments


@pytest.mark.slow
def test_without_experiments_courses_are_written(plain):
    table = pd.read_csv(plain / "courses.csv")
    assert set(table["unit"]) == {"gDW/L", "mmol/L"}
    assert (plain / "batch.png").stat().st_size > 5000
    assert not (plain / "best.h5").exists()


@pytest.mark.slow
def test_the_model_that_was_measured_is_found_and_saved(done, population):
    folder, output, _ = done
    table = pd.read_csv(folder / "models.csv")
    made = sr.ParameterPopulation.load(population)
    assert str(table["set"][0]) == made.index[1]
    assert table["misfit"][0] < 1e-4 < table["misfit"][1]
    best = sr.ParameterPopulation.load(folder / "best.h5")
    assert best.index == (made.index[1],)
    assert best.values == pytest.approx(made.select([1]).values)
    assert "1 of 2 fit within 0.001" in output
    assert "nitrogen of the medium" in output
    assert set(pd.read_csv(folder / "implausible.csv")["what"]) <= {"begins", "rises", "falls"}
    record = json.loads((folder / "run.json").read_text())
    assert record["status"] == "complete"
    assert record["results"]["close"] == [made.index[1]]
    assert {"population", "experiments_biomass", "experiments_glc"} <= set(record["inputs"])


@pytest.mark.slow
def test_the_same_command_reads_its_runs_and_others_are_refused(
    done, population, invoke, monkeypatch
):
    _, _, arguments = done
    monkeypatch.setattr(batch_fit, "simulate_reactor", lambda *_, **__: pytest.fail("grown again"))
    again = invoke("reactor", population, *arguments)
    assert again.exit_code == 0, again.output
    other = invoke("reactor", population, *arguments, "--hours", "5")
    assert other.exit_code == 2
    assert "another set-up" in other.output


@pytest.mark.slow
def test_ctrl_c_is_recorded_and_says_how_to_go_on(population, invoke, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_fit, "simulate_reactor", stop)
    result = invoke("reactor", population, *FLAGS, "--hours", "6", "-o", tmp_path / "r")
    assert result.exit_code == 130
    assert "Repeat the command to resume" in result.output
    assert json.loads((tmp_path / "r" / "run.json").read_text())["status"] == "stopped"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "--hours and --inoculum are needed"),
        (("--hours", "-1"), "--hours must be a positive, finite number, got -1.0"),
        (("--hours", "6", "--molar-mass", "glc:180"), "--molar-mass must be NAME=NUMBER"),
        (("--hours", "6", "--reactor", "absent.yaml"), "absent.yaml"),
        (("--hours", "6", "--plausible", "absent.csv"), "absent.csv"),
        (("--experiments", "absent"), "holds no experiments_QUANTITY.csv"),
    ],
)
def test_wrong_input_is_told_before_anything_grows(
    population, invoke, tmp_path, monkeypatch, flags, said
):
    monkeypatch.setattr(batch_fit, "simulate_reactor", lambda *_, **__: pytest.fail("grown"))
    result = invoke("reactor", population, *FLAGS, *flags, "-o", tmp_path / "r")
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())


def test_metabolites_in_gram_per_litre_need_a_molar_mass(population, experiments, invoke, tmp_path):
    result = invoke(
        "reactor", population, *FLAGS, "--experiments", experiments, "-o", tmp_path / "r"
    )
    assert result.exit_code == 2
    assert "needs its molar mass" in result.output
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_models_of_another_state_are_warned_of(population, invoke, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_fit, "simulate_reactor", stop)
    _, states = sr.examples.e_coli_core()
    flags = (*FLAGS, "--hours", "6", "-o", tmp_path / "r")
    other = invoke("reactor", population, *flags, "--state", states.names[3])
    assert "Warning: The models must have the steady state that cells come from" in other.output
    own = invoke("reactor", population, *flags[:-1], tmp_path / "own")
    assert "Warning" not in own.output


@pytest.mark.slow
def test_when_every_run_fails_the_exit_code_says_so(population, invoke, tmp_path):
    flags = (*FLAGS, "--hours", "6", "--time-limit", "1e-9")
    result = invoke("reactor", population, *flags, "-o", tmp_path / "r")
    assert result.exit_code == 1, result.output
    assert "All 2 runs failed: the note above says why." in result.output
    assert "2 of 2 runs failed" in result.output


REACTOR = """
models: {core: none.yml}
biomass: {core: Biomass_Ecoli_core}
biomass_scaling: {core: 1.0}
extracellular_compartment: e
initial_medium: {glc__D_e: 0.02}
reactor_volume: 1.0e+12
scaling: {concentration: 1.0e+6, density: 1200.0, gDW_gWW: 0.3, time: 1.0}
boundary_conditions:
  CC_h_e: {class: ConstantConcentration, reactant: h_e}
  CC_h_c: {class: ConstantConcentration, reactant: core_h_c}
"""


@pytest.mark.slow
def test_a_medium_that_lacks_what_rates_divide_by_is_told_and_filled_on_request(
    population, invoke, tmp_path
):
    (tmp_path / "reactor.yaml").write_text(REACTOR)
    flags = (*FLAGS, "--hours", "1", "--reactor", tmp_path / "reactor.yaml", "-o", tmp_path / "r")
    lacking = invoke("reactor", population, *flags)
    assert lacking.exit_code == 2, lacking.output
    assert "The medium has no h_e (0 mol/L)" in lacking.output
    assert not (tmp_path / "r").exists()
    filled = invoke("reactor", population, *flags, "--fill-medium")
    assert filled.exit_code == 0, filled.output
    assert "Medium from state 97: " in filled.output
    assert "h_e 0.0001 mmol/L" in filled.output
    assert "glc__D_e 20" not in filled.output
    record = json.loads((tmp_path / "r" / "run.json").read_text())
    assert record["results"]["options"]["fill_medium"] is True
