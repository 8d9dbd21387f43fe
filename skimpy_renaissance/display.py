"""How objects show themselves in a notebook: a heading and a small table."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

__all__ = ["as_html"]


def as_html(heading: str, rows: Mapping[str, object]) -> str:
    """Return a heading and a table of two columns, as HTML.

    Parameters
    ----------
    heading
        What the object is.
    rows
        What is told of it, to its value; shown as text.

    Returns
    -------
    str
    """
    body = "".join(
        f"<tr><th style='text-align:left'>{escape(label)}</th>"
        f"<td style='text-align:left'>{escape(str(value))}</td></tr>"
        for label, value in rows.items()
    )
    return f"<b>{escape(heading)}</b><table>{body}</table>"
