"""Every ``doi:10. ...`` of a page, a link to the paper."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

__all__ = ["Links", "setup"]

_DOI = re.compile(r"(doi:10\.\d{4,9}/[^\s,;]*[^\s,;.:)\]])")


class Links(SphinxTransform):
    """Turns identifiers in text into links; those in code and in links stay as they are."""

    default_priority = 700

    def apply(self, **_options: Any) -> None:
        """Replace the texts of the document that hold one."""
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, (nodes.literal, nodes.literal_block, nodes.reference)):
                continue
            parts = _DOI.split(text.astext())
            if len(parts) > 1:
                text.parent.replace(
                    text, [_link(p) if _DOI.match(p) else nodes.Text(p) for p in parts]
                )


def _link(doi: str) -> nodes.reference:
    return nodes.reference("", doi, refuri=f"https://doi.org/{doi.removeprefix('doi:')}")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(Links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
