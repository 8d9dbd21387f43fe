"""What the training loop expects of an optimiser, and the state that one step hands to the next.

An optimiser is a frozen set of hyper-parameters. All that changes lies in a :class:`SearchState`,
which is what a checkpoint stores; optimisers that remember more than weights (moments of a
gradient) keep it in ``memory``. Natural evolution strategies and gradient methods therefore share
the loop, the history and the checkpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.judged import Judged
from skimpy_renaissance.learning.problem import Problem

__all__ = ["Optimizer", "SearchState", "Step"]


@dataclass(frozen=True, eq=False)
class SearchState:
    """Where a search stands.

    Parameters
    ----------
    weights
        `weight`: the parent generator; float32, of a wide generator float64.
    learning_rate
        To be used in the next step.
    generation
        Number of steps taken.
    memory
        Further tensors of the optimiser, by name.

    Examples
    --------
    >>> start = sr.NES(learning_rate=0.01).start(torch.zeros(5))
    >>> start.generation, start.learning_rate, start.memory
    (0, 0.01, {})
    """

    weights: Tensor
    learning_rate: float
    generation: int = 0
    memory: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Step:
    """One generation: the new state and what it was learned from.

    Parameters
    ----------
    state
        After the step.
    judged
        Every model judged in the step.
    rewards
        `candidate`, float64.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Problem
    >>> from skimpy_renaissance.priors import KmSpace
    >>> generator, rng = sr.Generator(latent=4, hidden=(8,)), torch.Generator().manual_seed(1)
    >>> space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=generator.range)
    >>> problem = Problem(bound, generator, space, sr.Validity(), sr.rewards.Incidence())
    >>> optimizer = sr.NES(n_candidates=2, models_per_candidate=3)
    >>> start = optimizer.start(generator.initial_weights(space.n_generated, rng=rng))
    >>> step = optimizer.step(start, problem, rng)
    >>> step.state.generation, step.judged.lambda_max.shape, step.rewards.shape
    (1, torch.Size([2, 3]), torch.Size([2]))
    """

    state: SearchState
    judged: Judged
    rewards: Tensor


class Optimizer(Protocol):
    """Improves a generator one generation at a time.

    Beside this, an optimiser that run files and flags reach by name is a dataclass whose fields are
    declared by :func:`~skimpy_renaissance.learning.options.option`, has a ``title`` in words and
    ``judged_per_generation``, and may state its ``needs`` of a reward.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Optimizer
    >>> optimizers: list[Optimizer] = [sr.NES(), sr.Gradient(), sr.Coverage()]
    >>> [type(optimizer.default_reward).__name__ for optimizer in optimizers]
    ['Incidence', 'Margin', 'SoftStep']
    """

    @property
    def generations(self) -> int:
        """How many steps a training takes."""

    @property
    def default_reward(self) -> Callable[[Judged], Tensor]:
        """What is followed where no reward is chosen."""

    @property
    def default_generator(self) -> Architecture:
        """What is trained where no generator is chosen."""

    def start(self, weights: Tensor) -> SearchState:
        """Return the state before the first step.

        Parameters
        ----------
        weights
            `weight`, float32.

        Returns
        -------
        SearchState
        """

    def step(self, state: SearchState, problem: Problem, rng: torch.Generator) -> Step:
        """Take one step.

        Parameters
        ----------
        state
            Where the search stands; not changed in place.
        problem
            Turns weights into models, verdicts and rewards.
        rng
            The training's random stream, on the CPU; it moves on, and nothing else is random.

        Returns
        -------
        Step
        """
