"""What ``import skimpy_renaissance`` loads, and where its names come from."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import skimpy_renaissance as sr

INIT = Path(sr.__file__)


def test_the_package_alone_loads_no_numerics():
    run = (
        "import sys, skimpy_renaissance; "
        "print({'torch', 'numpy', 'sympy', 'pandas', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_type_checkers_and_python_find_every_name_in_the_same_place():
    (branch,) = (node for node in ast.parse(INIT.read_text()).body if isinstance(node, ast.If))
    typed = {}
    for node in branch.body:
        for alias in node.names:
            folder = node.module.removeprefix("skimpy_renaissance").lstrip(".")
            typed[alias.asname or alias.name] = f"{folder}.{alias.name}".lstrip(".")
    stages = {name: home for name, home in typed.items() if "." not in home}
    assert all(name == home for name, home in stages.items())
    assert {name: home for name, home in typed.items() if name not in stages} == sr._HOMES
    assert sorted([*typed, "__version__"]) == sorted(sr.__all__)


def test_folders_are_names_too():
    assert sr.dynamics.__name__ == "skimpy_renaissance.dynamics"
    assert sr.learning.train is sr.train


@pytest.mark.parametrize("name", ["trian", "_homes", "__wrapped__"])
def test_other_names_are_refused_as_python_does(name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(sr, name)


def test_the_names_are_listed():
    assert dir(sr) == sorted(sr.__all__)
