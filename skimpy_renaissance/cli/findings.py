"""What ``check`` found in one place: lines for a person, and problems among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import fill

from skimpy_renaissance.cli.spoken import spoken

__all__ = ["Findings", "counted", "wrapped"]

_LABEL = 20
_WIDTH = 100


@dataclass(frozen=True)
class Findings:
    """One part of the report.

    Parameters
    ----------
    title
        Heading.
    entries
        Label, a few words, to a text; each line of it is wrapped within a column of its own.
    table
        Lines that are aligned already, shown as they are.
    problems
        What a person should do something about, a sentence each.
    """

    title: str
    entries: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    problems: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The report."""
        column = " " * (_LABEL + 3)
        lines = [
            wrapped(line, first=column if number else f"  {label:<{_LABEL}} ", others=column)
            for label, text in self.entries.items()
            for number, line in enumerate(text.splitlines())
        ]
        return [*lines, self.table] if self.table else lines

    def __str__(self) -> str:
        marked = (
            wrapped(f"PROBLEM: {spoken(p)}", first="  ", others="    ") for p in self.problems
        )
        return "\n".join([self.title, *self.lines, *marked, ""])


def wrapped(text: str, *, first: str, others: str) -> str:
    """Return a text in lines of at most 100 characters.

    Parameters
    ----------
    text
        One paragraph.
    first, others
        What the first line begins with, and the others.

    Returns
    -------
    str
    """
    return fill(
        text,
        width=_WIDTH,
        initial_indent=first,
        subsequent_indent=others,
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
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {name}" for name, count in ranked)
