"""``generate`` on the way to the whole valid region: stopped, resumed, not yet enough."""

import re

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.population.ensemble import WHOLE
from skimpy_renaissance.valid_region import rejection

NUMBER = 2000  # more than one step of rejection finds at this partition


def words(result) -> str:
    return " ".join(result.output.split())


@pytest.fixture
def stop_after_writing(monkeypatch):
    """Ctrl-C, as soon as the first draws are kept."""

    def write_and_stop(*arguments, write=rejection._write):
        write(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rejection, "_write", write_and_stop)
        yield patch


@pytest.mark.slow
def test_a_stopped_command_goes_on_where_it_was(trained_once, invoke, tmp_path, stop_after_writing):
    path = tmp_path / "p.h5"
    arguments = ("generate", trained_once, "-n", NUMBER, "-o", path)
    stopped = invoke(*arguments)
    assert stopped.exit_code == 130
    kept = tmp_path / "p.h5.unfinished"
    assert f"Stopped. Repeat the command to go on from {kept}." in words(stopped)
    assert not path.exists()
    before = (kept / "part_0" / "rejection.npz").stat().st_size

    stop_after_writing.undo()
    other = invoke(*arguments, "--seed", 2)
    assert other.exit_code == 2
    assert "holds what another command left unfinished" in words(other)
    assert "Delete it to begin anew" in words(other)
    assert (kept / "part_0" / "rejection.npz").stat().st_size == before

    resumed = invoke(*arguments)
    assert resumed.exit_code == 0, resumed.output
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["p.h5", "p.json"]
    at_once = invoke("generate", trained_once, "-n", NUMBER, "-o", tmp_path / "q.h5")
    assert at_once.exit_code == 0
    one, other = (sr.ParameterPopulation.load(tmp_path / name) for name in ("p.h5", "q.h5"))
    np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.slow
def test_stopped_before_anything_is_kept_it_says_so(trained_once, invoke, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skimpy_renaissance.cli.generate.draw_valid", stop)
    stopped = invoke("generate", trained_once, "-n", 5, "-o", tmp_path / "p.h5")
    assert stopped.exit_code == 130
    assert "Stopped. Nothing was kept." in words(stopped)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_sets_that_are_not_enough_say_what_is_missing_and_how_to_go_on(run_file, invoke, tmp_path):
    """Rare models: tempering does not get there with so few, chains from the generator do not."""
    text = run_file.read_text().split("[nes]")[0].replace("-1.2", "-6").replace("[8]", "[64]")
    run_file.write_text(text + '[training]\noptimizer = "gradient"\n')
    run, path = tmp_path / "run", tmp_path / "p.h5"
    trained = invoke("train", "-c", run_file, "-o", run, "-g", 25)
    assert trained.exit_code == 0, trained.output
    few = invoke("generate", run, "-n", 300, "-o", path, "--most", 12)
    assert few.exit_code == 1, few.output
    told = words(few)
    assert "Not enough yet, at the cap of 12 judged per model: " in told
    assert "the same command with --most 24 --overwrite" in told
    assert "most=" not in told
    assert "starts=" not in told
    kept = tmp_path / "p.h5.unfinished" / "part_0" / "chains.npz"
    assert kept.exists()
    population = sr.ParameterPopulation.load(path)
    assert population.provenance["ensemble"] == WHOLE
    assert 0 < population.provenance["effective_share"] < 0.5
    assert population.provenance["lacking"]
    more = invoke("generate", run, "-n", 300, "-o", path, "--most", 24, "--overwrite")
    judged = [
        int(re.search(r"([\d,]+) judged,", words(r))[1].replace(",", "")) for r in (few, more)
    ]
    assert judged[1] > judged[0]
