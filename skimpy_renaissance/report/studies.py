"""Studies as sections of a report: question, numbers published and found, warnings, figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skimpy_renaissance.analyses import Finding
from skimpy_renaissance.report.analysis import cautions
from skimpy_renaissance.report.decay import LAMBDA_MAX_IN_WORDS, decay_drawing, demand_in_words
from skimpy_renaissance.report.page import (
    Block,
    Commands,
    Folded,
    Picture,
    Points,
    Section,
    Table,
    Text,
    write_page,
)
from skimpy_renaissance.studies import WrittenStudy, read_study
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.studies.written_study import MANIFEST

__all__ = ["REPORT", "study_section", "write_report"]

REPORT = "report.html"
_HEAD = ("", "published", "found here", "note")
_NEAR = 0.1  # of the published number


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
    blocks: list[Block] = [
        Text(f"{study.question} ({study.source} of the paper; {study.scale}.)"),
        *cautions(study.warnings),
    ]
    compared = [one for one in study.findings if one.published is not None]
    others = [one for one in study.findings if one.published is None]
    if compared:
        blocks.append(_table(compared))
    if others:
        table = _table(others)
        blocks.append(
            Folded("Numbers that the paper does not give", [table]) if compared else table
        )
    blocks += [
        Picture.of_png((study.folder / f"{name}.png").read_bytes(), caption)
        for name, caption in study.captions.items()
    ]
    if study.tables:
        names = ", ".join(f"{study.folder.name}/{name}.csv" for name in study.tables)
        blocks.append(Text(f"Tables beside this report: {names}"))
    return Section(_title(study), blocks)


def _title(study: WrittenStudy) -> str:
    return study.name.replace("-", " ").capitalize()


def _table(findings: Sequence[Finding]) -> Table:
    rows = [(one.quantity, *_with_unit(one), one.note) for one in findings]
    return Table(_HEAD, rows)


def _with_unit(finding: Finding) -> tuple[str, str]:
    """Return both numbers, each with its unit."""
    pairs = (
        (finding.published, finding.shown_published),
        (finding.ours, finding.shown_ours),
    )
    published, ours = (
        text if value is None else f"{text} {finding.unit}".rstrip() for value, text in pairs
    )
    return published, ours


def write_report(folder: Path, *, title: str = "", steps: Commands | None = None) -> Path:
    """Write one report over all complete studies of a folder.

    Parameters
    ----------
    folder
        Holds one folder per study.
    title
        The organism; by default that of the first study.
    steps
        What to do next.

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
    studies = [read_study(place) for place in places]
    path = folder / REPORT
    write_page(
        path,
        [
            *([_opening(studies)] if studies else []),
            *map(study_section, studies),
            *([Section("What to do next", [steps])] if steps is not None else []),
        ],
        title=title or next((one.case for one in studies), folder.name),
        subtitle="Studies of the RENAISSANCE paper: published numbers are those of the paper's "
        "E. coli model, numbers found here those of the model named above.",
    )
    return path


def _opening(studies: Sequence[WrittenStudy]) -> Section:
    """Say how far the numbers of the paper were met, and what that permits."""
    scales = " and ".join(sorted({one.scale for one in studies}))
    both = [
        (float(one.published), float(one.ours))
        for study in studies
        for one in study.findings
        if isinstance(one.published, int | float) and isinstance(one.ours, int | float)
    ]
    near = sum(abs(ours - published) <= _NEAR * abs(published) for published, ours in both)
    told = f"{len(studies)} of {len(STUDIES)} studies of the paper were carried out ({scales})."
    if both:
        told += (
            f" Of {len(both)} numbers that the paper gives, {near} are met here to within a tenth."
        )
    blocks: list[Block] = [Text(told)]
    if headlines := [(_title(study), *_headline(study)) for study in studies if study.findings]:
        blocks.append(Table(("study", "first number", "published", "found here"), headlines))
    some_narrow = any("narrow" in one.quantity for study in studies for one in study.findings)
    if some_narrow:
        blocks.append(
            Text(
                "Numbers marked narrow are those of a generator's own draws, a corner of the valid "
                "region, as in the paper; the others are of models of the whole valid region."
            )
        )
    criterion = studies[0].origin.get("criterion")
    if isinstance(criterion, dict) and isinstance(criterion.get("partition"), int | float):
        partition = float(criterion["partition"])
        drawing = decay_drawing({}, partition)
        blocks += [
            Text(f"{LAMBDA_MAX_IN_WORDS} {demand_in_words(partition)}"),
            Picture.of_figure(drawing.figure(), drawing.caption),
        ]
    may_not = ["To take a difference from the paper for an error: it is another kinetic model."]
    if "quick" in scales:
        may_not.insert(0, "To quote these numbers: quick runs have few models and repeats.")
    if some_narrow:
        may_not.append("Averages over narrow models: they look surer than they are.")
    blocks += [
        Points("This permits", ["To see which findings of the paper hold for this model, too."]),
        Points("This does not permit", may_not),
    ]
    return Section("In short", blocks)


def _headline(study: WrittenStudy) -> tuple[str, str, str]:
    numbers = [one for one in study.findings if isinstance(one.published, int | float)]
    first = (numbers or study.findings)[0]
    return first.quantity, *_with_unit(first)
