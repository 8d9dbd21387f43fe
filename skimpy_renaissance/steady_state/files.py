"""Files to read: a clear word where one is absent."""

from __future__ import annotations

import os
from pathlib import Path

from skimpy_renaissance.errors import FileFormatError

__all__ = ["existing"]


def existing(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that exists.

    Parameters
    ----------
    path
        The file to be read.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileFormatError
        There is no file of that name.
    """
    path = Path(path)
    if not path.is_file():
        raise FileFormatError(
            f"A file to read is needed, but {str(path)!r} "
            + ("is a folder." if path.is_dir() else "does not exist. Check the path.")
        )
    return path
