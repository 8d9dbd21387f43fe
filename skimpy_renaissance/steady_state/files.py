"""Files in and out: a clear word where one is absent, and complete or not at all when written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from skimpy_renaissance.errors import FileFormatError, OutputError

__all__ = ["existing", "replacing"]


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


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder that becomes ``path`` when the block succeeds.

    Parameters
    ----------
    path
        The file to be written; an existing one is replaced.

    Yields
    ------
    pathlib.Path
        Where to write.

    Raises
    ------
    OutputError
        The folder does not exist or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(
            f"Cannot write {path}: {error.strerror}. The folder must exist and be writable."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
