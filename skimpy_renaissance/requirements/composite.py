r"""Several requirements at once: a weighted mean of their scores.

.. math:: R = \frac{\sum_q w_q\, s_q}{\sum_q w_q}, \qquad 0 \le s_q \le 1

with the score :math:`s_q` of requirement :math:`q`, the mean grade over a candidate's models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError, listed, repeated
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.learning.reward import Need, Reward
from skimpy_renaissance.requirements.requirement import BoundRequirement, Requirement

__all__ = ["BoundRequirements", "Requirements"]


@dataclass(frozen=True, eq=False)
class BoundRequirements(Reward):
    """Requirements on one kinetic model: the reward to train with.

    Parameters
    ----------
    parts
        The requirements, in order.

    Examples
    --------
    >>> wanted = sr.requirements.Requirements([
    ...     sr.requirements.EigenvalueWindow(slowest_below=-3.07),
    ...     sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", weight=2.0),
    ... ])
    >>> reward = wanted.on(bound)
    >>> reward.labels
    ('slowest mode < -3.07 1/h', 'control of PFK over GLCpts positive')
    >>> log_km = torch.tensor(population.log_km(bound.km_names))
    >>> reward(sr.learning.judge(bound, log_km[None], sr.Validity())).numpy().round(2)
    array([0.72])
    """

    parts: tuple[BoundRequirement, ...] = field(repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the requirements, in order."""
        return tuple(part.label for part in self.parts)

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the labels of rewarded requirements that do not meet a need.

        Parameters
        ----------
        need
            What an optimiser asks for: simulated scores have no gradient, and none is in nats.

        Returns
        -------
        tuple of str
        """
        return _lacking(self.parts, need)

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64, in [0, 1]: the weighted mean of the scores."""
        counted = [part for part in self.parts if part.weight > 0]
        total = sum(part.weight for part in counted)
        return torch.stack([part.weight / total * part(judged) for part in counted]).sum(0)

    score = __call__


@dataclass(frozen=True)
class Requirements(Reward):
    """Requirements that shall hold together.

    Parameters
    ----------
    parts
        The requirements; weights among them need not sum up to 1.

    Raises
    ------
    InputError
        There is none, one is listed twice, or all weights are 0.

    Examples
    --------
    >>> wanted = sr.requirements.Requirements([
    ...     sr.requirements.EigenvalueWindow(slowest_below=-3.07),
    ...     sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", weight=2.0),
    ... ])
    >>> optimizer = sr.NES(n_candidates=2, models_per_candidate=5, generations=1)
    >>> trained = sr.train(bound, reward=wanted.on(bound), optimizer=optimizer)
    >>> trained
    <TrainedGenerator: 159 constants, NES, valid below -2.5 1/h, 0.0 % valid after 1 generations>
    """

    parts: Sequence[Requirement]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        wrong = [part for part in self.parts if not isinstance(part, Requirement)]
        if wrong or not self.parts:
            raise InputError(
                f"Requirements takes a list of requirements, one at least, got {self.parts!r}."
            )
        twice = repeated(p.label for p in self.parts)
        if twice:
            raise InputError(f"A requirement is listed twice: {listed(twice)}. Keep one of them.")
        if not any(part.weight > 0 for part in self.parts):
            raise InputError("At least one requirement needs a weight above 0.")

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the labels of rewarded requirements that do not meet a need.

        Parameters
        ----------
        need
            What an optimiser asks for: simulated scores have no gradient, and none is in nats.

        Returns
        -------
        tuple of str
        """
        return _lacking(self.parts, need)

    def on(self, kinetics: Kinetics) -> BoundRequirements:
        """Check all names against a kinetic model and compile: the reward to train with.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        BoundRequirements

        Raises
        ------
        MissingEntryError
            A name is not in the kinetic model.
        InputError
            The kinetics cannot answer.
        """
        return BoundRequirements(tuple(part.on(kinetics) for part in self.parts))

    def score(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64, in [0, 1]; compiles anew in each call, see :meth:`on`.

        Parameters
        ----------
        judged
            Models and verdicts.

        Returns
        -------
        torch.Tensor
            `candidate`, float64.
        """
        return self.on(judged.kinetics)(judged)

    __call__ = score


def _lacking(
    parts: Sequence[Requirement] | Sequence[BoundRequirement], need: Need
) -> tuple[str, ...]:
    return tuple(label for part in parts if part.weight > 0 for label in part.lacking(need))
