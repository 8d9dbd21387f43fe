"""``check``: what a kinetic model and its steady states are, and whether they fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skimpy_renaissance.cli.check_population import check_stored
from skimpy_renaissance.cli.console import PROBLEMS, say
from skimpy_renaissance.cli.constraint_report import describe_constraint_based
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.inputs import choose_state, read_states
from skimpy_renaissance.cli.model_file import ModelFile, read_model
from skimpy_renaissance.cli.model_kind import ModelKind, kind_of_model
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.pool_report import describe_pools
from skimpy_renaissance.cli.pytfa_report import describe_pytfa
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sbml_report import describe_own_state, describe_sbml
from skimpy_renaissance.cli.state_report import describe_state, describe_states
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.verdict import first_verdict
from skimpy_renaissance.draft import read_cobra_model
from skimpy_renaissance.errors import MissingEntryError, SteadyStateError, UnitsError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.steady_states import (
    ConsistencyReport,
    SteadyState,
    SteadyStates,
    check_consistency,
)
from skimpy_renaissance.storage import read_json

__all__ = ["EXAMPLE", "check_command"]

EXAMPLE = (
    "Example: skimpy-renaissance check --model kin_varma.yml --states tfa_samples.csv "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3. "
    "Without files of your own: skimpy-renaissance check --model e_coli_core. "
    "A stored population: skimpy-renaissance check runs/a/population.h5"
)


@with_settings(
    "model",
    "units",
    "states",
    "criterion",
    "data.growth",
    "data.growth_scaling",
    "generator.km_min",
    "generator.km_max",
    "run.seed",
    "run.threads",
)
def check_command(
    given: Given,
    population: Annotated[
        Path | None,
        typer.Argument(
            help="Parameter sets to recompute at their steady state instead.",
            metavar="[POPULATION]",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", help="Sets of the population that are recomputed.", min=1)
    ] = 100,
    draws: Annotated[
        int,
        typer.Option("--draws", help="Models judged for the first verdict, of each kind.", min=1),
    ] = 200,
    write_pools: Annotated[
        Path | None,
        typer.Option(
            "--write-pools",
            help="Write conserved and nearly conserved pools there, as --conservation takes them.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Report what a kinetic model is, whether its steady states fit, and how rare valid models are.

    Without --states only the model is checked, an SBML model at its own steady state. Of a
    constraint-based model (COBRA, pyTFA) it says whether it can grow and what build needs.
    With POPULATION some of its sets are recomputed: eigenvalues, Vmax, other constants, the steady
    state. Model and state are those of the run file or record beside it; flags win. Nothing is
    written but what --write-pools asks for.
    """
    if population is not None:
        return _conclude(check_stored(population, given, sample=sample))
    settings = given.settings()
    if settings.model.file is not None:
        kind = kind_of_model(settings.model.file)
        if not kind.kinetic:
            return _conclude(_check_constraint_based(settings.model.file, kind))
    partition = settings.to_criterion().partition
    model = read_model(settings)
    kinetics = compile_network(model.network)
    found: list[Findings] = []
    _add(found, describe_model(kinetics, source=model.input_files["model"].path))
    own = settings.states.file is None and not settings.uses_bundled_states
    lacking = ""
    if model.sbml is not None:
        _add(found, describe_sbml(model.sbml))
        lacking = _add_own_state(found, model) if own else ""
    if own and (model.sbml is None or lacking):
        _add(found, describe_pools(model.network, partition=partition, table=write_pools))
        say("No steady states were given; --states FILE adds what they say, and a first verdict.")
        return _conclude(found)
    network, states, states_file = read_states(settings, model)
    named = settings.states.state is not None or settings.uses_bundled_states
    chosen = choose_state(states, settings) if named else None
    if settings.states.drop_zero_fluxes and chosen is not None:
        states = states.select([chosen.name])  # in others, other reactions are off
    if network is not kinetics.network:
        kinetics = compile_network(network)
    report = check_consistency(network, states, balance_tolerance=settings.states.balance_tolerance)
    found.append(describe_states(report, states, source=states_file.path))
    say(str(found[-1]))
    state = _state_to_judge(states, report, chosen)
    if state is None:
        say("No state can be judged before these problems are solved.")
        return _conclude(found)
    _add(found, describe_state(network, states, state, settings=settings))
    _add(found, describe_pools(network, state, partition=partition, table=write_pools))
    with limited_to(settings.run.threads):
        try:
            bound = kinetics.at(state, threads=settings.run.threads)
        except (SteadyStateError, MissingEntryError) as error:
            found.append(Findings("No model can be built at this state", problems=(str(error),)))
        else:
            found.append(first_verdict(bound, state, settings=settings, n=draws))
    say(str(found[-1]))
    return _conclude(found)


def _check_constraint_based(path: Path, kind: ModelKind) -> list[Findings]:
    """Say what a model without rate laws is, and what energies it has."""
    found: list[Findings] = []
    model = read_cobra_model(str(path))
    for part in describe_constraint_based(model, source=str(path)):
        _add(found, part)
    if kind is ModelKind.PYTFA:
        _add(found, describe_pytfa(read_json(path, what="a pyTFA model"), model))
    return found


def _add_own_state(found: list[Findings], model: ModelFile) -> str:
    """Say where an SBML model comes to rest; return why it does not."""
    try:
        state = model.own_state
    except (SteadyStateError, UnitsError) as error:
        title = "Steady state of its own, with the constants of the file"
        _add(found, Findings(title, problems=(str(error),)))
        return str(error)
    assert model.sbml is not None
    _add(found, describe_own_state(model.sbml, state))
    return ""


def _add(found: list[Findings], part: Findings | None) -> None:
    """Say a part of the report, where there is one."""
    if part is not None:
        found.append(part)
        say(str(part))


def _state_to_judge(
    states: SteadyStates, report: ConsistencyReport, chosen: SteadyState | None
) -> SteadyState | None:
    """Return the state that was asked for, else the first one that is consistent."""
    names = report.passed_names if chosen is None else (chosen.name,)
    return states[names[0]] if names and names[0] in report.passed_names else None


def _conclude(found: list[Findings]) -> int:
    n_problems = sum(len(part.problems) for part in found)
    say(
        f"{n_problems} problem(s) found, marked PROBLEM above."
        if n_problems
        else "No problems found."
    )
    return PROBLEMS if n_problems else 0
