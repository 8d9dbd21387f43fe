"""What a format is to the fuzzing: whole files, the call that reads them, what must hold of it.

:func:`attempt` damages, writes and reads once, and says what came of it. Tests and
``benchmarks/fuzz.py`` go through it, so that an input of either is told by its format and seed.
"""

from __future__ import annotations

import shutil
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.errors import RenaissanceError
from tests.fuzz.edits import edited

__all__ = ["Attempt", "Format", "attempt", "comparable", "read_whole", "stream"]

MIB = 2**20


@dataclass(frozen=True)
class Format:
    """One format.

    Parameters
    ----------
    whole
        Gives whole files by name; any of them is damaged.
    read
        Path to anything: of the file, or of the folder where there are several.
    sound
        Raises ``AssertionError`` for what must not be read from any file.
    rebuilt
        Makes a file with other content (:mod:`tests.fuzz.rebuilding`), every second time.
    signed
        Whether what loads must equal the original: ``"edited"`` where bytes were edited,
        ``"always"`` where it was rebuilt as well, ``"no"`` where the format has no checksums.
    room
        Bytes of memory that reading may take in any case, beyond 20 times the file.
    """

    whole: Callable[[], Mapping[str, bytes]]
    read: Callable[[Path], object]
    sound: Callable[[object], None] | None = None
    rebuilt: Callable[[bytes, Random], bytes] | None = None
    signed: str = "no"
    room: int = 32 * MIB

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The whole files."""
        return self.whole()

    @cached_property
    def original(self) -> object:
        """What the whole files hold, to be compared."""
        with TemporaryDirectory() as folder:
            return comparable(read_whole(self, Path(folder)))


@dataclass(frozen=True)
class Attempt:
    """What came of one damaged input.

    Parameters
    ----------
    outcome
        ``"read"``, ``"refused"`` (an error of ours), ``"traceback"``, ``"memory"`` (refused by the
        system) or ``"wrong"`` (read, and what must hold does not).
    told
        Message or traceback.
    """

    outcome: str
    told: str = ""


def read_whole(form: Format, folder: Path) -> object:
    """Write the whole files to an empty folder and read them."""
    return _read(form, folder, form.files)


def stream(name: str, number: int, *, seed: int = 0) -> Random:
    """Return the random stream that damages input ``number`` of a format."""
    return Random(f"{seed} {name} {number}")


def attempt(form: Format, dice: Random, folder: Path) -> Attempt:
    """Damage a file of a format, and read what stands in a folder of its own then."""
    name = dice.choice(sorted(form.files))
    rebuilt = form.rebuilt is not None and dice.random() < 0.5
    change = form.rebuilt if rebuilt and form.rebuilt is not None else edited
    files = {**form.files, name: change(form.files[name], dice)}
    place = folder / "input"
    place.mkdir()
    try:
        value = _read(form, place, files)
        if form.sound is not None:
            form.sound(value)
        if form.signed == "always" or (form.signed == "edited" and not rebuilt):
            assert comparable(value) == form.original, "what was read is not what was written"
    except RenaissanceError as error:
        return Attempt("memory" if _lacked_memory(error) else "refused", str(error))
    except AssertionError:
        return Attempt("wrong", traceback.format_exc())
    except Exception as error:
        return Attempt("memory" if _lacked_memory(error) else "traceback", traceback.format_exc())
    finally:
        shutil.rmtree(place)
    return Attempt("read")


def comparable(value: object) -> object:
    """Return what tells a value from another: numbers by their bytes, objects by their fields."""
    if isinstance(value, torch.Tensor | np.ndarray):
        array = np.asarray(value)
        return (str(array.dtype), array.shape, array.tobytes())
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_csv()
    if is_dataclass(value):
        value = {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: comparable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [comparable(one) for one in value]
    return repr(value)


def _read(form: Format, folder: Path, files: Mapping[str, bytes]) -> object:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return form.read(folder if len(files) > 1 else folder / next(iter(files)))


def _lacked_memory(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        # "from None" is of the parser, whose MemoryError is about nesting
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False
