"""Pieces of reStructuredText that generated pages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import indent

__all__ = ["list_table", "literal_shapes", "title", "toctree"]

_LITERAL = re.compile(r"``[\s`]*(.+?)[\s`]*?``", re.DOTALL)


def literal_shapes(text: str) -> str:
    """Return a docstring whose shapes are literals: ````model x km````, not a quote within one.

    Parameters
    ----------
    text
        Of a docstring.
    """
    return _LITERAL.sub(r"``\1``", text)


def title(text: str, line: str = "=") -> str:
    """Return a heading.

    Parameters
    ----------
    text
        In one line.
    line
        The character below it.
    """
    return f"{text}\n{line * len(text)}\n\n"


def toctree(pages: Iterable[str], *, hidden: bool = True, depth: int = 1) -> str:
    """Return a table of contents.

    Parameters
    ----------
    pages
        Names of pages.
    hidden
        Whether it is for the navigation only.
    depth
        Levels of headings.
    """
    options = f"   :maxdepth: {depth}\n" + ("   :hidden:\n" if hidden else "")
    return f".. toctree::\n{options}\n" + "".join(f"   {page}\n" for page in pages) + "\n"


def list_table(header: Sequence[str], rows: Iterable[Sequence[str]], widths: str = "auto") -> str:
    """Return a table.

    Parameters
    ----------
    header
        Of its columns.
    rows
        Cells, reStructuredText.
    widths
        Of its columns, in percent.
    """
    lines = [f".. list-table::\n   :header-rows: 1\n   :widths: {widths}\n"]
    for row in (header, *rows):
        for place, cell in enumerate(row):
            text = indent(cell or "\\ ", " " * 7).lstrip()
            lines.append(f"   {'* -' if place == 0 else '  -'} {text}")
    return "\n".join(lines) + "\n\n"
