"""Forked processes: what keeps them from waiting for threads that they do not have.

A fork has none of its parent's threads, yet torch's pool in it believes in them, and the first
parallel operation waits for ever. ``multiprocessing`` forks by default on Linux up to Python 3.13.
"""

from __future__ import annotations

import os
import warnings
from functools import cache, partial

__all__ = ["keep_forks_on_one_thread"]


def keep_forks_on_one_thread() -> None:
    """Let torch use one thread in every process that is forked from this one from now on.

    In such a fork, one that was given more threads since is set back to one, with a warning.
    """
    import torch  # noqa: PLC0415 - tasks as such do not need it

    if _registered_in() != os.getpid() and torch.get_num_threads() > 1:
        warnings.warn(
            f"torch was set to {torch.get_num_threads()} threads in a forked process, where more "
            "than one waits for ever; it is back to one. For more, start workers afresh: "
            "multiprocessing.get_context('spawn').",
            stacklevel=2,
        )
        torch.set_num_threads(1)


@cache
def _registered_in() -> int:
    """Register once what a fork does first; a fork remembers the process that did."""
    import torch  # noqa: PLC0415

    if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
        os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))
    return os.getpid()
