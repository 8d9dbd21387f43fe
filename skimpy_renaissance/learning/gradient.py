r"""Training through the gradient of the slowest mode itself.

:math:`\lambda_{max}` is differentiable in every Michaelis constant, so the reward of one batch of
models can be followed to the generator's weights :math:`w`, where natural evolution strategies
have to guess a direction from many candidates:

.. math:: w \to \ln K_m \to \lambda_{max} \to R, \qquad
          w \leftarrow w + \mathrm{Adam}\!\left(\frac{\partial R}{\partial w}\right), \qquad
          \alpha \leftarrow d\, \alpha

with Adam's running means of the gradient and of its square [1]_, after scaling the gradient to at
most ``clip`` in length. The reward must have a gradient: incidence has none,
:class:`~skimpy_renaissance.learning.rewards.Margin` has one.

References
----------
.. [1] Kingma and Ba, *Adam: a method for stochastic optimization* (2015), arXiv:1412.6980.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.optimizer import SearchState, Step
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.rewards import Margin, Reward

__all__ = ["Gradient"]


@dataclass(frozen=True)
class Gradient:
    r"""Adam on the generator's weights, through :math:`\partial\lambda_{max}/\partial\ln K_m`.

    Parameters
    ----------
    models
        Models generated and judged per generation.
    learning_rate
        Of the first generation, :math:`\alpha`.
    decay
        Factor on the learning rate after each generation, :math:`d`.
    clip
        Largest length of a gradient.
    generations
        How many a training takes.

    Raises
    ------
    InputError
        A number is out of its range.
    """

    models: int = 100
    learning_rate: float = 1e-3
    decay: float = 0.95
    clip: float = 1.0
    generations: int = 50
    sharpness: float | None = None

    def __post_init__(self) -> None:
        for name, lowest in {"models": 1, "generations": 0}.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
                raise InputError(
                    f"Gradient needs a whole number >= {lowest} for {name}, got {value!r}."
                )
        for name in ("learning_rate", "decay", "clip"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise InputError(f"Gradient needs a positive, finite {name}, got {value!r}.")
        if self.decay > 1:
            raise InputError(f"Gradient needs decay <= 1 (1: constant rate), got {self.decay!r}.")

    @property
    def default_reward(self) -> Reward:
        """What is followed where no reward is chosen."""
        return Margin()

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
        memory = {"mean": torch.zeros_like(weights), "mean_square": torch.zeros_like(weights)}
        return SearchState(weights, self.learning_rate, memory=memory)

    def step(self, state: SearchState, problem: Problem, rng: torch.Generator) -> Step:
        """Generate and judge one batch, follow its reward.

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
        weights = state.weights.clone().requires_grad_()
        log_km = problem.generate(weights[None], n_models=self.models, rng=rng)
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
        return Step(self._moved(state, slope), judged.detached(), rewards.detach())

    def _moved(self, state: SearchState, slope: Tensor) -> SearchState:
        """Let PyTorch's Adam, brought to where it stood, take one step uphill."""
        weights = torch.nn.Parameter(state.weights.clone())
        adam = torch.optim.Adam([weights], lr=state.learning_rate, maximize=True)
        adam.state[weights] = {
            "step": torch.tensor(float(state.generation)),
            "exp_avg": state.memory["mean"].clone(),
            "exp_avg_sq": state.memory["mean_square"].clone(),
        }
        weights.grad = slope * torch.clamp(self.clip / slope.norm().clamp(min=1e-30), max=1.0)
        adam.step()
        after = adam.state[weights]
        return SearchState(
            weights.detach(),
            state.learning_rate * self.decay,
            state.generation + 1,
            {"mean": after["exp_avg"], "mean_square": after["exp_avg_sq"]},
        )
