"""Where a public name is used: pages whose code imports it; functions that return it."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import skimpy_renaissance as sr
from docs.public_names import Public, public_names
from docs.tutorial_pages import NOTEBOOKS

__all__ = ["pages_with", "returned_by"]

_DOCS = Path(__file__).parent
_PAGES = ("start", "concepts/*", "howto/*", "rate_laws", "architecture")
_BLOCK = re.compile(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)")


def pages_with(one: Public) -> list[str]:
    """Return the pages and notebooks whose code uses a name.

    Parameters
    ----------
    one
        Under its shortest name.
    """
    return _pages().get(id(one.object), [])


def returned_by(one: Public) -> list[Public]:
    """Return the public functions whose results are of a class.

    Parameters
    ----------
    one
        Under its shortest name.
    """
    if one.kind != "class":
        return []
    word = re.compile(rf"(?<![\w.]){re.escape(one.object.__name__)}(?!\w)")
    return [owner for owner, result in _results() if word.search(result) and owner != one]


@cache
def _pages() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for page, code in _codes():
        for thing in _used(code):
            if page not in found[id(thing)]:
                found[id(thing)].append(page)
    return found


def _codes() -> Iterator[tuple[str, str]]:
    for pattern in _PAGES:
        for path in sorted(_DOCS.glob(f"{pattern}.rst")):
            blocks = _BLOCK.findall(path.read_text(encoding="utf-8"))
            page = path.relative_to(_DOCS).with_suffix("").as_posix()
            yield from ((page, dedent(block)) for block in blocks)
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield f"tutorials/{path.stem}", "".join(cell["source"])


def _used(code: str) -> Iterator[object]:
    """Yield the objects of this package that a piece of code names."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(sr.__name__):
            try:
                module = import_module(str(node.module))
            except ImportError:  # a file that a recipe would add
                continue
            yield from (getattr(module, a.name) for a in node.names if hasattr(module, a.name))
        elif isinstance(node, ast.Attribute):
            path = ast.unparse(node).split(".")
            if path[0] == "sr" and all(map(str.isidentifier, path)):
                yield from _along(path[1:])


def _along(path: list[str]) -> Iterator[object]:
    thing: object = sr
    for name in path:
        thing = getattr(thing, name, None)
        if thing is not None and not name.startswith("_"):
            yield thing


@cache
def _results() -> list[tuple[Public, str]]:
    functions = [one for one, owner in public_names() if one == owner and one.kind == "function"]
    return [
        (one, str(getattr(one.object, "__annotations__", {}).get("return", "")))
        for one in functions
        if inspect.isfunction(one.object)
    ]
