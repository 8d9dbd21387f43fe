"""``demo``: the main job in seconds, with few generations."""

import json

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.population.ensemble import WHOLE

pytestmark = pytest.mark.slow  # trains

FILES = {
    "population.h5",
    "history.csv",
    "shares.csv",
    "generator",
    "incidence.png",
    "incidence.svg",
    "lambda_max.png",
    "lambda_max.svg",
    "run.json",
    "resolved.toml",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory, process):
    """A demo of three generations, as a process of its own."""
    place = tmp_path_factory.mktemp("demo")
    done = process("demo", "--generations", "3", "--seed", "1", "--threads", "2", cwd=place)
    assert done.returncode == 0, done.stderr
    return place / "demo_results", done


def test_the_folder_holds_population_history_generator_figures_and_record(demo):
    folder, _ = demo
    assert {path.name for path in folder.iterdir()} == FILES
    assert len(sr.load_generator(folder / "generator").history) == 3


def test_saved_sets_are_valid_by_five_times_the_growth_rate(demo):
    folder, _ = demo
    _, states = sr.examples.e_coli_core()
    growth = states[97].fluxes["Biomass_Ecoli_core"] / states.units.flux_factor
    np.testing.assert_allclose(growth, 0.6145, atol=5e-5)
    population = sr.ParameterPopulation.load(folder / "population.h5")
    assert len(population) == 500
    assert (population.lambda_max < -5 * growth).all()


def test_saved_sets_are_draws_of_the_whole_valid_region_and_the_output_says_so(demo):
    """However little the generator has learnt: its draws are compared, not saved."""
    folder, done = demo
    population = sr.ParameterPopulation.load(folder / "population.h5")
    assert population.provenance["ensemble"] == WHOLE
    assert population.provenance["effective_share"] == 1
    worth = population.provenance["worth"]
    assert worth.startswith("500 models, all independent; ")
    assert f"draws of the whole valid region, of which a generator covers a corner: {worth}" in (
        done.stdout
    )
    network, _ = sr.examples.e_coli_core()
    spread = population.log_km(network.km_names).std(axis=0) / (np.log(1e5) / np.sqrt(12))
    assert 0.8 < np.median(spread) < 1.2  # as wide as the prior; a trained generator's is 0.3


def test_the_table_compares_blind_untrained_and_trained(demo):
    folder, done = demo
    for words in ("blind draws", "untrained generator", "trained generator", "95 % interval"):
        assert words in done.stdout
    assert "-5 x growth = -3.07 1/h" in done.stdout
    assert "Next:" in done.stdout
    results = json.loads((folder / "run.json").read_text())["results"]
    assert results["judged"] == 3 * 20 * 100
    blind = results["incidence"]["blind draws"]["share"]
    assert 0.005 < blind < 0.02  # docs/e_coli_core.rst: 1.1 %


def test_progress_goes_to_stderr_only(demo):
    _, done = demo
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "demo",  # is loading libraries
        "generation   1 of 3",
        "generation   3 of 3",
    ]


def test_called_again_it_goes_on_from_what_is_there(demo, invoke):
    folder, first = demo
    before = sr.ParameterPopulation.load(folder / "population.h5")
    again = invoke("demo", "-g", 3, "--seed", 1, "--output", folder)
    assert again.exit_code == 0, again.output
    assert "Training was finished in an earlier call" in again.stdout
    after = sr.ParameterPopulation.load(folder / "population.h5")
    np.testing.assert_array_equal(after.values, before.values)
    tables = [
        [line for line in done.stdout.splitlines() if line.endswith("1/h") and "%" in line]
        for done in (first, again)
    ]
    assert len(tables[0]) == 3
    assert tables[0] == tables[1]


def test_another_demo_in_the_same_folder_is_refused(demo, invoke):
    folder, _ = demo
    result = invoke("demo", "--generations", 3, "--seed", 2, "--output", folder)
    assert result.exit_code == 2
    assert "seed in [run]: 1 stored, 2 now" in result.output


def test_its_generator_can_be_used_and_its_settings_trained_on(demo, invoke, tmp_path):
    folder, _ = demo
    more = invoke("generate", folder, "-n", 3, "--all", "-o", tmp_path / "p.h5")
    assert more.exit_code == 0, more.output
    flags = ("-g", 1, "--models-per-candidate", 5, "--output", tmp_path / "other")
    other = invoke("train", "--config", folder / "resolved.toml", *flags)
    assert other.exit_code == 0, other.output


def test_help_of_every_command_has_an_example_and_groups(invoke):
    for command in ("demo", "check", "train", "generate"):
        result = invoke(command, "--help")
        assert result.exit_code == 0
        assert f"skimpy-renaissance {command}" in result.output
    text = invoke("train", "--help").output
    for group in ("Kinetic model", "Units", "Steady states", "Generator", "Run", "[nes]"):
        assert group in text
    assert "Exit codes" in invoke("--help").output


def test_the_version_is_shown(invoke):
    assert invoke("--version").output.strip() == sr.__version__
