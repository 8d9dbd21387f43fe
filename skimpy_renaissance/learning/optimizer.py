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
    """

    state: SearchState
    judged: Judged
    rewards: Tensor


class Optimizer(Protocol):
    """Improves a generator one generation at a time.

    Beside this, an optimiser that run files and flags reach by name is a dataclass whose fields are
    declared by :func:`~skimpy_renaissance.learning.options.option`, has a ``title`` in words and
    ``judged_per_generation``, and may state its ``needs`` of a reward.
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
