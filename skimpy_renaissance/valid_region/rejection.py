r"""The valid region by brute force: draws of the prior, and which of them are valid.

.. math:: \ln V = \ln \frac{\text{valid}}{\text{drawn}}

is the volume of the valid region relative to the prior, in nats, and at the same time the entropy
that a generator of exactly the valid models would have. The draws that are valid *are* that
generator: ORACLE's, where the prior is. It is slow where little is valid, and right: weighting the
draws of a generator that was trained for validity instead misses the regions that the generator
leaves out, by several nats and without a sign of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import inf, log
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import derived_seeds, random_stream
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.setups import describe
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import read_arrays, write_arrays
from skimpy_renaissance.valid_region.judging import (
    require_prior_of,
    slowest_modes,
    valid_models,
)
from skimpy_renaissance.valid_region.pilot import Pilot
from skimpy_renaissance.valid_region.refreshed_file import require_stored_setup
from skimpy_renaissance.valid_region.sweep import draws_of

__all__ = ["Rejection", "reject", "reject_until"]

_SIZE = 2048  # models judged together
_BLOCKS = 8  # of them between two writes
_PATIENT = 20_000  # draws before rejection may turn out not to pay
_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "log_km": (REAL, ("model", "km")),
    "lambda_max": (REAL, ("model",)),
    "drawn": (WHOLE, ()),
}


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

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import reject
    >>> found = reject(bound, log_uniform_prior(bound), criterion=sr.Validity(-1.2), draws=500)
    >>> f"{len(found)} valid, {100 * found.share:.1f} % of the prior"
    '22 valid, 4.4 % of the prior'
    >>> "{:.3f} to {:.3f}".format(*found.interval)
    '0.029 to 0.066'
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

    Examples
    --------
    >>> from skimpy_renaissance.valid_region import reject
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> prior = log_uniform_prior(bound)
    >>> found = reject(bound, prior, criterion=sr.Validity(partition=-1.2), draws=500)
    >>> found.drawn, len(found) < 100
    (500, True)
    """
    require_whole("draws", draws)
    require_whole("batch", batch)
    require_prior_of(kinetics, prior)
    device = kinetics.log_km_bounds.device
    starts, criterion, prior = range(0, draws, batch), criterion or Validity(), prior.to(device)
    models, slowest = [], []
    with progress_bar(draws, progress=progress, desc="rejection", unit="model") as bar:
        for start, block_seed in zip(starts, derived_seeds(seed, len(starts)), strict=True):
            size = min(batch, draws - start)
            rng = random_stream(block_seed, purpose="prior")
            log_km, lambda_max = _valid_of(kinetics, prior, criterion, size, rng)
            models.append(log_km)
            slowest.append(lambda_max)
            bar.update(size)
    return Rejection(torch.cat(models), torch.cat(slowest), draws)


def reject_until(
    kinetics: Kinetics,
    prior: Prior,
    pilot: Pilot,
    *,
    n: int,
    seed: int,
    least_share: float = 0.0,
    checkpoint: Path | None = None,
    progress: bool | None = None,
) -> Rejection:
    """Draw models from a prior until enough are valid, or it turns out not to pay.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is drawn from.
    pilot
        The first draws, with the criterion: their valid ones count.
    n
        Valid models wanted.
    seed
        A whole number, 0 or more.
    least_share
        Give up where less than this share is valid, with 95 % confidence.
    checkpoint
        File (.npz) to write the valid models to, and to go on from where it exists.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Rejection
        At least ``n`` models; fewer where it gave up.

    Raises
    ------
    InputError
        ``checkpoint`` holds another run.
    FileFormatError
        ``checkpoint`` holds something else.
    OutputError
        ``checkpoint`` cannot be written.
    """
    identity = {
        "format": "skimpy_renaissance rejection 1",
        "pilot_lambda_max": [f"{value:.4e}" for value in pilot.lambda_max[:8].tolist()],
        "prior": prior,
        "criterion": pilot.criterion,
        "seed": seed,
    }
    found = _read(checkpoint, identity) if checkpoint else None
    found = found or Rejection(pilot.log_km[pilot.valid], pilot.lambda_max[pilot.valid], len(pilot))
    with progress_bar(n, progress=progress, desc="rejection", unit="model", leave=False) as bar:
        bar.update(min(len(found), n))
        while len(found) < n and not (found.drawn >= _PATIENT and found.interval[1] < least_share):
            before = min(len(found), n)
            found = _more(kinetics, prior, pilot.criterion, found, n=n, seed=seed)
            if checkpoint:
                _write(checkpoint, found, identity)
            bar.update(min(len(found), n) - before)
    return found


def _more(
    kinetics: Kinetics, prior: Prior, criterion: Validity, found: Rejection, *, n: int, seed: int
) -> Rejection:
    """Draw so many models that a file need not be written more than some ten times a second."""
    models, slowest, drawn = [found.log_km], [found.lambda_max], found.drawn
    for _ in range(_BLOCKS):
        rng = random_stream(seed, purpose=f"rejection from {drawn}")
        log_km, lambda_max = _valid_of(kinetics, prior, criterion, _SIZE, rng)
        models.append(log_km)
        slowest.append(lambda_max)
        drawn += _SIZE
        if sum(map(len, models)) >= n:
            break
    return Rejection(torch.cat(models), torch.cat(slowest), drawn)


def _valid_of(
    kinetics: Kinetics, prior: Prior, criterion: Validity, size: int, rng: torch.Generator
) -> tuple[Tensor, Tensor]:
    log_km = draws_of(prior, size, rng)
    log_km = log_km[valid_models(kinetics, log_km, criterion)]
    return log_km, slowest_modes(kinetics, log_km)


def _write(path: Path, found: Rejection, identity: dict[str, Any]) -> None:
    arrays = {
        "identity": np.array(json.dumps(describe(identity))),
        "log_km": found.log_km.cpu().numpy(),
        "lambda_max": found.lambda_max.cpu().numpy(),
        "drawn": np.array(found.drawn),
    }
    write_arrays(path, arrays, compressed=False)


def _read(path: Path, identity: dict[str, Any]) -> Rejection | None:
    if not path.exists():
        return None
    hint = "It cannot be valid draws of a prior: choose another folder."
    arrays = require_layout(read_arrays(path, tuple(_LAYOUT), hint=hint), _LAYOUT, source=path)
    require_stored_setup(arrays, json.loads(json.dumps(describe(identity))), path=path)
    if not np.isfinite(arrays["log_km"]).all() or arrays["drawn"] < len(arrays["log_km"]):
        raise FileFormatError(f"{path} must hold finite models, not more than were drawn. {hint}")
    return Rejection(
        torch.from_numpy(arrays["log_km"]),
        torch.from_numpy(arrays["lambda_max"]),
        int(arrays["drawn"]),
    )
