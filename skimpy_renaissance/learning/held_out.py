r"""Judging a generator by models that took no part in its training.

The incidence within a generation describes the models that the weights were just fitted to. The
held-out incidence describes fresh ones, at the same steady states or at states never seen, with
Wilson's 95 % interval. It has random numbers of its own: a training takes the same steps with and
without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.across_states import Anchored
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.learning.trained import TrainedGenerator
from skimpy_renaissance.priors.randomness import derived_seeds
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["HeldOut"]


@dataclass(frozen=True)
class HeldOut:
    """When, where and how many fresh models are judged, and what is enough.

    Parameters
    ----------
    models
        Models per check, spread evenly over the states (rounded up).
    every
        Generations between two checks; the last generation is checked too.
    at_least
        End the training once the interval's lower limit reaches this. Looking often makes a lucky
        look likelier: judge the final generator once more before quoting its incidence.
    kinetics
        Where models are judged, for example bound to states never seen; ``None`` takes what is
        trained on.

    Raises
    ------
    InputError
        A number is out of its range, or no number of models could reach ``at_least``.

    Examples
    --------
    >>> from skimpy_renaissance.learning import HeldOut
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.Gradient(generations=1, models=8),
    ...     held_out=HeldOut(models=20, every=1),
    ... )
    >>> len(trained.history.held_out)
    1
    """

    models: int = 500
    every: int = 5
    at_least: float | None = None
    kinetics: Kinetics | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        require_whole("models of HeldOut", self.models)
        require_whole("every of HeldOut", self.every)
        if self.at_least is None:
            return
        best = Proportion(self.models, self.models).interval[0]
        if not 0 < self.at_least <= best:
            raise InputError(
                f"HeldOut(at_least={self.at_least!r}) must be above 0 and at most {best:.4f}, the "
                f"lower limit where all of {self.models} models are valid. Judge more models."
            )

    def is_enough(self, history: History) -> bool:
        """Tell whether the last generation reached what ends a training early.

        Parameters
        ----------
        history
            History of the training so far.

        Returns
        -------
        bool
        """
        if self.at_least is None or not len(history):
            return False
        return bool(history.held_out_low[-1] >= self.at_least)  # NaN: not checked

    def describe(self) -> dict[str, object]:
        """Return what decides when a training ends, plain JSON.

        Returns
        -------
        dict
        """
        elsewhere = self.kinetics is not None
        numbers = {"models": self.models, "every": self.every, "at_least": self.at_least}
        return {**numbers, "elsewhere": elsewhere}

    @torch.no_grad()
    def check(
        self,
        trained: TrainedGenerator,
        kinetics: Kinetics,
        *,
        criterion: Validity,
        seed: int,
        last: bool,
    ) -> Proportion | None:
        """Judge fresh models, where a generation is due.

        Parameters
        ----------
        trained
            The generator as it stands.
        kinetics
            What is trained on.
        criterion
            When a model counts as valid.
        seed
            Seed of the training; each generation has models of its own.
        last
            Whether the generation is the last one, which is always due.

        Returns
        -------
        Proportion or None
        """
        if not last and trained.state.generation % self.every:
            return None
        where = self.kinetics or kinetics
        at = where if isinstance(where, Anchored) else None
        n_states = 1 if at is None else at.n_states or 1
        fresh = derived_seeds(seed, trained.state.generation)[-1]
        log_km = next(trained.blocks(-(-self.models // n_states), seed=fresh, at=at))
        lambda_min = None
        if criterion.needs_lambda_min:
            lambda_min = where.eigenvalues(log_km).real.amin(-1)
        valid = criterion(where.lambda_max(log_km), lambda_min)
        return Proportion(int(valid.sum()), valid.numel())
