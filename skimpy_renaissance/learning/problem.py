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
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.judged import Judged, Kinetics, judge
from skimpy_renaissance.learning.km_space import KmSpace
from skimpy_renaissance.learning.rewards import RewardFunction
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
    """

    kinetics: Kinetics
    generator: Generator
    space: KmSpace
    criterion: Validity
    reward: RewardFunction

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
            Models per candidate.
        rng
            The caller's random stream, on the CPU; it moves on.

        Returns
        -------
        torch.Tensor
            `candidate x model x km`, float64, ln(mol/L).
        """
        shape = (len(weights), n_models)
        latent = self.generator.draw(*shape, rng=rng).to(weights.device)
        uniform = self.space.draw(*shape, rng=rng)
        values = self.generator.values(weights, latent)
        return self.space.complete(self.generator.squash(values, self.space), uniform)

    def judge(self, log_km: Tensor) -> Judged:
        """Compute the slowest mode of each model.

        Parameters
        ----------
        log_km
            `candidate x model x km`, float64, ln(mol/L).

        Returns
        -------
        Judged
        """
        return judge(self.kinetics, log_km, self.criterion)

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
