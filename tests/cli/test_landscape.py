"""``landscape``: what is written is what the functions return; stopped runs go on."""

import json

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.landscape import fastest, fastest_dynamics, read_ranges
from skimpy_renaissance.steady_states import (
    check_consistency,
    load_steady_states,
    save_steady_states,
)

FLAGS = (
    "--model", "e_coli_core", "--partition", "-3", "--steps", "1", "--km-min", "1e-6",
    "--km-max", "0.1", "--members", "5", "--threads", "1",
)  # fmt: skip


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """Thirty of the bundled states, as a file of one's own."""
    _, states = sr.examples.e_coli_core()
    path = tmp_path_factory.mktemp("states") / "some.npz"
    save_steady_states(states[:30], path)
    return path


@pytest.fixture(scope="module")
def landscape(invoke, some, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "landscape"
    arguments = ("landscape", *FLAGS, "--states", some, "--output", folder, "--resample", 3)
    return folder, arguments, invoke(*arguments)


@pytest.mark.slow
def test_the_table_holds_the_fastest_dynamics_of_each_state(landscape):
    folder, _, result = landscape
    assert result.exit_code == 0, result.output
    table = pd.read_csv(folder / "states.csv", index_col="state")
    network, states = sr.examples.e_coli_core()
    expected = fastest_dynamics(
        sr.compile(network), states[:30], steps=1, log_km_range=(np.log(1e-6), np.log(0.1))
    )
    np.testing.assert_allclose(table["fastest lambda_max (1/h)"], expected.lambda_max, rtol=1e-6)
    assert (table["fast"] == (table["fastest lambda_max (1/h)"] < -3)).all()
    assert {"slowest pool alone (1/h)", "slowest pool", "radius", "angle"} <= set(table.columns)
    assert f"{table['fast'].sum()} (" in result.output


@pytest.mark.slow
def test_figures_record_and_new_states_are_written(landscape):
    folder, _, _ = landscape
    for name in ("landscape", "fastest"):
        assert (folder / f"{name}.png").stat().st_size > 1000
    record = json.loads((folder / "run.json").read_text())
    assert record["status"] == "complete"
    assert record["results"]["states"] == 30
    network, _ = sr.examples.e_coli_core()
    new = load_steady_states(folder / "new_states.npz", network)
    assert len(new) == 3
    assert check_consistency(network, new).passed.all()
    if (folder / "rules.csv").exists():
        assert isinstance(read_ranges(folder / "allowed_ranges.csv"), dict)


@pytest.mark.slow
def test_called_again_it_goes_on_and_searches_nothing_twice(landscape, invoke, monkeypatch):
    _, arguments, _ = landscape
    monkeypatch.setattr(fastest, "_search", lambda *_, **__: pytest.fail("searched again"))
    assert invoke(*arguments).exit_code == 0


@pytest.mark.slow
def test_on_processes_the_table_is_the_same(landscape, invoke, some, tmp_path):
    folder, _, _ = landscape
    where = ("--states", some, "--output", tmp_path / "b", "--processes", 1)
    result = invoke("landscape", *FLAGS, *where)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "b" / "states.csv").read_text() == (folder / "states.csv").read_text()
    twice = invoke(*("landscape", *FLAGS, *where), "--cluster", "local")
    assert twice.exit_code == 2
    assert "not both" in twice.output


def test_other_settings_in_the_same_folder_are_refused(landscape, invoke):
    _, arguments, _ = landscape
    result = invoke(*arguments, "--seed", 5)
    assert result.exit_code == 2
    assert "a run with another set-up: seed in [run]: 0 stored, 5 now" in result.output
    assert "--output" in result.output


@pytest.mark.slow
def test_model_and_states_are_read_once(reads, invoke, some, tmp_path):
    result = invoke("landscape", *FLAGS, "--states", some, "--output", tmp_path / "a")
    assert result.exit_code == 0, result.output
    assert reads == ["read_skimpy_yaml", "read_states_file"]


def test_a_figure_that_another_command_drew_is_not_replaced(invoke, some, tmp_path):
    (tmp_path / "fastest.svg").write_text("<svg/>")
    result = invoke("landscape", *FLAGS, "--states", some, "--output", tmp_path)
    assert result.exit_code == 2
    assert "already holds fastest.svg" in result.output


@pytest.mark.slow
def test_a_partition_that_all_states_reach_gives_no_rules_but_says_so(invoke, some, tmp_path):
    result = invoke(
        "landscape",
        *FLAGS,
        "--states",
        some,
        "--output",
        tmp_path / "a",
        "--partition",
        "1e6",
        "--allow-unstable",
    )
    assert result.exit_code == 0, result.output
    assert "No rules" in result.output
    assert not (tmp_path / "a" / "rules.csv").exists()


def test_too_few_states_are_refused_before_work_starts(invoke, tmp_path):
    _, states = sr.examples.e_coli_core()
    path = tmp_path / "few.npz"
    save_steady_states(states[:5], path)
    result = invoke("landscape", *FLAGS, "--states", path, "--output", tmp_path / "b")
    assert result.exit_code == 2
    assert "20 consistent steady states" in result.output
    assert not (tmp_path / "b").exists()


@pytest.mark.slow
def test_a_landscape_is_of_states_sampled_within_the_ranges_of_few(invoke, tmp_path):
    network, states = sr.examples.e_coli_core()
    path, folder = tmp_path / "few.npz", tmp_path / "b"
    save_steady_states(states[:12], path)
    where = ("--states", path, "--output", folder)
    few = invoke("landscape", *FLAGS, *where, "--sample", 5)
    assert few.exit_code == 2
    assert "got --sample 5" in few.output
    result = invoke("landscape", *FLAGS, *where, "--sample", 25, "--widen", 1.2)
    assert result.exit_code == 0, result.output
    assert "Sampled within the ranges of 12, 1.2 times as wide: 25 steady states" in result.output
    sampled = load_steady_states(folder / "sampled_states.npz", network)
    assert list(pd.read_csv(folder / "states.csv")["state"]) == list(sampled.names)


def test_plain_arrays_need_their_units_stated(invoke, tmp_path):
    path = tmp_path / "plain.npz"
    np.savez(path, ids=np.array(["a"]))
    result = invoke("landscape", *FLAGS, "--states", path, "--output", tmp_path / "c")
    assert result.exit_code == 2
    assert "--density" in result.output
