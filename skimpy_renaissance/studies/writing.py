"""A study's result on disk: figures (PNG, SVG), tables (CSV), numbers (JSON), all atomically.

``study.json`` is written last: where it is, the study is complete. It holds everything but the
pictures and tables, which lie beside it, so that a report needs no recomputation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from skimpy_renaissance.atomic import atomic_path, write_json
from skimpy_renaissance.errors import FileFormatError, OutputError
from skimpy_renaissance.studies.study import Finding, Study, StudyResult

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
    result: StudyResult,
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
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    for name, drawing in result.drawings.items():
        figure = Figure(figsize=drawing.size, layout="constrained")
        drawing.draw(figure)
        for suffix in (".png", ".svg"):
            with atomic_path(folder / f"{name}{suffix}") as temporary:
                figure.savefig(temporary, dpi=150)
    for name, table in result.tables.items():
        with atomic_path(folder / f"{name}.csv") as temporary:
            table.to_csv(temporary, index=not isinstance(table.index, pd.RangeIndex))
    findings = tuple(result.findings)
    with atomic_path(folder / COMPARISON) as temporary:
        _rows(findings).to_csv(temporary, index=False)
    write_json(
        folder / MANIFEST,
        {
            "format": _FORMAT,
            "name": study.name,
            "source": study.source,
            "question": study.question,
            "case": case,
            "scale": scale,
            "findings": [_plain(asdict(finding)) for finding in findings],
            "captions": {name: drawing.caption for name, drawing in result.drawings.items()},
            "tables": list(result.tables),
            "warnings": list(result.warnings),
            "numbers": _plain(result.numbers),
            "origin": _plain(origin),
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
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise KeyError("format")
        return WrittenStudy(
            folder=folder,
            findings=tuple(Finding(**finding) for finding in content["findings"]),
            tables=tuple(content["tables"]),
            warnings=tuple(content["warnings"]),
            **{
                key: content[key]
                for key in ("name", "source", "question", "case", "scale", "captions", "origin")
            },
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileFormatError(f"{path} cannot be read as a complete study: {error!r}.") from error


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


def _plain(value: Any) -> Any:
    """Replace what JSON cannot hold: numbers that are not finite become ``None``."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # NumPy's scalars and arrays
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
