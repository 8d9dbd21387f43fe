"""What is written beside each result, so that it can be traced and repeated.

``run.json`` holds settings, seed, units, versions, hashes of the input files and the main numbers;
``resolved.toml`` holds the settings as a run file that repeats the run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Protocol

from skimpy_renaissance.atomic import write_json, write_text
from skimpy_renaissance.cli.input_files import InputFile, hashes_of
from skimpy_renaissance.cli.run_file import as_tables, to_toml
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import FileFormatError, OutputError, listed
from skimpy_renaissance.learning import OPTIMIZERS, REWARDS
from skimpy_renaissance.setups import require_same_setup
from skimpy_renaissance.storage import make_folder, read_json
from skimpy_renaissance.versions import versions

__all__ = [
    "RECORD",
    "RESOLVED",
    "Record",
    "Traceable",
    "claim_folder",
    "read_record",
    "require_output",
]

RECORD = "run.json"
RESOLVED = "resolved.toml"
_FORMAT = "skimpy_renaissance run"


class Traceable(Protocol):
    """What a command worked on, as far as a record needs to know."""

    @property
    def settings(self) -> Settings:
        """The settings, completed by what the files say."""

    @property
    def input_files(self) -> Mapping[str, InputFile]:
        """Role to file."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What tells this problem from another, plain JSON; ``units`` among it."""

    def identity_as_in(self, stored: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the identity in the form of one that an earlier version stored."""


@dataclass(frozen=True)
class Record:
    """Origin of a result.

    Parameters
    ----------
    command
        For example ``"train"``.
    inputs
        What it worked on.
    started
        UTC, by default now.
    """

    command: str
    inputs: Traceable
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def write(self, path: Path, *, status: str, results: Mapping[str, object]) -> None:
        """Write the record as JSON, atomically.

        Parameters
        ----------
        path
            The file.
        status
            ``"running"``, ``"stopped"`` or ``"complete"``.
        results
            The main numbers, plain JSON.

        Raises
        ------
        OutputError
            ``path`` cannot be written.
        """
        identity = self.inputs.identity
        now = datetime.now(timezone.utc)
        content = {
            "format": _FORMAT,
            "command": self.command,
            "status": status,
            "started": self.started.isoformat(timespec="seconds"),
            "written": now.isoformat(timespec="seconds"),
            "versions": versions(),
            "arguments": sys.argv[1:],
            "seed": self.inputs.settings.run.seed,
            "units": identity["units"],
            "identity": identity,
            "inputs": {role: asdict(file) for role, file in self.inputs.input_files.items()},
            "settings": as_tables(self.inputs.settings),
            "results": dict(results),
        }
        write_json(path, content)


def read_record(path: Path) -> dict[str, Any]:
    """Read what :meth:`Record.write` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict

    Raises
    ------
    FileFormatError
        The file is absent, or something else.
    """
    content = read_json(path, what="the record of a run")
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise FileFormatError(f"{path} is not the record of a run of this package.")
    return content


def require_output(settings: Settings) -> Path:
    """Return the folder for results.

    Parameters
    ----------
    settings
        Of the run.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OutputError
        None is named.
    """
    if settings.run.output is None:
        raise OutputError(
            "A folder for the results is needed. Name it with --output FOLDER, or as output in "
            "[run] of the run file."
        )
    return settings.run.output


def claim_folder(record: Record, *, files: tuple[str, ...]) -> Path:
    """Make the folder for results, or recognise one in which the same run was begun.

    Parameters
    ----------
    record
        Record of the run that wants the folder; written there with the status "running".
    files
        Names that will be written beside ``run.json`` and ``resolved.toml``; a figure
        ``name.png`` stands for ``name.svg`` too.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OutputError
        None is named, it cannot be written, or it holds other results or files.
    InputError
        It holds the same command's run with other settings or inputs.
    FileFormatError
        It holds a ``run.json`` that is not a record.
    """
    settings = record.inputs.settings
    folder = require_output(settings)
    make_folder(folder, hint="Choose another with --output.")
    drawn = [name.replace(".png", ".svg") for name in files if name.endswith(".png")]
    present = [name for name in (*files, *drawn) if (folder / name).exists()]
    if (folder / RECORD).exists():
        stored = read_record(folder / RECORD)
        if stored.get("command") != record.command:
            raise OutputError(
                f"{folder} holds the results of {stored.get('command')!r}. Choose another folder "
                "with --output."
            )
        if present:  # else the run ended before it wrote anything: nothing to go on from
            _require_same_run(stored, record, folder)
    elif present or (folder / RESOLVED).exists():
        raise OutputError(
            f"{folder} already holds {listed(present or [RESOLVED])}, which this command did not "
            "write and would replace. Choose another folder with --output."
        )
    record.write(folder / RECORD, status="running", results={})
    write_text(folder / RESOLVED, to_toml(settings, folder=folder))
    return folder


def _require_same_run(stored: Mapping[str, Any], record: Record, folder: Path) -> None:
    try:
        files = {role: InputFile(**file) for role, file in stored["inputs"].items()}
        before = {
            "settings": _decisive(stored["settings"], record.command),
            "inputs": {**hashes_of(files), **stored["identity"]},
        }
        inputs = record.inputs.identity_as_in(stored["identity"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(
            f"{folder / RECORD} is no complete record of a run ({error!r}): it is damaged, or was "
            "edited. Choose another folder with --output."
        ) from error
    require_same_setup(
        before,
        {
            "settings": _decisive(as_tables(record.inputs.settings), record.command),
            "inputs": inputs,
        },
        place=folder,
        what="a run",
        instead="Choose another folder with --output, or repeat the stored settings "
        f"(--config {folder / RESOLVED}) to resume.",
    )


def _decisive(settings: Mapping[str, Mapping[str, Any]], command: str) -> dict[str, Any]:
    """Leave out what does not change results: places of files, cores; a search checks its own.

    Settings of designs, and of what is built, decide on those alone.

    What an older record does not know of had its default.
    """
    defaults = as_tables(Settings())
    complete = {
        section: {**defaults.get(section, {}), **settings.get(section, {})}
        for section in {**defaults, **settings}
    }
    chosen = complete["training"]["optimizer"] or Settings().optimizer
    complete["training"]["optimizer"] = chosen
    if complete["criterion"]["partition"] is None:
        complete["criterion"]["partition"] = Settings().to_criterion().partition
    idle = {*OPTIMIZERS, *REWARDS} - {chosen, complete["training"]["reward"]}
    return {
        f"{section}.{key}": value
        for section, table in complete.items()
        for key, value in table.items()
        if section not in ("data", "tune", *idle)
        and (section not in ("design", "build") or command == section)
        and key not in ("file", "conservation", "regulation", "threads", "processes", "cluster")
        and (section, key) != ("run", "output")
    }
