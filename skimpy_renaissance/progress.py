"""Progress bars: ``True`` shows one, ``False`` none, ``None`` one on a terminal alone."""

from __future__ import annotations

from typing import Any

from tqdm import tqdm

__all__ = ["progress_bar"]


def progress_bar(total: int, *, progress: bool | None, **options: Any) -> tqdm:
    """Return a bar that counts up to a total; use it in a ``with`` statement.

    Parameters
    ----------
    total
        What is to be done, in units.
    progress
        Whether it is shown; ``None``: on a terminal.
    **options
        Of ``tqdm``: ``unit``, ``desc``, ``initial``.

    Returns
    -------
    tqdm.tqdm
    """
    return tqdm(total=total, disable=None if progress is None else not progress, **options)
