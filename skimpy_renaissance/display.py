"""How objects show themselves in a notebook: what ``print`` says, as a heading and a table."""

from __future__ import annotations

from html import escape

__all__ = ["Shown"]


class Shown:
    """Shows ``<Name 'e_coli': 44 reactions, 159 free Km>`` as a heading and a row for each part."""

    def _repr_html_(self) -> str:
        heading, _, told = repr(self).strip("<>").partition(": ")
        rows = "".join(
            f"<tr><td style='text-align:left'>{escape(part)}</td></tr>"
            for part in told.replace(" and ", ", ").split(", ")
        )
        return f"<b>{escape(heading)}</b><table>{rows}</table>"
