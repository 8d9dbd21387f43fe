"""What ``check`` found in one place: lines for a person, and problems among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import fill

__all__ = ["Findings", "counted", "entry", "wrapped"]

_LABEL = 20
_WIDTH = 100


@dataclass(frozen=True)
class Findings:
    """One part of the report.

    Parameters
    ----------
    title
        Heading.
    lines
        The report.
    problems
        What a person should do something about, a sentence each.
    """

    title: str
    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        marked = (wrapped(f"PROBLEM: {problem}", indent=2) for problem in self.problems)
        return "\n".join([self.title, *self.lines, *marked, ""])


def entry(label: str, text: str) -> str:
    """Return a line: a label in a column of its own, then a text that may take several lines.

    Parameters
    ----------
    label
        A few words.
    text
        Wrapped within its column.

    Returns
    -------
    str
    """
    return fill(
        text,
        width=_WIDTH,
        initial_indent=f"  {label:<{_LABEL}} ",
        subsequent_indent=" " * (_LABEL + 3),
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(text: str, *, indent: int) -> str:
    """Return a text in lines of at most 100 characters.

    Parameters
    ----------
    text
        One paragraph.
    indent
        Blanks before the first line; the others get two more.

    Returns
    -------
    str
    """
    return fill(
        text,
        width=_WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def counted(names: Iterable[str]) -> str:
    """Return how often each name occurs, most frequent first: ``"3 a, 1 b"``.

    Parameters
    ----------
    names
        Names, repeated.

    Returns
    -------
    str
    """
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {name}" for name, count in ranked)
