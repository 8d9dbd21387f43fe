"""Models on their way to data in one file, whole at every moment, so that a stopped run resumes.

Every step has random numbers of its own (seed and number of the step): what the file holds and the
same call give the same further steps, bit for bit.
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
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.moves_arrays import (
    LAYOUT_OF_MOVES,
    arrays_of_moves,
    moves_from,
    weights_from,
)
from skimpy_renaissance.valid_region.refreshed_file import require_stored_setup
from skimpy_renaissance.valid_region.weighted import Weighted

__all__ = ["read_weighted", "write_weighted"]

_STEPS = ("limits", "powers", "log_means")
_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "log_km": (REAL, ("model", "km")),
    "weights": (REAL, ("datum", "model")),
    "family": (WHOLE, ("model",)),
    **dict.fromkeys(_STEPS, (REAL, ("step",))),
    "first_worth": (REAL, ()),
    "judged": (WHOLE, ()),
    "kept": (WHOLE, ()),
    "sweeps": (WHOLE, ()),
    **LAYOUT_OF_MOVES,
}


def write_weighted(path: Path, models: Weighted, identity: dict[str, Any]) -> None:
    """Write the models, in place of what the file held.

    Parameters
    ----------
    path
        The file.
    models
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
        "log_km": models.log_km.cpu().numpy(),
        "weights": models.weights.cpu().numpy(),
        "family": models.family.cpu().numpy(),
        **{name: np.array(getattr(models, name), dtype=np.float64) for name in _STEPS},
        "first_worth": np.array(models.first_worth),
        "judged": np.array(models.judged),
        "kept": np.array(models.kept),
        "sweeps": np.array(models.sweeps),
        "last_moved": models.last_moved.numpy(),
        **arrays_of_moves(models.moves),
    }
    write_arrays(path, arrays, compressed=False)


def read_weighted(
    path: Path, identity: dict[str, Any], *, data: Data, n_reactions: int, device: torch.device
) -> Weighted | None:
    """Read the models, if there are any.

    Parameters
    ----------
    path
        The file; need not exist.
    identity
        What decides the run that would be resumed.
    data
        Of that run.
    n_reactions
        Reactions that have constants.
    device
        Where the models go.

    Returns
    -------
    Weighted or None

    Raises
    ------
    FileFormatError
        The file is something else.
    InputError
        It holds another run.
    """
    if not path.exists():
        return None
    hint = "It cannot be models on their way to data: choose another folder."
    arrays = require_layout(read_arrays(path, tuple(_LAYOUT), hint=hint), _LAYOUT, source=path)
    require_stored_setup(arrays, json.loads(json.dumps(describe(identity))), path=path)
    n_models, powers = len(arrays["log_km"]), arrays["powers"]
    sound = (
        n_models > 0
        and np.isfinite(arrays["log_km"]).all()
        and np.isfinite(arrays["log_means"]).all()
        and ((powers >= 0) & (powers <= 1)).all()
        and (arrays["limits"] >= 0).all()
        and ((arrays["family"] >= 0) & (arrays["family"] < n_models)).all()
    )
    if not sound:
        raise FileFormatError(f"{path} must hold finite models, and powers of 0 to 1. {hint}")
    moves = moves_from(arrays, n_reactions=n_reactions, path=path)
    swept = (moves[0].blocks, n_models) if len(moves) > 1 else (0, 0)
    if len(moves) not in (1, 2) or arrays["last_moved"].shape != swept:
        raise FileFormatError(
            f"{path} must say of {swept[0]} blocks and {swept[1]} models what the last sweep "
            f"moved, got the shape {arrays['last_moved'].shape}. {hint}"
        )
    return Weighted(
        log_km=torch.from_numpy(arrays["log_km"]).to(device),
        weights=weights_from(arrays, data, path=path).to(device),
        family=torch.from_numpy(arrays["family"]).to(device),
        moves=moves,
        first_worth=float(arrays["first_worth"]),
        judged=int(arrays["judged"]),
        kept=int(arrays["kept"]),
        sweeps=int(arrays["sweeps"]),
        last_moved=torch.from_numpy(arrays["last_moved"]),
        **{name: tuple(arrays[name].tolist()) for name in _STEPS},
    )
