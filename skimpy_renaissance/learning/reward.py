r"""What a reward is, what it declares, and how rewards add up.

Any function of a :class:`~skimpy_renaissance.learning.judged.Judged` that returns `candidate`,
float64 is a reward, higher is better. A :class:`Reward` also says what it lacks, so that an
optimiser which needs it can refuse before work starts; a sum lacks what any of its terms lacks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import Enum
from numbers import Real
from typing import ClassVar

import torch
from torch import Tensor

from skimpy_renaissance.learning.judged import Judged
from skimpy_renaissance.learning.options import require_options

__all__ = ["Need", "Reward", "RewardFunction", "Sum", "Weighted", "lacking"]

RewardFunction = Callable[[Judged], Tensor]
"""Judged models to one number per candidate, higher is better.

>>> from skimpy_renaissance.learning import judge
>>> from skimpy_renaissance.learning.rewards import RewardFunction
>>> reward: RewardFunction = lambda judged: -judged.lambda_max.mean(-1)  # 1/h
>>> round(reward(judge(bound, bound.log_km_anchors, sr.Validity())).item(), 2)
1.7
"""


class Need(Enum):
    """What an optimiser may need of the reward that it follows.

    Examples
    --------
    >>> from skimpy_renaissance.learning import REWARDS, Need
    >>> [name for name, reward in REWARDS.items() if Need.GRADIENT not in reward.meets]
    ['incidence']
    """

    GRADIENT = "a gradient"
    NATS = "a value in nats"


class Reward(ABC):
    """A reward that can be added to others and multiplied by numbers.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Need, Reward
    >>> reward: Reward = sr.rewards.Incidence() + 0.1 * sr.rewards.FastestDynamics()
    >>> reward.lacking(Need.GRADIENT)  # the part that has none
    ('Incidence',)
    """

    meets: ClassVar[frozenset[Need]] = frozenset({Need.GRADIENT})
    """What optimisers can rely on."""

    def __post_init__(self) -> None:
        if is_dataclass(self):
            require_options(self)

    @abstractmethod
    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64."""

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the names of the parts that do not meet a need.

        Parameters
        ----------
        need
            What an optimiser asks for.

        Returns
        -------
        tuple of str
        """
        return () if need in self.meets else (type(self).__name__,)

    def __add__(self, other: RewardFunction) -> Sum:
        return Sum((self, other)) if callable(other) else NotImplemented

    def __radd__(self, other: RewardFunction) -> Sum:
        return Sum((other, self)) if callable(other) else NotImplemented

    def __mul__(self, factor: float) -> Weighted:
        return Weighted(self, float(factor)) if isinstance(factor, Real) else NotImplemented

    __rmul__ = __mul__


@dataclass(frozen=True)
class Weighted(Reward):
    """A reward times a number, which may be what it is worth in nats.

    Parameters
    ----------
    reward
        Any reward function.
    factor
        The number.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([-3.0, -2.6, -1.0, 2.0], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(4, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> (10 * sr.rewards.Incidence())(judged).item()
    5.0
    """

    reward: RewardFunction
    factor: float

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64."""
        return self.factor * self.reward(judged)

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the names of the parts that do not meet a need; the factor gives a unit.

        Parameters
        ----------
        need
            What an optimiser asks for.

        Returns
        -------
        tuple of str
        """
        return () if need is Need.NATS else lacking(self.reward, need)


@dataclass(frozen=True)
class Sum(Reward):
    """The sum of several rewards.

    Parameters
    ----------
    terms
        Reward functions.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Judged
    >>> lambda_max = torch.tensor([-3.0, -2.6, -1.0, 2.0], dtype=torch.float64)  # 1/h
    >>> judged = Judged(torch.zeros(4, 1), lambda_max, sr.Validity(partition=-2.5), bound)
    >>> (sr.rewards.Incidence() + sr.rewards.SlowestMode())(judged).item()
    1.5
    """

    terms: tuple[RewardFunction, ...]

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64."""
        return torch.stack([term(judged) for term in self.terms]).sum(0)

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the names of the terms that do not meet a need.

        Parameters
        ----------
        need
            What an optimiser asks for.

        Returns
        -------
        tuple of str
        """
        return tuple(name for term in self.terms for name in lacking(term, need))


def lacking(reward: RewardFunction, need: Need) -> tuple[str, ...]:
    """Return the names of a reward's parts that do not meet a need.

    Parameters
    ----------
    reward
        A function that declares nothing is taken to meet every need.
    need
        What an optimiser asks for.

    Returns
    -------
    tuple of str
    """
    return reward.lacking(need) if isinstance(reward, Reward) else ()
