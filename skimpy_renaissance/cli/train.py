"""``train``: from a kinetic model and a steady state to a trained generator."""

from __future__ import annotations

from dataclasses import replace
from math import isinf

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.inputs import bind_state, default_partition_note, read_inputs
from skimpy_renaissance.cli.measured_km import MEASURED_KM, read_ranges
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.requirements import (
    TRADE_OFF,
    bound_requirements,
    compared_requirements,
)
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.training import effort_in_words, train_in
from skimpy_renaissance.errors import listed
from skimpy_renaissance.kinetic_data import KmMatch, KmRanges
from skimpy_renaissance.learning import OPTIMIZERS, REWARDS

__all__ = ["EXAMPLE", "train_as", "train_command"]

EXAMPLE = (
    "Example: skimpy-renaissance train --model kin_varma.yml --states tfa_samples.csv --state 0 "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3 --partition -15 --output runs/a"
    ". With fewer models: skimpy-renaissance train --config run.toml --optimizer gradient -o runs/b"
)


_MOST_REASONS = 5  # why measurements are not used


@with_settings(
    "model",
    "units",
    "states",
    "criterion",
    "data.growth",
    "data.growth_scaling",
    "training",
    "generator",
    *MEASURED_KM,
    *OPTIMIZERS,
    *REWARDS,
    "run",
    shown={"training.optimizer": next(iter(OPTIMIZERS))},
)
def train_command(given: Given) -> int:
    """Train a generator whose models are valid; repeat the command to resume.

    The output folder holds the generator (a checkpoint after every generation), history.csv,
    incidence.png, run.json (settings, versions, hashes of the inputs) and resolved.toml, a run file
    that repeats the run. Measured Km are drawn from their ranges (measured_km.csv) instead of being
    generated. Requirements declared in the run file are rewarded, and what they cost one another is
    written to trade_off.csv and trade_off.png. Flags of an optimiser or a reward that is
    not chosen are refused; its section in the run file has no effect.
    """
    return train_as(given)


def train_as(given: Given) -> int:
    """Train as settings say, in their output folder.

    Parameters
    ----------
    given
        Run file and flags.

    Returns
    -------
    int
        Exit code.
    """
    inputs = read_inputs(_with_optimizer_named(given.settings()))
    settings = inputs.settings
    ranges, unused_km = None, list[str]()
    if (source := settings.to_km_source()) is not None:
        inputs = inputs.with_files(source.files)
        match, ranges = read_ranges(source, settings, inputs.network)
        unused_km = _unused_in_words(match)
    bound = bind_state(inputs)
    requirements = bound_requirements(inputs, bound)
    lines = [
        f"Training for {inputs.network.name}, {len(bound.km_names)} Km, state "
        f"{inputs.state.name}: valid {settings.to_criterion().in_words}.",
        f"Optimiser: {OPTIMIZERS[settings.optimizer].title}, "
        f"{effort_in_words(settings.to_optimizer())}.",
    ]
    if note := default_partition_note(inputs):
        lines.append(f"Note: {note}")
    reward = settings.to_reward()
    if unused := settings.without_effect:
        lines.append(f"Not used by {settings.optimizer!r}: {listed(unused, most=20)}.")
    if ranges is not None:
        lines.append(_measured_in_words(ranges, settings.data.km_rule))
        lines += unused_km
    if requirements is not None:
        lines.append(f"Rewarded: {'; '.join(requirements.labels)}.")
    elif reward is not None:
        lines.append(f"Rewarded: {reward!r}.")

    def analyse(context: RunContext) -> AnalysisResult:
        trained = train_in(
            context.folder,
            inputs,
            bound,
            reward=requirements or reward,
            measured=None if ranges is None else ranges.molar,
        )
        course = training_course(trained)
        if ranges is not None:
            table = ranges.table.reset_index()
            course = replace(course, tables={**course.tables, "measured_km": table})
        if requirements is None:
            return course
        cost = compared_requirements(inputs, bound, requirements, trained=trained[0])
        return replace(
            course,
            tables={**course.tables, **cost.tables},
            drawings={**course.drawings, **cost.drawings},
            numbers={**course.numbers, **cost.numbers},
            summary={**course.summary, "Requirements": cost.summary[""]},
        )

    run_analysis(
        Record("train", inputs),
        analyse,
        files=(
            "history.csv",
            "incidence.png",
            "measured_km.csv",
            *TRADE_OFF,
            "manifest.json",
            "repeat_0",
        ),
        announcement="\n".join(lines),
        says_how_far=True,
    )
    place = settings.run.output
    assert place is not None, "claimed for the results"
    say(
        "Next: skimpy-renaissance generate "
        f"{place if settings.run.repeats == 1 else place / 'repeat_0'} -n 1000"
    )
    return 0


def _measured_in_words(ranges: KmRanges, rule: str) -> str:
    half_open = [name for name, (low, high) in ranges.molar.items() if low == 0 or isinf(high)]
    drawn = [name for name in ranges.km_names if name not in half_open]
    text = (
        f"Measured ({rule}): {len(drawn)} Km {_are(drawn)} drawn from their ranges, {listed(drawn)}"
    )
    if half_open:
        text += f"; {len(half_open)} {_are(half_open)} bounded on one side, {listed(half_open)}"
    return f"{text}."


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _unused_in_words(match: KmMatch) -> list[str]:
    """Say how many measurements fit no constant, and why, the most frequent reasons first."""
    why = match.unmatched.drop_duplicates("row")["why"].value_counts()
    if why.empty:
        return []
    counts = match.summary()[["matched", "ambiguous", "unmatched"]]
    told = [f"  {n} times: {reason}" if n > 1 else f"  {reason}" for reason, n in why.items()]
    return [
        f"Not used: {why.sum()} of {counts.sum()} measurements, which fit no Km of the model; "
        "--synonyms and --ec-pairs say what is what:",
        *told[:_MOST_REASONS],
        *([f"  and {len(told) - _MOST_REASONS} more reasons"] if len(told) > _MOST_REASONS else []),
    ]


def _with_optimizer_named(settings: Settings) -> Settings:
    """Say which optimiser it is where none was chosen, for the record."""
    return replace(settings, training=replace(settings.training, optimizer=settings.optimizer))
