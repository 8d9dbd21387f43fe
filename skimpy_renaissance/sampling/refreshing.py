"""Parameter sets brought from a generator's corner of the valid region to draws of all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import (
    Refreshed,
    ValidRegionSample,
    refresh,
    sample_valid_region,
)
from skimpy_renaissance.valid_region.sampling import MOST_JUDGED

__all__ = ["ENOUGH", "refresh_sets", "require_refreshable", "whole_region"]

ENOUGH = "enough"  # moves until the diagnostics say so


def whole_region(
    trained: TrainedGenerator,
    bound: BoundKinetics,
    starts: torch.Tensor,
    *,
    criterion: Validity,
    n: int,
    seed: int,
    most: int = MOST_JUDGED,
    checkpoint: Path | None = None,
    progress: bool | None = None,
    tell: Callable[[str], object] | None = None,
) -> ValidRegionSample:
    """Draw from the prior of a training, restricted to valid models.

    Parameters
    ----------
    trained
        Knows its prior.
    bound
        Kinetics at the steady state of the training.
    starts
        `` `model x km` ``, ln(mol/L): valid sets of the generator, from which chains start where
        valid models are rare; may be none.
    criterion
        When a set counts as valid.
    n
        Sets wanted.
    seed
        A whole number, 0 or more.
    most
        Sets judged at most for each set wanted, where they are moved.
    checkpoint
        Folder in which the work is kept, and resumed from where it stopped.
    progress
        Whether to show the plan and bars; ``None`` shows them on a terminal.
    tell
        Given the plan, a line with its cost, before work starts, instead of stderr.

    Returns
    -------
    ValidRegionSample
        What it is worth, and what to do if that is not enough, is in its text.
    """
    return sample_valid_region(
        bound,
        trained.prior,
        criterion=criterion,
        n=n,
        seed=seed,
        starts=_within(trained, starts) if len(starts) else None,
        most=most,
        checkpoint=checkpoint,
        progress=progress,
        tell=tell,
    )


def refresh_sets(
    trained: TrainedGenerator,
    bound: BoundKinetics,
    log_km: torch.Tensor,
    *,
    criterion: Validity,
    steps: int,
    seed: int,
    progress: bool | None = None,
) -> Refreshed:
    """Refresh valid sets of a trained generator under the prior of its training.

    Parameters
    ----------
    trained
        Knows its prior.
    bound
        Kinetics at the steady state of the training.
    log_km
        `` `model x km` ``, ln(mol/L): valid sets.
    criterion
        When a set counts as valid.
    steps
        Sets judged per chain.
    seed
        A whole number, 0 or more.
    progress
        Whether to show a bar; ``None`` shows one on a terminal.

    Returns
    -------
    Refreshed
        One set per set given; what speaks against its convergence is in its ``warnings``.
    """
    return refresh(
        bound,
        _within(trained, log_km),
        trained.prior,
        criterion=criterion,
        steps=steps,
        seed=seed,
        progress=progress,
    )


def _within(trained: TrainedGenerator, log_km: torch.Tensor) -> torch.Tensor:
    space = trained.space
    return log_km.to(space.lower.device).clamp(space.lower, space.upper)  # rounding only


def require_refreshable(steps: int | str | None, *, only_stable: bool) -> None:
    """Raise unless sets can be refreshed by so many steps.

    Parameters
    ----------
    steps
        ``"enough"``, a number, or 0 or ``None`` for none.
    only_stable
        Whether only valid sets are kept.

    Raises
    ------
    InputError
        The number is not one, or invalid sets are kept.
    """
    if steps is None or steps == ENOUGH:
        return
    if isinstance(steps, str):
        raise InputError(
            f"refresh must be {ENOUGH!r} (moves until the diagnostics say so), a number of steps, "
            f"or None for the generator's own draws, got {steps!r}."
        )
    if require_whole("refresh", steps, at_least=0) and not only_stable:
        raise InputError(
            f"refresh={steps} needs only_stable=True: its chains start at valid models and stay "
            "among them."
        )
