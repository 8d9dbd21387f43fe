"""A study on disk: its result, and a manifest with everything but pictures and tables.

``study.json`` is written last: where it is, the study is complete. A report is
made from it without recomputation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, result_as_json, write_result
from skimpy_renaissance.analyses.writing import plain, write_table
from skimpy_renaissance.atomic import write_json
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.storage import read_json
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.versions import versions

__all__ = [
    "COMPARISON",
    "MANIFEST",
    "WrittenStudy",
    "comparison_table",
    "read_study",
    "write_study",
]

MANIFEST = "study.json"
COMPARISON = "comparison.csv"
_FORMAT = "skimpy_renaissance study"


@dataclass(frozen=True)
class WrittenStudy:
    """A complete study, as its folder holds it.

    Parameters
    ----------
    folder
        Where figures and tables lie.
    name, source, question
        As in :class:`~skimpy_renaissance.studies.study.Study`.
    case
        The organism, in words.
    scale
        ``"full"`` or ``"quick"``.
    findings
        Published and own numbers.
    captions
        Name of a figure to its caption; the files are ``name.png`` and ``name.svg``.
    tables
        Names of the CSV files, without suffix.
    warnings
        What to know before believing the numbers.
    origin
        What tells this study from another of the same name: inputs, settings, seed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> found = sr.analyses.Finding("incidence", 92.0, 95.3, "%")
    >>> result = sr.analyses.AnalysisResult(findings=[found], warnings=["One repeat only."])
    >>> study = STUDIES["incidence"]
    >>> written = sr.studies.write_study(
    ...     Path("incidence"), study, result, case="E. coli core", scale="quick", origin={"seed": 1}
    ... )
    >>> written.source, written.findings[0].ours, written.warnings
    ('Fig. 2a, 2b', 95.3, ('One repeat only.',))
    """

    folder: Path
    name: str
    source: str
    question: str
    case: str
    scale: str
    findings: tuple[Finding, ...]
    captions: Mapping[str, str]
    tables: tuple[str, ...]
    warnings: tuple[str, ...]
    origin: Mapping[str, Any]


def write_study(
    folder: Path,
    study: Study[Any],
    result: AnalysisResult,
    *,
    case: str,
    scale: str,
    origin: Mapping[str, object],
) -> WrittenStudy:
    """Write everything a study found.

    Parameters
    ----------
    folder
        Made if absent.
    study
        The question.
    result
        The answer.
    case
        The organism, in words.
    scale
        ``"full"`` or ``"quick"``.
    origin
        Plain JSON that tells this study from another of the same name.

    Returns
    -------
    WrittenStudy

    Raises
    ------
    OutputError
        The folder cannot be written to.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> found = sr.analyses.Finding("incidence", 92.0, 95.3, "%")
    >>> written = sr.studies.write_study(
    ...     Path("incidence"),
    ...     STUDIES["incidence"],
    ...     sr.analyses.AnalysisResult(findings=[found]),
    ...     case="E. coli core",
    ...     scale="quick",
    ...     origin={"seed": 1},
    ... )
    >>> sorted(path.name for path in written.folder.iterdir())
    ['comparison.csv', 'study.json']
    """
    write_result(folder, result)
    write_table(folder, COMPARISON.removesuffix(".csv"), _rows(tuple(result.findings)))
    write_json(
        folder / MANIFEST,
        {
            "format": _FORMAT,
            "name": study.name,
            "source": study.source,
            "question": study.question,
            "case": case,
            "scale": scale,
            **result_as_json(result),
            "origin": plain(origin),
            "versions": versions(),
        },
    )
    return read_study(folder)


def read_study(folder: Path) -> WrittenStudy:
    """Read what :func:`write_study` wrote.

    Parameters
    ----------
    folder
        Holds ``study.json``.

    Returns
    -------
    WrittenStudy

    Raises
    ------
    FileFormatError
        The folder holds no complete study.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> result = sr.analyses.AnalysisResult(warnings=["One repeat only."])
    >>> study = STUDIES["incidence"]
    >>> made = sr.studies.write_study(
    ...     Path("incidence"), study, result, case="E. coli core", scale="quick", origin={"seed": 1}
    ... )
    >>> sr.studies.read_study(Path("incidence")).question
    'How fast does training raise the share of valid models, and how surely?'
    """
    path = folder / MANIFEST
    content = read_json(path, what="a complete study")
    try:
        if content["format"] != _FORMAT:
            raise KeyError("format")
        study = WrittenStudy(
            folder=folder,
            findings=tuple(Finding(**finding) for finding in content["findings"]),
            tables=tuple(content["tables"]),
            warnings=tuple(content["warnings"]),
            **{
                key: content[key]
                for key in ("name", "source", "question", "case", "scale", "captions", "origin")
            },
        )
        _require_text(study)
    except (KeyError, TypeError, OverflowError) as error:
        raise FileFormatError(f"{path} cannot be read as a complete study: {error!r}.") from error
    return study


def _require_text(study: WrittenStudy) -> None:
    """Raise ``TypeError`` where something stands in the place of text or of a number."""
    texts = {name: getattr(study, name) for name in ("name", "source", "question", "case", "scale")}
    texts |= {f"tables {n}": one for n, one in enumerate(study.tables)}
    texts |= {f"warnings {n}": one for n, one in enumerate(study.warnings)}
    texts |= {f"caption {name}": one for name, one in dict(study.captions).items()}
    for n, finding in enumerate(study.findings):
        found = asdict(finding)
        texts |= {
            f"{name} of finding {n}": found.pop(name) for name in ("quantity", "unit", "note")
        }
        for name, value in found.items():
            if not isinstance(value, int | float | str | None):
                raise TypeError(f"{name} of finding {n} must be a number or text, it is {value!r}")
            if isinstance(value, int):
                float(value)  # OverflowError: a table holds no number of hundreds of digits
    for name, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} must be text, it is {value!r}")


def comparison_table(studies: list[WrittenStudy]) -> pd.DataFrame:
    """Return every finding of several studies, published beside ours.

    Parameters
    ----------
    studies
        In the order of the rows.

    Returns
    -------
    pandas.DataFrame
        Columns ``study``, ``source``, ``case``, ``scale``, ``quantity``, ``published``, ``ours``,
        ``unit``, ``note``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> found = sr.analyses.Finding("incidence", 92.0, 95.3, "%")
    >>> result = sr.analyses.AnalysisResult(findings=[found])
    >>> study = STUDIES["incidence"]
    >>> written = sr.studies.write_study(
    ...     Path("incidence"), study, result, case="E. coli core", scale="quick", origin={"seed": 1}
    ... )
    >>> sr.studies.comparison_table([written])[["study", "quantity", "published", "ours", "unit"]]
           study   quantity  published  ours unit
    0  incidence  incidence       92.0  95.3    %
    """
    tables = [
        _rows(study.findings).assign(
            study=study.name, source=study.source, case=study.case, scale=study.scale
        )
        for study in studies
    ]
    columns = ["study", "source", "case", "scale", *Finding.__dataclass_fields__]
    return pd.concat(tables, ignore_index=True)[columns]


def _rows(findings: tuple[Finding, ...]) -> pd.DataFrame:
    return pd.DataFrame([asdict(f) for f in findings], columns=list(Finding.__dataclass_fields__))
