"""What the arrays of an archive must be: types, ranks, and axes that have one length everywhere.

>>> layout = {"lambda_max": ("f", ("model",)), "log_km": ("f", ("model", "km"))}
>>> arrays = {"lambda_max": np.zeros(3), "log_km": np.zeros((3, 2))}
>>> sorted(require_layout(arrays, layout, source="chains.npz"))
['lambda_max', 'log_km']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError

__all__ = ["FLAG", "REAL", "TEXT", "WHOLE", "Layout", "require_layout"]

REAL, WHOLE, TEXT, FLAG = "f", "iu", "U", "b"
"""Kinds of NumPy types: floating numbers, whole numbers, text, true or false."""

Layout = Mapping[str, tuple[str, tuple[str | None, ...]]]
"""Name to kinds of types and axes; ``None`` is an axis of any length, ``()`` a single value."""


def require_layout(
    arrays: Mapping[str, NDArray[Any]], layout: Layout, *, source: object, hint: str = ""
) -> dict[str, NDArray[Any]]:
    """Raise where an array is of another type or rank, or its axes are of another length.

    Parameters
    ----------
    arrays
        Name to array, as they were read.
    layout
        What is expected; arrays that are not there, or not named here, are left alone.
    source
        The file, for the message.
    hint
        What to do, for the message.

    Returns
    -------
    dict
        The same arrays, in this machine's byte order.

    Raises
    ------
    FileFormatError
        One does not fit; it is named.
    """
    lengths: dict[str, tuple[int, str]] = {}
    for name, (kinds, axes) in layout.items():
        array = arrays.get(name)
        if array is None:
            continue
        if array.dtype.kind not in kinds or array.ndim != len(axes):
            raise FileFormatError(
                f"{name!r} in {source} must be {_in_words(kinds, axes)}; it has the type "
                f"{array.dtype} and the shape {array.shape}. The file is damaged, or of another "
                f"program: copy it again. {hint}".rstrip()
            )
        for axis, length in zip(axes, array.shape, strict=True):
            stated, other = lengths.setdefault(axis, (length, name)) if axis else (length, name)
            if stated != length:
                raise FileFormatError(
                    f"{name!r} in {source} has {length} entries along its axis {axis!r}, and "
                    f"{other!r} has {stated}. The file is damaged, or of another program: copy it "
                    f"again. {hint}".rstrip()
                )
    return {name: _native(array) for name, array in arrays.items()}


_WORDS = {REAL: "numbers with decimals", WHOLE: "whole numbers", TEXT: "text", FLAG: "flags"}


def _in_words(kinds: str, axes: tuple[str | None, ...]) -> str:
    found = " or ".join(word for kind, word in _WORDS.items() if set(kind) <= set(kinds))
    return (
        f"{found} along {' x '.join(axis or 'any' for axis in axes)}" if axes else f"one: {found}"
    )


def _native(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(array, dtype=array.dtype.newbyteorder("="))
