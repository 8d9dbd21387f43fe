"""Particles of a tempering in one file, whole at every moment, so that a stopped run resumes.

Every limit has random numbers of its own (seed and number of the limit): what the file holds and
the same call give the same further limits, bit for bit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.setups import describe
from skimpy_renaissance.storage import read_arrays, write_arrays
from skimpy_renaissance.valid_region.moves_arrays import (
    LAYOUT_OF_MOVES,
    arrays_of_moves,
    moves_from,
)
from skimpy_renaissance.valid_region.refreshed_file import require_stored_setup
from skimpy_renaissance.valid_region.tempered import Tempered

__all__ = ["read_tempered", "write_tempered"]

_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "log_km": (REAL, ("model", "km")),
    "lambda_max": (REAL, ("model",)),
    "family": (WHOLE, ("model",)),
    "limits": (REAL, ("limit",)),
    "shares": (REAL, ("limit",)),
    "first_error": (REAL, ()),
    "judged": (WHOLE, ()),
    "kept": (WHOLE, ()),
    **LAYOUT_OF_MOVES,
}


def write_tempered(path: Path, particles: Tempered, identity: dict[str, Any]) -> None:
    """Write the particles, in place of what the file held.

    Parameters
    ----------
    path
        The file.
    particles
        As they stand.
    identity
        What decides the run.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    arrays = {
        "identity": np.array(json.dumps(describe(identity))),
        "log_km": particles.log_km.cpu().numpy(),
        "lambda_max": particles.lambda_max.cpu().numpy(),
        "family": particles.family.cpu().numpy(),
        "limits": np.array(particles.limits, dtype=np.float64),
        "shares": np.array(particles.shares, dtype=np.float64),
        "first_error": np.array(particles.first_error),
        "judged": np.array(particles.judged),
        "last_moved": particles.last_moved.numpy(),
        "kept": np.array(particles.kept),
        **arrays_of_moves(particles.moves),
    }
    write_arrays(path, arrays, compressed=False)


def read_tempered(
    path: Path, identity: dict[str, Any], *, n_reactions: int, device: torch.device
) -> Tempered | None:
    """Read the particles, if there are any.

    Parameters
    ----------
    path
        The file; need not exist.
    identity
        What decides the run that would be resumed.
    n_reactions
        Reactions that have constants.
    device
        Where the particles go.

    Returns
    -------
    Tempered or None

    Raises
    ------
    FileFormatError
        The file is something else.
    InputError
        It holds another run.
    """
    if not path.exists():
        return None
    hint = "It cannot be particles of a tempering: choose another folder."
    arrays = require_layout(read_arrays(path, tuple(_LAYOUT), hint=hint), _LAYOUT, source=path)
    require_stored_setup(arrays, json.loads(json.dumps(describe(identity))), path=path)
    shares = arrays["shares"]
    sound = np.isfinite(arrays["log_km"]).all() and (shares > 0).all() and (shares <= 1).all()
    if not sound or not len(shares) or not len(arrays["log_km"]):
        raise FileFormatError(f"{path} must hold finite particles, and shares of 0 to 1. {hint}")
    moves = moves_from(arrays, n_reactions=n_reactions, path=path)
    swept = (moves[0].blocks, len(arrays["log_km"])) if len(moves) > 1 else (0, 0)
    if arrays["last_moved"].shape != swept:
        raise FileFormatError(
            f"{path} must say of {swept[0]} blocks and {swept[1]} particles what the last sweep "
            f"moved, got the shape {arrays['last_moved'].shape}. {hint}"
        )
    return Tempered(
        log_km=torch.from_numpy(arrays["log_km"]).to(device),
        lambda_max=torch.from_numpy(arrays["lambda_max"]).to(device),
        family=torch.from_numpy(arrays["family"]).to(device),
        limits=tuple(arrays["limits"].tolist()),
        shares=tuple(arrays["shares"].tolist()),
        first_error=float(arrays["first_error"]),
        judged=int(arrays["judged"]),
        moves=moves,
        last_moved=torch.from_numpy(arrays["last_moved"]),
        kept=int(arrays["kept"]),
    )
