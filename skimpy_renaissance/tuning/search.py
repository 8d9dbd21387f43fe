r"""The search for good hyper-parameters: trials one after another, hopeless ones ended early.

.. math:: \max_{n, m, \sigma, \alpha, d, \text{layers}} I(\text{generator trained with them})

by a tree-structured Parzen estimator [1]_ (optuna [2]_). A trial whose learning curve lies below
the median of earlier ones at the same share of the training is pruned. The search is kept in a file
of JSON lines; the sampler of trial :math:`t` has a seed derived from the search's and :math:`t`, so
that a search that was stopped and resumed takes the same trials.

References
----------
.. [1] Bergstra, Bardenet, Bengio and Kégl, *Advances in Neural Information Processing Systems* 24
   (2011) 2546.
.. [2] Akiba et al., *Optuna: a next-generation hyperparameter optimization framework* (2019),
   arXiv:1907.10902.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import FileFormatError, InputError, OutputError, RenaissanceError
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.held import held_file
from skimpy_renaissance.learning import Generator, Kinetics, Problem
from skimpy_renaissance.learning.description import describe_run
from skimpy_renaissance.learning.rewards import Incidence, RewardFunction
from skimpy_renaissance.priors import KmSpace, derived_seeds
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.setups import describe, require_same_setup
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import how_to_go_on, make_folder
from skimpy_renaissance.tuning.search_result import OUTCOME, Tuning, tuning_of
from skimpy_renaissance.tuning.search_space import (
    PUBLISHED,
    Hyperparameters,
    SearchSpace,
    as_parameters,
)
from skimpy_renaissance.tuning.trial import STEPS, Effort, Trainer

__all__ = ["JOURNAL", "tune"]

JOURNAL = "trials.jsonl"
_NAME = "tuning"
_WARM_UP = STEPS // 4  # no trial is pruned in the first quarter of its training
_BLIND = 5  # trials before the sampler learns, and before any is pruned


def tune(
    kinetics: Kinetics,
    *,
    trials: int = 30,
    space: SearchSpace | None = None,
    effort: Effort | None = None,
    criterion: Validity | None = None,
    generator: Generator | None = None,
    reward: RewardFunction | None = None,
    first: Collection[Hyperparameters] = (PUBLISHED,),
    prune: bool = True,
    seed: int = 0,
    folder: str | os.PathLike[str] | None = None,
    callback: Callable[[Tuning], object] | None = None,
    progress: bool | None = None,
) -> Tuning:
    """Search the hyper-parameters whose generators have most valid models.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    trials
        How many there shall be in all; a search that is resumed makes the missing ones.
    space
        What is searched.
    effort
        What each trial may cost; by default 100,000 models, as many as the paper's training.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    generator
        Everything of the architecture but its layers.
    reward
        What trainings follow; by default incidence. Incidence is what trials are compared by.
    first
        Tried before anything else, and never pruned: by default the published optimum. They must
        lie in the space.
    prune
        Whether trials that fall behind are ended early.
    seed
        A whole number, 0 or more.
    folder
        Keeps the search (``trials.jsonl``) and the checkpoint of the current trial; an existing
        search is resumed. ``None`` keeps nothing.
    callback
        Called after each trial with all trials so far.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Tuning

    Raises
    ------
    InputError
        An argument cannot be used, or the folder holds another search.
    MissingExtraError
        optuna is not installed.
    FileFormatError
        The folder holds something else under the name of the search.
    OutputError
        The folder cannot be written to, or another process searches in it.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> tuning = tune(bound, trials=30, folder="tuning")  # doctest: +SKIP
    >>> tuning.best  # doctest: +SKIP
    """
    optuna = import_extra("optuna", extra="tune", needed_by="Tuning")
    space, effort = space or SearchSpace(), effort or Effort()
    require_whole("trials", trials)
    outside = [choice for choice in first if not space.holds(choice)]
    if outside:
        raise InputError(
            f"What is tried first must lie in the search space, got {outside[0]!r} and {space!r}. "
            "Widen the space, or pass first=()."
        )
    trainer = Trainer(
        kinetics, criterion or Validity(), generator or Generator(), effort, seed, reward
    )
    setup = _setup(trainer, space, first=first, prune=prune)
    place = None if folder is None else Path(folder)
    with _quiet(optuna), _alone(place):
        with _reading(place):
            study = _study(optuna, place, setup=setup, prune=prune)
            _require_trials_of(space, study)
        if not study.get_trials(deepcopy=False):
            for choice in first:
                study.enqueue_trial(as_parameters(choice))
        search = _Search(optuna, study, space, trainer, place, len(first) if prune else trials)
        seeds = derived_seeds(seed, trials)
        try:
            done = len(search.finished)
            with progress_bar(
                trials, progress=progress, initial=done, desc="tuning", unit="trial"
            ) as bar:
                while len(search.finished) < trials:
                    search.next_trial(seeds)
                    with _reading(place):
                        tuning = tuning_of(study)
                    bar.set_postfix(best=f"{tuning.trials['incidence'].max():.3f}", refresh=False)
                    bar.update()
                    if callback is not None:
                        callback(tuning)
        except KeyboardInterrupt as stop:
            reached = f"Tuning stopped after {len(search.finished)} of {trials} trials."
            raise KeyboardInterrupt(how_to_go_on(reached, folder)) from stop
        return tuning_of(study)


@dataclass(frozen=True)
class _Search:
    """Trials of one study, made one at a time."""

    optuna: Any
    study: Any
    space: SearchSpace
    trainer: Trainer
    folder: Path | None
    never_pruned: int

    @property
    def finished(self) -> list[Any]:
        return [t for t in self.study.get_trials(deepcopy=False) if t.state.is_finished()]

    def next_trial(self, seeds: tuple[int, ...]) -> None:
        """Make the next trial, or end the one that was at work when the search stopped."""
        self.study.sampler = self.optuna.samplers.TPESampler(
            seed=seeds[len(self.finished)], n_startup_trials=_BLIND
        )
        running = [t for t in self.study.get_trials(deepcopy=False) if t.state.name == "RUNNING"]
        trial = (
            self.optuna.trial.Trial(self.study, running[0]._trial_id)
            if running
            else self.study.ask()
        )
        with _reading(self.folder):
            choice = self.space.suggested_by(trial)
            if not self.space.holds(choice):
                raise ValueError(f"trial {trial.number} lies outside of the search space: {choice}")
        known = set(running[0].intermediate_values) if running else set()
        generations = self.trainer.effort.generations_of(choice)
        trial.set_user_attr("generations", generations)

        def report(step: int, incidence: float) -> None:
            if step not in known:
                trial.report(incidence, step)
            if trial.number >= self.never_pruned and trial.should_prune():
                done = step * generations // STEPS
                trial.set_user_attr(
                    "judged", done * choice.n_candidates * choice.models_per_candidate
                )
                raise self.optuna.TrialPruned

        place = None if self.folder is None else self.folder / f"trial_{trial.number}"
        try:
            outcome = self.trainer(choice, folder=place, report=report)
        except self.optuna.TrialPruned:
            self.study.tell(trial, state=self.optuna.trial.TrialState.PRUNED)
        else:
            trial.set_user_attr(OUTCOME, asdict(outcome))
            self.study.tell(trial, outcome.incidence)
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)  # its numbers are in the journal


def _study(optuna: Any, folder: Path | None, *, setup: Mapping[str, Any], prune: bool) -> Any:
    """Open the study of a folder, or begin one."""
    pruner = (
        optuna.pruners.MedianPruner(n_startup_trials=_BLIND, n_warmup_steps=_WARM_UP)
        if prune
        else optuna.pruners.NopPruner()
    )
    storage = None
    if folder is not None:
        path = folder / JOURNAL
        _drop_half_a_line(path)
        lock = optuna.storages.journal.JournalFileOpenLock(str(path))
        backend = optuna.storages.journal.JournalFileBackend(str(path), lock_obj=lock)
        storage = optuna.storages.JournalStorage(backend)  # JSON lines, nothing is unpickled
    study = optuna.create_study(
        storage=storage,
        study_name=_NAME,
        direction="maximize",
        pruner=pruner,
        load_if_exists=True,
    )
    stored = study.user_attrs.get("setup")
    if stored is None:
        study.set_user_attr("setup", dict(setup))
    elif folder is not None:
        require_same_setup(stored, setup, place=folder, what="a search")
    return study


@contextmanager
def _alone(folder: Path | None) -> Iterator[None]:
    """Keep the journal to this process: two would end one another's trials."""
    if folder is None:
        yield
        return
    journal = make_folder(folder) / JOURNAL
    with held_file(journal, hint="Choose another folder."):
        # optuna's own lock, left by a process that was killed: it would be waited for
        journal.with_name(f"{JOURNAL}.lock").unlink(missing_ok=True)
        try:
            yield
        except RenaissanceError:
            raise
        except OSError as error:
            free = shutil.disk_usage(folder).free
            raise OutputError(
                f"Cannot write {journal}: {error.strerror or error}; {free:,} bytes are free in "
                f"{folder}. Trials that ended are kept: free space and call again to go on."
            ) from error


