"""``overlap``: how far populations agree with measured Michaelis constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from skimpy_renaissance.analyses import write_result
from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.input_files import InputFile, fingerprint
from skimpy_renaissance.cli.inputs import read_model
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.overlap_files import FILES, Overlap, first_reason
from skimpy_renaissance.cli.record import RECORD, Record, claim_folder
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.examples import e_coli_core_subsystems
from skimpy_renaissance.kinetic_data import (
    km_ranges,
    match_km,
    overlap_scores,
    read_ec_pairs,
    read_measured_km,
    read_subsystems,
)
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.units import Units

__all__ = ["EXAMPLE", "overlap_command"]

EXAMPLE = (
    "Example: skimpy-renaissance overlap with.h5 --before without.h5 --measured-km brenda.csv "
    "--km-unit mM --ec-pairs pairs.csv --subsystems subsystems.csv --model model.yml -o overlap"
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


@with_settings(
    "model",
    "units",
    "data.measured_km",
    "data.km_unit",
    "data.ec_pairs",
    "data.subsystems",
    "run.output",
)
def overlap_command(
    given: Given,
    population: Annotated[
        Path,
        typer.Argument(help="Parameter sets (.h5).", metavar="POPULATION", show_default=False),
    ],
    before: Annotated[
        Path | None, _path_option("Other sets to compare with, for example without data.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Name of a column of the measured Km to the name expected; several times.",
            metavar="YOURS=EXPECTED",
            show_default=False,
        ),
    ] = None,
    synonyms: Annotated[
        Path | None, _path_option("Names of metabolites, CSV: name, metabolite.")
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
    data = settings.data
    if data.measured_km is None:
        raise InputError(
            "Measured Km are needed. Name their table with --measured-km FILE, or as measured_km "
            "in [data] of the run file."
        )
    network, input_files = read_model(settings)
    files = {
        "population": population,
        "before": before,
        "measured_km": data.measured_km,
        "ec_pairs": data.ec_pairs,
        "subsystems": data.subsystems,
        "synonyms": synonyms,
    }
    paths = {role: path for role, path in files.items() if path is not None}
    input_files |= {role: fingerprint(path, role=role) for role, path in paths.items()}
    renamed = _renamed(column or [])
    match = match_km(
        read_measured_km(data.measured_km, unit=data.km_unit, columns=renamed),
        network,
        ec_of=None if data.ec_pairs is None else read_ec_pairs(data.ec_pairs),
        metabolite_names=None if synonyms is None else _synonyms(synonyms),
    )
    ranges = km_ranges(match if strict else match.accepting(), relative=relative)
    if not len(ranges):
        raise InputError(
            f"None of the {match.summary()[['matched', 'ambiguous', 'unmatched']].sum()} "
            f"measurements belongs to a Km of {network.name!r}, so nothing can be scored. The "
            f"first reason is: {first_reason(match)}."
        )
    roles: list[str] = [role for role in ("before", "population") if role in paths]
    sets = {role: _population(paths[role], settings) for role in roles}
    scores = {role: overlap_scores(one, ranges, share=share) for role, one in sets.items()}
    result = Overlap.of(match, scores, subsystem_of=_subsystems(settings), strict=strict)
    options: dict[str, Any] = {
        "relative": relative,
        "share": share,
        "strict": strict,
        "unit": data.km_unit,
    }
    options |= {"column": renamed}
    units = sets["population"].units
    assert units is not None, "a population without units was refused"
    record = Record("overlap", _Compared(settings, input_files, units, options))
    folder = claim_folder(record, files=FILES)
    written = write_result(folder, result.result)
    record.write(folder / RECORD, status="complete", results=result.numbers)
    say(result.text(data.measured_km.name, {role: len(one) for role, one in sets.items()}))
    say(f"Written to {folder}: {', '.join([*written, RECORD])}")
    return 0


def _renamed(pairs: list[str]) -> dict[str, str]:
    renamed = {}
    for pair in pairs:
        yours, equals, expected = pair.partition("=")
        if not (yours and equals and expected):
            raise InputError(f"--column must be YOURS=EXPECTED, as Constant=value, got {pair!r}.")
        renamed[yours] = expected
    return renamed


def _synonyms(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig", skipinitialspace=True)
    except ValueError as error:
        raise FileFormatError(f"{path} cannot be read as a CSV table in UTF-8: {error}") from error


def _population(path: Path, settings: Settings) -> ParameterPopulation:
    sets = ParameterPopulation.load(path, units=settings.to_units())
    if sets.units is None:
        raise InputError(
            f"{path} does not state the units of its values (files of SKiMPy never do). State "
            "--concentration-scaling, --density and --gdw-gww-ratio, or [units] in the run file."
        )
    return sets


def _subsystems(settings: Settings) -> pd.DataFrame | None:
    if settings.data.subsystems is not None:
        return read_subsystems(settings.data.subsystems)
    return e_coli_core_subsystems() if str(settings.model.file) == BUNDLED else None
