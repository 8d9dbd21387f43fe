"""What the command line passes on speaks of flags and keys, and names commands that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

import skimpy_renaissance as sr
from docs.messages import _text
from skimpy_renaissance.cli import commands
from skimpy_renaissance.cli.kinds import NUMBER, NUMBER_RANGE, WHOLE, WHOLE_RANGE
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.settings import Settings, all_settings
from skimpy_renaissance.cli.spoken import Wording, speaking, spoken

PYTHON = re.compile(
    r"\w=\w|\b[A-Z]\w*\(| of (?!Km)[A-Z]\w+ must|\bNone\b|\b[a-z]+_[a-z_]+ (?:must|is)\b"
)
COMMAND = re.compile(r"\bskimpy-renaissance +([a-z]+)(?=[ .,;:\"'`)]|$)([^\n.,;]*)")
PACKAGE = Path(sr.__file__).parent


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("decay of NES must be 1 or less, got 2.", "--decay must be 1 or less, got 2."),
        ("pools: say skip_unknown=True.", "pools: say --skip-unknown."),
        ("relative=True needs output='sigmoid'.", "--relative needs --generator-output sigmoid."),
        ("Hold it: boundaries=[...].", "Hold it: --boundaries."),
        ("leave out what is off: network.without.", "--drop or --drop-zero-fluxes."),
        (
            "Gradient needs a gradient. Train with NES() (optimizer 'nes').",
            "Train with --optimizer",
        ),
        ("n_processes=1 is not known here.", "n_processes=1 is not known here."),
        ("a_file.csv: the column decay is absent.", "a_file.csv: the column decay is absent."),
    ],
)
def test_arguments_become_flags(message, said):
    flags = {
        "decay": "--decay",
        "skip_unknown": "--skip-unknown",
        "relative": "--relative",
        "output": "--generator-output",
        "boundaries": "--boundaries",
    }
    assert spoken(message) == message, "in Python messages stay as they are"
    with speaking(Wording(flags, optimizers={"NES": "nes", "Gradient": "gradient"})):
        assert said in spoken(message)


def test_a_number_out_of_range_is_told_by_its_flag_or_key(capsys, tmp_path):
    @with_settings(*(section for section in {s.section: 0 for s in all_settings()}))
    def command(given) -> None:
        given.settings()

    def told(**values: object) -> str:
        try:
            command(verbose=False, debug=False, **dict.fromkeys(names) | values)
        except typer.Exit:
            return capsys.readouterr().err
        return ""

    names = [name for name in command.__annotations__ if name not in ("verbose", "debug")]
    bad = {NUMBER: "-7", WHOLE: "-7", NUMBER_RANGE: "9,-7", WHOLE_RANGE: "9,-7"}
    refused = 0
    for setting in all_settings():
        name = setting.name.replace(".", "_")
        if setting.kind not in bad or name not in names or not Settings().applies(setting):
            continue
        if not (message := told(**{name: bad[setting.kind]})):
            continue  # any number makes sense, or files are needed to tell
        refused += 1
        assert setting.flags[0] in message or "[units]" in message, message
        assert not PYTHON.search(message), message
    assert refused > 25
    run_file = tmp_path / "run.toml"
    run_file.write_text("[nes]\ndecay = 7\n")
    assert told(config=run_file).startswith("Error: decay in [nes] must be")


@cache
def _flags(command: str) -> frozenset[str]:
    return frozenset(
        flag
        for parameter in commands._load(command).params
        for flag in (*parameter.opts, *parameter.secondary_opts)
    )


def _texts() -> Iterator[tuple[Path, str]]:
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        if "skimpy-renaissance " in source:
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.JoinedStr | ast.Constant | ast.BinOp):
                    yield path, _text(node)


def test_every_command_that_is_named_exists_with_its_flags():
    found = 0
    for path, text in _texts():
        for name, rest in COMMAND.findall(text):
            if name not in commands._COMMANDS:
                assert "|" in rest or name in ("as", "is"), f"{path}: {name}"
                continue
            found += 1
            for flag in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest):
                assert flag in _flags(name) | {"-h", "--help"}, f"{path}: {name} {flag}"
    assert found > 40
