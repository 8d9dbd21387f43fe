"""From sections to one HTML file: style and pictures are inside, nothing is loaded."""

from __future__ import annotations

import re
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

__all__ = [
    "Block",
    "Commands",
    "Folded",
    "Lines",
    "Picture",
    "Points",
    "Section",
    "Table",
    "Text",
    "Warn",
    "write_page",
]

_TOGETHER = re.compile(
    r"[-\d.,e+]*\d (?:%|1/h|h|min|s|mol/L|mmol/gDW/h|kJ/mol)(?!\w)|--[a-z][a-z-]+"
)
_TEMPLATE = files("skimpy_renaissance.report") / "page.html.j2"


@dataclass(frozen=True)
class Text:
    """A paragraph.

    Parameters
    ----------
    text
        Plain text; escaped where it is shown.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Section, Text, write_page
    >>> write_page(Path("page.html"), [Section("Km", [Text("all < 1 mmol/L")])], title="A report")
    >>> "all &lt; 1" in Path("page.html").read_text()  # text is no markup
    True
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

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Section, Warn, write_page
    >>> few = Warn("Only five models were drawn: a share of them is no more than a guess.")
    >>> write_page(Path("page.html"), [Section("Growth", [few])], title="A report")
    >>> few.kind  # what it is marked as there
    'warning'
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

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Lines, Section, write_page
    >>> shares = pd.Series({"before": 0.02, "after": 0.95}, name="valid")
    >>> table = Lines(shares.to_string())
    >>> write_page(Path("page.html"), [Section("Training", [table])], title="A report")
    >>> print(table.text)
    before    0.02
    after     0.95
    """

    text: str
    kind: str = "lines"


@dataclass(frozen=True)
class Points:
    """Short statements under one heading.

    Parameters
    ----------
    lead
        What they have in common.
    items
        Plain text, a sentence each.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Points, Section, write_page
    >>> points = Points("What is sure", ["Growth rises in all models.", "PFK matters in 9 of 10."])
    >>> write_page(Path("page.html"), [Section("Findings", [points])], title="A report")
    >>> "PFK matters" in Path("page.html").read_text()
    True
    """

    lead: str
    items: Sequence[str]
    kind: str = "points"


@dataclass(frozen=True)
class Commands:
    """Command lines to be typed, each with what it is for.

    Parameters
    ----------
    steps
        The line, and its purpose in words.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Commands, Section, write_page
    >>> steps = Commands([("skimpy-renaissance demo", "see what a run gives")])
    >>> write_page(Path("page.html"), [Section("Next", [steps])], title="A report")
    >>> "skimpy-renaissance demo" in Path("page.html").read_text()
    True
    """

    steps: Sequence[tuple[str, str]]
    kind: str = "commands"


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    head
        Names of the columns, with the unit of their numbers; may be none.
    rows
        Cells as text, a row for each line.
    caption
        Below the table.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Section, Table, write_page
    >>> rows = [("growth", "0.61 1/h"), ("glucose", "-9.4 mmol/gDW/h")]
    >>> table = Table(("quantity", "value"), rows, "At the reference state.")
    >>> write_page(Path("page.html"), [Section("State", [table])], title="A report")
    >>> "-9.4 mmol/gDW/h" in Path("page.html").read_text()
    True
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

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(2, 1))
    >>> _ = figure.add_subplot().plot([0, 1], [0.02, 0.95])
    >>> picture = sr.report.Picture.of_figure(figure, "Share of valid models.")
    >>> picture.source[:22]  # the figure itself is in the page
    'data:image/png;base64,'
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


@dataclass(frozen=True)
class Folded:
    """Details: shown when their title is clicked, and always in print.

    Parameters
    ----------
    title
        What they are.
    blocks
        In reading order.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Folded, Section, Text, write_page
    >>> details = Folded("Settings", [Text("200 generations of 20 candidates.")])
    >>> write_page(Path("page.html"), [Section("Training", [details])], title="A report")
    >>> "<summary>Settings" in Path("page.html").read_text()
    True
    """

    title: str
    blocks: Sequence[Block]
    kind: str = "folded"


Block: TypeAlias = "Text | Warn | Lines | Points | Commands | Table | Picture | Folded"
"""What a section holds.

>>> found: list[sr.report.Block] = [sr.report.Text("Five models."), sr.report.Warn("Few.")]
>>> [block.kind for block in found]
['text', 'warning']
"""


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Parameters
    ----------
    title
        Its heading, and its entry in the table of contents.
    blocks
        What it holds, in reading order.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.report import Section, Text, Warn, write_page
    >>> training = Section("Training", [Text("95 % of 500 models are valid."), Warn("One seed.")])
    >>> write_page(Path("page.html"), [training], title="A report")
    >>> [block.kind for block in training.blocks]
    ['text', 'warning']
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
    environment.filters["joined"] = _joined
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    text = template.render(
        title=title,
        subtitle=subtitle,
        sections=sections,
        version=__version__,
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    )
    write_text(path, text)


def _joined(escaped: str) -> str:
    """Keep numbers with their units, and flags, on one line."""
    return _TOGETHER.sub(r'<span class="n">\g<0></span>', str(escaped))
