"""Parameter sets brought from a generator's corner of the valid region to draws of all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import (
    PosteriorSample,
    Refreshed,
    ValidRegionSample,
    refresh,
    sample_posterior,
    sample_valid_region,
)
from skimpy_renaissance.valid_region.data import Datum
from skimpy_renaissance.valid_region.sampling import MOST_JUDGED

__all__ = ["ENOUGH", "beyond_validity", "refresh_sets", "require_refreshable", "whole_region"]

ENOUGH = "enough"  # moves until the diagnostics say so


def whole_region(
    trained: TrainedGenerator,
    bound: BoundKinetics,
    starts: torch.Tensor,
    *,
    criterion: Validity,
    n: int,
    seed: int,
    data: Sequence[Datum] = (),
    most: int = MOST_JUDGED,
    checkpoint: Path | None = None,
    progress: bool | None = None,
    tell: Callable[[str], object] | None = None,
) -> ValidRegionSample | PosteriorSample:
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
    data
        What sets shall keep to beside validity: hard limits, measurements.
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
    ValidRegionSample or PosteriorSample
        What it is worth, and what to do if that is not enough, is in its text.
    """
    draw: Callable[..., ValidRegionSample | PosteriorSample] = sample_valid_region
    if data:
        draw = partial(sample_posterior, data=data)
    return draw(
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


def beyond_validity(trained: TrainedGenerator) -> tuple[str, ...]:
    """Return what a generator was trained for beside validity.

    Parameters
    ----------
    trained
        The generator.

    Returns
    -------
    tuple of str
        Requirements that were rewarded; draws of the whole valid region need not keep to them.
    """
    return tuple(dict.fromkeys(_required(trained.setup.get("reward"))))


def _required(described: object) -> Iterator[str]:
    """Yield the requirements in a description, of a sum of rewards too."""
    if isinstance(described, list):
        for one in described:
            yield from _required(one)
    if not isinstance(described, dict):
        return
    for part in described.get("parts") or ():
        said = part.get("description", part)
        limits = {name for name, value in said.items() if value is not None} - {"class", "weight"}
        speed = said.get("class") == "EigenvalueWindow" and limits <= {"slowest_below"}
        if part.get("weight", 1.0) and not speed:
            yield str(part.get("label", said.get("class")))
    for name in ("terms", "reward"):
        yield from _required(described.get(name))


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
