"""Moves, and what data say of models, as the arrays of an archive, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.array_layout import FLAG, REAL, WHOLE, Layout
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.sweep import MOST_BLOCKS, Moves

__all__ = ["LAYOUT_OF_MOVES", "arrays_of_moves", "moves_from", "weights_from"]

LAYOUT_OF_MOVES: Layout = {
    "influence": (REAL, ("moves", "reaction")),
    "blocks": (WHOLE, ("moves",)),
    "learnt": (FLAG, ("moves",)),
    "last_moved": (FLAG, ("block", "model")),
}
"""What :func:`arrays_of_moves` writes, with ``last_moved`` beside it."""


def arrays_of_moves(moves: Sequence[Moves]) -> dict[str, NDArray[Any]]:
    """Return moves as arrays.

    Parameters
    ----------
    moves
        At least one.

    Returns
    -------
    dict
        Name to array.
    """
    return {
        "influence": torch.stack([one.influence for one in moves]).numpy(),
        "blocks": np.array([one.blocks for one in moves]),
        "learnt": np.array([one.learnt for one in moves]),
    }


def moves_from(
    arrays: Mapping[str, NDArray[Any]], *, n_reactions: int, path: Path
) -> tuple[Moves, ...]:
    """Return the moves that an archive holds.

    Parameters
    ----------
    arrays
        Of :data:`LAYOUT_OF_MOVES`.
    n_reactions
        Reactions that have constants.
    path
        The archive, for the message.

    Returns
    -------
    tuple of Moves

    Raises
    ------
    FileFormatError
        They are none, or of other reactions.
    """
    influence, blocks = arrays["influence"], arrays["blocks"]
    sound = (
        influence.shape[1] == n_reactions
        and bool((np.isfinite(influence) & (influence >= 0)).all())
        and bool(((blocks >= 1) & (blocks <= MOST_BLOCKS)).all())
        and len(arrays["last_moved"]) <= MOST_BLOCKS
    )
    if not sound:
        raise FileFormatError(
            f"{path} must hold moves of {n_reactions} reactions in at most {MOST_BLOCKS} blocks, "
            f"with influences of 0 or more; it holds {influence.shape[1]} reactions, or numbers "
            "out of range. It is damaged: choose another file to start anew."
        )
    rows = zip(torch.from_numpy(influence), blocks.tolist(), arrays["learnt"].tolist(), strict=True)
    return tuple(Moves(*row) for row in rows)


def weights_from(arrays: Mapping[str, NDArray[Any]], data: Data, *, path: Path) -> torch.Tensor:
    """Return what data say of models, as an archive holds it.

    Parameters
    ----------
    arrays
        With ``weights``.
    data
        That they are about.
    path
        The archive, for the message.

    Returns
    -------
    torch.Tensor
        `` `datum x model` ``.

    Raises
    ------
    FileFormatError
        They are absent, or of other data.
    """
    found = arrays.get("weights")
    if found is None or len(found) != len(data.items) or bool(np.isnan(found).any()):
        raise FileFormatError(
            f"{path} must hold what {len(data.items)} data say of its models ('weights'); it does "
            "not. It is damaged: choose another file to start anew."
        )
    return torch.from_numpy(found)
