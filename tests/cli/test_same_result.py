"""The same seed gives the same files, whatever the number of threads and processes."""

from __future__ import annotations

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


def _command(folder: Path, *arguments: object, threads: int) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    command = [sys.executable, "-m", "skimpy_renaissance", *map(str, arguments)]
    command += ["--threads", str(threads)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _trained(folder: Path) -> dict[str, np.ndarray]:
    arrays = read_arrays(folder / "state.npz", only=("weights", "random_state", "generation"))
    history = pd.read_csv(folder / "history.csv").drop(columns="seconds")
    return {**arrays, "history": history.to_numpy(dtype=float)}


def _require_equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["nes", "gradient", "coverage"])
def test_training_and_generating_do_not_depend_on_threads(optimizer, tmp_path):
    (tmp_path / "run.toml").write_text(RUN_FILE.format(optimizer=optimizer))
    for threads in (1, 3):
        run = f"on_{threads}"
        _command(tmp_path, "train", "--config", "run.toml", "-o", run, threads=threads)
        _command(tmp_path, "generate", run, "-n", 37, "--raw", threads=threads)
        again = ("-n", 37, "--columnar", "-o", f"{run}/whole.h5")
        _command(tmp_path, "generate", run, *again, threads=threads)
    one, three = tmp_path / "on_1", tmp_path / "on_3"
    _require_equal(_trained(one), _trained(three))
    for name in ("population.h5", "whole.h5"):
        first, second = (sr.ParameterPopulation.load(folder / name) for folder in (one, three))
        assert first.to_dataframe(eigenvalues=True).equals(second.to_dataframe(eigenvalues=True))


@pytest.mark.slow
def test_repeats_do_not_depend_on_processes(tmp_path):
    (tmp_path / "run.toml").write_text(RUN_FILE.format(optimizer="nes"))
    for run, processes in (("alone", ()), ("shared", ("--processes", 2))):
        arguments = ("train", "--config", "run.toml", "-o", run, "--repeats", 2, *processes)
        _command(tmp_path, *arguments, threads=1)
    for repeat in ("repeat_0", "repeat_1"):
        _require_equal(*(_trained(tmp_path / run / repeat) for run in ("alone", "shared")))
