"""``report``: one HTML page that says what a training was about and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.design_section import design_section
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.options import file_option, with_settings
from skimpy_renaissance.cli.report_sections import training_sections
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.trained_folder import open_trained
from skimpy_renaissance.errors import InputError, OutputError
from skimpy_renaissance.held import held_file
from skimpy_renaissance.report import write_page, write_report
from skimpy_renaissance.report.studies import REPORT
from skimpy_renaissance.spectrum.time_scales import decay_in_words
from skimpy_renaissance.studies.written_study import COMPARISON

__all__ = ["EXAMPLE", "report_command"]

EXAMPLE = (
    "Example: skimpy-renaissance report runs/a. Studies again, for example after editing: "
    "skimpy-renaissance report reproduction_e_coli_core_quick"
)


@with_settings("model", "units", "states", "run.threads")
def report_command(
    given: Given,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder that train, demo or reproduce wrote.",
            metavar="FOLDER",
            show_default=False,
        ),
    ],
    models: Annotated[
        int, typer.Option("--models", "-n", help="New models to judge, of each kind.", min=10)
    ] = 500,
    runs: Annotated[
        int,
        typer.Option("--runs", help="Valid models to perturb and integrate; 0 for none.", min=0),
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
    output: Annotated[Path | None, file_option(f"File to write (default FOLDER/{REPORT}).")] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the new models.", min=0)] = 1,
) -> int:
    """Write one HTML page: model, inputs, units, training, eigenvalues, Km, robustness, warnings.

    With --designs also strain designs. The page needs no internet and nothing beside it; an earlier
    one is replaced.
    """
    if (folder / COMPARISON).is_file():
        if output is not None:
            raise OutputError(f"The report over studies goes to {folder / REPORT}: no --output.")
        if designs is not None:
            raise InputError("A report over studies takes no --designs: it has a study of its own.")
        path = write_report(folder, title=folder.name.replace("_", " "))
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
        sections = training_sections(source, bound, n_models=models, n_runs=runs, seed=seed)
        write_page(
            path,
            [*sections, *strains],
            title=f"Kinetic models of {network.name}",
            subtitle=f"Steady state {source.inputs.state.name}; trained for lambda_max below "
            f"{source.criterion.partition:g} 1/h{_in_time(source.criterion.partition)}.",
        )
    say(f"Written: {path}")
    return 0


def _in_time(partition: float) -> str:
    return f" (at that rate {decay_in_words(partition)})" if partition < 0 else ""
