r"""One trial: hyper-parameters, a training or several with them, and how good the generators are.

All trainings of a search judge the same number of models :math:`B`, whatever their population: a
generation of :math:`n` candidates by :math:`m` models each costs :math:`n m`, so that there are

.. math:: G = \max(1, \lfloor B / (n m) \rfloor)

of them. A fixed number of generations, as in the paper, can be asked for instead; large populations
then cost more. What counts is the *incidence* among fresh models of the trained generator (not of
its perturbed candidates), averaged over repeats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.learning import (
    Anchored,
    Generator,
    Kinetics,
    TrainedGenerator,
    judge,
    train,
)
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.tuning.search_space import Hyperparameters

__all__ = ["STEPS", "Effort", "Outcome", "Trainer"]

STEPS = 20
"""Points of the learning curve at which trials are compared: every twentieth of a training."""

Report = Callable[[int, float], None]


@dataclass(frozen=True)
class Effort:
    """What one trial may cost.

    Parameters
    ----------
    budget
        Models judged per training.
    generations
        Generations per training, in the place of the budget.
    repeats
        Trainings per trial, each with a seed of its own.
    verified
        Fresh models per trained generator that its incidence is measured on.

    Raises
    ------
    InputError
        A number is below 1.

    Examples
    --------
    >>> from skimpy_renaissance.tuning import PUBLISHED, Effort
    >>> Effort(budget=100_000).generations_of(PUBLISHED)  # of 20 candidates by 100 models
    50
    """

    budget: int = 100_000
    generations: int | None = None
    repeats: int = 1
    verified: int = 1000

    def __post_init__(self) -> None:
        for name in ("budget", "generations", "repeats", "verified"):
            if name != "generations" or self.generations is not None:
                require_whole(name, getattr(self, name))

    def generations_of(self, choice: Hyperparameters) -> int:
        """Return how many generations a training takes.

        Parameters
        ----------
        choice
            Its hyper-parameters.

        Returns
        -------
        int
        """
        if self.generations is not None:
            return self.generations
        return max(1, self.budget // (choice.n_candidates * choice.models_per_candidate))


@dataclass(frozen=True)
class Outcome:
    """How good the generators of a trial are.

    Parameters
    ----------
    incidences
        `repeat`: fraction of valid models among fresh ones.
    in_training
        `repeat`: mean incidence over the candidates of the last generation.
    judged
        Models judged in all trainings together, those for verification left out.
    seconds
        Time spent in steps of the optimiser.
    """

    incidences: tuple[float, ...]
    in_training: tuple[float, ...]
    judged: int
    seconds: float

    @property
    def incidence(self) -> float:
        """Mean over the repeats: what is maximised."""
        return sum(self.incidences) / len(self.incidences)


@dataclass(frozen=True, eq=False)
class Trainer:
    """Trains with given hyper-parameters.

    Parameters
    ----------
    kinetics
        Maps ln Km to lambda_max.
    criterion
        When a model counts as valid.
    generator
        Architecture; its layers are replaced.
    effort
        What a trial may cost.
    seed
        From which the seeds of the repeats are derived: the same ones in every trial, so that
        trials differ by their hyper-parameters alone.
    reward
        As in :func:`~skimpy_renaissance.learning.training.train`.
    """

    kinetics: Kinetics
    criterion: Validity
    generator: Generator
    effort: Effort
    seed: int
    reward: Any = field(default=None)

    def __call__(
        self, choice: Hyperparameters, *, folder: Path | None, report: Report | None = None
    ) -> Outcome:
        """Train and verify.

        Parameters
        ----------
        choice
            Hyper-parameters.
        folder
            For checkpoints; an existing training is resumed.
        report
            Called with (step, incidence) for each twentieth of the first repeat.

        Returns
        -------
        Outcome
        """
        incidences, in_training, judged, seconds = [], [], 0, 0.0
        for repeat, seed in enumerate(derived_seeds(self.seed, self.effort.repeats)):
            trained = self._trained(
                choice,
                seed=seed,
                folder=None if folder is None else folder / f"repeat_{repeat}",
                report=report if repeat == 0 else None,
            )
            incidences.append(self._verified(trained, choice, seed=seed))
            in_training.append(float(trained.history.incidence[-1]))
            judged += int(trained.history.judged[-1])
            seconds += float(trained.history.seconds[-1])
        return Outcome(tuple(incidences), tuple(in_training), judged, seconds)

    def _trained(
        self, choice: Hyperparameters, *, seed: int, folder: Path | None, report: Report | None
    ) -> TrainedGenerator:
        generations = self.effort.generations_of(choice)
        reported = 0

        def follow(trained: TrainedGenerator) -> None:
            nonlocal reported
            step = STEPS * trained.state.generation // generations
            if report is not None and step > reported:
                reported = step
                report(step, float(trained.history.incidence[-1]))

        return train(
            self.kinetics,
            criterion=self.criterion,
            optimizer=choice.optimizer(generations=generations),
            generator=choice.architecture(self.generator),
            reward=self.reward,
            seed=seed,
            checkpoint=folder,
            callback=follow,
            progress=False,
        )

    @torch.no_grad()
    def _verified(self, trained: TrainedGenerator, choice: Hyperparameters, *, seed: int) -> float:
        log_km = trained.generate(
            self.effort.verified,
            seed=seed,
            at=self.kinetics if isinstance(self.kinetics, Anchored) else None,
            batch=choice.models_per_candidate,
        )
        judged = judge(self.kinetics, log_km[None].to(trained.weights.device), self.criterion)
        return judged.incidence.item()
