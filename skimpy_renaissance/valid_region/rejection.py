r"""The valid region by brute force: draws of the prior, and which of them are valid.

.. math:: \ln V = \ln \frac{\text{valid}}{\text{drawn}}

is the volume of the valid region relative to the prior, in nats, and at the same time the entropy
that a generator of exactly the valid models would have. The draws that are valid *are* that
generator: ORACLE's, where the prior is. It is slow where little is valid, and right: weighting the
draws of a generator that was trained for validity instead misses the regions that the generator
leaves out, by several nats and without a sign of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Kinetics, judge
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import derived_seeds
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Rejection", "reject"]


@dataclass(frozen=True, eq=False)
class Rejection:
    """Valid draws of a prior, and how many draws they took.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L): the valid ones, independent of one another.
    lambda_max
        `` `model` ``, float64, 1/h.
    drawn
        Models judged.
    """

    log_km: Tensor = field(repr=False)
    lambda_max: Tensor = field(repr=False)
    drawn: int

    def __len__(self) -> int:
        """Return the number of valid models."""
        return len(self.log_km)

    @property
    def share(self) -> float:
        """Share of the prior that is valid."""
        return len(self) / self.drawn

    @property
    def interval(self) -> tuple[float, float]:
        """Limits that contain the true share with 95 % confidence (Wilson)."""
        return Proportion(len(self), self.drawn).interval

    @property
    def log_volume(self) -> float:
        """Nats relative to the prior; minus infinity where no draw was valid."""
        return log(self.share) if len(self) else -inf

    @property
    def log_volume_interval(self) -> tuple[float, float]:
        """Limits that contain the true log volume with 95 % confidence, nats."""
        low, high = self.interval
        return (log(low) if low > 0 else -inf, log(high))


def reject(
    kinetics: Kinetics,
    prior: Prior,
    *,
    criterion: Validity | None = None,
    draws: int = 20_000,
    seed: int = 0,
    batch: int = 2048,
    progress: bool | None = None,
) -> Rejection:
    """Draw models from a prior and keep the valid ones.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is drawn from.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    draws
        Models drawn and judged. The number is fixed beforehand, so that the share is unbiased.
    seed
        A whole number, 0 or more.
    batch
        Models judged together.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Rejection

    Raises
    ------
    InputError
        A number is out of its range, or the prior is about other constants.
    """
    require_whole("draws", draws)
    require_whole("batch", batch)
    if prior.names != tuple(kinetics.km_names):
        raise InputError(
            f"The prior must be about the {len(kinetics.km_names)} saturation constants of the "
            f"kinetics, in their order; it is about {len(prior.names)}."
        )
    device = kinetics.log_km_bounds.device
    starts, criterion = range(0, draws, batch), criterion or Validity()
    models, slowest = [], []
    with progress_bar(draws, progress=progress, desc="rejection", unit="model") as bar:
        for start, block_seed in zip(starts, derived_seeds(seed, len(starts)), strict=True):
            log_km = prior.sample(min(batch, draws - start), seed=block_seed).to(device)
            with torch.no_grad():
                judged = judge(kinetics, log_km, criterion)
            models.append(log_km[judged.valid])
            slowest.append(judged.lambda_max[judged.valid])
            bar.update(len(log_km))
    return Rejection(torch.cat(models), torch.cat(slowest), draws)
