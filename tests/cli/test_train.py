"""``train``: what it writes, how it goes on, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import skimpy_renaissance as sr
from skimpy_renaissance.cli import training
from skimpy_renaissance.held import LOCK, held
from skimpy_renaissance.steady_states import to_json

WRITTEN = {
    "manifest.json",
    "state.npz",
    "weights_at_0.npz",
    "history.csv",
    "incidence.png",
    "incidence.svg",
    "run.json",
    "resolved.toml",
}


def _weights(folder):
    with np.load(folder / "state.npz", allow_pickle=False) as file:
        return file["weights"]


def test_the_output_folder_holds_generator_history_figure_and_record(trained_once):
    assert {path.name for path in trained_once.iterdir()} == WRITTEN
    assert len(sr.load_generator(trained_once).history) == 2
    assert len(pd.read_csv(trained_once / "history.csv")) == 2
    assert (trained_once / "incidence.png").read_bytes().startswith(b"\x89PNG")


def test_the_record_tells_settings_versions_units_and_hashes(trained_once):
    record = json.loads((trained_once / "run.json").read_text())
    assert record["status"] == "complete"
    assert record["command"] == "train"
    assert record["seed"] == 0
    assert record["units"] == sr.examples.E_COLI_CORE_UNITS.to_dict()
    assert set(record["versions"]) >= {"skimpy_renaissance", "torch", "numpy", "python"}
    assert len(record["inputs"]["model"]["sha256"]) == 64
    assert len(record["inputs"]["states"]["sha256"]) == 64
    assert record["settings"]["nes"]["n_candidates"] == 3
    assert record["settings"]["states"]["file"] == "e_coli_core"
    assert record["settings"]["states"]["state"] == "97"
    assert record["results"]["judged"] == [2 * 3 * 20]


def test_the_resolved_run_file_repeats_the_run(trained_once, invoke, tmp_path):
    again = tmp_path / "again"
    result = invoke("train", "--config", trained_once / "resolved.toml", "--output", again)
    assert result.exit_code == 0, result.output
    np.testing.assert_array_equal(_weights(again), _weights(trained_once))


def test_constants_that_all_have_values_are_redrawn_on_request(run_file, invoke, tmp_path):
    network, _ = sr.examples.e_coli_core()
    known = network.with_parameters(dict.fromkeys(network.km_names, 100.0))
    sr.write_skimpy_yaml(known, tmp_path / "known.yml")
    arguments = ("train", "-c", run_file, "-m", tmp_path / "known.yml", "--states", "e_coli_core")
    refused = invoke(*arguments, "-o", tmp_path / "run")
    assert refused.exit_code == 2
    assert "Every Km of 'e_coli_core' has a value" in refused.output
    assert "--redraw" in refused.output
    result = invoke(*arguments, "-o", tmp_path / "run", "--redraw")
    assert result.exit_code == 0, result.output
    assert sr.load_generator(tmp_path / "run").km_names == network.km_names
    assert "redraw = true" in (tmp_path / "run" / "resolved.toml").read_text()


@pytest.mark.slow
def test_a_finished_training_is_recognised_and_left_as_it_is(run_file, invoke, tmp_path):
    arguments = ("train", "--config", run_file, "--output", tmp_path / "run")
    assert invoke(*arguments).exit_code == 0
    before = _weights(tmp_path / "run")
    result = invoke(*arguments)
    assert result.exit_code == 0
    assert "Training was finished in an earlier call" in result.output
    np.testing.assert_array_equal(_weights(tmp_path / "run"), before)


def test_flags_reach_the_training(run_file, invoke, tmp_path):
    folder = tmp_path / "run"
    flags = ("--generations", 1, "--hidden", "4,6", "--partition", "-1", "--seed", 5, "--state", 3)
    result = invoke("train", "--config", run_file, "--output", folder, *flags)
    assert result.exit_code == 0, result.output
    trained = sr.load_generator(folder)
    assert trained.generator.hidden == (4, 6)
    assert trained.generator.latent == 5
    assert trained.setup["seed"] == 5
    assert trained.setup["criterion"]["partition"] == -1
    assert trained.provenance["state"] == "3"
    assert len(trained.history) == 1


def test_repeats_are_independent_and_drawn_together(run_file, invoke, tmp_path):
    folder = tmp_path / "run"
    result = invoke("train", "--config", run_file, "-o", folder, "--repeats", 2, "-g", 1)
    assert result.exit_code == 0, result.output
    assert not np.array_equal(_weights(folder / "repeat_0"), _weights(folder / "repeat_1"))
    assert pd.read_csv(folder / "history.csv")["repeat"].tolist() == [0, 1]
    assert (folder / "incidence.png").is_file()


@pytest.mark.slow
def test_another_set_up_in_the_same_folder_is_refused_and_nothing_changes(
    run_file, invoke, tmp_path
):
    folder = tmp_path / "run"
    assert invoke("train", "-c", run_file, "-o", folder, "-g", 1).exit_code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = invoke("train", "-c", run_file, "-o", folder, "-g", 1, "--decay", 0.5)
    assert result.exit_code == 2
    assert "decay in [nes]: 0.95 stored, 0.5 now" in result.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.slow
def test_a_run_that_never_started_does_not_bind_its_folder(run_file, invoke, tmp_path):
    folder = tmp_path / "run"
    assert invoke("train", "-c", run_file, "-o", folder, "-g", 1).exit_code == 0
    for path in folder.iterdir():
        if path.name not in ("run.json", "resolved.toml"):
            path.unlink()
    assert invoke("train", "-c", run_file, "-o", folder, "-g", 1, "--seed", 2).exit_code == 0


def test_files_of_others_are_never_replaced(run_file, invoke, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "history.csv").write_text("my own")
    result = invoke("train", "-c", run_file, "-o", folder)
    assert result.exit_code == 2
    assert "already holds history.csv" in result.output
    assert (folder / "history.csv").read_text() == "my own"
    assert [path.name for path in folder.iterdir()] == ["history.csv"]


@pytest.mark.parametrize(
    "changed",
    [
        {"inputs": None},
        {"inputs": {"model": {"path": "m.yml"}}},
        {"settings": ["model"]},
        {"settings": {"training": {"optimizer": ["nes"]}}},
        {"identity": "lost"},
    ],
)
def test_a_damaged_record_in_the_folder_is_refused(run_file, invoke, tmp_path, changed):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "history.csv").write_text("")
    whole = {"format": "skimpy_renaissance run", "command": "train"}
    whole |= {"inputs": {}, "settings": {}, "identity": {}}
    (folder / "run.json").write_text(json.dumps({**whole, **changed}))
    result = invoke("train", "-c", run_file, "-o", folder)
    assert result.exit_code == 2
    assert "run.json is no complete record of a run" in " ".join(result.output.split())


def test_an_output_folder_that_cannot_be_made_is_refused_before_work_starts(
    run_file, invoke, tmp_path
):
    (tmp_path / "file").write_text("")
    result = invoke("train", "-c", run_file, "-o", tmp_path / "file" / "run")
    assert result.exit_code == 2
    assert "cannot be made" in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_without_permission_is_refused(run_file, invoke, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = invoke("train", "-c", run_file, "-o", locked)
    assert result.exit_code == 2
    assert "Cannot write" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "A kinetic model is needed. Name it with --model"),
        (("-m", "e_coli_core"), "--output FOLDER"),
        (("-m", "none.yml"), "model file 'none.yml' cannot be read"),
        (("-m", "e_coli_core", "--states", "x.txt"), "states file 'x.txt' cannot be read"),
        (("-m", "e_coli_core", "--state", "x"), "No steady state is called 'x'"),
        (("-m", "e_coli_core", "--state", "200"), "position between 0 and 199"),
        (("-m", "e_coli_core", "--density", "1"), "Units need"),
        (("-m", "e_coli_core", "--generations", "0.5"), "--generations must be a whole number"),
        (("-m", "e_coli_core", "--conservation", "no.csv"), "conservation file 'no.csv'"),
        (("-m", "e_coli_core", "--regulation", "no.csv"), "regulation file 'no.csv'"),
        (("--config", "no.toml"), "no.toml cannot be read"),
    ],
)
def test_unusable_input_is_one_message_and_exit_code_2(invoke, arguments, message):
    result = invoke("train", *arguments)
    assert result.exit_code == 2
    assert "Error: " in result.output
    assert message in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_debug_shows_where_an_error_came_from(process):
    done = process("train", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "InputError" in done.stderr


def test_a_terminal_has_a_bar_and_no_lines(monkeypatch):
    monkeypatch.setattr(training, "on_terminal", lambda: True)
    assert training._progress_lines(10) is None


@pytest.mark.slow
def test_as_a_process_it_writes_progress_to_stderr_and_results_to_stdout(
    process, run_file, tmp_path
):
    done = process("train", "-c", run_file, "-o", "run", "-g", "6", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "train",  # loading libraries
        "generation   1 of 6",
        "generation   5 of 6",
        "generation   6 of 6",
    ]
    assert "Next: skimpy-renaissance generate run" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_with_a_hint_and_resuming_ends_where_it_would_have(
    invoke, run_file, tmp_path, monkeypatch, asked
):
    flags = ("-c", "run.toml", "-g", "40", "--models-per-candidate", "100", "--threads", "1")
    command = [sys.executable, "-m", "skimpy_renaissance", "train", *flags, "-o", "stopped"]
    training_process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    history = tmp_path / "stopped" / "history.csv"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (
        history.exists() and len(history.read_text().splitlines()) > 3
    ):
        time.sleep(0.01)
    training_process.send_signal(asked)
    _, stderr = training_process.communicate(timeout=120)
    assert training_process.returncode == 130, stderr
    last = stderr.splitlines()[-1]
    assert last.startswith("Training stopped after generation")
    assert last.endswith("of 40. Repeat the command to resume from stopped.")
    assert "Traceback" not in stderr
    assert json.loads((tmp_path / "stopped" / "run.json").read_text())["status"] == "stopped"

    monkeypatch.chdir(tmp_path)
    resumed = invoke("train", *flags, "-o", "stopped")
    assert resumed.exit_code == 0, resumed.output
    assert "Going on in stopped after generation" in resumed.output
    straight = invoke("train", *flags, "-o", "straight")
    assert straight.exit_code == 0, straight.output
    np.testing.assert_array_equal(_weights(tmp_path / "stopped"), _weights(tmp_path / "straight"))
    one, other = (
        pd.read_csv(tmp_path / name / "history.csv").drop(columns="seconds")
        for name in ("stopped", "straight")
    )
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.slow
def test_reactions_that_were_off_are_named_in_the_run_file(invoke, tmp_path):
    data = Path(sr.examples.__file__).parent / "data" / "e_coli_core.yaml"
    document = yaml.safe_load(data.read_text())
    document["reactions"]["PGI2"] = {**document["reactions"]["PGI"], "name": "PGI2"}
    (tmp_path / "model.yml").write_text(yaml.safe_dump(document, sort_keys=False))
    _, states = sr.examples.e_coli_core()
    state = json.loads(to_json(states[97]))
    state["fluxes"]["PGI2"] = 0.0
    state["k_eq"]["PGI2"] = state["k_eq"]["PGI"]
    (tmp_path / "state.json").write_text(json.dumps(state))
    inputs = ("-m", tmp_path / "model.yml", "--states", tmp_path / "state.json")
    small = ("-g", 1, "--n-candidates", 2, "--models-per-candidate", 5, "--drop-zero-fluxes")
    result = invoke("train", *inputs, *small, "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "Left out, their flux is zero: PGI2." in result.output
    assert 'drop = ["PGI2"]' in (tmp_path / "run" / "resolved.toml").read_text()
    again = invoke("train", *inputs, *small, "-o", tmp_path / "run")
    assert "Training was finished in an earlier call" in again.output, again.output


SMALL = ("-g", "1", "--n-candidates", "2", "--models-per-candidate", "5", "--hidden", "4")


@pytest.mark.slow
def test_the_bare_default_partition_is_told_and_kept_with_the_population(invoke, tmp_path):
    result = invoke("train", "-m", "e_coli_core", *SMALL, "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "Note: No eigenvalue partition was stated: -2.5 1/h" in result.output
    assert "five times faster is -3.07 1/h (--partition -3.07)." in result.output
    assert "# partition =" in (tmp_path / "run" / "resolved.toml").read_text()
    generated = invoke("generate", tmp_path / "run", "-n", 2, "--all")
    assert generated.exit_code == 0, generated.output
    assert "Note: No eigenvalue partition was stated" in generated.output
    made = sr.ParameterPopulation.load(tmp_path / "run" / "population.h5")
    assert "No eigenvalue partition was stated" in made.provenance["note"]
    checked = invoke("check", tmp_path / "run" / "population.h5")
    assert "made with            No eigenvalue partition was stated" in checked.output
    again = invoke("train", "-m", "e_coli_core", *SMALL, "-o", tmp_path / "run")
    assert "Training was finished in an earlier call" in again.output


@pytest.mark.slow
def test_a_stated_partition_is_not_remarked_upon(invoke, tmp_path):
    flags = ("--partition", "-2.5", *SMALL, "-o", tmp_path / "run")
    result = invoke("train", "-m", "e_coli_core", *flags)
    assert result.exit_code == 0, result.output
    assert "No eigenvalue partition" not in result.output
    assert invoke("generate", tmp_path / "run", "-n", 2, "--all").exit_code == 0
    assert "note" not in sr.ParameterPopulation.load(tmp_path / "run" / "population.h5").provenance


def test_a_slip_of_the_sign_is_asked_about(invoke, tmp_path):
    flags = ("train", "-m", "e_coli_core", *SMALL, "--partition", "2", "-o", tmp_path / "run")
    result = invoke(*flags)
    assert result.exit_code == 2
    assert "with 2 unstable models count as valid. Is it -2?" in result.output
    assert "--allow-unstable" in result.output
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_unstable_models_may_be_meant(invoke, tmp_path):
    flags = ("train", "-m", "e_coli_core", *SMALL, "--partition", "2", "-o", tmp_path / "run")
    result = invoke(*flags, "--allow-unstable")
    assert result.exit_code == 0, result.output
    assert "valid below 2 1/h" in result.output
    generated = invoke("generate", tmp_path / "run", "-n", 2, "--all")
    assert generated.exit_code == 0, generated.output


MEASURED = """reaction;metabolite;value;unit
PGI;g6p;0,1-0,4;mM
PGI;f6p;>1;mM
PGI;g6p;-999;mM
TPI;dhap;8;mM
TPI;dhap;2;mM
TPI;sucrose;2;mM
"""


@pytest.mark.slow
def test_measured_km_and_bounds_reach_training_and_generating_by_flags_and_by_the_run_file(
    run_file, invoke, tmp_path
):
    (tmp_path / "km.csv").write_text(MEASURED)
    (tmp_path / "bounds.csv").write_text("km,low,high,unit\nkm_product_ENO,,1,mM\n")
    flags = ("--measured-km", tmp_path / "km.csv", "--km-bounds", tmp_path / "bounds.csv")
    refused = invoke("train", "-c", run_file, *flags, "-o", tmp_path / "a")
    assert refused.exit_code == 2
    assert "row 2: value '-999'" in refused.output
    done = invoke("train", "-c", run_file, *flags, "--skip-unreadable", "-o", tmp_path / "a")
    assert done.exit_code == 0, done.output
    assert "2 Km are drawn from their ranges, km_substrate_PGI, km_substrate_TPI" in done.output
    assert "1 is bounded on one side, km_product_PGI" in done.output
    assert "Not used: 1 of 5 measurements, which fit no Km of the model" in done.output
    assert "the network has no metabolite sucrose" in done.output
    trained = sr.load_generator(tmp_path / "a")
    table = pd.read_csv(tmp_path / "a" / "measured_km.csv", index_col="km")
    of_tpi = table.loc["km_substrate_TPI", ["low", "high"]].astype(float)
    np.testing.assert_allclose(of_tpi, [1.6e-3, 9.6e-3])
    km = dict(zip(trained.km_names, trained.generate(200, seed=1).exp().T.numpy(), strict=True))
    for name, low, high in (
        ("km_substrate_PGI", 0.1e-3, 0.4e-3),
        ("km_substrate_TPI", 1.6e-3, 9.6e-3),
        ("km_product_PGI", 1e-3, 0.1),
        ("km_product_ENO", 1e-6, 1e-3),
    ):
        assert low * (1 - 1e-9) <= km[name].min(), name
        assert km[name].max() <= high * (1 + 1e-9), name
    record = json.loads((tmp_path / "a" / "run.json").read_text())
    assert {"measured_km", "km_bounds"} <= set(record["inputs"])
    again = invoke("train", "-c", tmp_path / "a" / "resolved.toml", "-o", tmp_path / "b")
    assert again.exit_code == 0, again.output
    np.testing.assert_array_equal(_weights(tmp_path / "a"), _weights(tmp_path / "b"))
    drawn = invoke("generate", tmp_path / "a", "-n", 1, "--max-draws", 50)
    assert drawn.exit_code in (0, 1), drawn.output
    without = invoke("train", "-c", run_file, "-o", tmp_path / "a")
    assert without.exit_code == 2


@pytest.mark.slow
def test_two_processes_do_not_write_into_one_folder(invoke, run_file, tmp_path):
    folder = tmp_path / "run"
    with held(folder):
        result = invoke("train", "-c", run_file, "-o", folder)
    assert result.exit_code == 2
    assert "Another run is writing into" in result.output
    assert not list(folder.glob("*"))
    assert invoke("train", "-c", run_file, "-o", folder, "-g", "1").exit_code == 0
    assert not (folder / LOCK).exists()
