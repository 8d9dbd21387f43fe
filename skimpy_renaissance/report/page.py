"""From sections to one HTML file: style and pictures are inside, nothing is loaded."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from skimpy_renaissance._version import __version__
from skimpy_renaissance.atomic import write_text
from skimpy_renaissance.plots.names_as_written import names_as_written

__all__ = ["Block", "Lines", "Picture", "Section", "Table", "Text", "Warn", "write_page"]

_TEMPLATE = files("skimpy_renaissance.report") / "page.html.j2"


@dataclass(frozen=True)
class Text:
    """A paragraph.

    Parameters
    ----------
    text
        Plain text; escaped where it is shown.
    """

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Warn:
    """What a reader has to know before believing the numbers.

    Parameters
    ----------
    text
        Plain text.
    """

    text: str
    kind: str = "warning"


@dataclass(frozen=True)
class Lines:
    """Lines that are aligned in columns already.

    Parameters
    ----------
    text
        Plain text, shown as it is.
    """

    text: str
    kind: str = "lines"


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    head
        Names of the columns.
    rows
        Cells as text, a row for each line.
    caption
        Below the table.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A picture, held as the text of an ``img`` source.

    Parameters
    ----------
    source
        ``data:`` address.
    caption
        Below the picture, and read out where it cannot be seen.
    """

    source: str
    caption: str
    kind: str = "picture"

    @classmethod
    def of_png(cls, png: bytes, caption: str) -> Picture:
        """Hold a PNG.

        Parameters
        ----------
        png
            The file's bytes.
        caption
            What is to be seen.

        Returns
        -------
        Picture
        """
        return cls(f"data:image/png;base64,{b64encode(png).decode('ascii')}", caption)

    @classmethod
    def of_figure(cls, figure: Figure, caption: str) -> Picture:
        """Draw a figure and hold it.

        Parameters
        ----------
        figure
            Not attached to a window.
        caption
            What is to be seen.

        Returns
        -------
        Picture
        """
        buffer = BytesIO()
        names_as_written(figure).savefig(buffer, format="png", dpi=150)
        return cls.of_png(buffer.getvalue(), caption)


Block: TypeAlias = Text | Warn | Lines | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Parameters
    ----------
    title
        Its heading, and its entry in the table of contents.
    blocks
        What it holds, in reading order.
    """

    title: str
    blocks: Sequence[Block]


def write_page(path: Path, sections: Sequence[Section], *, title: str, subtitle: str = "") -> None:
    """Write sections as one HTML file, atomically.

    Parameters
    ----------
    path
        The file.
    sections
        In reading order.
    title, subtitle
        At the top.

    Raises
    ------
    OutputError
        ``path`` cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Section, Text, write_page
    >>> write_page(Path("page.html"), [Section("Growth", [Text("0.61 1/h")])], title="A report")
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    text = template.render(
        title=title,
        subtitle=subtitle,
        sections=sections,
        version=__version__,
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    )
    write_text(path, text)
