"""How many processor cores a command uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

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
    """
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
