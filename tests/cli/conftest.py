"""The command line in this process, and as a process of its own; one small trained folder."""

import html
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skimpy_renaissance.cli import inputs, model_file
from skimpy_renaissance.cli.commands import _load, app

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


_UNIT = r"(?:%|1/h|min|h|s|mol/L|kJ/mol|g dry/g wet weight|percentage points)"
_WITHOUT = r"(?:pH|R-hat at most) [\d.]+"
_COUNTED = {
    "generations",
    "models judged",
    "reactions",
    "seconds",
}  # columns that are their own unit


@pytest.fixture(scope="session")
def require_units() -> Callable:
    """Whether every number of a page has its unit."""
    return _require_units


@pytest.fixture(scope="session")
def commands_of() -> Callable:
    """What a page says to do next."""
    return _commands_of


def _require_units(page: Path) -> None:
    """Every number of a table has its unit beside it or over it, every decimal one in the text."""
    body = re.sub(r"</?span[^>]*>|<pre>.*?</pre>", "", page.read_text().split("<body", 1)[1])
    for table in re.findall(r"<table>.*?</table>", body, re.DOTALL):
        head = [html.unescape(one) for one in re.findall(r"<th[^>]*>(.*?)</th>", table)]
        for row in re.findall(r"<tr>(<td>.*?)</tr>", table):
            cells = re.findall(r"<td>(.*?)</td>", row)
            for over, cell in zip(head, cells, strict=bool(head)):
                if re.fullmatch(r"[-\d.,e+]*\d", cell):
                    named = re.search(rf", (?:{_UNIT}|factor|no unit)$", over) or over in _COUNTED
                    assert named or "unit" in head, f"{cell} below {over!r}"
    told = re.findall(r"<(?:p|li|figcaption)\b[^>]*>(.*?)</(?:p|li|figcaption)", body, re.DOTALL)
    for text in (re.sub(_WITHOUT, "", one) for one in told):
        for number in re.finditer(r"(?<![\w.:/-])-?\d+\.\d+(?![\w.])", text):
            after = text[number.end() :]
            assert re.match(rf"(?: to -?[\d.]+)? {_UNIT}(?!\w)", after), text


def _commands_of(page: Path) -> list[str]:
    """Names of the commands of a page; each is one, with flags that it has."""
    lines = [html.unescape(one) for one in re.findall(r"<code>(.*?)</code>", page.read_text())]
    words = [shlex.split(line) for line in lines]
    for program, name, *arguments in words:
        assert program == "skimpy-renaissance"
        _load(name).make_context(name, arguments)
    return [name for _, name, *_ in words]
