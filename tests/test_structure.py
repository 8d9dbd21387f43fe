"""The house rules that a reader relies on, held by walking the source."""

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest
from numpydoc.docscrape import NumpyDocString

import skimpy_renaissance as sr

PACKAGE = Path(sr.__file__).parent
ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
COMMON = (
    "errors",
    "checks",
    "extras",
    "units",
    "axes",
    "atomic",
    "setups",
    "storage",
    "proportion",
    "_version",
)
STAGES = (
    "tasks",
    "network",
    "steady_state",
    "sparse",
    "spectrum",
    "kinetics",
    "priors",
    "learning",
    "valid_region",
    "tuning",
    "population",
    "sampling",
    "kinetic_data",
    "dynamics",
    "control",
    "landscape",
    "requirements",
    "plots",
    "examples",
    "studies",
    "report",
    "cli",
)


def imports_of(path: Path) -> set[str]:
    """Names below skimpy_renaissance that a module imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} uses a relative import"
            modules = [node.module or ""]
            if node.module == "skimpy_renaissance":
                modules = [f"skimpy_renaissance.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {m.split(".")[1] for m in modules if m.startswith("skimpy_renaissance.")}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_only_stages_before_it(stage):
    allowed = {*COMMON, *STAGES[: STAGES.index(stage) + 1]}
    for path in (PACKAGE / stage).rglob("*.py"):
        assert imports_of(path) <= allowed, path


@pytest.mark.parametrize("module", COMMON)
def test_common_modules_import_only_one_another(module):
    assert imports_of(PACKAGE / f"{module}.py") <= set(COMMON)


def test_every_folder_is_a_stage():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(STAGES)


def test_learning_knows_no_metabolism():
    for path in (PACKAGE / "learning").rglob("*.py"):
        assert imports_of(path) <= {*COMMON, "tasks", "spectrum", "priors", "learning"}, path


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_short_documented_and_explicit(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module opens with what it is about"
    stars = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not any(alias.name == "*" for node in stars for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_unpickles_or_evaluates_text(path):
    forbidden = {"eval", "exec", "sympify", "parse_expr"}
    if path == PACKAGE / "dynamics" / "compiled_system.py":
        forbidden -= {"exec"}  # of what rate_code writes, in which every name is a number
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            assert not names & {"pickle", "dill", "cloudpickle", "joblib", "shelve"}
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            called = called.id if isinstance(called, ast.Name) else called
            is_method = isinstance(node.func, ast.Attribute)
            assert is_method or called not in forbidden
            owner = node.func.value if is_method else None
            if isinstance(owner, ast.Name) and owner.id == "torch":
                assert called != "load", "torch.load can unpickle"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_library_code_does_not_print(path):
    if "cli" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print"


def _public_callables():
    for name in sr.__all__:
        thing = getattr(sr, name)
        if isinstance(thing, ModuleType | str):
            continue
        if inspect.isclass(thing) and not issubclass(thing, BaseException):
            yield f"{name}", thing
            for attribute, member in vars(thing).items():
                method = member.__func__ if isinstance(member, classmethod) else member
                if inspect.isfunction(method) and not attribute.startswith("_"):
                    yield f"{name}.{attribute}", method
        elif inspect.isfunction(thing):
            yield name, thing


PUBLIC = dict(_public_callables())


@pytest.mark.parametrize("name", PUBLIC)
def test_documentation_lists_the_arguments_of_the_signature(name):
    thing = PUBLIC[name]
    documented = NumpyDocString(inspect.getdoc(thing) or "")
    assert documented["Summary"], f"{name} needs a summary"
    listed = [
        argument.lstrip("*").strip()
        for entry in documented["Parameters"]
        for argument in entry.name.split(",")
    ]
    signature = inspect.signature(thing)
    wanted = [p for p in signature.parameters if p not in ("self", "cls")]
    assert sorted(listed) == sorted(wanted)


@pytest.mark.parametrize("name", PUBLIC)
def test_at_most_three_arguments_are_positional(name):
    if name.endswith("Sampler.sample"):  # SKiMPy's signature
        return
    thing = PUBLIC[name]
    if inspect.isclass(thing):
        return
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [p.name for p in inspect.signature(thing).parameters.values() if p.kind in kinds]
    assert len([p for p in positional if p not in ("self", "cls")]) <= 3


def test_the_front_door_is_small():
    assert len([name for name in sr.__all__ if not name.startswith("_")]) <= 30
    assert all(hasattr(sr, name) for name in sr.__all__)


def test_nothing_tracked_names_a_place_on_one_machine():
    tracked = [*SOURCES, *ROOT.glob("*.rst"), *ROOT.glob("docs/*.rst"), ROOT / "Makefile"]
    for path in tracked:
        text = path.read_text()
        assert "/home/" not in text, path
        assert "/root/" not in text, path
