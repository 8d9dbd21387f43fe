"""How many processor cores a command uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from skimpy_renaissance.errors import InputError

__all__ = ["limited_to"]


@contextmanager
def limited_to(threads: int | None) -> Iterator[None]:
    """Let torch use some cores only, for the duration of a ``with`` block.

    Parameters
    ----------
    threads
        How many; ``None`` leaves the choice to torch.

    Yields
    ------
    None

    Raises
    ------
    InputError
        The number is below 1.
    """
    if threads is not None and threads < 1:
        raise InputError(f"threads must be 1 or more, got {threads!r}.")
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
