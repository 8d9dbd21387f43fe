"""What an analysis found: tables, figures, numbers, warnings.

A study of the paper is an analysis, too; it adds a :class:`Finding` for each published number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.plots.panels import grid
from skimpy_renaissance.population import Ensemble

__all__ = ["AnalysisResult", "Drawing", "Finding", "named_where_narrow", "text_rows"]

_TITLE = 0.3  # height of a line of a title, inches
_LETTERS = 12.0  # of a title, in an inch
_NARROW = "Narrow ensemble: a generator's own draws, not the whole valid region"


@dataclass(frozen=True)
class Finding:
    """A number found here, beside the published one.

    Parameters
    ----------
    quantity
        What was measured, in words.
    published
        What the paper says of *its* organism; ``None`` where it gives no number.
    ours
        What was found; text for what is no single number, ``None`` where it could not be found.
    unit
        Unit of both: ``"%"``, ``"1/h"``, ``"h"``, or empty.
    note
        How many models it rests on, an interval, why it differs.

    Examples
    --------
    >>> found = sr.analyses.Finding("valid models", 92.0, 95.31, "%", "of 500 drawn")
    >>> found.shown_published, found.shown_ours
    ('92', '95.31')
    """

    quantity: str
    published: float | str | None
    ours: float | str | None
    unit: str = ""
    note: str = ""

    @property
    def shown_published(self) -> str:
        """The published number as text."""
        return _shown(self.published)

    @property
    def shown_ours(self) -> str:
        """The number found here as text."""
        return _shown(self.ours)


@dataclass(frozen=True)
class Drawing:
    """A figure that has yet to be drawn.

    Parameters
    ----------
    draw
        Draws on the figure that it is given.
    caption
        What is to be seen, one or two sentences.
    size
        Width and height, inches.

    Examples
    --------
    >>> slowest = bound.lambda_max(torch.tensor(population.log_km(bound.km_names)))
    >>> drawing = sr.analyses.Drawing.on_axes(
    ...     lambda ax: ax.hist(slowest), "Slowest modes of five models."
    ... )
    >>> titled = drawing.titled("Stable models")
    >>> titled.caption
    'Stable models. Slowest modes of five models.'
    >>> len(titled.figure().axes)
    1
    """

    draw: Callable[[Figure], object]
    caption: str
    size: tuple[float, float] = (6.4, 4.0)

    @classmethod
    def on_axes(
        cls, draw: Callable[[Axes], object], caption: str, *, size: tuple[float, float] = (6.4, 4.0)
    ) -> Drawing:
        """Return the drawing of a single plot.

        Parameters
        ----------
        draw
            Draws on the axes that it is given.
        caption
            What is to be seen.
        size
            Width and height, inches.

        Returns
        -------
        Drawing
        """
        return cls(lambda figure: draw(figure.add_subplot()), caption, size)

    @classmethod
    def on_panels(
        cls,
        draw: Callable[[list[Axes]], object],
        caption: str,
        *,
        n: int,
        columns: int = 2,
        panel: tuple[float, float] = (3.4, 2.7),
    ) -> Drawing:
        """Return the drawing of several plots in rows.

        Parameters
        ----------
        draw
            Draws on the axes that it is given.
        caption
            What is to be seen.
        n
            How many axes.
        columns
            Panels beside each other, at most.
        panel
            Width and height of a panel, inches.

        Returns
        -------
        Drawing
        """
        columns = min(columns, n)
        size = (panel[0] * columns + 0.4, panel[1] * -(-n // columns) + 0.2)
        return cls(lambda figure: draw(grid(figure, n, columns=columns)), caption, size)

    def titled(self, title: str) -> Drawing:
        """Return the drawing under a title, with which its caption begins.

        Parameters
        ----------
        title
            What has to be seen with the figure, wherever it goes.

        Returns
        -------
        Drawing
        """
        width, height = self.size
        lines = wrap(title, int(_LETTERS * width))

        def draw(figure: Figure) -> None:
            self.draw(figure)
            figure.suptitle("\n".join(lines), fontsize="medium")

        size = (width, height + _TITLE * len(lines))
        return Drawing(draw, f"{title}. {self.caption}", size)

    def figure(self) -> Figure:
        """Draw.

        Returns
        -------
        matplotlib.figure.Figure
            Attached to no window.
        """
        figure = Figure(figsize=self.size, layout="constrained")
        self.draw(figure)
        return figure


@dataclass(frozen=True, eq=False, kw_only=True)
class AnalysisResult:
    """What an analysis found.

    Parameters
    ----------
    tables
        Name to table; written as CSV.
    drawings
        Name to figure; written as PNG and SVG.
    numbers
        The main numbers, plain JSON.
    warnings
        What a reader has to know before believing the numbers, a sentence or two each.
    summary
        Heading to a small table, rows of text of which the first one names the columns: what a
        command prints and a report shows.
    files
        File name to the function that writes it to a path: results that are no table, as a
        population of selected models.
    findings
        Published and own numbers, side by side; only studies have any.

    Examples
    --------
    >>> table = pd.DataFrame({"state": ["97"], "valid": [0.12]})
    >>> result = sr.analyses.AnalysisResult(
    ...     tables={"states": table}, numbers={"valid": 0.12}, warnings=["One state only."]
    ... )
    >>> result.tables["states"]
      state  valid
    0    97   0.12
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    numbers: Mapping[str, object] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    summary: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    files: Mapping[str, Callable[[Path], object]] = field(default_factory=dict)
    findings: Sequence[Finding] = ()


def named_where_narrow(drawings: Mapping[str, Drawing], *ensembles: Ensemble) -> dict[str, Drawing]:
    """Return drawings that say in a title where models are a narrow corner of the valid region.

    Parameters
    ----------
    drawings
        Of these models.
    *ensembles
        What the models stand for.

    Returns
    -------
    dict
        The same where no ensemble is narrow.
    """
    if not any(one.narrow for one in ensembles):
        return dict(drawings)
    return {name: drawing.titled(_NARROW) for name, drawing in drawings.items()}


def text_rows(
    rows: Sequence[Mapping[str, str]], heading: str = ""
) -> dict[str, list[tuple[str, ...]]]:
    """Return a table of a summary from rows that all have the same columns.

    Parameters
    ----------
    rows
        Column to text.
    heading
        Heading of the table.

    Returns
    -------
    dict
        ``heading`` to rows of cells, the names of the columns first; empty without rows.
    """
    return {heading: [tuple(rows[0]), *(tuple(row.values()) for row in rows)]} if rows else {}


def _shown(value: float | str | None) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.4g}"
