"""``reproduce``: the studies of the paper, each with its published numbers beside those found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from skimpy_renaissance.analyses import Finding, RunContext
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.case import CASES, CaseInputs, named_case, read_case
from skimpy_renaissance.cli.console import PROBLEMS, say, tell, text_table
from skimpy_renaissance.cli.next_steps import after_studies
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import RECORD, Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.spoken import spoken
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    RenaissanceError,
    listed,
)
from skimpy_renaissance.held import held
from skimpy_renaissance.report.studies import REPORT, write_report
from skimpy_renaissance.setups import describe, require_same_setup
from skimpy_renaissance.storage import make_folder
from skimpy_renaissance.studies import (
    Study,
    WrittenStudy,
    comparison_table,
    read_study,
    write_study,
)
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.studies.written_study import COMPARISON, MANIFEST

__all__ = ["EXAMPLE", "reproduce_command"]

EXAMPLE = (
    "Example: skimpy-renaissance reproduce robustness --quick. The paper's own model: "
    "skimpy-renaissance reproduce all --case e_coli --data FOLDER. Your organism: "
    "skimpy-renaissance reproduce robustness --config run.toml"
)

_ALL = "all"
_CONTEXT = "workplace"  # folder of what a stopped study resumes from, also of earlier versions
_SHOWN = 60  # findings
_WIDEST = 36  # characters of a cell


@with_settings(
    "training.optimizer",
    "training.reward",
    "run.output",
    "run.seed",
    "run.threads",
    "run.processes",
    "run.cluster",
    shown={"training.optimizer": "nes, or the study's own"},
)
def reproduce_command(
    given: Given,
    study: Annotated[
        str,
        typer.Argument(
            help=f"One of {', '.join(STUDIES)}; or {_ALL}.", metavar="STUDY", show_default=False
        ),
    ],
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            help=f"Organism: {', '.join(CASES)} (default e_coli_core, or e_coli with --data).",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder with the data files of the case.", show_default=False),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer models, repeats and states: minutes.")
    ] = False,
) -> int:
    """Carry out a study of the paper, on its organism, the bundled one, or your own.

    The output folder gets one folder per study with figures (PNG, SVG), tables (CSV), numbers
    (study.json) and published numbers beside those found (comparison.csv); one report.html over
    all of them; and what is too long to be lost, from which a stopped run resumes.
    """
    studies = _chosen(study)
    found = _read(given, case=case, data=data)
    scale = "quick" if quick else "full"
    record = Record("reproduce", found.inputs)
    folder = _folder(found, scale=scale)
    written: list[WrittenStudy] = []
    failed: dict[str, str] = {}
    say(f"{found.case.name}: {listed([s.name for s in studies], most=20)}, {scale}, in {folder}")
    if idle := found.inputs.settings.without_effect:
        used = found.inputs.settings.optimizer
        say(f"Not used by {used!r}: {listed(idle, most=20)}.")
    if resumed := _resumed(studies, folder):
        say(resumed)
    with held(folder, hint="Choose another with --output."), limited_to(found.case.threads):
        for one in studies:
            try:
                with stoppable(record, folder, (f"*/{MANIFEST}", f"{_CONTEXT}/*")):
                    written.append(_carried_out(one, found, folder=folder, scale=scale))
            except RenaissanceError as error:
                if len(studies) == 1:
                    raise
                failed[one.name] = spoken(error)
                tell(f"{one.name} could not be carried out: {spoken(error)}")
    complete = [
        read_study(folder / name) for name in STUDIES if (folder / name / MANIFEST).exists()
    ]
    with atomic_path(folder / COMPARISON) as temporary:
        comparison_table(complete).to_csv(temporary, index=False)
    record.write(folder / RECORD, status="complete", results={"failed": failed})
    write_report(folder, title=found.case.name, steps=after_studies(folder))
    for result in written:
        say(f"\n{result.name} ({result.source}): {result.question}")
        say(text_table(_rows(result.findings)))
        for warning in result.warnings:
            say(f"  Note: {warning}")
    say(f"\nWritten to {folder}: {REPORT}, {COMPARISON}, {RECORD}, a folder per study")
    return PROBLEMS if failed else 0


def _chosen(name: str) -> list[Study[Any]]:
    if name == _ALL:
        return list(STUDIES.values())
    if name not in STUDIES:
        raise MissingEntryError(
            f"There is no study {name!r}; there are {listed(STUDIES, most=20)}, and {_ALL}."
        )
    return [STUDIES[name]]


def _read(given: Given, *, case: str | None, data: Path | None) -> CaseInputs:
    if given.config is not None:
        if case is not None or data is not None:
            raise InputError("--config names the organism; leave out --case and --data.")
        return read_case(given.settings())
    name = case or ("e_coli_core" if data is None else "e_coli")
    return read_case(given.settings(named_case(name, data)), name=CASES[name])


def _folder(found: CaseInputs, *, scale: str) -> Path:
    """Make the output folder; by default its name says what it holds."""
    settings = found.inputs.settings
    default = Path(f"reproduction_{found.case.network.name}_{scale}".replace(" ", "_"))
    folder = settings.run.output or default
    make_folder(folder / _CONTEXT, hint="Choose another with --output.")
    return folder


def _resumed(studies: Sequence[Study[Any]], folder: Path) -> str:
    """Say what an earlier call left: studies that are finished, and parts of others."""
    finished = [one.name for one in studies if (folder / one.name / MANIFEST).exists()]
    others = [one.name for one in studies if one.name not in finished]
    kept = sorted(entry.name for entry in (folder / _CONTEXT).iterdir())
    said = []
    if finished:
        said.append(f"Taken from the folder, finished in an earlier call: {listed(finished)}.")
    if others and (finished or kept):
        said.append(f"Carried out now: {listed(others, most=20)}.")
    if others and kept:
        said.append(f"They go on from what {folder / _CONTEXT} holds: {listed(kept)}.")
    return " ".join(said)


def _carried_out(study: Study[Any], found: CaseInputs, *, folder: Path, scale: str) -> WrittenStudy:
    """Return what the folder holds of a study, or carry it out."""
    settings = study.quick if scale == "quick" else study.full
    seed = found.inputs.settings.run.seed
    origin = {
        "identity": found.identity,
        "criterion": asdict(found.case.criterion),
        "optimizer": _described(found.case.optimizer),
        "optimizer_chosen": found.case.optimizer_chosen,
        "reward": describe(found.case.reward),
        "generator": _described(found.case.generator),
        "settings": _described(settings),
        **({"design": repr(found.case.design)} if study.name == "design" else {}),
        "seed": seed,
    }
    place = folder / study.name
    if (place / MANIFEST).exists():
        stored = read_study(place)
        require_same_setup(
            stored.origin,
            origin,
            place=place,
            what="this study",
            instead="Choose another folder with --output.",
        )
        return stored
    say(f"{study.name}: {study.question}")
    begin = perf_counter()
    context = RunContext(
        folder / _CONTEXT,
        seed=seed,
        runner=found.inputs.settings.to_runner(),
        threads=found.case.threads,
    )
    result = study.run(found.case, settings, context)
    result = replace(result, numbers={**result.numbers, "seconds": perf_counter() - begin})
    return write_study(place, study, result, case=found.case.name, scale=scale, origin=origin)


def _described(settings: object) -> object:
    return asdict(settings) if is_dataclass(settings) and not isinstance(settings, type) else {}


def _rows(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "published", "ours", "unit")]
    every = list(findings)
    rows += [
        (f.quantity, _short(f.shown_published), _short(f.shown_ours), f.unit)
        for f in every[:_SHOWN]
    ]
    if more := len(every) - _SHOWN:
        rows += [(f"and {more} more in {COMPARISON}", "", "", "")] if more > 0 else []
    return rows


def _short(text: str) -> str:
    """Cut what would push the other columns off the screen; comparison.csv holds the whole."""
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
