"""Progress bars: ``True`` shows one, ``False`` none, ``None`` one on a terminal or notebook.

A notebook draws bars where it has ipywidgets; without, they are text.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import tqdm.std

with warnings.catch_warnings():  # that ipywidgets is missing: the bar is text then
    warnings.simplefilter("ignore", tqdm.std.TqdmWarning)
    import tqdm.auto

__all__ = ["is_shown", "progress_bar"]


def progress_bar(total: int, *, progress: bool | None, **options: Any) -> tqdm.std.tqdm:
    """Return a bar that counts up to a total; use it in a ``with`` statement.

    Parameters
    ----------
    total
        What is to be done, in units.
    progress
        Whether it is shown; ``None``: on a terminal or in a notebook.
    **options
        Of ``tqdm``: ``unit``, ``desc``, ``initial``.

    Returns
    -------
    tqdm.tqdm
    """
    return tqdm.auto.tqdm(total=total, disable=not is_shown(progress), **options)


def is_shown(progress: bool | None) -> bool:
    """Return whether a bar, and what is told beside it, is shown.

    Parameters
    ----------
    progress
        As for :func:`progress_bar`.

    Returns
    -------
    bool
    """
    if progress is None:
        return sys.stderr.isatty() or "ipykernel.zmqshell" in sys.modules
    return progress
