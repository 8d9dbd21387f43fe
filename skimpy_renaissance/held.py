"""One process at a time in an output folder, or at an output file.

The lock is the operating system's, on a hidden file: a process that is killed loses it, and what is
left of its file neither keeps anyone out nor stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from skimpy_renaissance.atomic import require_writable_place
from skimpy_renaissance.errors import OutputError
from skimpy_renaissance.storage import make_folder

__all__ = ["LOCK", "held", "held_file"]

LOCK = ".in_use"


@contextmanager
def held(folder: Path | None, *, hint: str = "Choose another folder.") -> Iterator[None]:
    """Keep a folder to this process while the block runs; a killed one loses it.

    Parameters
    ----------
    folder
        Made if need be; ``None`` for none, which whoever wants it complains about.
    hint
        What to do where this fails, for the message.

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
    with _locked(make_folder(folder, hint=hint) / LOCK, what=f"into {folder}", hint=hint):
        yield


@contextmanager
def held_file(path: Path, *, hint: str = "Choose another file.") -> Iterator[None]:
    """Keep the name of a file to this process while the block runs; a killed one loses it.

    Parameters
    ----------
    path
        Where the file belongs.
    hint
        What to do where this fails, for the message.

    Yields
    ------
    None

    Raises
    ------
    OutputError
        The folder is missing or cannot be written, something other than a file has the name, or
        another process writes the file.
    """
    path = path.resolve()
    require_writable_place(path)
    with _locked(path.with_name(f".{path.name}{LOCK}"), what=str(path), hint=hint):
        yield


@contextmanager
def _locked(file: Path, *, what: str, hint: str) -> Iterator[None]:
    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
        while not file.exists():  # its last holder removed it between our opening and locking it
            lock.release()
            lock.acquire()
    except Timeout as taken:
        raise OutputError(
            f"Another run is writing {what} right now. Wait until it has ended. {hint}"
        ) from taken
    except OSError as error:
        raise OutputError(f"Cannot write {what}: {error.strerror or error}. {hint}") from error
    try:
        yield
    finally:
        with suppress(OSError):  # where a file in use cannot be removed, it stays
            file.unlink()
        lock.release()
