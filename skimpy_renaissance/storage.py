"""Steps of a long calculation, kept in a folder of one set-up, so that nothing is done twice.

A *step* is one file that is whole or absent. Whose it is, is told by a set-up
(:mod:`~skimpy_renaissance.setups`): plain JSON of all that decides the result, in a manifest beside
the steps. Another call with the same set-up reads the steps that are there and makes the missing
ones; one with another set-up is refused, with the first differences.

>>> folder = StepFolder(Path("runs"), {"seed": 1}, manifest="search.json", what="a search")
>>> folder.claim()  # doctest: +SKIP
>>> if not folder.has("states_0.npz"):  # doctest: +SKIP
...     folder.write_arrays("states_0.npz", {"lambda_max": lambda_max})
>>> folder.read_arrays("states_0.npz", ["lambda_max"])  # doctest: +SKIP

A step that states its own set-up (a population with its provenance) needs no manifest:
:func:`~skimpy_renaissance.setups.require_same_setup` compares it.
"""

from __future__ import annotations

import json
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.atomic import atomic_path, write_json
from skimpy_renaissance.errors import FileFormatError, OutputError
from skimpy_renaissance.memory_limits import require_sound_archive, require_sound_array
from skimpy_renaissance.setups import require_same_setup
from skimpy_renaissance.versions import WRITTEN_BY, versions

__all__ = [
    "StepFolder",
    "existing",
    "how_to_go_on",
    "make_folder",
    "read_array",
    "read_arrays",
    "read_json",
    "refuse_pointer",
    "write_arrays",
]

_VERSIONS = "versions"  # entry of a manifest: who began the calculation
_POINTER = b"version https://git-lfs"
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,  # NumPy's for what is not an archive, and for pickled objects
    TypeError,  # a single array is no context manager
    AttributeError,
    zipfile.BadZipFile,
    NotImplementedError,  # a compression that zipfile does not know
    RuntimeError,  # an encrypted member
    SyntaxError,  # NumPy's for the header of an array
    tokenize.TokenError,
    struct.error,
    OverflowError,
    MemoryError,
    zlib.error,
)


@dataclass(frozen=True)
class StepFolder:
    """A folder that holds the steps of one calculation.

    Parameters
    ----------
    path
        The folder; need not exist.
    setup
        All that decides the result, plain JSON.
    manifest
        Name of the file that holds the set-up.
    what
        What the folder holds, for messages: ``"a search"``.
    """

    path: Path
    setup: Mapping[str, Any]
    manifest: str
    what: str

    def claim(self) -> None:
        """Make the folder and note the set-up, or make sure that it holds the same one.

        Raises
        ------
        InputError
            The folder holds another set-up.
        FileFormatError
            Its manifest cannot be read.
        OutputError
            It cannot be written to.
        """
        manifest = make_folder(self.path) / self.manifest
        if manifest.exists():
            stored = read_json(manifest)
            if isinstance(stored, dict):
                stored.pop(_VERSIONS, None)  # they do not tell one calculation from another
            require_same_setup(stored, self.setup, place=self.path, what=self.what)
        else:
            write_json(manifest, {**self.setup, _VERSIONS: versions()}, finite=False)

    def has(self, name: str) -> bool:
        """Return whether a step is done.

        Parameters
        ----------
        name
            File of the step.

        Returns
        -------
        bool
        """
        return (self.path / name).exists()

    def read_arrays(self, name: str, required: Collection[str]) -> dict[str, NDArray[Any]]:
        """Read a step.

        Parameters
        ----------
        name
            File of the step.
        required
            Arrays that it must hold.

        Returns
        -------
        dict

        Raises
        ------
        FileFormatError
            It is damaged or something else.
        """
        again = f"Delete it to have this part of {self.what} made again."
        return read_arrays(self.path / name, required, hint=again)

    def write_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write a step, whole or not at all.

        Parameters
        ----------
        name
            File of the step.
        arrays
            What it holds.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        write_arrays(self.path / name, arrays)


def how_to_go_on(done: str, folder: str | os.PathLike[str] | None, name: str = "folder") -> str:
    """Return what a calculation says that was stopped by Ctrl-C.

    Parameters
    ----------
    done
        A sentence: how far it came.
    folder
        Where its steps are kept; ``None`` where they are lost.
    name
        Of that argument.

    Returns
    -------
    str
    """
    if folder is None:
        return f"{done} Nothing was written: pass {name}=... to be able to go on."
    place = os.fspath(folder)
    return f"{done} Call again with the same arguments and {name}={place!r} to go on."


