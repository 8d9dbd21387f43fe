"""Independent repeats of a training, as bands over repeats in a figure need them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from skimpy_renaissance.learning.checkpoint import holds_run
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.learning.trained import TrainedGenerator
from skimpy_renaissance.learning.training import train
from skimpy_renaissance.priors.randomness import derived_seeds
from skimpy_renaissance.tasks import Runner, Serial

__all__ = ["train_repeats"]


def train_repeats(
    kinetics: Kinetics,
    *,
    repeats: int = 10,
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    runner: Runner | None = None,
    **options: Any,
) -> list[TrainedGenerator]:
    """Train several generators that share nothing but the set-up.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    repeats
        How many; the first ones do not depend on the number.
    seed
        A whole number, 0 or more, from which the seed of each repeat is derived.
    checkpoint
        Folder with one sub-folder per repeat (``repeat_0``, ``repeat_1``, ...), each of which goes
        on where it was stopped.
    runner
        Where the repeats are trained, by default here, one after the other. Results do not depend
        on it. What a cluster trains is written to ``checkpoint`` by this process as it arrives.
    **options
        Further arguments of :func:`~skimpy_renaissance.learning.training.train`.

    Returns
    -------
    list of TrainedGenerator
        In the order of the repeats.

    Raises
    ------
    InputError
        As in training, or ``repeats`` is below 1.
    SamplingError
        The worker of a repeat died again and again; the others are in ``checkpoint``.

    Examples
    --------
    >>> from skimpy_renaissance.learning import train_repeats
    >>> nes = sr.NES(generations=1, n_candidates=2, models_per_candidate=5)
    >>> small = sr.Generator(latent=4, hidden=(8,))
    >>> repeats = train_repeats(bound, repeats=3, optimizer=nes, generator=small)
    >>> len(repeats), repeats[0].state.generation
    (3, 1)
    """
    folder = None if checkpoint is None else Path(checkpoint).absolute()
    places = [
        (repeat_seed, None if folder is None else folder / f"repeat_{number}")
        for number, repeat_seed in enumerate(derived_seeds(seed, repeats))
    ]
    trained: dict[int, TrainedGenerator] = {}
    for number, one in (runner or Serial()).results(partial(_train_one, kinetics, options), places):
        _, place = places[number]
        if place is not None and not holds_run(place):  # trained on a machine with other disks
            one.save(place)
        trained[number] = one
    return [trained[number] for number in range(repeats)]


def _train_one(
    kinetics: Kinetics, options: Mapping[str, Any], place: tuple[int, Path | None]
) -> TrainedGenerator:
    seed, checkpoint = place
    return train(kinetics, seed=seed, checkpoint=checkpoint, **options)
