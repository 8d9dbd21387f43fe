"""Files that a command reads: where they are, and what tells their content from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.setups import digest
from skimpy_renaissance.storage import refuse_pointer

__all__ = ["InputFile", "fingerprint", "hashes_of", "located"]

_DATA = files("skimpy_renaissance.examples") / "data"
_BUNDLED_FILES = {"model": _DATA / f"{BUNDLED}.yaml", "states": _DATA / f"{BUNDLED}_states.csv.gz"}


@dataclass(frozen=True)
class InputFile:
    """A file that was read.

    Parameters
    ----------
    path
        Where it was.
    sha256
        Of its bytes.
    """

    path: str
    sha256: str


@contextmanager
def located(given: Path, *, role: str) -> Iterator[Path]:
    """Give the path of a file, for the duration of the block where it is a bundled one.

    Parameters
    ----------
    given
        Path, or the name of the bundled model.
    role
        What the file is, for example ``"model"``.

    Yields
    ------
    pathlib.Path
    """
    if str(given) == BUNDLED:
        with as_file(_BUNDLED_FILES[role]) as path:
            yield path
    else:
        yield given


def fingerprint(path: Path, *, role: str, shown: Path | None = None) -> InputFile:
    """Return a file's place and the hash of its bytes.

    Parameters
    ----------
    path
        The file.
    role
        What it is, for the message.
    shown
        How the person named it, where that is not a path.

    Returns
    -------
    InputFile

    Raises
    ------
    FileFormatError
        It cannot be read, or is a pointer of Git LFS.
    """
    refuse_pointer(path)
    try:
        content = digest(path)
    except OSError as error:
        raise FileFormatError(
            f"The {role.replace('_', ' ')} file {str(path)!r} cannot be read: {error.strerror}. "
            "Check the path."
        ) from error
    named = str(shown) if shown is not None and str(shown) == BUNDLED else str(path.resolve())
    return InputFile(named, content)


def hashes_of(input_files: Mapping[str, InputFile]) -> dict[str, str]:
    """Return what identifies a problem by its files; states are told by their values instead.

    Parameters
    ----------
    input_files
        Role to file.

    Returns
    -------
    dict
        For example ``"model_sha256"`` to the hash.
    """
    return {f"{role}_sha256": f.sha256 for role, f in input_files.items() if role != "states"}
