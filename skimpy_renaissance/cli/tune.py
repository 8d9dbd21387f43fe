"""``tune``: which hyper-parameters of the training suit a kinetic model best."""

from __future__ import annotations

from dataclasses import replace

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.tuning import cost_in_words, tuning_result
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.console import on_terminal, say, tell
from skimpy_renaissance.cli.inputs import bind_state, read_inputs
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.requirements import bound_requirements
from skimpy_renaissance.cli.run_file import Given, to_toml
from skimpy_renaissance.cli.sections import RunSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import OPTIMIZERS, Generator
from skimpy_renaissance.tuning import PUBLISHED, TUNED, Hyperparameters, Tuning, tune
from skimpy_renaissance.tuning.search import JOURNAL
from skimpy_renaissance.tuning.search_result import ENOUGH

__all__ = ["EXAMPLE", "tune_command"]

EXAMPLE = (
    "Example: skimpy-renaissance tune --model e_coli_core --partition -3.07 --trials 20 "
    "--budget 20000 --output runs/tuning; then: skimpy-renaissance train --config "
    "runs/tuning/best.toml --output runs/trained"
)
_BEST = "best.toml"
_FILES = ("trials.csv", "curves.csv", "importance.csv", "tuning.png", _BEST, JOURNAL)


@with_settings("model", "units", "states", "criterion", "generator", "tune", "run")
def tune_command(given: Given) -> int:
    """Search the hyper-parameters of evolution strategies; repeat the command to resume.

    The first trial has the published hyper-parameters, where they lie in the ranges. The output
    folder holds trials.csv (a row per trial), importance.csv, tuning.png, best.toml (a run file for
    "train" with the best of them), curves.csv, and trials.jsonl, from which the search resumes.
    Which hyper-parameters decide is told from 40 complete trials on.
    Trials are compared by incidence, also where requirements are rewarded. Needs the extra "tune".
    """
    inputs = read_inputs(_of_evolution(given.settings()))
    settings = inputs.settings
    generator = settings.to_generator()
    assert isinstance(generator, Generator), "what evolution strategies train is a network"
    effort, space = settings.to_effort(), settings.to_search_space()
    folder = settings.run.output
    bound = bind_state(inputs)
    reward = bound_requirements(inputs, bound) or settings.to_reward()

    def analyse(context: RunContext) -> AnalysisResult:
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
            seed=context.seed,
            folder=context.folder,
            callback=None if on_terminal() else _line,
        )
        chosen = to_toml(_with_choice(settings, tuning.best), folder=context.folder)
        result = tuning_result(tuning, organism=inputs.network.name, effort=effort)
        return replace(result, files={_BEST: lambda path: path.write_text(chosen, "utf-8")})

    found = run_analysis(
        Record("tune", inputs),
        analyse,
        files=_FILES,
        announcement=f"Tuning for {inputs.network.name}, {len(bound.km_names)} Km, state "
        f"{inputs.state.name}: {settings.tune.trials} trials, {cost_in_words(effort)}.",
    )
    importance = found.tables["importance"]
    complete = (found.tables["trials"]["state"] == "complete").sum()
    if complete >= ENOUGH and len(importance):
        ranked = [f"{name} {100 * share:.0f} %" for _, name, share in importance.itertuples()]
        say(f"What decided: {', '.join(ranked)}")
    say(f"Next: skimpy-renaissance train --config {folder}/{_BEST} --output runs/trained")
    return 0


def _of_evolution(settings: Settings) -> Settings:
    if OPTIMIZERS[settings.optimizer] is not TUNED:
        raise InputError(
            f"tune searches the hyper-parameters of {TUNED.title.lower()}; the run file has "
            f"optimizer = {settings.optimizer!r} in [training]. Take it out."
        )
    return settings


def _line(tuning: Tuning) -> None:
    last = tuning.trials.iloc[-1]
    reached = "pruned" if last["state"] == "pruned" else f"{100 * last['incidence']:.1f} % valid"
    best = 100 * float(tuning.trials["incidence"].astype(float).max())
    tell(f"trial {last['trial']}: {reached}; best so far {best:.1f} %")


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
