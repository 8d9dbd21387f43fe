"""``tune``: which hyper-parameters of the training suit a kinetic model best."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.console import on_terminal, say, tell, text_table
from skimpy_renaissance.cli.inputs import Inputs, bind_state, read_inputs
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.requirements import bound_requirements
from skimpy_renaissance.cli.run_file import Given, to_toml
from skimpy_renaissance.cli.sections import RunSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import OPTIMIZERS, Generator
from skimpy_renaissance.plots import plot_tuning
from skimpy_renaissance.tuning import PUBLISHED, TUNED, Effort, Hyperparameters, Tuning, tune
from skimpy_renaissance.tuning.search import JOURNAL

__all__ = ["EXAMPLE", "tune_command"]

EXAMPLE = (
    "Example: skimpy-renaissance tune --model e_coli_core --partition -3.07 --trials 20 "
    "--budget 20000 --output runs/tuning; then: skimpy-renaissance train --config "
    "runs/tuning/best.toml --output runs/trained"
)
_TRIALS, _CURVES, _IMPORTANCE, _FIGURE, _BEST = (
    "trials.csv",
    "curves.csv",
    "importance.csv",
    "tuning.png",
    "best.toml",
)
_FILES = (_TRIALS, _CURVES, _IMPORTANCE, _FIGURE, _BEST, JOURNAL)


@with_settings("model", "units", "states", "criterion", "generator", "tune", "run")
def tune_command(given: Given) -> int:
    """Search the hyper-parameters of evolution strategies; called again, it resumes.

    The first trial has the published hyper-parameters, where they lie in the ranges. The output
    folder holds trials.csv (a row per trial), importance.csv, tuning.png, best.toml (a run file for
    "train" with the best of them), curves.csv, and trials.jsonl, from which it is resumed.
    Trials are compared by incidence, also where requirements are rewarded. Needs the extra "tune".
    """
    inputs = read_inputs(_of_evolution(given.settings()))
    settings = inputs.settings
    generator = settings.to_generator()
    assert isinstance(generator, Generator), "what evolution strategies train is a network"
    effort, space = settings.to_effort(), settings.to_search_space()
    with limited_to(settings.run.threads):
        bound = bind_state(inputs)
        reward = bound_requirements(inputs, bound) or settings.to_reward()
        record = Record("tune", inputs)
        folder = claim_folder(record, files=_FILES)
        say(
            f"Tuning for {inputs.network.name}, {len(bound.km_names)} Km, state "
            f"{inputs.state.name}: {settings.tune.trials} trials, {_cost(effort)}."
        )
        with stoppable(record, folder):
            tuning = tune(
                bound,
                trials=settings.tune.trials,
                space=space,
                effort=effort,
                criterion=settings.to_criterion(),
                generator=generator,
                reward=reward,
                first=(PUBLISHED,) if space.holds(PUBLISHED) else (),
                prune=settings.tune.pruning != "none",
                seed=settings.run.seed,
                folder=folder,
                callback=None if on_terminal() else _line,
            )
    _write(folder, inputs, tuning)
    record.write(folder / RECORD, status="complete", results=_results(tuning))
    say(text_table(_rows(tuning)))
    if len(tuning.importance):
        ranked = [f"{name} {100 * share:.0f} %" for name, share in tuning.importance.items()]
        say(f"What decided: {', '.join(ranked)}")
    say(f"Written to {folder}: {', '.join([*_FILES, RECORD, RESOLVED])}")
    say(f"Next: skimpy-renaissance train --config {folder / _BEST} --output runs/trained")
    return 0


def _of_evolution(settings: Settings) -> Settings:
    if OPTIMIZERS[settings.optimizer] is not TUNED:
        raise InputError(
            f"tune searches the hyper-parameters of {TUNED.title.lower()}; the run file has "
            f"optimizer = {settings.optimizer!r} in [training]. Take it out."
        )
    return settings


def _cost(effort: Effort) -> str:
    models = (
        f"{effort.budget} models judged"
        if effort.generations is None
        else f"{effort.generations} generations"
    )
    return f"{models} in each of {effort.repeats} training(s) per trial"


def _line(tuning: Tuning) -> None:
    last = tuning.trials.iloc[-1]
    reached = "pruned" if last["state"] == "pruned" else f"{100 * last['incidence']:.1f} % valid"
    best = 100 * float(tuning.trials["incidence"].astype(float).max())
    tell(f"trial {last['trial']}: {reached}; best so far {best:.1f} %")


def _write(folder: Path, inputs: Inputs, tuning: Tuning) -> None:
    importance = tuning.importance.rename_axis("hyper-parameter").reset_index()
    for name, table in (
        (_TRIALS, tuning.trials),
        (_CURVES, tuning.curves),
        (_IMPORTANCE, importance),
    ):
        with atomic_path(folder / name) as temporary:
            pd.DataFrame(table).to_csv(temporary, index=False, lineterminator="\n")
    figure = Figure(figsize=(11.0, 5.4), layout="constrained")
    plot_tuning(tuning, figure)
    with atomic_path(folder / _FIGURE) as temporary:
        figure.savefig(temporary, dpi=150)
    chosen = _with_choice(inputs.settings, tuning.best)
    with atomic_path(folder / _BEST) as temporary:
        temporary.write_text(to_toml(chosen, folder=folder), encoding="utf-8")


def _with_choice(settings: Settings, choice: Hyperparameters) -> Settings:
    """Return settings of a training with these hyper-parameters, in a folder yet to be named."""
    generations = settings.to_effort().generations_of(choice)
    optimizer = choice.optimizer(generations=generations)
    tuned = {**settings.optimizers[settings.optimizer], **vars(optimizer)}
    return replace(
        settings,
        optimizers={**settings.optimizers, settings.optimizer: tuned},
        generator=replace(settings.generator, hidden=choice.hidden),
        run=RunSettings(seed=settings.run.seed, threads=settings.run.threads),
    )


def _rows(tuning: Tuning) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("", "trial", "valid", "candidates", "models each", "radius", "rate", "decay", "layers")
    ]
    published = [n for n, choice in tuning.choices.items() if choice == PUBLISHED]
    for label, trial in [*(("published", n) for n in published), ("best", tuning.best_trial)]:
        choice = tuning.choices[trial]
        rows.append(
            (
                label,
                str(trial),
                f"{100 * tuning.incidence_of(trial):.1f} %",
                str(choice.n_candidates),
                str(choice.models_per_candidate),
                f"{choice.search_radius:.3g}",
                f"{choice.learning_rate:.3g}",
                f"{choice.decay:.3g}",
                "-".join(map(str, choice.hidden)),
            )
        )
    return rows


def _results(tuning: Tuning) -> dict[str, object]:
    states = tuning.trials["state"]
    return {
        "complete": int((states == "complete").sum()),
        "pruned": int((states == "pruned").sum()),
        "best_trial": tuning.best_trial,
        "best_incidence": tuning.incidence_of(tuning.best_trial),
        "judged": int(tuning.trials["judged"].fillna(0).sum()),
    }
