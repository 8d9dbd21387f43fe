"""Studies as sections of a report: question, numbers published and found, warnings, figures."""

from __future__ import annotations

from pathlib import Path

from skimpy_renaissance.report.page import Block, Picture, Section, Table, Text, Warn, write_page
from skimpy_renaissance.studies import WrittenStudy, read_study
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.studies.written_study import MANIFEST

__all__ = ["REPORT", "study_section", "write_report"]

REPORT = "report.html"
_HEAD = ("", "published", "found here", "unit", "note")


def study_section(study: WrittenStudy) -> Section:
    """Return a study as a section.

    Parameters
    ----------
    study
        As :func:`~skimpy_renaissance.studies.written_study.read_study` returns.

    Returns
    -------
    Section

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> found = sr.analyses.Finding("incidence", 92.0, 95.3, "%")
    >>> study = sr.studies.write_study(
    ...     Path("incidence"),
    ...     STUDIES["incidence"],
    ...     sr.analyses.AnalysisResult(findings=[found], warnings=["One repeat only."]),
    ...     case="E. coli core",
    ...     scale="quick",
    ...     origin={"seed": 1},
    ... )
    >>> section = sr.report.study_section(study)
    >>> section.title
    'Incidence'
    >>> print(section.blocks[0].text)
    How fast does training raise the share of valid models, and how surely? (Fig. 2a, 2b of
    the paper; quick.)
    """
    blocks: list[Block] = [Text(f"{study.question} ({study.source} of the paper; {study.scale}.)")]
    blocks += [Warn(text) for text in study.warnings]
    rows = [(f.quantity, f.shown_published, f.shown_ours, f.unit, f.note) for f in study.findings]
    if rows:
        blocks.append(Table(_HEAD, rows))
    blocks += [
        Picture.of_png((study.folder / f"{name}.png").read_bytes(), caption)
        for name, caption in study.captions.items()
    ]
    if study.tables:
        names = ", ".join(f"{study.folder.name}/{name}.csv" for name in study.tables)
        blocks.append(Text(f"Tables beside this report: {names}"))
    return Section(study.name.replace("-", " ").capitalize(), blocks)


def write_report(folder: Path, *, title: str) -> Path:
    """Write one report over all complete studies of a folder.

    Parameters
    ----------
    folder
        Holds one folder per study.
    title
        The organism.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FileFormatError
        A study cannot be read.
    OutputError
        The folder cannot be written to.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> found = sr.analyses.Finding("incidence", 92.0, 95.3, "%")
    >>> study = sr.studies.write_study(
    ...     Path("studies/incidence"),
    ...     STUDIES["incidence"],
    ...     sr.analyses.AnalysisResult(findings=[found]),
    ...     case="E. coli core",
    ...     scale="quick",
    ...     origin={"seed": 1},
    ... )
    >>> sr.report.write_report(Path("studies"), title="E. coli core").as_posix()
    'studies/report.html'
    """
    places = [folder / name for name in STUDIES if (folder / name / MANIFEST).exists()]
    sections = [study_section(read_study(place)) for place in places]
    path = folder / REPORT
    write_page(
        path,
        sections,
        title=title,
        subtitle="Studies of the RENAISSANCE paper: published numbers are those of the paper's "
        "E. coli model, numbers found here those of the model named above.",
    )
    return path
