"""``robustness``: which models of a population come back to their steady state after a push."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from skimpy_renaissance.analyses import Drawing
from skimpy_renaissance.analyses.writing import write_drawing
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.console import say, text_table
from skimpy_renaissance.cli.inputs import growth_reaction
from skimpy_renaissance.cli.kinds import NAMES, NUMBERS
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.population_inputs import open_population, read_option
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.dynamics import Robustness, metabolites_in, robustness
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.plots import plot_returned, plot_robustness
from skimpy_renaissance.proportion import Proportion

__all__ = ["EXAMPLE", "robustness_command"]

EXAMPLE = (
    "Example: skimpy-renaissance robustness runs/a/population.h5 --horizon 1 --within 0.4 "
    "--metabolites atp_c,nadh_c --fluxes BIOMASS --compartments c -o runs/robust. "
    "A population of SKiMPy's: add --model, --states, --state and units."
)

_TABLES = ("percentiles", "returned", "return_times", "runs")
_FIGURES = ("courses.png", "returned.png")
_TRAJECTORIES = "trajectories"
_DRAWN_TOGETHER = 12


@with_settings("model", "units", "states", "run.output", "run.seed", "run.threads")
def robustness_command(
    given: Given,
    population: Annotated[
        Path,
        typer.Argument(
            help="Parameter sets: what generate wrote, or SKiMPy's HDF5.",
            metavar="POPULATION",
            show_default=False,
        ),
    ],
    horizon: Annotated[float, typer.Option(help="How long models are followed, h.")] = 1.0,
    perturbation: Annotated[
        float, typer.Option(help="Largest relative change of a concentration.")
    ] = 0.5,
    tolerance: Annotated[
        float, typer.Option(help="Largest relative deviation of what counts as back.")
    ] = 0.01,
    within: Annotated[
        str | None,
        typer.Option(
            help="Times at which those back are counted, h, as 0.4,0.6 (default: the horizon).",
            metavar="NUMBERS",
            show_default=False,
        ),
    ] = None,
    metabolites: Annotated[
        str | None,
        typer.Option(
            help="Metabolites to watch, each by itself.", metavar="NAMES", show_default=False
        ),
    ] = None,
    fluxes: Annotated[
        str | None,
        typer.Option(
            help="Reactions to watch, each by itself (default: growth, where its name says so).",
            metavar="NAMES",
            show_default=False,
        ),
    ] = None,
    compartments: Annotated[
        str | None,
        typer.Option(
            help="Compartments whose metabolites are watched together (default: all metabolites "
            "of the model).",
            metavar="NAMES",
            show_default=False,
        ),
    ] = None,
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
    perturbations: Annotated[int, typer.Option(help="Perturbed states per model.", min=1)] = 1,
    time_limit: Annotated[
        float, typer.Option(help="Seconds that one run may take; longer ones count as failed.")
    ] = 60.0,
) -> int:
    """Push models off their steady state, follow them, and count those that come back.

    Each model starts from a state of its own; conserved pools stay what they are. "Back" means
    within the tolerance from then until the horizon. The output folder holds figures (courses.png,
    returned.png), tables (percentiles, returned, return_times, runs: CSV), run.json, and the
    trajectories, from which the same command goes on after Ctrl-C.
    """
    opened = open_population(population, given, number=number)
    inputs = opened.inputs
    settings = inputs.settings
    hours = (horizon,) if within is None else read_option(NUMBERS, within, flag="--within")
    if beyond := [f"{hour:g}" for hour in hours if hour > horizon]:
        raise InputError(
            f"--within {listed(beyond)} h lies beyond the --horizon of {horizon:g} h. Follow the "
            "models for longer, or count earlier."
        )
    watched = _watched(inputs.network, metabolites, fluxes, compartments)
    record = Record("robustness", inputs)
    files = (*(f"{name}.csv" for name in _TABLES), *_FIGURES, _TRAJECTORIES)
    folder = claim_folder(record, files=files)
    say(
        f"{len(opened.population) * perturbations} runs over {horizon:g} h, concentrations of "
        f"state {inputs.state.name} changed by up to {100 * perturbation:g} %."
    )
    with limited_to(settings.run.threads):
        bound = compile_network(inputs.network).at(inputs.state, threads=settings.run.threads)
        with stoppable(record, folder):
            found = robustness(
                bound,
                opened.population,
                watched,
                horizon=horizon,
                perturbation=perturbation,
                tolerance=tolerance,
                within=[hour for hour in hours if hour < horizon],
                n_perturbations=perturbations,
                seed=settings.run.seed,
                folder=folder / _TRAJECTORIES,
                time_limit=time_limit,
                n_processes=settings.run.threads,
                progress=True,
            )
    written = _write(folder, found, hours)
    results = {
        "runs": len(found.runs),
        "failed": found.failures["status"].value_counts().to_dict(),
        "options": {
            "horizon": horizon,
            "perturbation": perturbation,
            "tolerance": tolerance,
            "perturbations": perturbations,
            "watched": watched,
        },
        "returned": found.returned(hours).to_dict(orient="records"),
    }
    record.write(folder / RECORD, status="complete", results=results)
    say(_summary(found, hours))
    for row in found.failures.head(5).itertuples():
        say(f"  failed: model {row.model}, {row.status}: {row.message}")
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    return 0


def _watched(
    network: KineticNetwork, metabolites: str | None, fluxes: str | None, compartments: str | None
) -> dict[str, str | tuple[str, ...]]:
    """Return quantity to names; what a person did not ask for is chosen."""
    watched: dict[str, str | tuple[str, ...]] = {}
    if fluxes is not None:
        for name in read_option(NAMES, fluxes, flag="--fluxes"):
            network.reaction(name)  # complains where there is none
            watched[name] = name
    elif (growth := growth_reaction(network)) is not None:
        watched[growth] = growth
    if metabolites is not None:
        for name in read_option(NAMES, metabolites, flag="--metabolites"):
            if name in network.reaction_names:
                raise InputError(f"{name!r} is a reaction: watch it with --fluxes.")
            watched[name] = name
    if compartments is not None:
        for name in read_option(NAMES, compartments, flag="--compartments"):
            watched[f"all metabolites in {name}"] = metabolites_in(network, name)
    else:
        watched["all metabolites"] = network.variables
    return watched


def _write(folder: Path, found: Robustness, hours: tuple[float, ...]) -> list[str]:
    tables = {
        "percentiles": found.percentiles(),
        "returned": found.returned(hours),
        "return_times": found.return_times(),
        "runs": found.runs,
    }
    for name, table in tables.items():
        with atomic_path(folder / f"{name}.csv") as temporary:
            table.to_csv(temporary, index=False, lineterminator="\n")
    drawn = [name for name, course in found.courses.items() if _has_values(course)]
    written = [f"{name}.csv" for name in tables]
    if drawn:
        courses = Drawing.on_panels(
            lambda axes: plot_robustness(found, drawn, marks=hours[:1], axes=axes),
            "",
            n=len(drawn),
        )
        written += write_drawing(folder, "courses", courses)
    if len(found.courses) <= _DRAWN_TOGETHER:
        written += write_drawing(
            folder, "returned", Drawing.on_axes(lambda ax: plot_returned(found, ax), "")
        )
    return written


def _has_values(course: NDArray[np.float64]) -> bool:
    """Tell whether some run has a value at every time; percentiles need one."""
    return bool(np.isfinite(course).any(axis=0).all())


def _summary(found: Robustness, hours: tuple[float, ...]) -> str:
    header = [cell for hour in hours for cell in (f"in {hour:g} h", "95 % interval")]
    rows = [("back", *header)]
    for quantity, some in found.returned(hours).groupby("quantity", sort=False):
        counts = zip(some["back"].tolist(), some["runs"].tolist(), strict=True)
        shares = [Proportion(back, runs) for back, runs in counts]
        cells = [cell for one in shares for cell in (one.in_percent, one.interval_in_percent)]
        rows.append((str(quantity), *cells))
    failed = len(found.failures)
    note = f"\n  {failed} of {len(found.runs)} runs failed and count as not back" if failed else ""
    return text_table(rows) + note
