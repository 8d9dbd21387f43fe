"""``train``: from a kinetic model and a steady state to a trained generator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.console import say, text_table
from skimpy_renaissance.cli.inputs import bind_state, read_inputs
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.requirements import TRADE_OFF, bound_requirements, write_trade_off
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.training import (
    HISTORY,
    INCIDENCE,
    effort_in_words,
    train_in,
    write_history,
)
from skimpy_renaissance.errors import listed
from skimpy_renaissance.learning import OPTIMIZERS, REWARDS, TrainedGenerator

__all__ = ["EXAMPLE", "train_command"]

EXAMPLE = (
    "Example: skimpy-renaissance train --model kin_varma.yml --states tfa_samples.csv --state 0 "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3 --partition -15 --output runs/a"
    ". With fewer models: skimpy-renaissance train --config run.toml --optimizer gradient -o runs/b"
)


@with_settings(
    "model",
    "units",
    "states",
    "criterion",
    "training",
    "generator",
    *OPTIMIZERS,
    *REWARDS,
    "run",
    shown={"training.optimizer": next(iter(OPTIMIZERS))},
)
def train_command(given: Given) -> int:
    """Train a generator whose models are valid; called again, it resumes where it stopped.

    The output folder holds the generator (a checkpoint after every generation), history.csv,
    incidence.png, run.json (settings, versions, hashes of the inputs) and resolved.toml, a run file
    that repeats the run. Requirements declared in the run file are rewarded, and what they cost one
    another is written to trade_off.csv and trade_off.png. Flags of an optimiser or a reward that is
    not chosen are refused; its section in the run file has no effect.
    """
    inputs = read_inputs(_with_optimizer_named(given.settings()))
    settings = inputs.settings
    with limited_to(settings.run.threads):
        bound = bind_state(inputs)
        requirements = bound_requirements(inputs, bound)
        record = Record("train", inputs)
        files = (f"{HISTORY}.csv", f"{INCIDENCE}.png", *TRADE_OFF, "manifest.json", "repeat_0")
        folder = claim_folder(record, files=files)
        say(
            f"Training for {inputs.network.name}, {len(bound.km_names)} Km, state "
            f"{inputs.state.name}: valid below {settings.criterion.partition:g} 1/h."
        )
        reward = settings.to_reward()
        say(f"Optimiser: {_in_words(settings)}.")
        if settings.without_effect:
            say(f"Not used by {settings.optimizer!r}: {listed(settings.without_effect, most=20)}.")
        if requirements is not None:
            say(f"Rewarded: {'; '.join(requirements.labels)}.")
        elif reward is not None:
            say(f"Rewarded: {reward!r}.")
        with stoppable(record, folder):
            trained = train_in(folder, inputs, bound, reward=requirements or reward)
            written = write_history(folder, trained)
            if requirements is not None:
                written += write_trade_off(folder, inputs, bound, requirements, trained=trained[0])
    last = [one.history for one in trained if len(one.history)]
    results: dict[str, object] = {
        "generations": [one.state.generation for one in trained],
        "incidence": [float(history.incidence[-1]) for history in last],
        "judged": [int(history.judged[-1]) for history in last],
        "seconds": [float(history.seconds[-1]) for history in last],
    }
    if settings.to_held_out() is not None:
        results["held_out"] = [float(history.held_out[-1]) for history in last]
    entropies = [one.entropy for one in trained]
    if None not in entropies:
        results["entropy"] = entropies
    record.write(folder / RECORD, status="complete", results=results)
    say(text_table(_rows(trained)))
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    place = folder if len(trained) == 1 else folder / "repeat_0"
    say(f"Next: skimpy-renaissance generate {place} -n 1000")
    return 0


def _with_optimizer_named(settings: Settings) -> Settings:
    """Say which optimiser it is where none was chosen, for the record."""
    return replace(settings, training=replace(settings.training, optimizer=settings.optimizer))


def _in_words(settings: Settings) -> str:
    return f"{OPTIMIZERS[settings.optimizer].title}, {effort_in_words(settings.to_optimizer())}"


def _rows(trained: list[TrainedGenerator]) -> list[tuple[str, ...]]:
    """Return a table: a row per training; held-out models and entropy where they are known."""
    held_out = any(np.isfinite(one.history.held_out).any() for one in trained)
    entropy = all(one.entropy is not None for one in trained)
    rows = [
        (
            "",
            "generations",
            "valid at the end",
            *(["held out"] if held_out else []),
            *(["entropy, nats"] if entropy else []),
            "models judged",
            "seconds",
        )
    ]
    for number, one in enumerate(trained):
        history = one.history
        if not len(history):
            continue
        rows.append(
            (
                f"repeat {number}" if len(trained) > 1 else "training",
                str(len(history)),
                f"{100 * history.incidence[-1]:.1f} %",
                *([f"{100 * history.held_out[-1]:.1f} %"] if held_out else []),
                *([f"{one.entropy:.1f}"] if entropy else []),
                str(history.judged[-1]),
                f"{history.seconds[-1]:.0f}",
            )
        )
    return rows
