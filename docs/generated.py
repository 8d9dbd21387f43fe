"""Pages that are written before Sphinx reads its sources: reference, messages, tutorials.

They lie beside the pages written by hand, and git ignores them. A page is written anew only where
its text has changed, so that Sphinx reads no more than it must.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from docs import command_pages, messages, reference_pages, tutorial_pages

__all__ = ["setup", "write_pages"]


def write_pages(folder: Path) -> None:
    """Write all pages, and remove those of an earlier time.

    Parameters
    ----------
    folder
        Of Sphinx's sources.
    """
    parts = (reference_pages, command_pages, messages, tutorial_pages)
    pages = {name: text for part in parts for name, text in part.pages().items()}
    kept = {folder / name for name in pages}
    for old in [*folder.glob("reference/**/*.rst"), *folder.glob("tutorials/*.ipynb")]:
        if old not in kept:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the pages written when Sphinx begins.

    Parameters
    ----------
    app
        Sphinx's.

    Returns
    -------
    dict
        What Sphinx asks of an extension.
    """
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
