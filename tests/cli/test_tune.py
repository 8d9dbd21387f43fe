"""``tune``: what it writes, that it goes on, and that training follows from it."""

import json

import pandas as pd
import pytest

pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

TUNE = """
[tune]
trials = 2
budget = 120
verified = 20
n_candidates = [3, 5]
models_per_candidate = [10, 20]
hidden = [[8], [6, 6]]
"""


@pytest.fixture
def tuned(run_file, tmp_path, invoke):
    run_file.write_text(run_file.read_text() + TUNE)
    folder = tmp_path / "tuned"
    return folder, lambda *more: invoke("tune", "-c", run_file, "-o", folder, *more)


@pytest.mark.slow
def test_a_search_ends_in_tables_a_figure_and_a_run_file(tuned, invoke, tmp_path):
    folder, call = tuned
    result = call()
    assert result.exit_code == 0, result.output
    assert "2 trials, 120 models judged in each training, 1 per trial" in result.output
    assert "2 complete trials are too few to rank hyper-parameters" in result.output
    assert "What decided" not in result.output
    assert {path.name for path in folder.iterdir()} == {
        "trials.csv",
        "trials.jsonl",
        "curves.csv",
        "importance.csv",
        "tuning.png",
        "tuning.svg",
        "best.toml",
        "run.json",
        "resolved.toml",
    }
    trials = pd.read_csv(folder / "trials.csv", float_precision="round_trip")
    assert len(trials) == 2
    assert (trials["judged"] <= 120).all()
    record = json.loads((folder / "run.json").read_text())
    assert (record["status"], record["results"]["complete"]) == ("complete", 2)

    trained = invoke("train", "-c", folder / "best.toml", "-o", tmp_path / "trained")
    assert trained.exit_code == 0, trained.output
    best = trials.loc[trials["incidence"].idxmax()]
    setup = json.loads((tmp_path / "trained" / "manifest.json").read_text())["setup"]
    assert setup["optimizer"]["search_radius"] == best["search_radius"]
    assert setup["optimizer"]["generations"] == best["generations"]


@pytest.mark.slow
def test_a_second_call_makes_the_missing_trials_only(tuned):
    folder, call = tuned
    call()
    before = pd.read_csv(folder / "trials.csv")
    result = call("--trials", "3")
    assert result.exit_code == 0, result.output
    assert "trial 2:" in result.output
    assert "trial 1:" not in result.output
    pd.testing.assert_frame_equal(pd.read_csv(folder / "trials.csv").iloc[:2], before)


def test_ranges_are_read_from_flags_too(tuned):
    _, call = tuned
    result = call("--search-radii", "0.1,0.01")
    assert result.exit_code == 2
    assert "--search-radii must satisfy 0 < smallest <= largest" in result.output
    assert "smallest and largest, as 0.001,0.1" in call("--search-radii", "1").output
