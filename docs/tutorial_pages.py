"""The notebooks of ``tutorials/``, copied beside their index so that Sphinx finds them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["NOTEBOOKS", "pages"]

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "tutorials").glob("*.ipynb"))


def pages() -> dict[str, str]:
    """Return name of a file to its text."""
    return {f"tutorials/{path.name}": path.read_text(encoding="utf-8") for path in NOTEBOOKS}
