"""``robustness``: which models of a population come back to their steady state after a push."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.physiology import read_plausible
from skimpy_renaissance.analyses.robustness import RobustnessOptions, analyse_robustness
from skimpy_renaissance.cli.analysis_command import code_of_runs, run_analysis
from skimpy_renaissance.cli.kinds import NAMES, NUMBERS
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
from skimpy_renaissance.dynamics import metabolites_in
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import growth_reaction

__all__ = ["EXAMPLE", "robustness_command"]

EXAMPLE = (
    "Example: skimpy-renaissance robustness runs/a/population.h5 --horizon 1 --within 0.4 "
    "--metabolites atp_c,nadh_c --fluxes BIOMASS --compartments c -o runs/robust. "
    "A population of SKiMPy's: add --model, --states, --state and units."
)

_TABLES = ("percentiles", "returned", "return_times", "runs", "implausible")
_FIGURES = ("courses.png", "returned.png")
_TRAJECTORIES = "trajectories"


@with_settings("model", "units", "states", "run.output", "run.seed", "run.threads")
def robustness_command(
    given: Given,
    population: POPULATION,
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
    number: FIRST_MODELS = None,
    perturbations: Annotated[int, typer.Option(help="Perturbed states per model.", min=1)] = 1,
    plausible: PLAUSIBLE = None,
    time_limit: TIME_LIMIT = 60.0,
) -> int:
    """Push models off their steady state, follow them, and count those that come back.

    Each model starts from a state of its own; conserved pools stay what they are. "Back" means
    within the tolerance from then until the horizon. Concentrations that no cell has are named. The
    output folder holds figures (courses, returned: PNG, SVG), tables (percentiles, returned,
    return_times, runs, implausible: CSV), run.json, and the trajectories, from which the same
    command resumes after Ctrl-C.
    """
    own = None if plausible is None else read_plausible(plausible)
    opened = open_population(population, given, number=number)
    inputs = opened.inputs
    options = RobustnessOptions(
        horizon,
        perturbation,
        (tolerance,),
        () if within is None else read_option(NUMBERS, within, flag="--within"),
        perturbations,
        time_limit,
    )
    watched = _watched(inputs.network, metabolites, fluxes, compartments)
    threads = inputs.settings.run.threads

    def analyse(context: RunContext) -> AnalysisResult:
        bound = compile_network(inputs.network).at(inputs.state, threads=threads)
        return analyse_robustness(
            bound,
            opened.population,
            watched,
            options=options,
            context=context,
            plausible=own,
        )

    done = run_analysis(
        Record("robustness", inputs),
        analyse,
        files=(*(f"{name}.csv" for name in _TABLES), *_FIGURES, _TRAJECTORIES),
        resumes=_TRAJECTORIES,
        announcement=f"{len(opened.population) * perturbations} runs over {horizon:g} h, "
        f"concentrations of state {inputs.state.name} changed by up to {100 * perturbation:g} %.",
        options={**asdict(options), "watched": watched},
    )
    return code_of_runs(done, len(opened.population) * perturbations)


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
