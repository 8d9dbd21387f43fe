"""An analysis as part of a report: its summary, its figures, its warnings."""

from __future__ import annotations

from collections.abc import Sequence

from skimpy_renaissance.analyses import AnalysisResult
from skimpy_renaissance.report.page import Block, Folded, Picture, Table, Warn

__all__ = ["cautions", "result_blocks"]

_CAUTIONS = 3  # shown at once


def result_blocks(result: AnalysisResult, *, caption: str = "") -> list[Block]:
    """Return what an analysis found as blocks of a section.

    Parameters
    ----------
    result
        What was found.
    caption
        Below tables without a heading of their own.

    Returns
    -------
    list
        Blocks in the order in which they are read.
    """
    blocks: list[Block] = []
    for heading, (head, *rows) in result.summary.items():
        if rows:
            blocks.append(Table(head, rows, heading or caption))
    blocks += [
        Picture.of_figure(drawing.figure(), drawing.caption) for drawing in result.drawings.values()
    ]
    return [*blocks, *cautions(result.warnings)]


def cautions(warnings: Sequence[str]) -> list[Block]:
    """Return warnings as blocks, the first few of them in sight.

    Parameters
    ----------
    warnings
        What a reader has to know.

    Returns
    -------
    list
    """
    first, rest = warnings[:_CAUTIONS], warnings[_CAUTIONS:]
    shown: list[Block] = [*map(Warn, first)]
    return [*shown, Folded(f"{len(rest)} more cautions", [*map(Warn, rest)])] if rest else shown
