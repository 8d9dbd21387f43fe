"""``reactor``: a population grown in a batch, ranked by how well models fit what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from matplotlib.figure import Figure

from skimpy_renaissance.analyses import Drawing
from skimpy_renaissance.analyses.writing import write_drawing
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.console import say, tell, text_table
from skimpy_renaissance.cli.input_files import fingerprint
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.cli.kinds import NAMES
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.population_inputs import open_population, read_option
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.dynamics import (
    BatchFit,
    BatchQuantity,
    BatchReactor,
    fit_batch,
    most_changing,
    read_experiments,
    read_reactor_yaml,
)
from skimpy_renaissance.dynamics.ensembles.robustness_runs import require_steady_state
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.examples import e_coli_core_reactor
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.plots import plot_reactor
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["EXAMPLE", "reactor_command"]

EXAMPLE = (
    "Example: skimpy-renaissance reactor runs/a/population.h5 --reactor reactor.yaml "
    "--experiments measured --molar-mass glc=180.156,anth=136.13 -n 100 -o runs/batch. "
    "The bundled model has a reactor of its own: --hours 12 --inoculum 0.05."
)

_TABLES = ("models", "courses")
_FIGURE, _BEST_FIGURE, _BEST, _RUNS = "batch.png", "best.png", "best.h5", "batches"
_PIECE = 8  # runs: what Ctrl-C loses at most


@with_settings(
    "model", "units", "states", "data.reactor", "data.experiments", "run.output", "run.threads"
)
def reactor_command(
    given: Given,
    population: Annotated[
        Path,
        typer.Argument(
            help="Parameter sets: what generate wrote, or SKiMPy's HDF5.",
            metavar="POPULATION",
            show_default=False,
        ),
    ],
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
    number: Annotated[
        int | None,
        typer.Option(
            "--number",
            "-n",
            help="Models, the first ones (default: all).",
            min=1,
            show_default=False,
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds that one run may take; longer ones count as failed.")
    ] = 120.0,
) -> int:
    """Grow models in a batch reactor, and rank them against measured courses.

    The reactor is SKiMPy's YAML file; its one strain is the population's kinetic model. Measured
    are files experiments_QUANTITY.csv in a folder, with the columns time (h), mean, and low and
    high or sd: QUANTITY is biomass (gDW/L) or a metabolite of the medium (g/L, or a column unit).
    The misfit is the root mean square deviation as a share of the measured range, all quantities
    alike. The output folder holds figures (batch.png, best.png), tables (models, courses: CSV),
    the models that fit closely (best.h5), run.json, and the runs, from which the same command goes
    on after Ctrl-C.
    """
    masses = _masses(molar_mass)
    opened = open_population(population, given, number=number)
    inputs = _with_files(opened.inputs)
    data, threads = inputs.settings.data, inputs.settings.run.threads
    reactor = _reactor(inputs)
    quantities: tuple[BatchQuantity, ...] = (BatchQuantity(BIOMASS, BIOMASS, "gDW/L"),)
    if data.experiments is not None:
        quantities = read_experiments(data.experiments, reactor, molar_masses=masses)
    elif hours is None or inoculum is None:
        raise InputError("Without --experiments, --hours and --inoculum are needed.")
    record = Record("reactor", inputs)
    files = (*(f"{name}.csv" for name in _TABLES), _FIGURE, _BEST_FIGURE, _BEST, _RUNS)
    folder = claim_folder(record, files=files)
    say(f"{len(opened.population)} models of state {inputs.state.name} in a batch.")
    with limited_to(threads):
        bound = compile_network(inputs.network).at(inputs.state, threads=threads)
        unlike = _unlike(bound, opened.population)
        if unlike:
            tell(f"Warning: {unlike}")
        with stoppable(record, folder):
            found = fit_batch(
                reactor,
                opened.population,
                inputs.state,
                quantities=quantities,
                hours=hours,
                inoculum=inoculum,
                cell_mass=cell_mass,
                folder=folder / _RUNS,
                piece=_PIECE,
                time_limit=time_limit,
                n_processes=threads,
                progress=None,
            )
    close = np.array([], dtype=int)
    if found.measured:
        close = found.closest(tolerance=tolerance)
    else:
        found = BatchFit(found.runs, (*found.quantities, *most_changing(found.runs)))
    written = _write(folder, found)
    if len(close):
        with atomic_path(folder / _BEST) as temporary:
            opened.population.select(close).save(temporary)
        written += [_BEST, *_draw(folder / _BEST_FIGURE, found.select(close))]
    results = {
        "models": len(found),
        "failed": found.failures["status"].value_counts().to_dict(),
        "options": {
            "hours": float(found.runs.times[-1]),
            "inoculum": float(found.runs.biomass()[0, 0]),
            "cell_mass": cell_mass,
            "molar_masses": masses,
            "tolerance": tolerance,
        },
        "warning": unlike,
        "close": found.runs.status["set"].iloc[close].tolist(),
    }
    record.write(folder / RECORD, status="complete", results=results)
    say(_summary(found))
    if found.measured:
        say(f"{len(close)} of {len(found)} fit within {tolerance:g} measured ranges.")
    for row in found.failures.head(5).itertuples():
        say(f"  failed: model {row.set}, {row.status}: {row.message}")
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    return 0


def _with_files(inputs: Inputs) -> Inputs:
    """Add the reactor and the measured tables to the files that the record names."""
    data = inputs.settings.data
    files = dict(inputs.input_files)
    if data.reactor is not None:
        files["reactor"] = fingerprint(data.reactor, role="reactor")
    if data.experiments is not None:
        for path in sorted(data.experiments.glob("experiments_*.csv")):
            files[path.stem] = fingerprint(path, role="experiments")
    return replace(inputs, input_files=files)


def _reactor(inputs: Inputs) -> BatchReactor:
    settings = inputs.settings
    if settings.data.reactor is not None:
        return read_reactor_yaml(settings.data.reactor, networks=inputs.network)
    if str(settings.model.file) == BUNDLED:
        return e_coli_core_reactor(inputs.network, inputs.state)
    raise InputError(
        "A batch reactor is needed: name SKiMPy's YAML file with --reactor FILE, or as reactor in "
        "[data] of the run file."
    )


def _unlike(bound: BoundKinetics, population: ParameterPopulation) -> str | None:
    """Say how models differ from those that have the steady state: allowed, seldom meant."""
    try:
        require_steady_state(bound, population, role="that cells come from, to start at rest")
    except InputError as difference:
        return str(difference)
    return None


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


def _write(folder: Path, found: BatchFit) -> list[str]:
    tables: Mapping[str, pd.DataFrame] = {"models": found.table, "courses": found.to_dataframe()}
    for name, table in tables.items():
        with atomic_path(folder / f"{name}.csv") as temporary:
            table.to_csv(temporary, index=False, lineterminator="\n")
    written = [f"{name}.csv" for name in tables]
    if found.runs.trajectories.finished.any():
        drawn = _draw(folder / _FIGURE, found)
        written += drawn
    return written


def _draw(path: Path, found: BatchFit) -> list[str]:
    n = len(found.quantities)

    def panels(figure: Figure) -> None:
        axes = figure.subplots(1, n, squeeze=False)[0]
        plot_reactor(found.runs.times, found.courses, found.measured_tables, axes=list(axes))

    return write_drawing(path.parent, path.stem, Drawing(panels, "", (3.6 * n + 0.2, 3.4)))


def _summary(found: BatchFit) -> str:
    """Say how the five best models do, or the first ones where nothing was measured."""
    shown = {"set": "model", "status": "status", "misfit": "misfit"}
    shown |= {f"settled_{q.name}": f"{q.name} settled (h)" for q in found.quantities}
    table = found.table
    columns = [name for name in shown if name in table]
    rows = [tuple(shown[name] for name in columns)]
    for row in table[columns].head(5).itertuples(index=False):
        rows.append(tuple(f"{v:.3g}" if isinstance(v, float) else str(v) for v in row))
    return text_table(rows)
