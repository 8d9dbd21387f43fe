r"""Natural evolution strategies: a gradient of the expected reward, estimated without gradients.

A generation perturbs the parent's weights :math:`w`, rewards each candidate, and moves along the
perturbations that did better than average [1]_, [2]_:

.. math:: w_k = w + \sigma \epsilon_k, \quad \epsilon_k \sim \mathcal{N}(0, I), \qquad
          A_k = \frac{R_k - \bar R}{\mathrm{std}\, R}, \qquad
          w \leftarrow w + \frac{\alpha}{n \sigma} \sum_{k=1}^{n} A_k \epsilon_k, \qquad
          \alpha \leftarrow d\, \alpha

with the population standard deviation. The weights stay where all rewards are equal.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
.. [2] Salimans et al., *Evolution strategies as a scalable alternative to reinforcement learning*
   (2017), arXiv:1703.03864.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.optimizer import SearchState, Step
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.rewards import Incidence, Reward

__all__ = ["NES"]


@dataclass(frozen=True)
class NES:
    r"""Natural evolution strategies with the paper's hyper-parameters as defaults.

    Parameters
    ----------
    n_candidates
        Candidates per generation, :math:`n`.
    models_per_candidate
        Models that each candidate generates to be judged by.
    search_radius
        Standard deviation of the perturbations, :math:`\sigma`.
    learning_rate
        Of the first generation, :math:`\alpha`.
    decay
        Factor on the learning rate after each generation, :math:`d`.
    generations
        How many a training takes.

    Raises
    ------
    InputError
        A number is out of its range.
    """

    n_candidates: int = 20
    models_per_candidate: int = 100
    search_radius: float = 1e-2
    learning_rate: float = 1e-3
    decay: float = 0.95
    generations: int = 50

    def __post_init__(self) -> None:
        least = {"n_candidates": 2, "models_per_candidate": 1, "generations": 0}
        for name, lowest in least.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
                raise InputError(f"NES needs a whole number >= {lowest} for {name}, got {value!r}.")
        for name in ("search_radius", "learning_rate", "decay"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise InputError(f"NES needs a positive, finite {name}, got {value!r}.")
        if self.decay > 1:
            raise InputError(f"NES needs decay <= 1 (1: constant rate), got {self.decay!r}.")

    @property
    def default_reward(self) -> Reward:
        """What is followed where no reward is chosen."""
        return Incidence()

    @property
    def default_generator(self) -> Generator:
        """What is trained where no generator is chosen."""
        return Generator()

    def start(self, weights: Tensor) -> SearchState:
        """Begin at the given weights.

        Parameters
        ----------
        weights
            `weight`.

        Returns
        -------
        SearchState
        """
        return SearchState(weights, self.learning_rate)

    def ask(self, state: SearchState, *, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Propose candidates around the parent.

        Parameters
        ----------
        state
            Where the search stands.
        rng
            The caller's random stream, on the CPU; it moves on.

        Returns
        -------
        candidates, perturbations : torch.Tensor
            `candidate x weight` each. The perturbations are wanted back by :meth:`tell`: recovered
            from the candidates they would have lost digits.
        """
        shape = (self.n_candidates, state.weights.numel())
        perturbations = torch.randn(shape, dtype=state.weights.dtype, generator=rng)
        perturbations = perturbations.to(state.weights.device)
        candidates = torch.add(state.weights, perturbations, alpha=self.search_radius)
        return candidates, perturbations

    def tell(self, state: SearchState, perturbations: Tensor, rewards: Tensor) -> SearchState:
        """Move the parent towards the better candidates and lower the learning rate.

        Parameters
        ----------
        state
            As it was when asked.
        perturbations
            `candidate x weight`, as :meth:`ask` returned them.
        rewards
            `candidate`, higher is better.

        Returns
        -------
        SearchState

        Raises
        ------
        InputError
            A reward is missing or not finite.
        """
        if rewards.shape != perturbations.shape[:1] or not bool(torch.isfinite(rewards).all()):
            raise InputError(
                f"NES.tell needs one finite reward for each of {len(perturbations)} candidates, "
                f"got {rewards.tolist()}."
            )
        step_size = state.learning_rate / (len(perturbations) * self.search_radius)
        return replace(
            state,
            weights=_moved(state.weights, perturbations, rewards=rewards, step_size=step_size),
            learning_rate=state.learning_rate * self.decay,
            generation=state.generation + 1,
        )

    @torch.no_grad()
    def step(self, state: SearchState, problem: Problem, rng: torch.Generator) -> Step:
        """Ask, judge all candidates in one batch, tell.

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
        """
        candidates, perturbations = self.ask(state, rng=rng)
        log_km = problem.generate(candidates, n_models=self.models_per_candidate, rng=rng)
        judged = problem.judge(log_km)
        rewards = problem.score(judged)
        return Step(self.tell(state, perturbations, rewards), judged, rewards)


def _moved(weights: Tensor, perturbations: Tensor, *, rewards: Tensor, step_size: float) -> Tensor:
    if bool(rewards.max() == rewards.min()):
        return weights
    above_mean = rewards.to(torch.float64) - rewards.to(torch.float64).mean()
    above_mean = above_mean / above_mean.abs().max()  # tiny rewards must not underflow when squared
    advantage = above_mean / above_mean.std(correction=0)
    return weights + step_size * (advantage.to(weights.dtype) @ perturbations)
