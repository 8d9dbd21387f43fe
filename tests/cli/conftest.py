"""The command line in this process, and as a process of its own; one small trained folder."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skimpy_renaissance.cli import inputs, model_file
from skimpy_renaissance.cli.commands import app

# At this partition a tiny generator finds some valid models, but not only such.
RUN_FILE = """
[model]
file = "e_coli_core"

[criterion]
partition = -1.2

[generator]
latent = 5
hidden = [8]
km_min = 1e-6
km_max = 0.1

[nes]
generations = 2
n_candidates = 3
models_per_candidate = 20
"""


@pytest.fixture(scope="session")
def invoke() -> Callable:
    def call(*arguments: object):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return call


@pytest.fixture(scope="session")
def process() -> Callable:
    def call(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "skimpy_renaissance", *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False
        )

    return call


@pytest.fixture
def run_file(tmp_path) -> Path:
    path = tmp_path / "run.toml"
    path.write_text(RUN_FILE)
    return path


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Names of the readers of models and steady states, in the order of their calls."""
    calls: list[str] = []

    def counted(name: str, read: Callable) -> Callable:
        def call(*arguments: object, **options: object):
            calls.append(name)
            return read(*arguments, **options)

        return call

    for module, name in ((model_file, "read_skimpy_yaml"), (inputs, "read_states_file")):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    return calls


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory, invoke) -> Path:
    """A folder that ``train`` wrote; read only."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "run.toml").write_text(RUN_FILE)
    result = invoke("train", "--config", folder / "run.toml", "--output", folder / "run")
    assert result.exit_code == 0, result.output
    return folder / "run"
