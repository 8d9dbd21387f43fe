"""What decides a result, as plain JSON: described, told by a hash, and compared.

A set-up is stored beside the result that it decided. A dataclass becomes its class name and fields,
a tensor its numbers, a function its dotted name; long arrays and files are told by their SHA-256.
Two calls with equal set-ups find equal results, so that the second may read what the first left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from inspect import isroutine
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError, listed

_RENAMED = {"Wide": "HistogramGenerator"}  # classes, as older set-ups tell them

_DIGITS = 26  # binary, eight decimal ones

__all__ = ["describe", "differences", "digest", "digits", "require_same_setup"]


def describe(thing: object) -> Any:
    """Describe a value by what JSON can hold.

    Parameters
    ----------
    thing
        A number, text, sequence, mapping, dataclass, function or other object.

    Returns
    -------
    object
        Plain JSON; of an object that is none of the above, only the name of its class.
    """
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, Mapping):
        return {str(name): describe(value) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [describe(item) for item in thing]
    if isinstance(thing, torch.Tensor | np.generic):
        return thing.tolist()
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {field.name: describe(getattr(thing, field.name)) for field in fields(thing)}
        return {"class": type(thing).__qualname__, **parts}
    named = thing if isroutine(thing) or isinstance(thing, type) else type(thing)
    return f"{named.__module__}.{named.__qualname__}"


def digest(*parts: NDArray[Any] | torch.Tensor | Path | str) -> str:
    """Return the SHA-256 of arrays, files and texts after one another.

    Parameters
    ----------
    *parts
        An array or tensor counts by its bytes in row order, so that its type matters and its shape
        does not; a path counts by the content of the file, a text by its characters in UTF-8.

    Returns
    -------
    str
        64 hexadecimal digits; the first 16 are enough to notice a change.

    Raises
    ------
    OSError
        A file cannot be read.
    """
    found = sha256()
    for part in parts:
        if isinstance(part, str):
            found.update(part.encode())
        elif isinstance(part, Path):
            found.update(part.read_bytes())
        else:
            array = part.detach().cpu().numpy() if isinstance(part, torch.Tensor) else part
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def digits(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers to eight digits, so that their hash is the same on every processor.

    Exponentials differ in the last digit between processors.

    Parameters
    ----------
    array
        Any shape.

    Returns
    -------
    numpy.ndarray
        The same shape: 26 binary digits of each number, without further rounding.
    """
    fraction, exponent = np.frexp(array)
    return np.ldexp(np.rint(np.ldexp(fraction, _DIGITS)), exponent - _DIGITS)


def differences(stored: Any, current: Any, *, where: str = "") -> list[str]:
    """List where two descriptions differ.

    A setting that the stored run did not know of counts as off: None or False.

    Parameters
    ----------
    stored, current
        Plain JSON.
    where
        Dotted name of this part, for the result.

    Returns
    -------
    list of str
        For example ``"optimizer.decay: 0.95 stored, 0.9 now"``.
    """
    if isinstance(stored, dict) and isinstance(current, dict):
        names = dict.fromkeys([*stored, *current])
        inner = [(f"{where}.{n}" if where else n, stored.get(n), current.get(n)) for n in names]
    elif isinstance(stored, list) and isinstance(current, list) and len(stored) == len(current):
        pairs = zip(stored, current, strict=True)
        inner = [(f"{where}[{i}]", one, other) for i, (one, other) in enumerate(pairs)]
    else:
        stored = _RENAMED.get(stored, stored) if isinstance(stored, str) else stored
        same = stored == current or (stored is None and current is False)
        return [] if same else [f"{where}: {stored!r} stored, {current!r} now"]
    return [text for name, one, other in inner for text in differences(one, other, where=name)]


def require_same_setup(
    stored: object,
    current: Mapping[str, Any],
    *,
    place: Path,
    what: str,
    instead: str = "Choose another folder to start anew, or repeat the stored set-up to resume.",
) -> None:
    """Raise unless what is stored was decided by the set-up of this call.

    Parameters
    ----------
    stored
        What was read; anything that is not a mapping differs.
    current
        Set-up of this call; tuples count as lists.
    place
        File or folder that holds it, for the message.
    what
        What it holds, for the message: ``"a search"``.
    instead
        What to do, for the message.

    Raises
    ------
    InputError
        They differ; the message lists the first three differences.
    """
    if isinstance(stored, Mapping):
        differ = differences(dict(stored), json.loads(json.dumps(dict(current))))
    else:
        differ = ["it does not say which"]
    if differ:
        raise InputError(
            f"{place} holds {what} with another set-up: {listed(differ, most=3)}. {instead}"
        )
