"""``robustness``: a population pushed, followed and counted; wrong input told before any work."""

import json
import shutil

import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.ensembles import pieces

FLAGS = ("--horizon", "0.2", "--threads", "1", "--metabolites", "atp_c", "-n", "3")


@pytest.fixture(scope="module")
def population(trained_once, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("population")
    shutil.copy(trained_once / "resolved.toml", folder)
    result = invoke("generate", trained_once, "-n", 4, "-o", folder / "population.h5")
    assert result.exit_code == 0, result.output
    return folder / "population.h5"


@pytest.fixture(scope="module")
def done(population, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("robust")
    result = invoke("robustness", population, *FLAGS, "--within", "0.1", "-o", folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.mark.slow
def test_tables_figures_and_record_agree(done):
    folder, output = done
    table = pd.read_csv(folder / "returned.csv")
    assert table["quantity"].to_list() == ["Biomass_Ecoli_core", "atp_c", "all metabolites"]
    assert (table["runs"] == 3).all()
    record = json.loads((folder / "run.json").read_text())
    assert record["status"] == "complete"
    assert record["results"]["runs"] == 3
    assert [row["back"] for row in record["results"]["returned"]] == table["back"].to_list()
    assert set(record["inputs"]) == {"model", "states", "population"}
    assert "3 runs over 0.2 h" in output
    assert "all 44 within plausible ranges" in output
    times = pd.read_csv(folder / "return_times.csv")
    assert ((times["atp_c"] <= 0.1 + 1e-12).sum()) == table["back"][1]
    for name in ("courses.png", "returned.png"):
        assert (folder / name).stat().st_size > 5000


@pytest.mark.slow
def test_a_narrow_ensemble_is_warned_of_first_and_in_every_figure(
    done, trained_once, population, invoke, tmp_path
):
    _, output = done
    assert "narrow" not in output
    raw = population.with_name("raw.h5")
    assert invoke("generate", trained_once, "-n", 4, "--raw", "-o", raw).exit_code == 0
    result = invoke("robustness", raw, *FLAGS, "-o", tmp_path)
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    told = "a narrow corner of the valid region: averages and ranges over them look surer than"
    assert said.index(f"Warning: The parameter sets are a generator's own draws, {told}") == 0
    assert "skimpy-renaissance generate without --raw" in said
    assert f"Note: The parameter sets are a generator's own draws, {told}" in said
    for name in ("courses", "returned"):
        assert "Narrow ensemble" in (tmp_path / f"{name}.svg").read_text()
    raw.unlink()
    raw.with_suffix(".json").unlink()


@pytest.mark.slow
def test_a_range_of_ones_own_is_held_against_the_runs(done, population, invoke, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("metabolite,lower_mol_per_L,upper_mol_per_L\natp_c,0,1e-6\n")
    folder, _ = done
    again = invoke(
        "robustness", population, *FLAGS, "--within", "0.1", "-o", folder, "--plausible", own
    )
    assert again.exit_code == 0, again.output
    assert "mol/L from the beginning (3 of 3 runs); plausible are 0 to 1e-06" in " ".join(
        again.output.split()
    )
    assert pd.read_csv(folder / "implausible.csv")["metabolite"].tolist() == ["atp_c"]


@pytest.mark.slow
def test_the_same_command_reads_its_trajectories_and_others_are_refused(
    done, population, invoke, monkeypatch
):
    folder, _ = done
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated again"))
    again = invoke("robustness", population, *FLAGS, "--within", "0.1", "-o", folder)
    assert again.exit_code == 0, again.output
    other = invoke("robustness", population, *FLAGS, "--perturbation", "0.3", "-o", folder)
    assert other.exit_code == 2
    assert "another set-up" in other.output


@pytest.mark.slow
def test_another_population_in_the_same_folder_is_refused_by_name(
    done, trained_once, invoke, tmp_path
):
    folder, _ = done
    shutil.copy(trained_once / "resolved.toml", tmp_path)
    another = tmp_path / "another.h5"
    assert invoke("generate", trained_once, "-n", 4, "-s", 2, "-o", another).exit_code == 0
    result = invoke("robustness", another, *FLAGS, "--within", "0.1", "-o", folder)
    assert result.exit_code == 2
    assert "another population" in result.output
    assert "--output" in result.output


@pytest.mark.slow
def test_a_record_without_the_hash_in_its_identity_is_told_by_its_files(
    done, population, invoke, monkeypatch
):
    folder, _ = done
    record = json.loads((folder / "run.json").read_text())
    del record["identity"]["population_sha256"]
    (folder / "run.json").write_text(json.dumps(record))
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated again"))
    again = invoke("robustness", population, *FLAGS, "--within", "0.1", "-o", folder)
    assert again.exit_code == 0, again.output


@pytest.mark.slow
def test_ctrl_c_is_recorded_and_says_how_to_go_on(population, invoke, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pieces, "simulate", stop)
    result = invoke("robustness", population, *FLAGS, "-o", tmp_path / "r")
    assert result.exit_code == 130
    assert "Repeat the command to resume" in result.output
    assert json.loads((tmp_path / "r" / "run.json").read_text())["status"] == "stopped"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--within", "soon"), "--within must be numbers"),
        (("--within", "0.5"), "within 0.5 h lies beyond"),
        (("--metabolites", "atp"), "no balanced metabolite or reaction atp"),
        (("--metabolites", "PGI"), "watch it with --fluxes"),
        (("--fluxes", "NOPE"), "NOPE"),
        (("--compartments", "q"), "compartment 'q'"),
        (("--number", "9"), "holds 4 sets, 9 are asked for"),
    ],
)
def test_wrong_input_is_told_before_anything_is_integrated(
    population, invoke, tmp_path, monkeypatch, flags, said
):
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated"))
    result = invoke("robustness", population, "--horizon", "0.2", *flags, "-o", tmp_path / "r")
    assert result.exit_code == 2
    assert said in result.output


def test_a_population_from_elsewhere_needs_its_model_and_units(population, invoke, tmp_path):
    alone = tmp_path / "alone.h5"
    shutil.copy(population, alone)
    result = invoke("robustness", alone, "-o", tmp_path / "r")
    assert result.exit_code == 2
    assert "A kinetic model is needed" in result.output


def test_models_of_another_state_are_refused(population, invoke, tmp_path):
    _, states = sr.examples.e_coli_core()
    result = invoke("robustness", population, "--state", states.names[3], "-o", tmp_path / "r")
    assert result.exit_code == 2
    assert "steady state that they are to return to" in result.output
