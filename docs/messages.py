"""Every message that the package raises on purpose, read from its source.

What is filled in when it is raised, a name or a number, stands as an ellipsis. Messages that helper
functions put together are not found.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import skimpy_renaissance as sr
from docs.rst import title

__all__ = ["ERRORS", "messages", "pages"]

ERRORS = [name for name in sr.errors.__all__ if name.endswith("Error")]
_PACKAGE = Path(sr.__file__).parent
_LEAST = 3  # words that a message must have of its own


@cache
def messages() -> dict[str, dict[str, str]]:
    """Return class of error to its messages, and each message to the module that raises it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(_PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                text = re.sub(r"…(\s*…)+", "…", _text(node.args[0])).strip()
                if len(text.replace("…", "").split()) >= _LEAST:
                    found[node.func.id][text] = module
    return found


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "…"


def pages() -> dict[str, str]:
    """Return name of a file to its text."""
    text = title("All messages") + (
        "Every message, by class of error, with the module that raises it. … stands for a name or "
        "a number of yours. Search this page for words of the message that you have.\n\n"
    )
    for name in ERRORS:
        found = messages().get(name)
        if found:
            text += title(name, "-")
            for message, module in sorted(found.items(), key=lambda pair: pair[0].strip("… ")):
                text += (
                    f"* {_escaped(message)} — ``{module.removeprefix('skimpy_renaissance.')}``\n"
                )
            text += "\n"
    return {"reference/messages.rst": text}


def _escaped(message: str) -> str:
    return re.sub(r"([*`|\\_<>])", r"\\\1", " ".join(message.split()))
