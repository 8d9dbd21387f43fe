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
from typing import ClassVar

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.optimizer import SearchState, Step
from skimpy_renaissance.learning.options import Search, option, require_options
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.reward import Need, Reward
from skimpy_renaissance.learning.rewards import Incidence

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
        Learning rate of the first generation, :math:`\alpha`.
    decay
        Factor on the learning rate after each generation, :math:`d`.
    generations
        How many a training takes.

    Raises
    ------
    InputError
        A number is out of its range.

    Examples
    --------
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.NES(generations=2, n_candidates=4, models_per_candidate=10),
    ... )
    >>> len(trained.history.incidence)
    2
    """

    title: ClassVar[str] = "Natural evolution strategies"
    needs: ClassVar[tuple[Need, ...]] = ()
    default_reward: ClassVar[Reward] = Incidence()
    default_generator: ClassVar[Generator] = Generator()

    n_candidates: int = option(
        20,
        "Candidates per generation.",
        least=2,
        search=Search(6, 60, "Range of candidates.", "--search-candidates"),
    )
    models_per_candidate: int = option(
        100,
        "Models that each candidate is judged by.",
        search=Search(25, 200, "Range of models per candidate.", "--search-models"),
    )
    search_radius: float = option(
        1e-2,
        "Standard deviation of candidates around their parent.",
        least=0,
        search=Search(1e-3, 1e-1, "Range of search radii.", "--search-radii"),
    )
    learning_rate: float = option(
        1e-3,
        "Step of the first generation.",
        least=0,
        search=Search(1e-4, 3e-2, "Range of first steps.", "--search-learning-rates"),
    )
    decay: float = option(
        0.95,
        "Factor on the step after each generation.",
        least=0,
        most=1,
        search=Search(0.85, 1.0, "Range of decay factors.", "--search-decays", log=False),
    )
    generations: int = option(50, "Generations of the training.", least=0, short="-g")

    def __post_init__(self) -> None:
        require_options(self)

    @property
    def judged_per_generation(self) -> tuple[int, int]:
        """Candidates, and models of each."""
        return self.n_candidates, self.models_per_candidate

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
