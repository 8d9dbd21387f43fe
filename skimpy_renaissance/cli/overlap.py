"""``overlap``: how far populations agree with measured Michaelis constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.inputs import InputFile, fingerprint, read_model
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.overlap_files import FILES, Overlap, first_reason
from skimpy_renaissance.cli.record import RECORD, Record, claim_folder
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.settings import BUNDLED, Settings
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.examples import e_coli_core_subsystems
from skimpy_renaissance.kinetic_data import (
    km_ranges,
    match_km,
    overlap_scores,
    read_measured_km,
)
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.units import Units

__all__ = ["EXAMPLE", "overlap_command"]

EXAMPLE = (
    "Example: skimpy-renaissance overlap with.h5 --before without.h5 --measured-km brenda.csv "
    "--unit mM --column EC=ec --column KM=value --ec-pairs pairs.csv --model model.yml -o overlap"
)


@dataclass(frozen=True, eq=False)
class _Compared:
    """What the command worked on, for the record."""

    settings: Settings
    input_files: dict[str, InputFile]
    units: Units
    options: Mapping[str, Any]

    @property
    def identity(self) -> dict[str, Any]:
        hashes = {f"{role}_sha256": file.sha256 for role, file in self.input_files.items()}
        return {**hashes, "units": self.units.to_dict(), "options": dict(self.options)}


def _path_option(help: str) -> Any:
    return typer.Option(help=help, metavar="FILE", show_default=False)


@with_settings("model", "units", "run.output")
def overlap_command(
    given: Given,
    population: Annotated[
        Path,
        typer.Argument(help="Parameter sets (.h5).", metavar="POPULATION", show_default=False),
    ],
    measured_km: Annotated[
        Path,
        _path_option(
            "Measured Km, CSV: metabolite, value, unit, and reaction or ec; also low and high or "
            "sd, organism, reference."
        ),
    ],
    before: Annotated[
        Path | None, _path_option("Other sets to compare with, for example without data.")
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            help="Of all values, where the table has no such column: M, mM, uM or nM.",
            metavar="UNIT",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Name of a column in a table to the name expected, as KM=value; several times.",
            metavar="YOURS=EXPECTED",
            show_default=False,
        ),
    ] = None,
    ec_pairs: Annotated[
        Path | None, _path_option("Which reaction has which EC number, CSV: reaction, ec.")
    ] = None,
    synonyms: Annotated[
        Path | None, _path_option("Names of metabolites, CSV: name, metabolite.")
    ] = None,
    subsystems: Annotated[
        Path | None, _path_option("Subsystem of each reaction, CSV: reaction, subsystem.")
    ] = None,
    relative: Annotated[
        float,
        typer.Option(help="Half width of a range without uncertainty of its own."),
    ] = 0.2,
    share: Annotated[
        float,
        typer.Option(help="Central share of the sets that a predicted range holds; 1: all."),
    ] = 1.0,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Leave out measurements that fit several Km; otherwise they count for each.",
        ),
    ] = False,
) -> int:
    """Score populations by how far their Km agree with measured ones.

    Prints what matched, and writes tables (CSV), figures (PNG) and a record into the output
    folder. The score of a Km is the share of its predicted range that was observed.
    """
    settings = given.settings()
    network, input_files = read_model(settings)
    files = {
        "population": population,
        "before": before,
        "measured_km": measured_km,
        "ec_pairs": ec_pairs,
        "synonyms": synonyms,
        "subsystems": subsystems,
    }
    paths = {role: path for role, path in files.items() if path is not None}
    input_files |= {role: fingerprint(path, role=role) for role, path in paths.items()}
    renamed = _renamed(column or [])
    match = match_km(
        read_measured_km(_table(measured_km, renamed), unit=unit),
        network,
        ec_of=None if ec_pairs is None else _table(ec_pairs, renamed),
        metabolite_names=None if synonyms is None else _table(synonyms, renamed),
    )
    ranges = km_ranges(match if strict else match.accepting(), relative=relative)
    if not len(ranges):
        raise InputError(
            f"None of the {match.summary()[['matched', 'ambiguous', 'unmatched']].sum()} "
            f"measurements belongs to a Km of {network.name!r}, so nothing can be scored. The "
            f"first reason is: {first_reason(match)}."
        )
    roles = [role for role in ("before", "population") if role in paths]
    sets = {role: _population(paths[role], settings) for role in roles}
    scores = {role: overlap_scores(one, ranges, share=share) for role, one in sets.items()}
    result = Overlap.of(
        match, scores, subsystem_of=_subsystems(subsystems, renamed, settings), strict=strict
    )
    options = {"relative": relative, "share": share, "strict": strict, "unit": unit}
    options |= {"column": renamed}
    units = sets["population"].units
    assert units is not None, "a population without units was refused"
    record = Record("overlap", _Compared(settings, input_files, units, options))
    folder = claim_folder(record, files=FILES)
    written = result.write(folder)
    record.write(folder / RECORD, status="complete", results=result.numbers)
    say(result.text(measured_km.name, {role: len(one) for role, one in sets.items()}))
    say(f"Written to {folder}: {', '.join([*written, RECORD])}")
    return 0


def _renamed(pairs: list[str]) -> dict[str, str]:
    renamed = {}
    for pair in pairs:
        yours, equals, expected = pair.partition("=")
        if not (yours and equals and expected):
            raise InputError(f"--column must be YOURS=EXPECTED, as KM=value, got {pair!r}.")
        renamed[yours] = expected
    return renamed


def _table(path: Path, renamed: Mapping[str, str]) -> pd.DataFrame:
    """Read a CSV table; a column that another one is renamed to gives way."""
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise FileFormatError(f"{path} cannot be read as a CSV table in UTF-8: {error}") from error
    here = {yours: expected for yours, expected in renamed.items() if yours in table}
    in_the_way = [name for name in here.values() if name in table and name not in here]
    return table.drop(columns=in_the_way).rename(columns=here)


def _population(path: Path, settings: Settings) -> ParameterPopulation:
    sets = ParameterPopulation.load(path, units=settings.to_units())
    if sets.units is None:
        raise InputError(
            f"{path} does not state the units of its values (files of SKiMPy never do). State "
            "--concentration-scaling, --density and --gdw-gww-ratio, or [units] in the run file."
        )
    return sets


def _subsystems(
    path: Path | None, renamed: Mapping[str, str], settings: Settings
) -> pd.DataFrame | None:
    if path is None:
        return e_coli_core_subsystems() if str(settings.model.file) == BUNDLED else None
    return _table(path, renamed)
