"""Reports: one HTML file that needs no server, no internet and nothing beside it.

In pipeline order: :class:`Section` (text, tables, pictures, warnings, commands), ``write_page``
that makes a file of them, ``study_section`` for a study as its folder holds it, ``write_report``
for all studies of a folder. How a report opens is in ``report.verdict`` and ``report.decay``.
"""

from skimpy_renaissance.report.page import (
    Block,
    Commands,
    Folded,
    Lines,
    Picture,
    Points,
    Section,
    Table,
    Text,
    Warn,
    write_page,
)
from skimpy_renaissance.report.studies import study_section, write_report

__all__ = [
    "Section",
    "Block",
    "Text",
    "Lines",
    "Table",
    "Picture",
    "Warn",
    "Points",
    "Commands",
    "Folded",
    "write_page",
    "study_section",
    "write_report",
]
