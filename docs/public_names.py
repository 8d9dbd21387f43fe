"""What is public: the names of every stage's ``__all__``, in the order of the pipeline.

An object that several places name has one page, under its shortest name: ``sr.Validity`` rather
than ``spectrum.Validity``.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import skimpy_renaissance as sr
from docs.rst import literal_shapes

__all__ = ["PLACES", "Public", "names_of", "public_names"]

_STAGES = [
    line.partition(":")[0]
    for line in (Path(__file__).parent / "stages.txt").read_text().splitlines()
]
_BESIDE = {"learning": ["learning.rewards"]}
PLACES = [
    "",
    "errors",
    *(place for stage in _STAGES for place in (stage, *_BESIDE.get(stage, ())) if stage != "cli"),
]
"""The package itself, its errors, its stages; below ``skimpy_renaissance``."""


@dataclass(frozen=True)
class Public:
    """A public name.

    Parameters
    ----------
    place
        One of ``PLACES``.
    name
        In the ``__all__`` of that place.
    """

    place: str
    name: str

    @property
    def module(self) -> ModuleType:
        """Where it is taken from."""
        return import_module(f"skimpy_renaissance.{self.place}".rstrip("."))

    @property
    def object(self) -> object:
        """What it stands for."""
        return getattr(self.module, self.name)

    @property
    def full_name(self) -> str:
        """For example ``"skimpy_renaissance.network.Roles"``."""
        return f"{self.module.__name__}.{self.name}"

    @property
    def kind(self) -> str:
        """``"module"``, ``"class"``, ``"function"`` or ``"data"``."""
        thing = self.object
        if isinstance(thing, ModuleType):
            return "module"
        if inspect.isclass(thing):
            return "exception" if issubclass(thing, BaseException) else "class"
        return "function" if inspect.isroutine(thing) else "data"

    @property
    def documentation(self) -> str:
        """Its docstring; of data the text that stands below it in the source."""
        data = self.kind == "data"
        text = _data_text(self.module.__name__, self.name) if data else inspect.getdoc(self.object)
        return literal_shapes(text or "")

    @property
    def has_example(self) -> bool:
        """Whether its docstring, or that of a method, shows how it is used."""
        own = vars(self.object).values() if self.kind == "class" else ()
        methods = (one for one in own if inspect.isroutine(one) or inspect.isdatadescriptor(one))
        texts = (self.documentation, *((inspect.getdoc(one) or "") for one in methods))
        return any(">>> " in text for text in texts)


def names_of(place: str) -> list[Public]:
    """Return the public names of a place, in the order of its ``__all__``.

    Parameters
    ----------
    place
        One of ``PLACES``.
    """
    module = import_module(f"skimpy_renaissance.{place}".rstrip("."))
    return [Public(place, name) for name in module.__all__ if not name.startswith("_")]


def public_names() -> Iterator[tuple[Public, Public]]:
    """Yield every public name, and the one under which its object has its page."""
    seen: dict[tuple[str, object], Public] = {}
    for place in PLACES:
        for one in names_of(place):
            key = (one.name, id(one.object)) if one.kind == "data" else ("", id(one.object))
            yield one, seen.setdefault(key, one)


@cache
def _data_text(module: str, name: str) -> str:
    """Return the docstring below an assignment, there or where the module has the name from."""
    body = ast.parse(inspect.getsource(import_module(module))).body
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if name in {getattr(target, "id", None) for target in targets}:
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            text = after.value.value if is_text else ""
            return inspect.cleandoc(text) if isinstance(text, str) else ""
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if name in (alias.name, alias.asname):
                    return _data_text(node.module, alias.name)
    if module == sr.__name__:
        return _data_text(*sr._HOMES[name].rsplit(".", 1))
    return ""
