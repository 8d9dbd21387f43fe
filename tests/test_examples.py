"""Examples in docstrings run, and every public name has one.

The first page of the reference says what they may use: the bundled model, one of its states, the
model compiled there, five parameter sets.
"""

import doctest
import re
import textwrap
import warnings
from importlib import import_module
from itertools import groupby
from pathlib import Path

import pytest
from matplotlib import pyplot as plt

import skimpy_renaissance as sr
from docs.public_names import Public, public_names
from docs.reference_pages import INTRODUCTION

PACKAGE = Path(sr.__file__).parent


def part_of(path: Path) -> str:
    """Return the stage, or the module beside the stages."""
    return path.relative_to(PACKAGE).parts[0]


WITH_EXAMPLES = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text())
PARTS = {part: list(files) for part, files in groupby(WITH_EXAMPLES, part_of)}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def documented() -> list[Public]:
    """Return the public names that have a page of their own."""
    return [one for one, page in public_names() if one == page and one.kind != "module"]


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
@pytest.mark.parametrize("part", sorted(PARTS))
def test_examples_of_docstrings_run(part, given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in PARTS[part]:
            module = import_module(module_of(path))
            finder = doctest.DocTestFinder(exclude_empty=True)
            for example in finder.find(module, globs={**vars(module), **given}):
                runner.run(example, out=said.append)
                plt.close("all")
    assert not said, "".join(said)


def test_examples_of_data_run(given):
    """Texts below assignments, which are no docstrings to Python."""
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    for one in documented():
        if one.kind == "data":
            text = (one.documentation, dict(given), one.full_name, None, None)
            runner.run(doctest.DocTestParser().get_doctest(*text), out=said.append)
    assert not said, "".join(said)


def test_every_public_name_has_an_example():
    assert [one.full_name for one in documented() if not one.has_example] == []