def _require_trials_of(space: SearchSpace, study: Any) -> None:
    """Raise for trials that this search cannot have made."""
    stored = tuning_of(study)
    outside = [number for number, choice in stored.choices.items() if not space.holds(choice)]
    if outside:
        raise ValueError(f"trials {outside} lie outside of the search space")
    for trial in study.get_trials(deepcopy=False):
        incidence = stored.incidence_of(trial.number)
        complete = trial.state.name == "COMPLETE"
        if complete and not (0 <= incidence <= 1 and incidence == trial.value):
            raise ValueError(f"trial {trial.number} states {incidence} and {trial.value}")


@contextmanager
def _reading(folder: Path | None) -> Iterator[None]:
    """Turn what optuna and this module raise for a journal with other content into one error."""
    try:
        yield
    except (RenaissanceError, OSError):
        raise
    except Exception as error:  # optuna checks nothing of what it reads: any error may come
        if folder is None:
            raise
        raise FileFormatError(
            f"{folder / JOURNAL} is not the journal of a search, or was damaged: {error!r}. Choose "
            "another folder."
        ) from error


def _setup(
    trainer: Trainer, space: SearchSpace, *, first: Collection[Hyperparameters], prune: bool
) -> dict[str, Any]:
    """Describe all that decides the trials, except how many there are."""
    kinetics, generator = trainer.kinetics, trainer.generator
    km = KmSpace.of(kinetics.km_names, kinetics.log_km_bounds, default_range=generator.range)
    problem = Problem(kinetics, generator, km, trainer.criterion, trainer.reward or Incidence())
    described = describe_run(problem, space, seed=trainer.seed, keep_snapshots=(), provenance={})
    more = {"effort": trainer.effort, "first": list(first), "prune": prune}
    return {"space": described.pop("optimizer"), **described, **describe(more)}


def _drop_half_a_line(path: Path) -> None:
    """Cut off what a process that was killed while writing left behind the last whole line."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """Keep optuna's own log, and its notes on experimental parts, off the screen."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            yield
    finally:
        optuna.logging.set_verbosity(before)
