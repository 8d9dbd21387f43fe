"""Choosing rows of a population: by mask, by position, by name, or by slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, MissingEntryError, listed

__all__ = ["Selection", "row_positions"]

Selection: TypeAlias = slice | str | int | Sequence[str] | Sequence[int] | Iterable[bool] | NDArray


def row_positions(
    which: Selection, *, n_models: int, lookup: Callable[[], Mapping[str, int]]
) -> NDArray[np.intp]:
    """Return the positions that ``which`` stands for.

    Parameters
    ----------
    which
        `` `model` `` mask, positions (negative ones count from the end), set names, or a slice.
    n_models
        How many sets there are.
    lookup
        Gives set name to position; asked only if ``which`` holds names.

    Returns
    -------
    numpy.ndarray
        Positions in the order asked for.

    Raises
    ------
    MissingEntryError
        There is no set of that name or at that position.
    InputError
        A mask of the wrong length, or neither mask, positions nor names.
    """
    if isinstance(which, slice):
        return np.arange(n_models)[which]
    chosen = np.atleast_1d(np.asarray(which))
    if chosen.size == 0 and chosen.dtype != bool:
        return np.empty(0, dtype=np.intp)
    if chosen.ndim == 1 and chosen.dtype == bool:
        if len(chosen) != n_models:
            raise InputError(
                f"A mask needs one entry per parameter set, {n_models}; got {len(chosen)}."
            )
        return np.flatnonzero(chosen)
    if chosen.ndim == 1 and np.issubdtype(chosen.dtype, np.integer):
        return _checked(chosen, n_models)
    if chosen.ndim == 1 and all(isinstance(name, str) for name in chosen):
        return _named(chosen, lookup())
    raise InputError(
        "Parameter sets are selected by a mask, by positions or by set names; got an array of "
        f"dtype {chosen.dtype} and shape {chosen.shape}."
    )


def _checked(positions: NDArray, n_models: int) -> NDArray[np.intp]:
    outside = positions[(positions < -n_models) | (positions >= n_models)]
    if outside.size:
        raise MissingEntryError(
            f"Positions run from 0 to {n_models - 1} for {n_models} parameter sets; got "
            f"{listed(outside.tolist())}. Set names are strings, for example '17'."
        )
    return (positions % max(n_models, 1)).astype(np.intp)


def _named(names: NDArray, lookup: Mapping[str, int]) -> NDArray[np.intp]:
    require_names(map(str, names), lookup, what="parameter set")
    return np.array([lookup[name] for name in names], dtype=np.intp)
