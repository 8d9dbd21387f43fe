r"""A requirement: what a kinetic model shall do, and how far it is from doing it.

Each model :math:`j` misses a requirement by a shortfall :math:`d_j \ge 0`, and satisfies it or does
not. Its grade lies between 0 and 1,

.. math:: g_j = \tfrac{1}{2} [\text{satisfied}] + \tfrac{1}{2}\,\frac{1}{1 + d_j},

so that one that satisfies it has more than 1/2 and one that does not has less: counting valid
models and pointing the way to them at once. The score of a candidate is the mean over its models.
Shortfalls aim slightly beyond the limit, so that a gradient carries models over it.

A requirement is plain data; :meth:`Requirement.on` checks its names against a kinetic model and
compiles what it needs, once. As data of a posterior
(:func:`~skimpy_renaissance.valid_region.sample_posterior`) it is a hard limit.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Judged, Kinetics, judge
from skimpy_renaissance.learning.reward import Need, Reward
from skimpy_renaissance.setups import describe
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.data import Weigher

__all__ = ["Assessment", "BoundRequirement", "Requirement"]

_SHORT = 1e-9  # of a model that does not satisfy a requirement


@dataclass(frozen=True, eq=False)
class Assessment:
    """How far each model is from a requirement.

    Parameters
    ----------
    shortfall
        `candidate x model`, float64, 0 or more; not finite where it could not be determined, which
        counts as infinitely far.
    satisfied
        `candidate x model`, bool.
    looked_at
        `candidate x model`, bool: models that were assessed at all; ``None`` for all.

    Examples
    --------
    >>> wanted = sr.requirements.EigenvalueWindow(slowest_below=-1.0).on(bound)
    >>> log_km = torch.tensor(population.log_km(bound.km_names))
    >>> found = wanted.assess(sr.learning.judge(bound, log_km[None], sr.Validity()))
    >>> found.satisfied  # one candidate, its five models
    tensor([[False,  True, False,  True, False]])
    >>> found.grades.round(decimals=2)
    tensor([[0.3300, 1.0000, 0.2800, 1.0000, 0.2900]], dtype=torch.float64)
    """

    shortfall: Tensor
    satisfied: Tensor
    looked_at: Tensor | None = None

    @property
    def grades(self) -> Tensor:
        """`candidate x model`, float64, in [0, 1]; NaN for a model that was not looked at."""
        known = torch.isfinite(self.shortfall)
        near = 1 / (1 + torch.where(known, self.shortfall, 0.0))
        near = torch.where(known, near, 0.0)
        grades = 0.5 * (self.satisfied & known).to(torch.float64) + 0.5 * near
        return grades if self.looked_at is None else torch.where(self.looked_at, grades, torch.nan)

    @property
    def score(self) -> Tensor:
        """`candidate`, float64, in [0, 1]: mean grade; 0 where no model was looked at."""
        grades = self.grades
        counted = torch.isfinite(grades)
        total = torch.where(counted, grades, 0.0).sum(-1)
        return total / counted.sum(-1).clamp(min=1)


Assess = Callable[[Judged], Assessment]


class Requirement(Reward):
    """What a kinetic model shall do: plain data, with a weight among other requirements.

    Examples
    --------
    >>> wanted = [
    ...     sr.requirements.EigenvalueWindow(slowest_below=-3.07, weight=2.0),
    ...     sr.requirements.EnzymeResponse({"PFK": 0.1}, flux="GLCpts", at_most=0.9),
    ... ]
    >>> [(one.label, one.weight, one.differentiable) for one in wanted]
    [('slowest mode < -3.07 1/h', 2.0, True), ('PFK x0.1: GLCpts < 0.9', 1.0, True)]
    """

    @property
    @abstractmethod
    def weight(self) -> float:
        """Among other requirements; 0 leaves it out of the reward, but in the report."""

    @property
    @abstractmethod
    def label(self) -> str:
        """In a few words, with units: for tables and figures."""

    @property
    def differentiable(self) -> bool:
        """Whether scores have a gradient in ln Km; what is simulated has none."""
        return True

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the label where a need is not met.

        Parameters
        ----------
        need
            What an optimiser asks for: simulated scores have no gradient, and none is in nats.

        Returns
        -------
        tuple of str
        """
        return () if need is Need.GRADIENT and self.differentiable else (self.label,)

    @abstractmethod
    def assessor(self, kinetics: Kinetics) -> Assess:
        """Check all names and compile.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        callable
            :class:`~skimpy_renaissance.learning.judged.Judged` to :class:`Assessment`.

        Raises
        ------
        MissingEntryError
            A name is not in the kinetic model.
        InputError
            The kinetics cannot answer.
        """

    @property
    def hard(self) -> bool:
        """Yes: among the data of a posterior it is a limit, whatever its weight."""
        return True

    @property
    def highest(self) -> float:
        """Of a limit: 0."""
        return 0.0

    def weigher(self, kinetics: Kinetics) -> Weigher:
        """Compile what tells how far valid models are from the limit.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        callable
            As :class:`~skimpy_renaissance.valid_region.Datum` says: shortfalls, 0 where satisfied.

        Raises
        ------
        MissingEntryError, InputError
            As :meth:`assessor`.
        """
        assess = self.assessor(kinetics)

        def weigh(log_km: Tensor) -> Tensor:
            judged = judge(kinetics, log_km[:, None], Validity())  # each looked at on its own
            decided = torch.ones_like(judged.lambda_max, dtype=torch.bool)
            found = assess(replace(judged, decided=decided))
            short = torch.where(found.satisfied, 0.0, found.shortfall.clamp_min(_SHORT))
            return short[:, 0]

        return weigh

    @property
    def description(self) -> Any:
        """All that decides scores, plain JSON: what tells one training from another."""
        return describe(self)

    def on(self, kinetics: Kinetics) -> BoundRequirement:
        """Return the requirement for one kinetic model at a steady state.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        BoundRequirement

        Raises
        ------
        MissingEntryError, InputError
            As :meth:`assessor`.
        """
        return BoundRequirement(
            self.label,
            self.weight,
            self.description,
            self.assessor(kinetics),
            _Origin(self, kinetics),
        )

    def score(self, judged: Judged) -> Tensor:
        """Return how well candidates meet the requirement.

        Compiles anew in each call; :meth:`on` does so once.

        Parameters
        ----------
        judged
            Models and verdicts.

        Returns
        -------
        torch.Tensor
            `candidate`, float64, in [0, 1].
        """
        return self.assessor(judged.kinetics)(judged).score

    __call__ = score


