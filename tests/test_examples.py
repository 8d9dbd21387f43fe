"""Examples in docstrings run, and every name of the front door has one.

The first page of the reference says what they may use: the bundled model, one of its states, the
model compiled there, five parameter sets.
"""

import doctest
import inspect
import re
import textwrap
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib import pyplot as plt

import skimpy_renaissance as sr
from docs.public_names import names_of, public_names
from docs.reference_pages import INTRODUCTION

PACKAGE = Path(sr.__file__).parent
WITH_EXAMPLES = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text())
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def given() -> dict[str, object]:
    """Return what examples may use without saying so."""
    (said,) = re.findall(r"code-block:: python\n\n((?:   .*\n|\n)+)", INTRODUCTION)
    names: dict[str, object] = {}
    exec(textwrap.dedent(said), names)
    return names


@pytest.mark.slow
def test_examples_of_docstrings_run(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in WITH_EXAMPLES:
            module = import_module(module_of(path))
            finder = doctest.DocTestFinder(exclude_empty=True)
            for example in finder.find(module, globs={**vars(module), **given}):
                runner.run(example, out=said.append)
                plt.close("all")
        for one, shortest in public_names():  # texts below assignments are no docstrings to Python
            if one == shortest and one.kind == "data":
                text = (one.documentation, dict(given), one.full_name, None, None)
                runner.run(doctest.DocTestParser().get_doctest(*text), out=said.append)
    assert not said, "".join(said)


def test_every_name_of_the_front_door_has_an_example():
    documented = [one for one in names_of("") if not isinstance(one.object, ModuleType)]
    things = [one for one in documented if inspect.isroutine(one.object) or one.kind == "class"]
    assert [one.name for one in things if not one.has_example] == []
