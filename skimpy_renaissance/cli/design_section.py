"""Strain designs in a report: what the folder of the command ``design`` holds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from skimpy_renaissance.analyses.design import design_summary
from skimpy_renaissance.cli.design import DESIGNED, FIGURES
from skimpy_renaissance.cli.record import RECORD, read_record
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.report import Block, Picture, Section, Table, Text, Warn
from skimpy_renaissance.tables import read_table

__all__ = ["design_section"]

_CAPTIONS = {
    "gains": "Factor on the objective: promised to first order, and reached in new steady states; "
    "bars hold 25 to 75 %, lines 5 to 95 % of the models, ticks are medians.",
    "enzymes": "Enzymes of the best designs, with their fold changes.",
    "measure": "Share of the variance of the gain over the models that each constant explains; "
    "dashed, the most that chance finds.",
    "promised_reached": "Reached in the new steady state of every model, over what was promised.",
}


def design_section(folder: Path) -> Section:
    """Return the designs of a folder as a section.

    Parameters
    ----------
    folder
        Written by ``skimpy-renaissance design``.

    Returns
    -------
    Section

    Raises
    ------
    FileFormatError
        The folder holds no complete designs.
    """
    record = read_record(folder / RECORD)
    if record.get("command") != DESIGNED or record.get("status") != "complete":
        raise FileFormatError(
            f"{folder} holds no complete designs, but the {record.get('status')} results of "
            f"{record.get('command')!r}. Name a folder that skimpy-renaissance design has written."
        )
    found = record["results"]
    designs, gains = (_table(folder / f"{name}.csv") for name in ("designs", "gains"))
    (rows,) = design_summary(designs, gains).values()
    head, *body = rows
    blocks: list[Block] = [
        Text(
            f"{found['designs']} designs raise {found['objective']} in {found['models']} models "
            f"({found['aim']}); {found['certificate']}."
        ),
        Table(head, body, "Promised and reached are factors on the objective."),
    ]
    blocks += [
        Picture.of_png((folder / name).read_bytes(), _CAPTIONS[Path(name).stem])
        for name in FIGURES
        if (folder / name).is_file()
    ]
    return Section("Strain designs", [*blocks, *map(Warn, found["warnings"])])


def _table(path: Path) -> pd.DataFrame:
    """Read a table; one without rows and columns is one of no designs that were followed."""
    return pd.DataFrame() if not path.read_text().strip() else read_table(path)
