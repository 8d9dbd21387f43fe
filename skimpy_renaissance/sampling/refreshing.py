"""Parameter sets brought from a generator's corner of the valid region to draws of all of it."""

from __future__ import annotations

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import Refreshed, refresh

__all__ = ["refresh_sets", "require_refreshable"]


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
    space = trained.space
    within = log_km.to(space.lower.device).clamp(space.lower, space.upper)  # rounding only
    return refresh(
        bound, within, trained.prior, criterion=criterion, steps=steps, seed=seed, progress=progress
    )


def require_refreshable(steps: int, *, only_stable: bool) -> None:
    """Raise unless sets can be refreshed by so many steps.

    Parameters
    ----------
    steps
        0 for none.
    only_stable
        Whether only valid sets are kept.

    Raises
    ------
    InputError
        The number is not one, or invalid sets are kept.
    """
    if require_whole("refresh", steps, at_least=0) and not only_stable:
        raise InputError(
            f"refresh={steps} needs only_stable=True: its chains start at valid models and stay "
            "among them."
        )
