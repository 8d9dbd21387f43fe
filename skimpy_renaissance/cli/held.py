"""One process at a time in an output folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from skimpy_renaissance.errors import OutputError
from skimpy_renaissance.storage import make_folder

__all__ = ["LOCK", "held"]

LOCK = ".in_use"


@contextmanager
def held(folder: Path | None) -> Iterator[None]:
    """Keep a folder to this process while the block runs; a killed one loses it.

    Parameters
    ----------
    folder
        Made if need be; ``None`` for none, which whoever wants it complains about.

    Yields
    ------
    None

    Raises
    ------
    OutputError
        It cannot be written, or another process writes into it.
    """
    if folder is None:
        yield
        return
    file = make_folder(folder, hint="Choose another with --output.") / LOCK
    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
    except Timeout as taken:
        raise OutputError(
            f"Another run is writing into {folder} right now. Wait until it has ended, or choose "
            "another folder with --output."
        ) from taken
    except OSError as error:
        raise OutputError(
            f"Cannot write into {folder}: {error.strerror or error}. Choose another with --output."
        ) from error
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        lock.release()
