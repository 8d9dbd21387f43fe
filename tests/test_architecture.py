"""The page on the architecture names what exists, and its recipes work as they stand there."""

import gc
import re
import sys
import textwrap
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.learning import OPTIMIZERS, REWARDS
from skimpy_renaissance.network import SKIMPY
from skimpy_renaissance.steady_states import STATE_FORMATS
from skimpy_renaissance.studies.catalogue import STUDIES

PACKAGE = Path(sr.__file__).parent
ROOT = PACKAGE.parent
PAGE = (ROOT / "docs" / "architecture.rst").read_text()
SECTIONS = dict(re.findall(r"^(\S.*)\n-{3,}\n((?:.*\n)*?)(?=^\S.*\n-{3,}\n|\Z)", PAGE, re.M))
WALKS = [title for title in SECTIONS if title.startswith("Walk")]
RECIPES = [title for title in SECTIONS if title.startswith("Recipe")]
BLOCK = re.compile(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)")
REGISTRIES = {  # name of the registry in its file: the mapping that the package reads
    "SKIMPY": SKIMPY,
    "_REWARDS": REWARDS,
    "_OPTIMIZERS": OPTIMIZERS,
    "_IN_ORDER": STUDIES,
    "_FORMATS": STATE_FORMATS,
}


def _files(recipe: str) -> dict[str, str]:
    """Return path of a file to the code that a recipe shows of it."""
    blocks = [textwrap.dedent(block) for block in BLOCK.findall(SECTIONS[recipe])]
    return {block.splitlines()[0].removeprefix("# "): block for block in blocks}


def _run(path: str, code: str, names: dict[str, object]) -> dict[str, object]:
    exec(compile(code, path, "exec"), names)
    return names


def _register(name: str, entries, monkeypatch) -> None:
    """Put entries into the dictionary behind a read-only mapping, until the test ends."""
    (behind,) = gc.get_referents(REGISTRIES[name])
    added = entries if isinstance(entries, dict) else {one.name: one for one in entries}
    for key, value in added.items():
        assert key not in behind
        monkeypatch.setitem(behind, key, value)


def _exists(name: str) -> bool:
    """Tell whether a path or a dotted name is there."""
    if "/" in name:
        return (PACKAGE / name).exists() or (ROOT / name).exists()
    module, rest = "skimpy_renaissance", name.split(".")
    while rest and _is_module(f"{module}.{rest[0]}"):
        module, rest = f"{module}.{rest[0]}", rest[1:]
    found = import_module(module)
    for part in rest:
        if part in getattr(found, "__dataclass_fields__", {}):
            return part == rest[-1]
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return module != "skimpy_renaissance"


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def test_there_are_four_walks_and_five_recipes():
    assert (len(WALKS), len(RECIPES)) == (4, 5)


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_names_what_exists(walk):
    named = re.findall(r"``([^`]+)``", SECTIONS[walk])
    places = [name for name in named if re.fullmatch(r"\w+(?:[./]\w+)+", name)]
    assert len(places) > 10
    assert [name for name in places if not _exists(name)] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_touches_three_files_as_the_table_says(recipe):
    own, registry, test = _files(recipe)
    assert not (ROOT / own).exists()
    assert own.startswith("skimpy_renaissance/")
    assert (ROOT / registry).exists()
    assert test == "tests/" + own.split("/", 1)[1].replace(Path(own).name, f"test_{Path(own).name}")
    row = rf"\* - {recipe.split(' ', 2)[2]}\n     - 3: .*\n     - ``\w+`` in ``(.*)``"
    named = re.search(row, SECTIONS["What it takes to add something"])
    assert named is not None
    assert registry == f"skimpy_renaissance/{named[1]}"


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_works(recipe, tmp_path, monkeypatch):
    (own, code), (registry, entry), (test, claims) = _files(recipe).items()
    name = own.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(
        import_module(name.rpartition(".")[0]), name.rpartition(".")[2], module, raising=False
    )
    _run(own, code, vars(module))

    before = vars(import_module(registry.removesuffix(".py").replace("/", ".")))
    added = _run(registry, entry, dict(before))
    (key,) = [key for key in REGISTRIES if key in before and added[key] is not before[key]]
    _register(key, added[key], monkeypatch)

    tests = [f for n, f in _run(test, claims, {"__name__": name}).items() if n.startswith("test_")]
    assert tests
    for number, claim in enumerate(tests):
        folder = tmp_path / str(number)
        folder.mkdir()
        claim(folder) if signature(claim).parameters else claim()
