"""One run of a command: its folder, its record, Ctrl-C, and what is printed at the end.

.. code-block:: python

    record = Record("robustness", inputs)
    run_analysis(record, lambda context: analyse_robustness(..., context), resumes="trajectories")
    return 0
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext, write_result
from skimpy_renaissance.analyses.writing import plain
from skimpy_renaissance.cli.console import INTERRUPTED, PROBLEMS, say, tell, text_table
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.held import held

__all__ = ["code_of_runs", "run_analysis", "stoppable"]


def run_analysis(
    record: Record,
    analyse: Callable[[RunContext], AnalysisResult],
    *,
    files: Sequence[str],
    resumes: str | None = "",
    announcement: str = "",
    options: Mapping[str, object] | None = None,
    says_how_far: bool = False,
) -> AnalysisResult:
    """Carry out an analysis in the output folder, write its result, and print the summary.

    Parameters
    ----------
    record
        Record of the run; its inputs name the output folder, seed, threads and runner.
    analyse
        Returns the result, given where and how it is carried out.
    files
        Names of files and folders that may be written beside ``run.json`` and ``resolved.toml``:
        where these are there already, the run must be the same one.
    resumes
        Folder below the output folder for what a stopped run resumes from; empty for that itself,
        ``None`` where nothing is kept.
    announcement
        Printed before work starts.
    options
        Kept in the record: what was asked for beyond the settings.
    says_how_far
        Whether the analysis itself says how far an earlier call came.

    Returns
    -------
    AnalysisResult

    Raises
    ------
    OutputError, InputError, FileFormatError
        The output folder cannot be used; see :func:`~skimpy_renaissance.cli.record.claim_folder`.
    typer.Exit
        With code 130, on Ctrl-C.
    """
    settings = record.inputs.settings
    with held(settings.run.output, hint="Choose another with --output."):
        place = settings.run.output
        kept = () if resumes is None else tuple(files)
        left = place is not None and any((place / name).exists() for name in kept)
        folder = claim_folder(record, files=tuple(files))
        if announcement:
            say(announcement)
        if left and not says_how_far:
            say(f"Going on in {folder}: what an earlier call computed is taken from there.")
        context = RunContext(
            folder / (resumes or ""),
            seed=settings.run.seed,
            runner=settings.to_runner(),
            threads=settings.run.threads,
        )
        with limited_to(settings.run.threads), stoppable(record, folder, kept):
            result = analyse(context)
            written = write_result(folder, result)
        results: dict[str, object] = {**result.numbers, "warnings": list(result.warnings)}
        if options is not None:
            results["options"] = options
        record.write(folder / RECORD, status="complete", results=plain(results))
    for heading, rows in result.summary.items():
        if heading:
            say(f"{heading}:")
        say(text_table(rows))
    for warning in result.warnings:
        say(f"  Note: {warning}")
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    return result


def code_of_runs(result: AnalysisResult, n_runs: int) -> int:
    """Return the exit code of a command that followed models, and say so where none was followed.

    Parameters
    ----------
    result
        With the number ``failed``: status to runs that ended with it.
    n_runs
        Runs in all.

    Returns
    -------
    int
    """
    failed = result.numbers["failed"]
    assert isinstance(failed, Mapping), "status to count"
    if sum(failed.values()) < n_runs:
        return 0
    tell(f"All {n_runs} runs failed: the note above says why.")
    return PROBLEMS


@contextmanager
def stoppable(record: Record, folder: Path, kept: Sequence[str]) -> Iterator[None]:
    """Record a run as stopped where Ctrl-C ends the block, and leave with exit code 130.

    Parameters
    ----------
    record
        Record of the run.
    folder
        Where the record lies, and what the same command resumes from.
    kept
        Files and folders in it that hold the latter, or patterns of their names.

    Yields
    ------
    None

    Raises
    ------
    typer.Exit
        On Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        record.write(folder / RECORD, status="stopped", results={})
        reached = str(stop).partition(". ")[0].rstrip(".") or "Stopped"  # not what Python calls
        how = "Nothing was kept: the same command begins anew."
        if any(any(folder.glob(name)) for name in kept):
            how = f"Repeat the command to resume from {folder}."
        tell(f"{reached}. {how}")
        raise typer.Exit(INTERRUPTED) from stop
