r"""Saturation constants to be judged: drawn blindly, or from a trained generator.

Blind draws are uniform in :math:`\ln K_m` between the bounds that a training has too.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from skimpy_renaissance.learning import KmSpace, TrainedGenerator, derived_seeds, random_stream

__all__ = ["generated", "log_uniform"]

_SEEDS = 1000  # seeds of blocks, derived together


def log_uniform(space: KmSpace, n: int, *, seed: int) -> torch.Tensor:
    r"""Draw models uniformly in :math:`\ln K_m`.

    Parameters
    ----------
    space
        Bounds of the saturation constants.
    n
        Number of models.
    seed
        A whole number, 0 or more.

    Returns
    -------
    torch.Tensor
        `model x km`, float64, ln(mol/L).
    """
    rng = random_stream(seed, purpose="log-uniform draws")
    uniform = torch.rand(n, len(space.names), dtype=torch.float64, generator=rng)
    return space.lower + (space.upper - space.lower) * uniform


def generated(trained: TrainedGenerator, *, block: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield blocks of models from a generator, without end.

    Parameters
    ----------
    trained
        The generator. An output that rescales by batch sees batches of the size it was trained
        with.
    block
        Models per block.
    seed
        From which the seed of each block is derived; the first blocks do not depend on how many
        are taken.

    Yields
    ------
    torch.Tensor
        `model x km`, float64, ln(mol/L).
    """
    batch = trained.setup["optimizer"].get("models_per_candidate")
    done = 0
    while True:
        for block_seed in derived_seeds(seed, done + _SEEDS)[done:]:
            yield trained.generate(block, seed=block_seed, batch=batch)
        done += _SEEDS
