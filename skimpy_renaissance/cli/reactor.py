"""``reactor``: a population grown in a batch, ranked by how well models fit what was measured."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.physiology import read_plausible
from skimpy_renaissance.analyses.reactor import ReactorOptions, analyse_reactor
from skimpy_renaissance.cli.analysis_command import code_of_runs, run_analysis
from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.cli.kinds import NAMES
from skimpy_renaissance.cli.options import (
    FIRST_MODELS,
    PLAUSIBLE,
    POPULATION,
    TIME_LIMIT,
    with_settings,
)
from skimpy_renaissance.cli.population_inputs import open_population, read_option
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.spoken import spoken
from skimpy_renaissance.dynamics import (
    WILD_TYPE,
    BatchQuantity,
    BatchReactor,
    StrainDesign,
    medium_at,
    read_designs,
    read_experiments,
    read_reactor_yaml,
)
from skimpy_renaissance.dynamics.ensembles.sets_of_state import require_steady_state
from skimpy_renaissance.dynamics.reactors.empty_medium import require_rates_at
from skimpy_renaissance.dynamics.reactors.starting_point import (
    initial_conditions,
    parameter_values,
)
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.examples import e_coli_core_reactor
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["EXAMPLE", "reactor_command", "reactor_of"]

EXAMPLE = (
    "Example: skimpy-renaissance reactor runs/a/population.h5 --reactor reactor.yaml "
    "--experiments measured --molar-mass glc=180.156,anth=136.13 -n 100 -o runs/batch. "
    "The bundled model has a reactor of its own: --hours 12 --inoculum 0.05."
)

_TABLES = ("models", "courses", "measured", "implausible")
_FIGURES = ("batch.png", "closest.png", "best.png")
_BEST, _RUNS = "best.h5", "batches"


@with_settings(
    "model", "units", "states", "data.reactor", "data.experiments", "run.output", "run.threads"
)
def reactor_command(
    given: Given,
    population: POPULATION,
    hours: Annotated[
        float | None,
        typer.Option(
            help="Length of the batch, h (default: up to the last measured point).",
            show_default=False,
        ),
    ] = None,
    inoculum: Annotated[
        float | None,
        typer.Option(
            help="gDW/L at the beginning (default: the biomass measured at 0 h).",
            show_default=False,
        ),
    ] = None,
    cell_mass: Annotated[
        float | None,
        typer.Option(
            help="Dry weight of a cell, g (default: that of its volume).", show_default=False
        ),
    ] = None,
    molar_mass: Annotated[
        str | None,
        typer.Option(
            help="g/mol of metabolites measured in g/L, as glc=180.156,anth=136.13, where tables "
            "have no column molar_mass.",
            metavar="NAME=NUMBER,...",
            show_default=False,
        ),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option(help="Largest misfit of a model that fits closely, in measured ranges."),
    ] = 0.2,
    fill_medium: Annotated[
        bool,
        typer.Option(
            "--fill-medium",
            help="Take what the reactor file does not say of the medium from the steady state "
            "(default: it starts at 0).",
        ),
    ] = False,
    designs: Annotated[
        Path | None,
        typer.Option(
            "--strain-designs",
            help="Table that the command design writes: one of its strains is grown.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    design: Annotated[
        int, typer.Option("--design", help="Which of them; 0 is the first.", min=0)
    ] = 0,
    plausible: PLAUSIBLE = None,
    number: FIRST_MODELS = None,
    time_limit: TIME_LIMIT = 120.0,
) -> int:
    """Grow models in a batch reactor, and rank them against measured courses.

    The reactor is SKiMPy's YAML file; its one strain is the population's kinetic model. Measured
    are files experiments_QUANTITY.csv in a folder, with the columns time (h), mean, and low and
    high or sd: QUANTITY is biomass (gDW/L) or a metabolite of the medium (g/L, or a column unit).
    The misfit is the root mean square deviation as a share of the measured range, all quantities
    alike. Concentrations that no cell or medium has, and nitrogen or phosphorus of the medium that
    did not go into cells, are named. The output folder holds figures (batch; closest, the 13 best;
    best, those within the tolerance: PNG, SVG), tables (models, courses, measured, implausible:
    CSV), the models within the tolerance (best.h5), run.json, and the runs, from which the same
    command resumes after Ctrl-C. The exit code is 1 where every run failed.
    """
    masses = _masses(molar_mass)
    own = None if plausible is None else read_plausible(plausible)
    opened = open_population(population, given, number=number)
    inputs = _with_files(opened.inputs)
    strain = WILD_TYPE
    if designs is not None:
        inputs, strain = inputs.with_files({"strain_designs": designs}), _strain(designs, design)
    grown = strain.applied_to(opened.population)
    data, threads = inputs.settings.data, inputs.settings.run.threads
    reactor = reactor_of(inputs)
    if fill_medium:
        reactor = _filled(reactor, inputs.state)
    quantities: tuple[BatchQuantity, ...] = ()
    if data.experiments is not None:
        quantities = read_experiments(data.experiments, reactor, molar_masses=masses)
    elif hours is None or inoculum is None:
        raise InputError("Without --experiments, --hours and --inoculum are needed.")
    options = ReactorOptions(hours, inoculum, cell_mass, tolerance, time_limit)
    _require_rates(reactor, grown, inputs.state)

    def analyse(context: RunContext) -> AnalysisResult:
        bound = compile_network(inputs.network).at(inputs.state, threads=threads)
        unlike = _unlike(bound, opened.population)
        for warning in unlike:
            tell(f"Warning: {warning}")
        found = analyse_reactor(
            reactor,
            grown,
            inputs.state,
            quantities,
            options=options,
            context=context,
            plausible=own,
        )
        return replace(found, warnings=[*unlike, *found.warnings])

    done = run_analysis(
        Record("reactor", inputs),
        analyse,
        files=(*(f"{name}.csv" for name in _TABLES), *_FIGURES, _BEST, _RUNS),
        resumes=_RUNS,
        announcement=f"{len(grown)} models of state {inputs.state.name} in a batch"
        + ("." if strain is WILD_TYPE else f", the strain {strain.name}."),
        options={
            **asdict(options),
            "molar_masses": masses,
            "fill_medium": fill_medium,
            "strain": dict(strain.fold_changes),
        },
    )
    return code_of_runs(done, len(opened.population))


def _with_files(inputs: Inputs) -> Inputs:
    """Add the reactor and the measured tables to the files that the record names."""
    data = inputs.settings.data
    files = {} if data.reactor is None else {"reactor": data.reactor}
    if data.experiments is not None:
        measured = sorted(data.experiments.glob("experiments_*.csv"))
        files |= {path.stem: path for path in measured}
    return inputs.with_files(files)


def _strain(path: Path, number: int) -> StrainDesign:
    designs = read_designs(path)
    if number >= len(designs):
        raise InputError(
            f"{path} holds {len(designs)} designs, of which 0 is the first; --design {number} is "
            "asked for."
        )
    return designs[number]


def reactor_of(inputs: Inputs) -> BatchReactor:
    """Return the batch reactor that settings name, or that of the bundled model.

    Parameters
    ----------
    inputs
        Kinetic model, state and settings.

    Returns
    -------
    BatchReactor

    Raises
    ------
    InputError
        None is named.
    FileFormatError, MissingEntryError, UnitsError
        The file cannot be used.
    """
    settings = inputs.settings
    if settings.data.reactor is not None:
        return read_reactor_yaml(settings.data.reactor, networks=inputs.network)
    if str(settings.model.file) == BUNDLED:
        return e_coli_core_reactor(inputs.network, inputs.state)
    raise InputError(
        "A batch reactor is needed: name SKiMPy's YAML file with --reactor FILE, or as reactor in "
        "[data] of the run file."
    )


def _filled(reactor: BatchReactor, state: SteadyState) -> BatchReactor:
    added = {n: c for n, c in medium_at(reactor, state).items() if n not in reactor.medium}
    shown = ", ".join(f"{name} {1e3 * value:.3g} mmol/L" for name, value in added.items())
    tell(f"Medium from state {state.name}: {shown or 'nothing is missing'}.")
    return replace(reactor, medium={**added, **reactor.medium})


def _require_rates(
    reactor: BatchReactor, population: ParameterPopulation, state: SteadyState
) -> None:
    """Raise for a medium in which there are no rates, before a folder is claimed."""
    first = population.select([0])
    values, _ = parameter_values(reactor, first, {})
    start = initial_conditions(reactor, state, 1, biomass=1.0)
    require_rates_at(reactor, start[0], values[0])


def _unlike(bound: BoundKinetics, population: ParameterPopulation) -> list[str]:
    """Say how models differ from those that have the steady state: allowed, seldom meant."""
    try:
        require_steady_state(bound, population, role="that cells come from, to start at rest")
    except InputError as difference:
        return [spoken(difference)]
    return []


def _masses(text: str | None) -> dict[str, float]:
    masses = {}
    for entry in () if text is None else read_option(NAMES, text, flag="--molar-mass"):
        name, _, value = entry.partition("=")
        try:
            masses[name.strip()] = float(value)
        except ValueError:
            raise InputError(
                f"--molar-mass must be NAME=NUMBER,..., for example glc=180.156, got {entry!r}."
            ) from None
    return masses
