r"""Training through the gradient of the slowest mode itself.

:math:`\lambda_{max}` is differentiable in every Michaelis constant, so the reward of one batch of
models can be followed to the generator's weights :math:`w`, where natural evolution strategies
have to guess a direction from many candidates:

.. math:: w \to \ln K_m \to \lambda_{max} \to R, \qquad
          w \leftarrow w + \mathrm{Adam}\!\left(\frac{\partial R}{\partial w}\right), \qquad
          \alpha \leftarrow d\, \alpha

with Adam's running means of the gradient and of its square [1]_, after scaling the gradient to at
most ``clip`` in length. The reward must have a gradient: incidence has none,
:class:`~skimpy_renaissance.learning.rewards.Margin` has one. With a ``sharpness`` the gradient is
that of all slow modes together (:mod:`~skimpy_renaissance.spectrum.smoothed`); values, verdicts and
history stay those of the slowest mode.

References
----------
.. [1] Kingma and Ba, *Adam: a method for stochastic optimization* (2015), arXiv:1412.6980.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.adam import adam_memory, adam_step
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.judged import Judged
from skimpy_renaissance.learning.optimizer import SearchState, Step
from skimpy_renaissance.learning.options import option, require_options
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.reward import Need, Reward
from skimpy_renaissance.learning.rewards import Margin
from skimpy_renaissance.learning.schedules import Schedule

__all__ = ["Gradient"]


@dataclass(frozen=True)
class Gradient:
    r"""Adam on the generator's weights, through :math:`\partial\lambda_{max}/\partial\ln K_m`.

    Parameters
    ----------
    models
        Models generated and judged per generation.
    learning_rate
        Learning rate of the first generation, :math:`\alpha`.
    decay
        Factor on the learning rate after each generation, :math:`d`.
    clip
        Largest length of a gradient.
    generations
        How many a training takes.
    minibatches
        Steps of Adam per generation, each with its share of the models.
    schedule
        Factor on the first learning rate as a function of generation and their number, for example
        :func:`~skimpy_renaissance.learning.schedules.cosine`, instead of ``decay``.
    sharpness
        Follow the smoothed maximum of the spectrum with this sharpness, about 5; ``None`` follows
        the slowest mode alone.

    Raises
    ------
    InputError
        A number is out of its range.

    Examples
    --------
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.Gradient(generations=2, models=8),
    ... )
    >>> trained.generate(5, seed=1).shape
    torch.Size([5, 159])
    """

    title: ClassVar[str] = "Gradient of the slowest mode"
    needs: ClassVar[tuple[Need, ...]] = (Need.GRADIENT,)
    default_reward: ClassVar[Reward] = Margin()
    default_generator: ClassVar[Generator] = Generator()

    models: int = option(
        100, "Models generated and judged per generation.", alias="models_per_candidate"
    )
    learning_rate: float = option(1e-3, "Step of the first generation.", least=0)
    decay: float = option(0.95, "Factor on the step after each generation.", least=0, most=1)
    clip: float = 1.0
    generations: int = option(50, "Generations of the training.", least=0, short="-g")
    minibatches: int = option(1, "Steps per generation, each with its share of the models.")
    schedule: Schedule | None = None
    sharpness: float | None = option(
        None,
        "Follow all slow modes together, sharpened by this, about 5 (default: the slowest alone).",
        least=0,
    )

    def __post_init__(self) -> None:
        require_options(self)
        require_positive("clip of Gradient", self.clip)
        if self.models % self.minibatches:
            raise InputError(
                f"Gradient needs as many models in each minibatch, got models={self.models} and "
                f"minibatches={self.minibatches}."
            )

    @property
    def judged_per_generation(self) -> tuple[int, int]:
        """Candidates, and models of each."""
        return 1, self.models

    def start(self, weights: Tensor) -> SearchState:
        """Begin at the given weights, Adam's means at zero.

        Parameters
        ----------
        weights
            `weight`.

        Returns
        -------
        SearchState
        """
        return SearchState(weights, self._rate(0), memory=adam_memory(weights))

    def _rate(self, generation: int) -> float:
        if self.schedule is None:
            return self.learning_rate * self.decay**generation
        if generation >= self.generations:
            return 0.0
        return self.learning_rate * self.schedule(generation, self.generations)

    def step(self, state: SearchState, problem: Problem, rng: torch.Generator) -> Step:
        """Generate and judge a batch, follow its reward; as often as there are minibatches.

        Parameters
        ----------
        state
            Where the search stands.
        problem
            Turns weights into rewards.
        rng
            The caller's random stream, on the CPU; it moves on.

        Returns
        -------
        Step

        Raises
        ------
        InputError
            The reward has no gradient although some models are not valid.
        """
        weights, memory = state.weights, state.memory
        steps, parts, rewards = state.generation * self.minibatches, [], []
        for taken in range(self.minibatches):
            slope, judged, reward = self._slope(weights, problem, rng)
            weights, memory = adam_step(
                weights,
                slope * torch.clamp(self.clip / slope.norm().clamp(min=1e-30), max=1.0),
                memory=memory,
                steps=steps + taken,
                learning_rate=state.learning_rate,
            )
            parts.append(judged.detached())
            rewards.append(reward.detach())
        generation = state.generation + 1
        after = SearchState(weights, self._rate(generation), generation, memory)
        return Step(after, _joined(parts), torch.stack(rewards).mean(0))

    def _slope(
        self, weights: Tensor, problem: Problem, rng: torch.Generator
    ) -> tuple[Tensor, Judged, Tensor]:
        """Return the gradient of the reward of fresh models, these models, and the reward."""
        weights = weights.clone().requires_grad_()
        n_models = self.models // self.minibatches
        log_km = problem.generate(weights[None], n_models=n_models, rng=rng)
        log_km.register_hook(_of_usable_models)
        judged = problem.judge(log_km, sharpness=self.sharpness)
        rewards = problem.score(judged)
        slope = torch.zeros_like(weights)
        if rewards.requires_grad:
            (slope,) = torch.autograd.grad(rewards.sum(), weights)
        improvable = torch.isfinite(judged.lambda_max) & ~judged.valid
        if bool(improvable.any()) and not bool(slope.any()):
            raise InputError(
                f"Gradient needs a reward with a gradient, got {problem.reward!r}, which has none "
                "at these models. Use rewards.Margin() or one of your own from judged.lambda_max, "
                "or train with NES()."
            )
        return slope, judged, rewards


def _of_usable_models(slope: Tensor) -> Tensor:
    """Leave out a model so extreme that its slope is not finite, as a failed spectrum is."""
    return slope.where(slope.isfinite().all(-1, keepdim=True), 0.0)


def _joined(parts: list[Judged]) -> Judged:
    return replace(
        parts[0],
        log_km=torch.cat([part.log_km for part in parts], 1),
        lambda_max=torch.cat([part.lambda_max for part in parts], 1),
    )