def make_folder(folder: Path, *, hint: str = "Choose another folder.") -> Path:
    """Make a folder where it is absent.

    Parameters
    ----------
    folder
        With the folders above it.
    hint
        What to do where this fails, for the message.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    OutputError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "a file has this name" if folder.is_file() else error.strerror
        raise OutputError(f"The folder {folder} cannot be made: {reason}. {hint}") from error
    return folder


def refuse_pointer(path: str | os.PathLike[str]) -> None:
    """Raise where a file is what Git LFS leaves in place of a file that was not downloaded.

    Parameters
    ----------
    path
        The file; one that cannot be opened is left to its reader.

    Raises
    ------
    FileFormatError
        It is such a pointer.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(len(_POINTER))
    except OSError:
        return
    if start == _POINTER:
        raise FileFormatError(
            f"{os.fspath(path)} is a pointer of Git LFS: its content was not downloaded. Run "
            "'git lfs pull' in the repository that it is from."
        )


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
        There is no file of that name, or a pointer of Git LFS in its place.
    """
    path = Path(path)
    if not path.is_file():
        raise FileFormatError(
            f"A file to read is needed, but {str(path)!r} "
            + ("is a folder." if path.is_dir() else "does not exist. Check the path.")
        )
    refuse_pointer(path)
    return path


def read_json(path: Path, *, what: str = "JSON") -> Any:
    """Read a JSON file.

    Parameters
    ----------
    path
        The file.
    what
        What it should be, for the message.

    Returns
    -------
    object

    Raises
    ------
    FileFormatError
        It is absent, or not JSON.
    """
    refuse_pointer(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileFormatError(f"{path} cannot be read as {what}: {error}.") from error


def read_array(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an ``.npy`` file; nothing is unpickled.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    FileFormatError
        It is absent, damaged, or no array of numbers.
    """
    refuse_pointer(path)
    try:
        require_sound_array(path)
        with open(path, "rb") as opened:
            array = np.load(opened, allow_pickle=False)
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
            raise FileFormatError(f"{path} must hold an array of real numbers.")
    except FileFormatError:
        raise
    except _UNREADABLE as error:
        raise FileFormatError(f"{path} cannot be read as an array of numbers: {error}.") from error
    return array


def read_arrays(
    path: str | os.PathLike[str],
    required: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
    hint: str = "",
) -> dict[str, NDArray[Any]]:
    """Read an ``.npz`` archive of arrays; nothing is unpickled.

    Parameters
    ----------
    path
        The file.
    required
        Arrays that it must hold.
    only
        Arrays that are read where they are present; ``None`` reads all. Others are left alone,
        whatever they hold.
    hint
        What to do where this fails, for the message.

    Returns
    -------
    dict
        Name to array.

    Raises
    ------
    FileFormatError
        It is absent, damaged, not such an archive, or lacks an array.
    """
    refuse_pointer(path)
    try:
        require_sound_archive(path)
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as archive:
            present = [name for name in archive.files if name != WRITTEN_BY]
            wanted = present if only is None else [name for name in present if name in only]
            arrays = {name: archive[name] for name in wanted}
    except FileFormatError as error:
        raise FileFormatError(f"{error} {hint}") from error
    except _UNREADABLE as error:
        raise FileFormatError(
            f"{path} cannot be read as an .npz archive of arrays ({error}): it is truncated or "
            f"something else. {hint}"
        ) from error
    missing = [name for name in required if name not in arrays]
    if missing:
        raise FileFormatError(f"{path} lacks the arrays {missing}; it has {present}. {hint}")
    return arrays


def write_arrays(
    path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]], *, compressed: bool = True
) -> None:
    """Write arrays as an ``.npz`` archive, whole or not at all.

    Parameters
    ----------
    path
        The file; its folder must exist.
    arrays
        Name to array.
    compressed
        False where it is written often and holds what is as good as random.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        save = np.savez_compressed if compressed else np.savez
        save(file, **{WRITTEN_BY: np.array(json.dumps(versions()))}, **arrays)  # type: ignore[arg-type]
