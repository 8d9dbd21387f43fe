"""The house rules that a reader relies on, held by walking the source."""

import ast
import inspect
import re
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.axes import AXES

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
    "memory_limits",
    "storage",
    "held",
    "array_layout",
    "tables",
    "data_tree",
    "proportion",
    "progress",
    "display",
    "_version",
    "versions",
)
STAGES = (
    "tasks",
    "network",
    "steady_states",
    "thermodynamics",
    "draft",
    "sparse",
    "instructions",
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
    "sbml",
    "control",
    "design",
    "landscape",
    "requirements",
    "plots",
    "examples",
    "analyses",
    "studies",
    "report",
    "cli",
)
SUBFOLDERS = {"dynamics": ("equations", "integrators", "ensembles", "reactors")}


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports_of(path: Path, below: str = "skimpy_renaissance") -> set[str]:
    """Names below a package that a module imports, wherever in the file."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} uses a relative import"
            modules = [node.module or ""]
            if node.module == below:
                modules = [f"{below}.{alias.name}" for alias in node.names]
        else:
            continue
        inside = [m.removeprefix(f"{below}.") for m in modules if m.startswith(f"{below}.")]
        found |= {m.split(".")[0] for m in inside}
    return found


def test_a_stage_imports_only_stages_before_it():
    wrong = {
        _name(path): too_far
        for position, stage in enumerate(STAGES, start=1)
        for path in (PACKAGE / stage).rglob("*.py")
        if (too_far := imports_of(path) - {*COMMON, *STAGES[:position]})
    }
    assert wrong == {}


def test_common_modules_import_only_one_another():
    for module in COMMON:
        assert imports_of(PACKAGE / f"{module}.py") <= set(COMMON), module


def test_a_folder_of_a_stage_imports_only_folders_before_it():
    for stage, folders in SUBFOLDERS.items():
        assert {path.parent.name for path in (PACKAGE / stage).glob("*/__init__.py")} == {*folders}
        for position, folder in enumerate(folders, start=1):
            for path in (PACKAGE / stage / folder).rglob("*.py"):
                found = imports_of(path, below=f"skimpy_renaissance.{stage}")
                assert found <= set(folders[:position]), path


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_modules_import_one_another_in_a_circle():
    modules = {_module(path): path for path in SOURCES}
    graph = {}
    for module, path in modules.items():
        nodes = list(ast.walk(_tree(path)))
        names = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                inner = [f"{node.module}.{alias.name}" for alias in node.names]
                names |= {name if name in modules else str(node.module) for name in inner}
        graph[module] = names & modules.keys() - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


AXIS = r"[\w.]+(?: \+ 1)?"
SHAPE = re.compile(rf"`` ?`?({AXIS}(?: x {AXIS})+)`? ?``|`({AXIS}(?: x {AXIS})+)`")


def test_shapes_are_written_with_the_names_of_axes():
    numbers = re.compile(r"\.\.\.|n|\d+")
    unknown = {
        f"{_name(path)}: {axis}"
        for path in SOURCES
        for shape in SHAPE.findall(path.read_text())
        for axis in "".join(shape).replace(" + 1", "").split(" x ")
        if axis not in AXES and not numbers.fullmatch(axis)
    }
    assert unknown == set()


def test_every_folder_is_a_stage():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(STAGES)


def test_learning_knows_no_metabolism():
    for path in (PACKAGE / "learning").rglob("*.py"):
        assert imports_of(path) <= {*COMMON, "tasks", "spectrum", "priors", "learning"}, path


def test_a_module_has_at_most_400_lines():
    lines = {_name(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: n for name, n in lines.items() if n > 400} == {}


def test_a_module_opens_with_what_it_is_about():
    assert [_name(path) for path in SOURCES if not ast.get_docstring(_tree(path))] == []


def test_imports_are_explicit():
    stars = [
        _name(path)
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert stars == []


def _unsafe(path: Path) -> list[str]:
    """What a module imports or calls that unpickles, or that evaluates a text."""
    forbidden = {"eval", "exec", "sympify", "parse_expr"}
    found = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            found += names & {"pickle", "dill", "cloudpickle", "joblib", "shelve"}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += {node.func.id} & forbidden
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and (owner.id, node.func.attr) == ("torch", "load"):
                found.append("torch.load")
    return found


def test_nothing_unpickles_or_evaluates_text():
    found = {_name(path): _unsafe(path) for path in SOURCES}
    assert {name: unsafe for name, unsafe in found.items() if unsafe} == {}


def test_no_module_orders_by_a_clock_that_can_be_set():
    """Dates are written into records and pages only; what is measured is measured monotonically."""
    clocks = {"time", "now", "today", "utcnow", "st_mtime", "st_ctime", "getmtime", "getctime"}
    reading = {
        _name(path)
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in clocks
        and (node.attr != "time" or getattr(node.value, "id", None) == "time")
    }
    assert reading == {"cli/record.py", "report/page.py"}


def test_library_code_does_not_print():
    printing = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if "cli" not in path.parts
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def test_constants_are_scaled_at_the_borders_alone():
    """Along ln Km to the file, scaled concentrations are made and read in one place each.

    Rate laws take them (``ReferencePoint``), and so do populations (``Units``); the sampler of
    SKiMPy's signature only looks whether two statements of the scaling agree.
    """
    stages = ("kinetics", "priors", "learning", "valid_region", "population", "sampling", "control")
    found = {
        f"{path.parent.name}/{path.name}"
        for stage in stages
        for path in (PACKAGE / stage).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "concentration_scaling"
    }
    assert found == {"kinetics/reference.py", "sampling/stated_limits.py"}


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


def _documentation(thing: object) -> Mapping[str, Any]:
    docscrape = pytest.importorskip("numpydoc.docscrape", reason="numpydoc is not installed")
    parsed: Mapping[str, Any] = docscrape.NumpyDocString(inspect.getdoc(thing) or "")
    return parsed


def test_public_documentation_has_a_summary():
    texts = {name: _documentation(thing) for name, thing in PUBLIC.items()}
    assert [name for name, text in texts.items() if not text["Summary"]] == []


def test_documentation_lists_the_arguments_of_the_signature():
    differing = {}
    for name, thing in PUBLIC.items():
        listed = sorted(
            argument.lstrip("*").strip()
            for entry in _documentation(thing)["Parameters"]
            for argument in entry.name.split(",")
        )
        if listed != sorted(inspect.signature(thing).parameters.keys() - {"self", "cls"}):
            differing[name] = listed
    assert differing == {}


def test_at_most_three_arguments_are_positional():
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    too_many = {}
    for name, thing in PUBLIC.items():
        if inspect.isclass(thing) or name.endswith(("Sampler.sample", "Sampler.resample")):
            continue  # SKiMPy's signature
        parameters = inspect.signature(thing).parameters.values()
        positional = [
            p.name for p in parameters if p.kind in kinds and p.name not in ("self", "cls")
        ]
        if len(positional) > 3:
            too_many[name] = positional
    assert too_many == {}


def test_the_front_door_is_small():
    assert len([name for name in sr.__all__ if not name.startswith("_")]) <= 38
    assert all(hasattr(sr, name) for name in sr.__all__)


def test_tests_are_collected_without_the_tools_of_development():
    """``pytest -m skimpy`` runs beside SKiMPy, where these are not installed."""
    absent = {"numpydoc", "nbformat", "nbclient", "IPython", "optuna", "ray", "openpyxl"}
    absent |= {"skimpy", "pytfa", "cobra", "libsbml", "ruff", "mypy"}
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and (
            names := {
                name.split(".")[0]
                for name in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
            }
            & absent
        )
    }
    assert found == {}


def test_nothing_tracked_names_a_place_on_one_machine():
    tracked = [*SOURCES, *ROOT.glob("*.rst"), *ROOT.glob("docs/*.rst"), ROOT / "Makefile"]
    for path in tracked:
        text = path.read_text()
        assert "/home/" not in text, path
        assert "/root/" not in text, path