@dataclass(frozen=True, eq=False)
class BoundRequirement(Reward):
    """A requirement on one kinetic model at a steady state.

    Parameters
    ----------
    label
        In a few words.
    weight
        Among other requirements.
    description
        Plain JSON.
    assess
        Judges models.
    origin
        From which another process makes it anew.

    Examples
    --------
    >>> wanted = sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK")
    >>> log_km = torch.tensor(population.log_km(bound.km_names))
    >>> judged = sr.learning.judge(bound, log_km[None], sr.Validity())
    >>> round(wanted.on(bound)(judged).item(), 2)  # mean grade of five models; four have the sign
    0.9
    """

    label: str
    weight: float
    description: Mapping[str, object]
    assess: Assess = field(repr=False)
    origin: _Origin = field(repr=False)

    def lacking(self, need: Need) -> tuple[str, ...]:
        """Return the label where a need is not met.

        Parameters
        ----------
        need
            What an optimiser asks for: simulated scores have no gradient, and none is in nats.

        Returns
        -------
        tuple of str
        """
        return self.origin.requirement.lacking(need)

    def __call__(self, judged: Judged) -> Tensor:
        """Return `candidate`, float64, in [0, 1]."""
        return self.assess(judged).score

    score = __call__

    def __reduce__(self) -> tuple[Callable[..., BoundRequirement], tuple[Requirement, Kinetics]]:
        """Travel to another process as plain data: compiled functions stay behind."""
        return _bound_again, (self.origin.requirement, self.origin.kinetics)


class _Origin:
    """What a requirement was bound from; no part of its description."""

    def __init__(self, requirement: Requirement, kinetics: Kinetics) -> None:
        self.requirement, self.kinetics = requirement, kinetics


def _bound_again(requirement: Requirement, kinetics: Kinetics) -> BoundRequirement:
    return requirement.on(kinetics)


def require_bound(kinetics: Kinetics, *, needed_for: str) -> BoundKinetics:
    """Return kinetics as what a network is behind, at one steady state, or say why not.

    Parameters
    ----------
    kinetics
        What a model is judged by.
    needed_for
        What cannot be done without, for the message.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    InputError
        They are something else.
    """
    if not isinstance(kinetics, BoundKinetics) or kinetics.n_states is not None:
        got = (
            f"{kinetics.n_states} states"
            if isinstance(kinetics, BoundKinetics)
            else type(kinetics).__name__
        )
        raise InputError(
            f"{needed_for} needs a compiled network at one steady state, got {got}. Bind it: "
            "sr.compile(network).at(state)."
        )
    return kinetics


def require_either(owner: str, **given: object) -> None:
    """Raise unless exactly one of two is given.

    Parameters
    ----------
    owner
        Class of the requirement.
    **given
        Two names and their values.

    Raises
    ------
    InputError
        None is given, or both are.
    """
    if sum(value is not None for value in given.values()) != 1:
        got = " and ".join(f"{name}={value!r}" for name, value in given.items())
        raise InputError(f"{owner} needs either {' or '.join(given)}, got {got}.")


def require_numbers(owner: str, **values: object) -> None:
    """Raise unless all values are finite numbers, or ``None``.

    Parameters
    ----------
    owner
        Whose they are, for the message.
    **values
        By name.

    Raises
    ------
    InputError
        One is something else.
    """
    for name, value in values.items():
        if value is not None and not is_finite_number(value):
            raise InputError(f"{owner} needs a finite number for {name}, got {value!r}.")


def require_weight(owner: str, weight: float) -> None:
    """Raise unless a weight is 0 or more."""
    require_numbers(owner, weight=weight)
    if weight < 0:
        raise InputError(f"{owner} needs a weight of 0 or more, got {weight!r}.")
