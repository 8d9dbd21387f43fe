"""Independent repeats of a training, as bands over repeats in a figure need them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.learning.randomness import derived_seeds
from skimpy_renaissance.learning.trained import TrainedGenerator
from skimpy_renaissance.learning.training import train

__all__ = ["train_repeats"]


def train_repeats(
    kinetics: Kinetics,
    *,
    repeats: int = 10,
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
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
    """
    folder = None if checkpoint is None else Path(checkpoint)
    return [
        train(
            kinetics,
            seed=repeat_seed,
            checkpoint=None if folder is None else folder / f"repeat_{number}",
            **options,
        )
        for number, repeat_seed in enumerate(derived_seeds(seed, repeats))
    ]
