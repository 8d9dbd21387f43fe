"""``design``: which enzymes to change for more product, and what the changed strains reach."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.design import SEARCH, analyse_designs
from skimpy_renaissance.analyses.design_task import BatchOptions, DesignOptions, DesignTask
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.console import PROBLEMS, say, tell
from skimpy_renaissance.cli.design_settings import aim_of, limits_of, objective_of
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.cli.options import FIRST_MODELS, POPULATION, with_settings
from skimpy_renaissance.cli.population_inputs import open_population
from skimpy_renaissance.cli.reactor import reactor_of
from skimpy_renaissance.cli.record import Record, require_output
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import ANY
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.design import log_k_of_tfa
from skimpy_renaissance.dynamics.ensembles.sets_of_state import require_steady_state
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.steady_states import growth_reaction

__all__ = ["DESIGNED", "EXAMPLE", "FIGURES", "design_command"]

EXAMPLE = (
    "Example: skimpy-renaissance design runs/a/population.h5 --raise ACt2r --per GLCpts "
    "--enzymes 2 --down knock-out --aim cvar:0.3 -n 100 -o runs/designs. The strain in a batch: "
    "skimpy-renaissance reactor runs/a/population.h5 --strain-designs runs/designs/designs.csv. "
    "A population of SKiMPy's: add --model, --states, --state and units."
)

DESIGNED = "design"
"""Command of the records that it writes."""
_TABLES = ("designs", "gains", "ranks", "measure", "batch")
FIGURES = ("gains.png", "enzymes.png", "promised_reached.png", "measure.png")


@with_settings(
    "design",
    "model",
    "units",
    "states",
    "data.growth",
    "data.tfa_model",
    "data.reactor",
    "run.output",
    "run.threads",
)
def design_command(
    given: Given,
    population: POPULATION,
    verified: Annotated[
        int,
        typer.Option(
            "--verify",
            help="How many of the best designs are followed to the new steady state of every "
            "model; 0 for none.",
            min=0,
        ),
    ] = 5,
    inoculum: Annotated[
        float | None,
        typer.Option(
            help="Grow these strains in a batch too, from so many gDW/L: in --reactor, or that of "
            "the bundled model (default: no batch).",
            show_default=False,
        ),
    ] = None,
    hours: Annotated[float, typer.Option(help="Length of that batch, h.")] = 24.0,
    number: FIRST_MODELS = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            help="Seconds of the search, which can be resumed (default: until all designs are "
            "found).",
            min=0.001,
            show_default=False,
        ),
    ] = None,
) -> int:
    """Find enzymes to change for more product, for all models at once, and verify.

    Network response analysis: all models share enzymes and folds, and keep the limits, to first
    order in their control coefficients. Every set of enzymes near the best one is listed, with a
    certificate that none is missing; the best are followed to the new steady state of every model.
    The output folder holds tables (designs: a row per enzyme, which reactor takes with
    --strain-designs; gains: promised and reached in every model; ranks of enzymes over the models;
    measure, the constants whose knowledge tells most; batch: CSV), figures (gains, enzymes,
    promised_reached: PNG, SVG), run.json, and the search, from which the same command resumes after
    Ctrl-C or the time limit. The exit code is 1 where the best design works in no model.
    """
    objective = objective_of(given.settings().design)
    require_output(given.settings())
    opened = open_population(population, given, number=number)
    inputs = _with_files(opened.inputs, batch=inoculum is not None)
    settings = inputs.settings
    batch = None
    if inoculum is not None:
        batch = BatchOptions(reactor_of(inputs), inputs.state, inoculum, hours)
    options = DesignOptions(
        objective,
        limits_of(settings.design),
        aim_of(settings.design),
        settings.design.within,
        _growth(inputs),
        {}
        if settings.data.tfa_model is None
        else log_k_of_tfa(settings.data.tfa_model, inputs.network, inputs.state),
        verified,
        time_limit,
    )
    say(f"Control coefficients of {len(opened.population)} models of state {inputs.state.name}.")
    with limited_to(settings.run.threads):
        bound = compile_network(inputs.network).at(inputs.state, threads=settings.run.threads)
        require_steady_state(bound, opened.population, role="whose control coefficients are taken")
        task = DesignTask.of(bound, opened.population, inputs.state, options)
        task = replace(task, batch=batch)
    problem = task.problem

    def analyse(context: RunContext) -> AnalysisResult:
        return analyse_designs(task, context)

    done = run_analysis(
        Record(DESIGNED, inputs),
        analyse,
        files=(*(f"{name}.csv" for name in _TABLES), *FIGURES, SEARCH),
        announcement=f"Sought: up to {problem.limits.enzymes} of {len(problem.enzymes)} enzymes "
        f"that raise {problem.objective}, {len(problem.rows)} limits in each of {len(problem)} "
        "models.",
        options={
            "objective": objective,
            "limits": asdict(options.limits),
            "aim": repr(options.aim),
            "within": options.within,
            "growth": task.options.growth,
            "verified": verified,
            "time_limit": time_limit,
            "inoculum": inoculum,
            "hours": hours,
        },
    )
    works = done.numbers["works"]
    assert isinstance(works, dict), "design to models in which it works"
    if works and not works[done.numbers["best"]]:
        tell("The best design works in no model: its new steady states are in gains.csv.")
        return PROBLEMS
    return 0


def _with_files(inputs: Inputs, *, batch: bool) -> Inputs:
    """Add what is read beside model and states to the files that the record names."""
    data = inputs.settings.data
    files = {"tfa_model": data.tfa_model, "reactor": data.reactor if batch else None}
    return inputs.with_files({role: path for role, path in files.items() if path is not None})


def _growth(inputs: Inputs) -> str | None:
    """Return the reaction that is growth, and raise where growth is to be kept and is none."""
    settings = inputs.settings
    growth = settings.data.growth or growth_reaction(inputs.network)
    least = limits_of(settings.design).least_growth
    if growth is None and least is not None:
        raise InputError(
            f"No reaction of {inputs.network.name!r} looks like growth, of which {least:g} is to "
            f"be kept. Name it with --growth, or keep none: --least-growth {ANY}."
        )
    return growth
