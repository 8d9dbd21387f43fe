"""The notebooks of ``tutorials/``, copied beside their index so that Sphinx finds them."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["NOTEBOOKS", "pages"]

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "tutorials").glob("*.ipynb"))


def pages() -> dict[str, str]:
    """Return name of a file to its text: a notebook, and a link to it as a file."""
    return {f"tutorials/{path.name}": _with_link(path) for path in NOTEBOOKS}


def _with_link(path: Path) -> str:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    link = f"{{download}}`Download this notebook <../../tutorials/{path.name}>`"
    notebook["cells"][0]["source"] += ["\n\n", link]
    return json.dumps(notebook, ensure_ascii=False)
