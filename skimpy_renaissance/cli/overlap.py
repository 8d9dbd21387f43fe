"""``overlap``: how far populations agree with measured Michaelis constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.observations import subsystem_table
from skimpy_renaissance.analyses.overlap import overlap
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.console import say, tell
from skimpy_renaissance.cli.input_files import InputFile, fingerprint, hashes_of
from skimpy_renaissance.cli.inputs import (
    Inputs,
    bind_state,
    default_partition_note,
    read_inputs,
)
from skimpy_renaissance.cli.measured_km import MEASURED_KM, read_ranges
from skimpy_renaissance.cli.model_file import read_model
from skimpy_renaissance.cli.options import POPULATION, with_settings
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.spoken import spoken
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.kinetic_data import prior_space
from skimpy_renaissance.kinetic_data.overlap import require_share
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import KmSpace, Prior
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.units import Units
from skimpy_renaissance.valid_region import sample_valid_region

__all__ = ["EXAMPLE", "overlap_command"]

EXAMPLE = (
    "Example: skimpy-renaissance overlap with.h5 --before without.h5 --measured-km brenda.csv "
    "--km-unit mM --ec-pairs pairs.csv --subsystems subsystems.csv --model model.yml -o overlap"
)

_FILES = (
    "overlap.csv",
    "subsystems.csv",
    "matched.csv",
    "ambiguous.csv",
    "unmatched.csv",
    "skipped.csv",
    "overlap.png",
    "subsystems.png",
)


_REGION = 500  # models of the whole valid region


@dataclass(frozen=True, eq=False)
class _Compared:
    """What the command worked on, for the record."""

    settings: Settings
    input_files: dict[str, InputFile]
    units: Units
    options: Mapping[str, Any]

    @property
    def identity(self) -> dict[str, Any]:
        hashes = hashes_of(self.input_files)
        return {**hashes, "units": self.units.to_dict(), "options": dict(self.options)}

    def identity_as_in(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        del stored  # no steady state, whose hash was another once
        return self.identity


def _path_option(help: str) -> Any:
    return typer.Option(help=help, metavar="FILE", show_default=False)


@with_settings(
    "model",
    "units",
    "states",
    "criterion",
    "generator.km_min",
    "generator.km_max",
    *MEASURED_KM,
    "data.subsystems",
    "run.output",
    "run.seed",
    "run.threads",
)
def overlap_command(
    given: Given,
    population: POPULATION,
    before: Annotated[
        Path | None, _path_option("Other parameter sets to compare with, for example without data.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Column of your table of measured Km, and the name expected; repeatable.",
            metavar="YOURS=EXPECTED",
            show_default=False,
        ),
    ] = None,
    share: Annotated[
        float,
        typer.Option(help="Central share of the sets that a predicted range holds; 1 takes all."),
    ] = 1.0,
) -> int:
    """Score populations by how far their Km agree with measured ones.

    Prints what matched, and writes tables (CSV), figures (PNG) and a record into the output
    folder. The score of a Km is the share of its predicted range that was observed. It rewards
    whatever is narrow: beside it stand the prior's, that of the prior cut to the same width, and
    with --states that of draws of the whole valid region.
    """
    require_share(share)
    settings = given.settings()
    data = settings.data
    source = settings.to_km_source(_renamed(column or []))
    if source is None:
        raise InputError(
            "Measured Km are needed. Name their table with --measured-km FILE, or as measured_km "
            "in [data] of the run file."
        )
    inputs = None
    if settings.uses_bundled_states or settings.states.file is not None:
        inputs = read_inputs(settings)
        network, input_files = inputs.network, dict(inputs.input_files)
    else:
        model = read_model(settings)
        network, input_files = model.network, dict(model.input_files)
    files = {"population": population, "before": before, "subsystems": data.subsystems}
    paths = {role: path for role, path in files.items() if path is not None}
    input_files |= {
        role: fingerprint(path, role=role) for role, path in {**paths, **source.files}.items()
    }
    match, ranges = read_ranges(source, settings, network)
    sets = {
        role: _population(paths[role], settings)
        for role in ("population", "before")
        if role in paths
    }
    units = sets["population"].units
    assert units is not None, "a population without units was refused"
    options = {
        **source.conditions,
        "rule": data.km_rule,
        "width": data.km_width,
        "strict": data.strict,
        "share": share,
        "km_range": list(settings.to_generator().range),
    }
    space = prior_space(network, units, default_range=settings.to_generator().range)
    region = None if inputs is None else _whole_region(inputs)

    def analyse(_: RunContext) -> AnalysisResult:
        return overlap(
            sets["population"],
            match,
            ranges,
            network=network,
            space=space,
            region=region,
            before=sets.get("before"),
            subsystems=subsystem_table(network, data.subsystems),
            strict=data.strict,
            share=share,
        )

    result = run_analysis(
        Record("overlap", _Compared(settings, input_files, units, options)),
        analyse,
        resumes=None,
        files=_FILES,
    )
    if region is None:
        say("Give --states FILE, to have the scores of the whole valid region beside these.")
    if before is not None:
        change = result.tables["overlap"]["change"]
        better, worse = (int((sign * change > 0).sum()) for sign in (1, -1))
        say(f"{better} Km overlap more than before, {worse} less.")
    return 0


def _whole_region(inputs: Inputs) -> ParameterPopulation | None:
    """Draw valid models without data; say so where there is no way to them."""
    settings, bound = inputs.settings, bind_state(inputs)
    if note := default_partition_note(inputs):
        tell(note)
    names, default = bound.km_names, settings.to_generator().range
    prior = Prior.of_space(KmSpace.of(names, bound.log_km_bounds, default_range=default))
    try:
        drawn = sample_valid_region(
            bound, prior, criterion=settings.to_criterion(), n=_REGION, seed=settings.run.seed
        )
    except SamplingError as error:
        tell(f"Without the whole valid region: {spoken(error)}")
        return None
    return parametrize(bound, drawn.log_km)


def _renamed(pairs: list[str]) -> dict[str, str]:
    renamed = {}
    for pair in pairs:
        yours, equals, expected = pair.partition("=")
        if not (yours and equals and expected):
            raise InputError(f"--column must be YOURS=EXPECTED, as Constant=value, got {pair!r}.")
        renamed[yours] = expected
    return renamed


def _population(path: Path, settings: Settings) -> ParameterPopulation:
    sets = ParameterPopulation.load(path, units=settings.to_units())
    if sets.units is None:
        raise InputError(
            f"{path} does not state the units of its values (files of SKiMPy never do). State "
            "--concentration-scaling, --density and --gdw-gww-ratio, or [units] in the run file."
        )
    return sets
