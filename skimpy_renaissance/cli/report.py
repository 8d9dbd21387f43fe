"""``report``: one HTML page that says what came of a training, a population, or studies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.design_section import design_section
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.next_steps import after_studies
from skimpy_renaissance.cli.options import file_option, with_settings
from skimpy_renaissance.cli.population_inputs import open_population
from skimpy_renaissance.cli.report_population import population_sections
from skimpy_renaissance.cli.report_sections import training_sections
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.trained_folder import open_trained
from skimpy_renaissance.errors import InputError, OutputError
from skimpy_renaissance.held import held_file
from skimpy_renaissance.report import write_page, write_report
from skimpy_renaissance.report.studies import REPORT
from skimpy_renaissance.studies.written_study import COMPARISON

__all__ = ["EXAMPLE", "report_command"]

EXAMPLE = (
    "Example: skimpy-renaissance report runs/a. On what generate wrote: skimpy-renaissance report "
    "runs/a/population.h5. Studies again, for example after editing: skimpy-renaissance report "
    "reproduction_e_coli_core_quick"
)


@with_settings("model", "units", "states", "run.threads")
def report_command(
    given: Given,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder that train, demo or reproduce wrote, or a population: what generate "
            "wrote, or SKiMPy's HDF5.",
            metavar="FOLDER_OR_FILE",
            show_default=False,
        ),
    ],
    models: Annotated[
        int,
        typer.Option(
            "--models",
            "-n",
            help="New models to judge, of each kind; of a population, its first ones.",
            min=10,
        ),
    ] = 500,
    runs: Annotated[
        int,
        typer.Option("--runs", help="Models to push and follow; 0 for none.", min=0),
    ] = 20,
    designs: Annotated[
        Path | None,
        typer.Option(
            "--designs",
            help="Folder that the command design wrote: a section on these strains.",
            metavar="FOLDER",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, file_option(f"File to write (default FOLDER/{REPORT}, FILE.html).")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the new models.", min=0)] = 1,
) -> int:
    """Write one HTML page: a verdict in words, training, eigenvalues, Km, robustness, next steps.

    With --designs also strain designs. The page needs no internet and nothing beside it, reads on a
    telephone and prints; an earlier one is replaced.
    """
    if folder.is_file():
        return _on_population(
            folder, given, output, models=models, runs=runs, designs=designs, seed=seed
        )
    if (folder / COMPARISON).is_file():
        if output is not None:
            raise OutputError(f"The report over studies goes to {folder / REPORT}: no --output.")
        if designs is not None:
            raise InputError("A report over studies takes no --designs: it has a study of its own.")
        path = write_report(folder, steps=after_studies(folder))
        say(f"Written: {path}")
        return 0
    strains = [] if designs is None else [design_section(designs)]
    source = open_trained(folder, given)
    path = output or folder / REPORT
    network = source.inputs.network
    with (
        held_file(path, hint="Choose another with --output."),
        limited_to(source.inputs.settings.run.threads),
    ):
        bound = bind_state(source.inputs)
        source.require_same_problem(bound)
        sections = training_sections(
            source, bound, n_models=models, n_runs=runs, seed=seed, strains=strains
        )
        write_page(
            path,
            sections,
            title=f"Kinetic models of {network.name}",
            subtitle=f"A trained generator, {source.folder}, at steady state "
            f"{source.inputs.state.name}",
        )
    say(f"Written: {path}")
    return 0


def _on_population(
    path: Path,
    given: Given,
    output: Path | None,
    *,
    models: int,
    runs: int,
    designs: Path | None,
    seed: int,
) -> int:
    if designs is not None:
        raise InputError("--designs goes with the folder of a training, not with a population.")
    opened = open_population(path, given, number=None)
    page = output or path.with_suffix(".html")
    with (
        held_file(page, hint="Choose another with --output."),
        limited_to(opened.inputs.settings.run.threads),
    ):
        write_page(
            page,
            population_sections(path, opened, n_models=models, n_runs=runs, seed=seed),
            title=f"Kinetic models of {opened.inputs.network.name}",
            subtitle=f"The population {path}, at steady state {opened.inputs.state.name}",
        )
    say(f"Written: {page}")
    return 0
