"""A key of a section of the run file: a field of its dataclass."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from skimpy_renaissance.cli.kinds import Kind

__all__ = ["key"]


def key(help: str, default: object = None, *flags: str, kind: Kind | None = None) -> Any:
    """Return a field; its type says how values are read, unless ``kind`` does.

    Parameters
    ----------
    help
        One sentence.
    default
        Value where nothing is stated.
    *flags
        How it is spelled on the command line; by default as the field.
    kind
        How values are read.

    Returns
    -------
    object
        Of ``dataclasses.field``.
    """
    return field(default=default, metadata={"kind": kind, "help": help, "flags": flags})
