"""The training that ``train`` and ``demo`` share: checkpoints, progress, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.console import on_terminal, say, tell
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import HeldOut, TrainedGenerator, train, train_repeats
from skimpy_renaissance.learning.checkpoint import holds_run, read_run, read_setup
from skimpy_renaissance.learning.rewards import RewardFunction
from skimpy_renaissance.tasks import Serial

__all__ = ["effort_in_words", "train_in"]

_EVERY = 5  # generations between two lines of progress, where there is no terminal


def effort_in_words(optimizer: Any) -> str:
    """Return how many models a training judges, in words.

    Parameters
    ----------
    optimizer
        With ``generations`` and ``judged_per_generation``.

    Returns
    -------
    str
        For example ``"50 generations x 20 candidates x 100 models"``.
    """
    candidates, models = optimizer.judged_per_generation
    each = f"{candidates} candidates x {models}" if candidates > 1 else models
    return f"{optimizer.generations} generations x {each} models"


def train_in(
    folder: Path,
    inputs: Inputs,
    bound: BoundKinetics,
    *,
    reward: RewardFunction | None = None,
    measured: Mapping[str, tuple[float, float]] | None = None,
) -> list[TrainedGenerator]:
    """Train in a folder, or resume a training that was stopped.

    Parameters
    ----------
    folder
        Holds the generator; with several repeats a sub-folder for each, ``repeat_0``, ...
    inputs
        Settings and what identifies the problem.
    bound
        Kinetics at the steady state.
    reward
        What is followed; by default incidence.
    measured
        Saturation constant to its measured range, mol/L.

    Returns
    -------
    list of TrainedGenerator
        One per repeat, each with its untrained weights as a snapshot.

    Raises
    ------
    InputError
        A setting cannot be used, or a folder holds a training with another set-up.
    OutputError
        A folder cannot be written to.
    KeyboardInterrupt
        On Ctrl-C; checkpoints are written.
    """
    settings = inputs.settings
    repeats, optimizer = settings.run.repeats, settings.to_optimizer()
    generations, held_out = optimizer.generations, settings.to_held_out()
    runner = settings.to_runner()
    here = isinstance(runner, Serial)
    callback = _progress_lines(generations) if here else None
    options: dict[str, Any] = {
        "criterion": settings.to_criterion(),
        "optimizer": optimizer,
        "generator": settings.to_generator(),
        "reward": reward,
        "measured": measured,
        "held_out": held_out,
        "keep_snapshots": (0,),
        "provenance": inputs.identity_as_in(_stored(folder)),
    }
    if repeats == 1:
        _announce(folder, generations, held_out)
        seed = settings.run.seed
        return [train(bound, seed=seed, checkpoint=folder, callback=callback, **options)]
    for number in range(repeats):
        place = folder / f"repeat_{number}"
        say(f"Repeat {number + 1} of {repeats}, in {place}")
        _announce(place, generations, held_out)
    return train_repeats(
        bound if here else bound.on_threads(1),
        repeats=repeats,
        seed=settings.run.seed,
        checkpoint=folder,
        runner=runner,
        callback=callback,
        **options,
    )


def _stored(folder: Path) -> Mapping[str, Any]:
    """Return the identity of the training that a folder holds, if it holds one."""
    for place in (folder, folder / "repeat_0"):
        if holds_run(place):
            return read_setup(place).get("provenance", {})
    return {}


def _announce(place: Path, generations: int, held_out: HeldOut | None) -> None:
    stored = read_run(place) if holds_run(place) else None
    if stored is None or stored.state.generation == 0:
        return
    done = stored.state.generation
    if done >= generations:
        say(f"Training was finished in an earlier call: {place} holds all {done} generations.")
    elif held_out is not None and held_out.is_enough(stored.history):
        say(f"Training ended early in an earlier call: {place} holds {done} generations.")
    else:
        say(f"Going on in {place} after generation {done} of {generations}.")


def _progress_lines(generations: int) -> Callable[[TrainedGenerator], None] | None:
    """Return what writes a line now and then; a terminal has a bar instead."""
    if on_terminal():
        return None

    def line(trained: TrainedGenerator) -> None:
        done = trained.state.generation
        history = trained.history
        checked = isfinite(history.held_out[-1])
        if done in (1, generations) or done % _EVERY == 0 or checked:
            held_out = f"; held out {100 * history.held_out[-1]:.1f} %" if checked else ""
            tell(
                f"generation {done:>3} of {generations}: {100 * history.incidence[-1]:5.1f} % "
                f"valid, fastest lambda_max {history.lambda_fastest[-1]:.3g} 1/h{held_out}"
            )

    return line
