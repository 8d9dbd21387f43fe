"""The list of commands."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module

from skimpy_renaissance.cli import commands
from skimpy_renaissance.cli.commands import _COMMANDS

HEAVY = ("torch", "sympy", "pandas", "matplotlib", "scipy", "numpy", "numba")


def test_the_list_of_commands_loads_no_numerics():
    run = (
        f"import sys\nsys.argv[1:] = ['--help']\n"
        f"from skimpy_renaissance.cli.main import main\n"
        f"try:\n    main()\nfinally:\n    print([n for n in {HEAVY} if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    *listed, loaded = done.stdout.strip().splitlines()
    assert ast.literal_eval(loaded) == []
    shown = [line.strip("│| ").split(" ")[0] for line in listed]
    assert [name for name in shown if name in _COMMANDS] == list(_COMMANDS)


def test_the_list_says_what_the_commands_say_of_themselves():
    for name, summary in _COMMANDS.items():
        command = getattr(import_module(f"skimpy_renaissance.cli.{name}"), f"{name}_command")
        assert inspect.getdoc(command).splitlines()[0] == summary


def test_an_unknown_command_names_the_nearest(invoke):
    done = invoke("trian")
    assert done.exit_code == 2
    assert "Did you mean 'train'?" in done.output


def test_a_command_is_told_of_ctrl_c_while_it_is_loaded(invoke, monkeypatch):
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "import_module", interrupted)
    done = invoke("check")
    assert done.exit_code == 130
    assert "Interrupted." in done.output
