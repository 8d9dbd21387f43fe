"""Random streams that belong to their caller: a seed and a purpose give one stream.

PyTorch's global generator is never touched. The purpose is part of the key, so that training and
generating with the same seed do not share numbers. Streams live on the CPU whatever the device of
the tensors, so that a seed means the same everywhere.

References
----------
O'Neill, *Developing a seed_seq alternative* (2015); ``numpy.random.SeedSequence``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import torch

from skimpy_renaissance.checks import require_whole

__all__ = ["derived_seeds", "random_stream", "require_seed"]


def require_seed(seed: int) -> int:
    """Return the seed as a plain ``int``, or say what is wrong with it.

    Parameters
    ----------
    seed
        A whole number, 0 or more.

    Returns
    -------
    int

    Raises
    ------
    InputError
        It is not a non-negative whole number.
    """
    return require_whole("seed", seed, at_least=0)


def random_stream(seed: int, *, purpose: str) -> torch.Generator:
    """Open the random stream of a seed and a purpose.

    Parameters
    ----------
    seed
        A whole number, 0 or more.
    purpose
        What the numbers are for, for example ``"training"``.

    Returns
    -------
    torch.Generator
        On the CPU.

    Raises
    ------
    InputError
        The seed is not a non-negative whole number.

    Examples
    --------
    >>> from skimpy_renaissance.priors import random_stream
    >>> torch.rand(2, generator=random_stream(0, purpose="example")).shape
    torch.Size([2])
    """
    key = tuple(purpose.encode())
    # torch keeps the low 32 bits of a CPU seed: hand over 32 bits that are all mixed.
    mixed = np.random.SeedSequence(require_seed(seed), spawn_key=key).generate_state(1)
    return torch.Generator().manual_seed(int(mixed[0]))


def derived_seeds(seed: int, n: int) -> tuple[int, ...]:
    """Derive seeds for independent repeats from one seed.

    Parameters
    ----------
    seed
        A whole number, 0 or more.
    n
        How many to derive; the first ``k`` do not depend on ``n``.

    Returns
    -------
    tuple of int

    Raises
    ------
    InputError
        The seed is not a non-negative whole number, or ``n`` is below 1.

    Examples
    --------
    >>> from skimpy_renaissance.priors import derived_seeds
    >>> len(set(derived_seeds(0, 10)))
    10
    """
    require_whole("n", n)
    return tuple(islice(seed_stream(seed), n))


def seed_stream(seed: int) -> Iterator[int]:
    """Derive seeds without end: those of :func:`derived_seeds`, one when asked for.

    Parameters
    ----------
    seed
        A whole number, 0 or more.

    Yields
    ------
    int

    Raises
    ------
    InputError
        The seed is not a non-negative whole number.

    Examples
    --------
    >>> from itertools import islice
    >>> from skimpy_renaissance.priors import derived_seeds, seed_stream
    >>> list(islice(seed_stream(1), 3)) == list(derived_seeds(1, 3))
    True
    """
    parent = np.random.SeedSequence(require_seed(seed))
    while True:
        yield int(parent.spawn(1)[0].generate_state(1)[0])
