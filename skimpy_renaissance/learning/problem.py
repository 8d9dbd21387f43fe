r"""What an optimiser may ask: weights to models, models to verdicts, verdicts to rewards.

.. math:: w \to \ln K_m \to \lambda_{max} \to R

Each arrow is one method, every step keeps the gradient, and all candidates of a generation pass
each arrow in one batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.across_states import AcrossStates, Anchored
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.judged import Judged, Kinetics, judge
from skimpy_renaissance.learning.reward import RewardFunction
from skimpy_renaissance.priors.km_space import KmSpace
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Problem"]


@dataclass(frozen=True, eq=False)
class Problem:
    r"""A learning problem, as an optimiser sees it.

    Parameters
    ----------
    kinetics
        Maps :math:`\ln K_m` to :math:`\lambda_{max}`.
    generator
        Architecture of the network.
    space
        Names and bounds of the saturation constants.
    criterion
        When a model counts as valid.
    reward
        One number per candidate, higher is better.
    anchors
        `state x km`, float64, ln(mol/L): where a relative generator's values count from. Model
        :math:`i` is at state :math:`i` modulo their number.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Problem
    >>> from skimpy_renaissance.priors import KmSpace
    >>> generator, rng = sr.Generator(latent=4, hidden=(8,)), torch.Generator().manual_seed(1)
    >>> space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=generator.range)
    >>> problem = Problem(bound, generator, space, sr.Validity(), sr.rewards.Incidence())
    >>> weights = generator.initial_weights(space.n_generated, rng=rng)
    >>> judged = problem.judge(problem.generate(weights[None], n_models=3, rng=rng))
    >>> judged.valid.tolist()  # one candidate, three models, untrained
    [[False, False, False]]
    """

    kinetics: Kinetics
    generator: Architecture
    space: KmSpace
    criterion: Validity
    reward: RewardFunction
    anchors: Tensor | None = None

    @classmethod
    def of(
        cls,
        kinetics: Kinetics,
        generator: Architecture,
        space: KmSpace,
        *,
        criterion: Validity,
        reward: RewardFunction,
    ) -> Problem:
        """Make a problem of kinetics at one steady state, or spread models over many.

        Parameters
        ----------
        kinetics
            At one or many states.
        generator, space, criterion, reward
            As above.

        Returns
        -------
        Problem

        Raises
        ------
        InputError
            A relative generator has no anchors to count from.
        """
        if not isinstance(kinetics, Anchored):
            if generator.relative:
                raise InputError(
                    "A relative generator needs kinetics with log_km_anchors, such as "
                    f"kinetics.at(states) returns, got {type(kinetics).__name__}."
                )
            return cls(kinetics, generator, space, criterion, reward)
        anchors, n_states = kinetics.log_km_anchors, kinetics.n_states
        in_a_row = kinetics if n_states is None else AcrossStates(kinetics, n_states)
        return cls(in_a_row, generator, space, criterion, reward, anchors)

    @property
    def n_states(self) -> int:
        """How many steady states the models of a candidate are spread over."""
        return 1 if self.anchors is None else len(self.anchors)

    @property
    def device(self) -> torch.device:
        """Where models are judged."""
        return self.space.lower.device

    def generate(self, weights: Tensor, *, n_models: int, rng: torch.Generator) -> Tensor:
        """Let each candidate generate models from noise of its own.

        Parameters
        ----------
        weights
            `candidate x weight`, float32.
        n_models
            Models per candidate; over several states rounded up to as many at each.
        rng
            The caller's random stream, on the CPU; it moves on.

        Returns
        -------
        torch.Tensor
            `candidate x model x km`, float64, ln(mol/L).
        """
        at_each = -(-n_models // self.n_states)
        shape = (len(weights), at_each * self.n_states)
        latent = self.generator.draw(*shape, rng=rng, n_km=self.space.n_generated)
        latent = latent.to(weights.device)
        uniform = self.space.draw(*shape, rng=rng)
        values = self.generator.values(weights, latent)
        anchors = None if self.anchors is None else self.anchors.repeat(at_each, 1)
        generated = self.generator.squash(values, self.space, anchors=anchors)
        return self.space.complete(generated, uniform)

    def judge(self, log_km: Tensor, *, sharpness: float | None = None) -> Judged:
        """Compute the slowest mode of each model.

        Parameters
        ----------
        log_km
            `candidate x model x km`, float64, ln(mol/L).
        sharpness
            Follow the smoothed maximum of this sharpness instead of the slowest mode itself: the
            values are the same, the gradient is the smoothed one.

        Returns
        -------
        Judged

        Raises
        ------
        InputError
            The kinetics cannot give what is asked for, or returned another shape or type.
        """
        return judge(self.kinetics, log_km, self.criterion, sharpness=sharpness)

    def score(self, judged: Judged) -> Tensor:
        """Reward each candidate.

        Parameters
        ----------
        judged
            Models and verdicts.

        Returns
        -------
        torch.Tensor
            `candidate`, float64.

        Raises
        ------
        InputError
            The reward has another shape, or is not finite.
        """
        rewards = self.reward(judged)
        expected = judged.lambda_max.shape[:1]
        if rewards.shape != expected:
            raise InputError(
                f"A reward must return one number per candidate, shape {tuple(expected)}, got "
                f"{tuple(rewards.shape)} from {self.reward!r}."
            )
        if not bool(torch.isfinite(rewards).all()):
            raise InputError(
                f"A reward must be finite, got {rewards.tolist()} from {self.reward!r}. Failed "
                "spectra have lambda_max NaN and valid False: leave them out of sums and means."
            )
        return rewards.to(torch.float64)
