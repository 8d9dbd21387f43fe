"""Progress bars: ``True`` shows one, ``False`` none, ``None`` one on a terminal or notebook."""

from __future__ import annotations

from typing import Any

import tqdm.auto
import tqdm.autonotebook
import tqdm.std

__all__ = ["progress_bar"]


def progress_bar(total: int, *, progress: bool | None, **options: Any) -> tqdm.std.tqdm:
    """Return a bar that counts up to a total; use it in a ``with`` statement.

    Parameters
    ----------
    total
        What is to be done, in units.
    progress
        Whether it is shown; ``None``: on a terminal, or where a notebook draws bars.
    **options
        Of ``tqdm``: ``unit``, ``desc``, ``initial``.

    Returns
    -------
    tqdm.tqdm
    """
    if progress is None and tqdm.autonotebook.tqdm is not tqdm.std.tqdm:
        progress = True
    return tqdm.auto.tqdm(
        total=total, disable=None if progress is None else not progress, **options
    )
