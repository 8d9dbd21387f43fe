"""The same seed gives the same files, whatever the number of threads and processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.storage import read_arrays

RUN_FILE = """
[model]
file = "e_coli_core"
[criterion]
partition = -0.5
[generator]
latent = 5
hidden = [64, 64]
km_min = 1e-6
km_max = 0.1
[training]
optimizer = "{optimizer}"
[{optimizer}]
generations = 3
"""


PROGRAM = """
import json, sys
from typer.testing import CliRunner
from skimpy_renaissance.cli.commands import app

for arguments in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
"""
OPTIMIZERS = ("nes", "gradient", "coverage")


def _in_a_process(folder: Path, commands: list[list[str]], threads: int) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", PROGRAM, json.dumps(commands)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def on_threads(tmp_path_factory) -> Path:
    """``nes_on_1``, ``nes_on_3``, ...: two processes, of one thread and of three."""
    folder = tmp_path_factory.mktemp("threads")
    for optimizer in OPTIMIZERS:
        (folder / f"{optimizer}.toml").write_text(RUN_FILE.format(optimizer=optimizer))
    for threads in (1, 3):
        commands = []
        for optimizer in OPTIMIZERS:
            run = f"{optimizer}_on_{threads}"
            commands += [
                ["train", "--config", f"{optimizer}.toml", "-o", run],
                ["generate", run, "-n", "37", "--raw"],
                ["generate", run, "-n", "37", "--columnar", "-o", f"{run}/whole.h5"],
            ]
        _in_a_process(folder, [[*c, "--threads", str(threads)] for c in commands], threads)
    return folder


def _trained(folder: Path) -> dict[str, np.ndarray]:
    arrays = read_arrays(folder / "state.npz", only=("weights", "random_state", "generation"))
    history = pd.read_csv(folder / "history.csv").drop(columns="seconds")
    return {**arrays, "history": history.to_numpy(dtype=float)}


def _require_equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_and_generating_do_not_depend_on_threads(optimizer, on_threads):
    one, three = (on_threads / f"{optimizer}_on_{threads}" for threads in (1, 3))
    _require_equal(_trained(one), _trained(three))
    for name in ("population.h5", "whole.h5"):
        first, second = (sr.ParameterPopulation.load(folder / name) for folder in (one, three))
        assert first.to_dataframe(eigenvalues=True).equals(second.to_dataframe(eigenvalues=True))


@pytest.mark.slow
def test_repeats_do_not_depend_on_processes(invoke, tmp_path):
    (tmp_path / "run.toml").write_text(RUN_FILE.format(optimizer="nes"))
    for run, processes in (("alone", ()), ("shared", ("--processes", 2))):
        arguments = ("-c", tmp_path / "run.toml", "-o", tmp_path / run, "--repeats", 2)
        done = invoke("train", *arguments, "--threads", 1, *processes)
        assert done.exit_code == 0, done.output
    for repeat in ("repeat_0", "repeat_1"):
        _require_equal(*(_trained(tmp_path / run / repeat) for run in ("alone", "shared")))
