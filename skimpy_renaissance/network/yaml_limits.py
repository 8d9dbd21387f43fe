"""Limits of a YAML document, checked on its events before anything is built from them.

An alias (``*a``) stands for what its anchor holds; aliases of aliases stand for exponentially much.
The parser follows nested entries with its own stack, which a few thousand levels exhaust.
"""

from __future__ import annotations

from typing import Any

import yaml

from skimpy_renaissance.errors import FileFormatError

__all__ = ["require_bounded"]

_DEPTH = 50
_GROWTH = 20
_ALWAYS = 10_000


def require_bounded(source: str, content: str, loader: Any) -> None:
    """Raise where a document is nested too deeply, or stands for far more than it holds.

    Parameters
    ----------
    source
        The file, for the message.
    content
        Its text.
    loader
        What will read it.

    Raises
    ------
    FileFormatError
        More than 50 levels; aliases that stand for more than 20 times the text; an alias inside
        of what it stands for.
    yaml.YAMLError
        It is not YAML.
    """
    most = max(_GROWTH * len(content), _ALWAYS)
    sizes: dict[str | None, int | None] = {}  # anchor to the nodes below it; None while it is open
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(content, loader):
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            size = sizes.get(anchor, 1)
            if size is None:
                raise _refused(source, event, f"the alias *{anchor} stands for itself")
            total += size
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            sizes[anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((anchor, total))
            sizes[anchor] = None
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            sizes[anchor] = total - before
        if len(open_nodes) > _DEPTH:
            raise _refused(source, event, f"entries are nested more than {_DEPTH} levels deep")
        if total > most:
            raise _refused(source, event, f"its aliases stand for more than {most:,} entries")


def _refused(source: str, event: Any, reason: str) -> FileFormatError:
    return FileFormatError(
        f"{source} is not read: {reason} (line {event.start_mark.line + 1}). Write out what the "
        "aliases stand for, or write the file with an export of SKiMPy or of this package."
    )
