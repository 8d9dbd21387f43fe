"""``landscape``: which of many steady states can be fast, and which concentrations decide it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.landscape import SpeedSearch, landscape
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.inputs import Inputs, default_partition_note, read_inputs
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.landscape import resample_states
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import (
    SteadyStates,
    check_consistency,
    sample_steady_states,
    save_steady_states,
)

__all__ = ["EXAMPLE", "landscape_command"]

EXAMPLE = (
    "Example: skimpy-renaissance landscape --model kin_varma.yml --states tfa_samples.csv "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3 --partition -15 "
    "--output runs/landscape. Without files of your own: skimpy-renaissance landscape --model "
    "e_coli_core --partition -20 --steps 20 --km-min 1e-6 --km-max 0.1 --output runs/landscape"
)

_NEW = "new_states.npz"
_SAMPLED = "sampled_states.npz"
_SEARCH = "search"  # folder of the search, from which a stopped one resumes
_FILES = (
    _SEARCH,
    "states.csv",
    "rules.csv",
    "allowed_ranges.csv",
    "landscape.png",
    "fastest.png",
    _NEW,
    _SAMPLED,
)
_FEWEST = 20
_FEWEST_LIKE = 10  # given states, where others are sampled within their ranges


@with_settings(
    "model",
    "units",
    "states.file",
    "states.balance_tolerance",
    "states.balance_fluxes",
    "states.drop_zero_fluxes",
    "criterion.partition",
    "criterion.allow_unstable",
    "data.growth",
    "data.growth_scaling",
    "generator.km_min",
    "generator.km_max",
    "run.output",
    "run.seed",
    "run.threads",
    "run.processes",
    "run.cluster",
)
def landscape_command(
    given: Given,
    steps: Annotated[
        int, typer.Option("--steps", help="Gradient steps of the search at each state.", min=0)
    ] = 50,
    members: Annotated[
        int, typer.Option("--members", help="Number of states in a neighbourhood.", min=2)
    ] = 22,
    resample: Annotated[
        int,
        typer.Option("--resample", help="New states to draw around the fast ones.", min=0),
    ] = 0,
    sample: Annotated[
        int,
        typer.Option(
            "--sample",
            help="States to sample uniformly within the ranges of the given ones, for a landscape "
            "of these; 0 takes the given ones.",
            min=0,
        ),
    ] = 0,
    widen: Annotated[
        float,
        typer.Option(
            "--widen", help="Width of the ranges that --sample keeps to, over that seen.", min=0.01
        ),
    ] = 1.0,
) -> int:
    """Search the fastest model at each of many steady states; find what fast states have in common.

    The output folder gets states.csv (fastest lambda_max, slowest pool, place on the map),
    rules.csv (per metabolite the range of concentrations with fewest fast states, tested on states
    held out), allowed_ranges.csv (what rules leave, mol/L, for pyTFA), figures, run.json and
    resolved.toml.
    Each part of the search is kept: a stopped search is resumed by the same command.
    """
    inputs, states = _inputs(given, fewest=_FEWEST_LIKE if sample else _FEWEST)
    if sample:
        if sample < _FEWEST:
            raise InputError(f"A landscape needs {_FEWEST} states at least, got --sample {sample}.")
        sampled = sample_steady_states(
            inputs.network, sample, like=states, widen=widen, seed=inputs.settings.run.seed
        )
        tell(f"Sampled within the ranges of {len(states)}, {widen:g} times as wide: {sampled}.")
        states = sampled.states
    settings = inputs.settings
    partition = settings.to_criterion().partition
    begins = (
        f"{inputs.network.name}: fastest dynamics at {len(states)} steady states, {steps} steps "
        f"each; fast is below {partition:g} 1/h."
    )

    def analyse(context: RunContext) -> AnalysisResult:
        kinetics = compile_network(inputs.network)
        log_km_range = settings.to_generator().range
        search = SpeedSearch(kinetics, partition, log_km_range, steps, context)
        found = landscape(
            inputs.network,
            states,
            search(_SEARCH, states),
            partition=partition,
            members=min(members, len(states) // 2),
            seed=context.seed,
        )
        if sample:
            found = replace(found, files={_SAMPLED: partial(save_steady_states, states)})
        if not resample:
            return found
        return _with_new_states(found, inputs.network, states, n=resample, seed=context.seed)

    run_analysis(
        Record("landscape", inputs),
        analyse,
        files=_FILES,
        announcement="\n".join(filter(None, (begins, default_partition_note(inputs)))),
    )
    return 0


def _inputs(given: Given, *, fewest: int) -> tuple[Inputs, SteadyStates]:
    """Return the inputs, at the first state, and all states that are consistent."""
    settings = given.settings()
    settings = replace(settings, states=replace(settings.states, state="0"))
    inputs = read_inputs(settings)
    report = check_consistency(
        inputs.network, inputs.states, balance_tolerance=settings.states.balance_tolerance
    )
    if not report.passed.all():
        left_out = (~report.passed).sum()
        tell(f"{left_out} of {len(inputs.states)} states are left out; check says why.")
    if report.passed.sum() < fewest:
        raise InputError(
            f"A landscape needs {fewest} consistent steady states at least, got "
            f"{report.passed.sum()} of {len(inputs.states)}. Sample others within their ranges "
            f"(--sample 5000, from {_FEWEST_LIKE} states on), or read more of them."
        )
    return inputs, inputs.states.select(report.passed_names)


def _with_new_states(
    found: AnalysisResult, network: KineticNetwork, states: SteadyStates, *, n: int, seed: int
) -> AnalysisResult:
    """Add a file of new states around the fast neighbourhood."""
    fast = found.numbers["neighbourhoods"]["fast"]  # type: ignore[index]
    drawn = resample_states(network, states, n, around=fast, seed=seed, prefix="new")
    rejected = dict(drawn.rejected)
    row = ("new states, and draws rejected", f"{n}, {sum(rejected.values())}")
    return replace(
        found,
        files={**found.files, _NEW: partial(save_steady_states, drawn.states)},
        numbers={**found.numbers, "resampled": {"drawn": drawn.drawn, "rejected": rejected}},
        summary={"": [*found.summary[""], row]},
    )
