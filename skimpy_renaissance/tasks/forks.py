"""Forked processes: what keeps them from waiting for threads that they do not have.

A fork has none of its parent's threads, yet torch's pool in it believes in them, and the first
parallel operation waits for ever. ``multiprocessing`` forks by default on Linux up to Python 3.13.
"""

from __future__ import annotations

import os
from functools import cache, partial

__all__ = ["keep_forks_on_one_thread"]


@cache
def keep_forks_on_one_thread() -> None:
    """Let torch use one thread in every process that is forked from this one from now on."""
    import torch  # noqa: PLC0415 - tasks as such do not need it

    if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
        os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))
