"""Files that appear whole or not at all.

A result is written to a temporary file in the folder where it belongs and renamed when complete;
renaming within a folder is one step for the file system, so no reader ever meets half a file and a
crash leaves the previous version as it was. What a killed process left half written is removed by
the next one that writes the same file on the same machine.
"""

from __future__ import annotations

import errno
import glob
import json
import os
import platform
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from skimpy_renaissance.errors import InputError, OutputError

__all__ = [
    "atomic_path",
    "json_text",
    "no_room",
    "require_writable_place",
    "write_json",
    "write_text",
]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MACHINE = f"{zlib.crc32(platform.node().encode()):08x}"


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path that becomes ``path`` when the ``with`` block ends well.

    Parameters
    ----------
    path
        Where the finished file belongs; its folder must exist. A file already there is replaced,
        a link is followed.

    Yields
    ------
    Path
        An empty file in the same folder with the same suffix, to be overwritten by the block.

    Raises
    ------
    OutputError
        The folder is missing or cannot be written, something other than a file has the name, or
        writing failed within the block (a full disk).
    """
    target = Path(path).resolve()
    require_writable_place(target)
    _remove_leftovers(target)
    mark = f"{_MACHINE}-{os.getpid()}-{secrets.token_hex(4)}"
    temporary = target.with_name(f".{target.stem}.{mark}{target.suffix}")
    try:
        temporary.touch(exist_ok=False)
    except OSError as error:
        raise OutputError(
            f"Cannot write {target}: {error.strerror}. Choose a folder that you may write to."
        ) from error
    try:
        yield temporary
        temporary.replace(target)
    except OutputError:
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            written = temporary.stat().st_size if temporary.exists() else 0
            raise no_room(target, error, needed=f"more than {written:,}", taken=written) from error
        raise OutputError(
            f"Cannot write {target}: {_reason(error)}. What stood there before is "
            "untouched; close programs that hold the file, or choose another name."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def no_room(target: Path, error: OSError, *, needed: str, taken: int) -> OutputError:
    """Return the error of a full disk, a quota or a limit, in bytes.

    Parameters
    ----------
    target
        What cannot be written.
    error
        What the operating system said.
    needed
        Bytes that the file takes, in words: ``"up to 8,000"``.
    taken
        Bytes that its unfinished part takes, which will be free again.

    Returns
    -------
    OutputError
    """
    free = shutil.disk_usage(target.parent).free + taken
    return OutputError(
        f"Cannot write {target}: {_reason(error)}. The file takes {needed} bytes, and {free:,} are "
        f"free in {target.parent}. What stood there before is untouched; free space, or choose "
        "another folder."
    )


def require_writable_place(target: Path) -> None:
    """Raise where a file cannot be written because of what stands at its place.

    Parameters
    ----------
    target
        Where the file belongs.

    Raises
    ------
    OutputError
        The folder is missing or a file, or something other than a file has the name.
    """
    folder = target.parent
    if not folder.exists():
        raise OutputError(
            f"Cannot write {target}: the folder {folder} does not exist. Create it first, or "
            "choose another one."
        )
    if not folder.is_dir():
        raise OutputError(
            f"Cannot write {target}: {folder} is a file, not a folder. Choose another name."
        )
    if target.exists() and not target.is_file():
        raise OutputError(
            f"Cannot write {target}: it exists and is not a regular file. Choose another name."
        )


def write_json(path: str | os.PathLike[str], content: object, *, finite: bool = True) -> None:
    """Write ``content`` as indented JSON, atomically.

    Parameters
    ----------
    path
        Where the file belongs; its folder must exist.
    content
        Mappings, lists, strings, numbers, booleans and ``None``, at any depth.
    finite
        Whether numbers must be finite. Others, such as bounds that are open, are written as
        Python's reader takes them, which is beyond the standard.

    Raises
    ------
    InputError
        ``content`` holds something that JSON cannot, for example NaN.
    OutputError
        ``path`` cannot be written.
    """
    what = f"the content of {Path(path).name}"
    write_text(path, json_text(content, what=what, indent=2, finite=finite) + "\n")


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text in UTF-8, atomically.

    Parameters
    ----------
    path
        Where the file belongs; its folder must exist.
    text
        What it holds.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def json_text(content: object, *, what: str, indent: int | None = None, finite: bool = True) -> str:
    """Return ``content`` as JSON text; NumPy's scalars count as the numbers they hold.

    Parameters
    ----------
    content
        Mappings, lists, strings, numbers, booleans and ``None``, at any depth.
    what
        What it is, for the message.
    indent
        Spaces per level; ``None`` keeps all on one line.
    finite
        As for :func:`write_json`.

    Returns
    -------
    str

    Raises
    ------
    InputError
        ``content`` holds something that JSON cannot.
    """
    try:
        return json.dumps(content, indent=indent, allow_nan=not finite, default=_plain_number)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{what} must be made of mappings, lists, strings and finite numbers to be kept as "
            f"JSON; {error}. Turn the rest into text or lists first, and NaN into None."
        ) from error


def _reason(error: OSError) -> str:
    """Say what the operating system said, without what a library adds."""
    return os.strerror(error.errno) if error.errno else str(error)


def _plain_number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"got {value!r} ({type(value).__name__})")


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of this name whose process on this machine has ended."""
    pattern = f".{glob.escape(target.stem)}.{_MACHINE}-*-*{glob.escape(target.suffix)}"
    for left in target.parent.glob(pattern):
        process = left.name.removeprefix(f".{target.stem}.").split("-")[1]
        if process.isdigit() and not _is_running(int(process)):
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere asking could end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
