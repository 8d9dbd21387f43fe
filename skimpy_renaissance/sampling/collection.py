"""Proposing models in batches until enough are kept."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = ["Collected", "collect"]


@dataclass(frozen=True)
class Collected:
    """Models that were kept.

    Parameters
    ----------
    km
        `` `model x km` ``, scaled concentration, in the order proposed.
    trials
        Models proposed until the last one was kept.
    """

    km: NDArray[np.float64]
    trials: int


def collect(
    bound: BoundKinetics,
    propose: Callable[[int], NDArray[np.float64]],
    *,
    n_samples: int,
    keep: Callable[[BoundKinetics, torch.Tensor], torch.Tensor] | None,
    max_trials: int,
    batch: int,
) -> Collected:
    """Propose models until enough are kept.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    propose
        Number of models to `` `model x km` ``, scaled concentration: the next of a stream.
    n_samples
        Models wanted.
    keep
        (kinetics, `` `model x km` `` ln(mol/L)) to `` `model` `` bool; ``None`` keeps all.
    max_trials
        Models proposed at most.
    batch
        Models judged together.

    Returns
    -------
    Collected
        Fewer than wanted, with a warning, where ``max_trials`` ran out.

    Raises
    ------
    InputError
        A number is below 1.
    SamplingError
        Not one model was kept.
    """
    for name, number in (("n_samples", n_samples), ("max_trials", max_trials)):
        if number < 1:
            raise InputError(f"{name} must be at least 1, got {number!r}.")
    parts: list[NDArray[np.float64]] = []
    n_kept, trials, last_kept = 0, 0, 0
    with tqdm(total=n_samples, unit="set", disable=not sys.stderr.isatty(), leave=False) as bar:
        while n_kept < n_samples and trials < max_trials:
            km = propose(min(batch, max_trials - trials))
            good = _verdicts(bound, km, keep)[: n_samples - n_kept]
            parts.append(km[good])
            n_kept += len(good)
            last_kept = trials + int(good[-1]) + 1 if len(good) else last_kept
            trials += len(km)
            bar.update(len(good))
    if not n_kept:
        raise SamplingError(
            f"None of {trials} models was kept. Raise max_trials, relax eigenvalue_partition, or "
            "train longer; skimpy-renaissance check shows what the model and its state allow."
        )
    if n_kept < n_samples:
        warnings.warn(
            f"Only {n_kept} of {n_samples} parameter sets were found in {trials} trials.",
            stacklevel=3,
        )
    return Collected(np.concatenate(parts), last_kept)


def _verdicts(
    bound: BoundKinetics,
    km: NDArray[np.float64],
    keep: Callable[[BoundKinetics, torch.Tensor], torch.Tensor] | None,
) -> NDArray[np.int64]:
    """Return the positions of the models that are kept."""
    if keep is None:
        return np.arange(len(km))
    log_km = torch.from_numpy(np.log(km / bound.reference.concentration_scaling))
    with torch.no_grad():
        return np.flatnonzero(keep(bound, log_km).cpu().numpy())
