r"""Training for validity *and* width: as much of the prior as the verdict allows.

A generator that only has to be valid collapses: a thin corner of the valid region will do. Here the
loss is the divergence from what is wanted, the prior :math:`p` damped where a model is not valid,

.. math:: \mathcal{L} = -S(w) + c\,(1 - I), \qquad
          1 - I \approx \Big\langle \frac{1}{1 + e^{-x/\tau}} \Big\rangle, \qquad
          x = \operatorname{asinh}\lambda_{max} - \operatorname{asinh}\lambda_{partition} ,

with the entropy :math:`S` of the generator relative to the prior, in nats and exact
(:class:`~skimpy_renaissance.learning.histogram_generator.HistogramGenerator`), and the incidence
:math:`I` at a price of :math:`c` nats, smoothed to have a slope
(:class:`~skimpy_renaissance.learning.rewards.SoftStep`).

Training begins at the prior, where hardly a model is near the partition and the step is flat. On
the way models pay for how far off they are, :math:`c\,\tau \operatorname{softplus}(x/\tau)`
(:class:`~skimpy_renaissance.learning.rewards.Hinge`), sharper and sharper: :math:`\tau` from 0.3 to
0.05, and :math:`c` from 6 to 80, as a heavy penalty at once would throw the generator into a corner
from which entropy has to bring it back.

The minimum of a *reverse* divergence still leaves out parts of the valid region, whatever its
entropy; :func:`~skimpy_renaissance.valid_region.refresh.refresh` brings them back exactly.

References
----------
Kingma and Ba, *Adam: a method for stochastic optimization* (2015), arXiv:1412.6980.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.adam import adam_memory, adam_step
from skimpy_renaissance.learning.histogram_generator import HistogramGenerator
from skimpy_renaissance.learning.optimizer import SearchState, Step
from skimpy_renaissance.learning.options import option, require_options
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.reward import Need, RewardFunction
from skimpy_renaissance.learning.rewards import Hinge, SoftStep

__all__ = ["Coverage"]

_BETAS = (0.9, 0.99)  # of Adam: the squared slopes of the beginning are soon forgotten


@dataclass(frozen=True)
class Coverage:
    r"""Adam on the histogram of every Km, for entropy and validity.

    Parameters
    ----------
    models
        Models generated and judged per generation.
    learning_rate
        Learning rate of the first generation.
    decay
        Factor on the learning rate after each generation.
    generations
        How many a training takes.
    weight
        First and last :math:`c`: nats that a model pays per unit of asinh(lambda_max) beyond the
        partition, and in the end for lying there at all. More gives a higher incidence and a
        narrower generator.
    width
        First and last :math:`\tau`, in units of asinh(lambda_max).
    sharpening
        Share of the generations in which models pay by distance; :math:`c` and :math:`\tau` have
        their last values from then on.

    Raises
    ------
    InputError
        A number is out of its range.

    Examples
    --------
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.Coverage(generations=2, models=8),
    ... )
    >>> trained.generate(5, seed=1).shape
    torch.Size([5, 159])
    """

    title: ClassVar[str] = "Validity together with width"
    needs: ClassVar[tuple[Need, ...]] = (Need.GRADIENT, Need.NATS)
    default_generator: ClassVar[HistogramGenerator] = HistogramGenerator()

    models: int = option(
        256, "Models generated and judged per generation.", alias="models_per_candidate"
    )
    learning_rate: float = option(0.2, "Step of the first generation.", least=0)
    decay: float = option(0.99, "Factor on the step after each generation.", least=0, most=1)
    generations: int = option(200, "Generations of the training.", least=0, short="-g")
    weight: tuple[float, float] = option(
        (6.0, 80.0),
        "Nats that an invalid model pays, in the beginning and in the end: more gives a higher "
        "incidence and a narrower generator.",
        least=0,
    )
    width: tuple[float, float] = option(
        (0.3, 0.05),
        "How softly that begins at the partition, in asinh(lambda_max), in the beginning and in "
        "the end.",
        least=0,
    )
    sharpening: float = option(
        0.6,
        "Share of the generations after which weight and width have their last values.",
        least=0,
        most=1,
    )

    def __post_init__(self) -> None:
        require_options(self)

    @property
    def default_reward(self) -> SoftStep:
        """Incidence in nats; any other differentiable reward in nats can take its place."""
        return SoftStep(self.weight[1], self.width[1])

    @property
    def judged_per_generation(self) -> tuple[int, int]:
        """Candidates, and models of each."""
        return 1, self.models

    def start(self, weights: Tensor) -> SearchState:
        """Begin at the given weights.

        Parameters
        ----------
        weights
            `weight`, float64.

        Returns
        -------
        SearchState
        """
        return SearchState(weights, self.learning_rate, memory=adam_memory(weights))

    def step(self, state: SearchState, problem: Problem, rng: torch.Generator) -> Step:
        """Generate and judge one batch; follow entropy plus reward.

        Parameters
        ----------
        state
            Where the search stands.
        problem
            Turns weights into rewards; its generator must know its own entropy. In the place of
            the default reward models pay by distance in the beginning.
        rng
            The caller's random stream, on the CPU; it moves on.

        Returns
        -------
        Step
            The reward of the step is minus the loss, nats.

        Raises
        ------
        InputError
            The generator's density is not known.
        """
        if not isinstance(problem.generator, HistogramGenerator):
            raise InputError(
                "Coverage needs a generator whose density is known, "
                "generator=sr.learning.HistogramGenerator(range=..., prior=...), got "
                f"{type(problem.generator).__name__}. Train that one with NES() or Gradient(), "
                "and widen what it generates with refresh."
            )
        reward = self._reward(problem.reward, state.generation)
        weights = state.weights.clone().requires_grad_()
        log_km = problem.generate(weights[None], n_models=self.models, rng=rng)
        leaf = log_km.detach().requires_grad_()
        judged = problem.judge(leaf)
        entropy, score = (
            problem.generator.entropy(weights),
            replace(problem, reward=reward).score(judged),
        )
        (per_model,) = torch.autograd.grad(score.sum(), leaf)
        # a model so extreme that its slope is not finite is left out, as a failed spectrum is
        usable = per_model.isfinite().all(-1, keepdim=True)
        per_model = torch.where(usable, per_model, torch.zeros_like(per_model))
        (slope,) = torch.autograd.grad(
            (entropy, log_km), weights, (torch.ones_like(entropy), per_model)
        )
        moved, memory = adam_step(
            state.weights,
            slope,
            memory=state.memory,
            steps=state.generation,
            learning_rate=state.learning_rate,
            betas=_BETAS,
        )
        after = SearchState(moved, self.decay * state.learning_rate, state.generation + 1, memory)
        return Step(after, judged.detached(), (entropy + score).detach())

    def _reward(self, reward: RewardFunction, generation: int) -> RewardFunction:
        done = generation / max(1.0, self.sharpening * self.generations)
        if reward != self.default_reward or done >= 1:
            return reward
        weight, width = (
            first * (last / first) ** done for first, last in (self.weight, self.width)
        )
        return Hinge(weight, width)
