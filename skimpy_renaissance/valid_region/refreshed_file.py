"""Chains of a refresh in one file, whole at every moment, so that a stopped run resumes.

Every sweep has random numbers of its own (seed and number of the sweep), so the file needs no
random state: what it holds and the same call give the same further sweeps, bit for bit. Files of
the moves that earlier versions made are read, not continued.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.setups import describe, digest, require_same_setup
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import read_arrays, write_arrays
from skimpy_renaissance.valid_region.data import Data
from skimpy_renaissance.valid_region.diagnostics import N_GROUPS
from skimpy_renaissance.valid_region.judging import slowest_modes
from skimpy_renaissance.valid_region.moves_arrays import (
    LAYOUT_OF_MOVES,
    arrays_of_moves,
    moves_from,
    weights_from,
)
from skimpy_renaissance.valid_region.refreshed import Refreshed

__all__ = ["identify", "read_refreshed", "require_stored_setup", "write_refreshed"]

_FORMAT, _EARLIER = "skimpy_renaissance refresh 2", "skimpy_renaissance refresh 1"
_ARRAYS = ("log_km", "lambda_max", "start", "start_log_km")
_TRACES = ("lambda_trace", "share_trace")
_NUMBERS = ("acceptance", "marginal_kl")
_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "log_km": (REAL, ("model", "km")),
    "lambda_max": (REAL, ("model",)),
    "start": (WHOLE, ("model",)),
    "start_log_km": (REAL, ("model", "km")),
    "lambda_trace": (REAL, ("sweep and start", "model")),
    "share_trace": (REAL, ("sweep and start", "chain", "km")),
    "acceptance": (REAL, ("sweep",)),
    "marginal_kl": (REAL, ("sweep and start",)),
}
_LAYOUT_OF_SWEEPS: Layout = {
    "family": (WHOLE, ("model",)),
    "moments": (REAL, ("sweep and start", "two", "group", "km")),
    "judged_per_sweep": (WHOLE, ("sweep",)),
    "weights": (REAL, ("datum", "model")),
    **LAYOUT_OF_MOVES,
}


def identify(
    kinetics: Kinetics, log_km: Tensor, prior: Prior, *, criterion: Validity, seed: int
) -> dict[str, Any]:
    """Describe what decides the sweeps of a refresh.

    Parameters
    ----------
    kinetics
        Told by lambda_max of the first model.
    log_km
        `` `model x km` ``, ln(mol/L): the models given, told by a hash.
    prior, criterion, seed
        As given.

    Returns
    -------
    dict
        Plain JSON.
    """
    described = {
        "format": _FORMAT,
        "start_sha256": digest(log_km),
        "lambda_max_of_first": f"{slowest_modes(kinetics, log_km[:1]).item():.4e}",
        "prior": prior,
        "criterion": criterion,
        "seed": seed,
    }
    return dict(json.loads(json.dumps(describe(described))))


def write_refreshed(path: Path, chains: Refreshed, identity: dict[str, Any]) -> None:
    """Write the chains, in place of what the file held.

    Parameters
    ----------
    path
        The file.
    chains
        As they stand.
    identity
        From :func:`identify`.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    arrays = {"identity": np.array(json.dumps(identity))}
    arrays |= {name: getattr(chains, name).cpu().numpy() for name in (*_ARRAYS, "family")}
    arrays |= {name: torch.stack(getattr(chains, name)).numpy() for name in _TRACES}
    arrays |= {name: np.array(getattr(chains, name)) for name in _NUMBERS}
    arrays |= {
        "moments": torch.stack(chains.moments).numpy(),
        "judged_per_sweep": np.array(chains.judged_per_sweep),
        "last_moved": chains.last_moved.numpy(),
    }
    arrays |= arrays_of_moves(chains.moves)
    if chains.weights is not None:
        arrays["weights"] = chains.weights.cpu().numpy()
    write_arrays(path, arrays, compressed=False)


def read_refreshed(
    path: Path,
    identity: dict[str, Any],
    *,
    prior: Prior,
    criterion: Validity,
    n_reactions: int,
    data: Data | None = None,
) -> Refreshed | None:
    """Read the chains, if there are any.

    Parameters
    ----------
    path
        The file; need not exist.
    identity
        Description of the run that would be resumed.
    prior, criterion
        Prior and criterion of that run.
    n_reactions
        Reactions that have constants.
    data
        Data of that run, on its kinetics.

    Returns
    -------
    Refreshed or None
        Without ``moves`` where an earlier version made them.

    Raises
    ------
    FileFormatError
        The file is something else.
    InputError
        It holds chains of another set-up.
    """
    if not path.exists():
        return None
    hint = "It cannot be chains of a refresh: choose another file."
    arrays = require_layout(read_arrays(path, tuple(_LAYOUT), hint=hint), _LAYOUT, source=path)
    earlier = require_stored_setup(arrays, identity, path=path, earlier=_EARLIER)
    if not earlier:
        needed = {*_LAYOUT_OF_SWEEPS} - {"weights"}  # which only chains with data have
        if missing := sorted(needed - {*arrays}):
            raise FileFormatError(f"{path} lacks the arrays {missing}. {hint}")
        arrays = require_layout(arrays, _LAYOUT_OF_SWEEPS, source=path)
    shape, n_moves = arrays["log_km"].shape, len(arrays["acceptance"])
    sound = (
        shape[0] > 0
        and shape[1] == len(prior.names)
        and len(arrays["marginal_kl"]) == n_moves + 1
        and (earlier or _whole(arrays, n_moves))
        and all(np.isfinite(arrays[name]).all() for name in ("log_km", "start_log_km"))
    )
    if not sound:
        raise FileFormatError(
            f"{path} must hold finite chains of {len(prior.names)} constants, and one entry more "
            f"per trace than moves; it holds {shape[0]} chains of {shape[1]} constants, {n_moves} "
            "moves. It is damaged: choose another file to start anew."
        )
    device = prior.laws[0][1].device
    fields: dict[str, Any] = {name: torch.from_numpy(arrays[name]).to(device) for name in _ARRAYS}
    fields |= {name: tuple(torch.from_numpy(arrays[name])) for name in _TRACES}
    fields |= {name: tuple(arrays[name].tolist()) for name in _NUMBERS}
    if earlier:
        fields |= _of_earlier(shape, n_moves)
    else:
        fields |= _of_sweeps(arrays, device)
        fields["moves"] = moves_from(arrays, n_reactions=n_reactions, path=path)
    if data is not None:
        fields |= {"data": data, "weights": weights_from(arrays, data, path=path).to(device)}
    from_draws = bool(identity.get("from_draws", False))
    return Refreshed(prior=prior, criterion=criterion, from_draws=from_draws, **fields)


def require_stored_setup(
    arrays: dict[str, NDArray[Any]],
    identity: dict[str, Any],
    *,
    path: Path,
    earlier: str | None = None,
) -> bool:
    """Raise unless the arrays of a file are those of a set-up.

    Parameters
    ----------
    arrays
        With ``identity``.
    identity
        Of the run that would be resumed.
    path
        The file, for the message.
    earlier
        Format of an earlier version that is read as well.

    Returns
    -------
    bool
        Whether the file has the earlier format.

    Raises
    ------
    FileFormatError
        The identity cannot be read.
    InputError
        It is another one.
    """
    try:
        stored = json.loads(str(arrays["identity"]))
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            f"{path} does not say of which run it is: {error}. Choose another file."
        ) from error
    old = isinstance(stored, dict) and earlier is not None and stored.get("format") == earlier
    if old:
        stored = {name: value for name, value in stored.items() if name != "fraction"}
        identity = {**identity, "format": earlier}
    require_same_setup(
        stored,
        identity,
        place=path,
        what="chains",
        instead="Choose another file to start anew, or repeat the stored set-up to resume.",
    )
    return old


def _whole(arrays: dict[str, NDArray[Any]], n_moves: int) -> bool:
    return bool(
        len(arrays["blocks"]) == n_moves + 1
        and (arrays["judged_per_sweep"] >= 0).all()
        and arrays["moments"].shape[1:3] == (2, min(N_GROUPS, len(arrays["log_km"])))
        and (not n_moves or len(arrays["last_moved"]) == arrays["blocks"][n_moves - 1])
    )


def _of_earlier(shape: tuple[int, ...], n_moves: int) -> dict[str, Any]:
    """Return what files of earlier versions do not hold: one move was one judged model."""
    unknown = torch.full((2, N_GROUPS, shape[1]), torch.nan, dtype=torch.float64)
    return {
        "family": torch.arange(shape[0]),
        "moves": (),
        "judged_per_sweep": (shape[0],) * n_moves,
        "moments": (unknown,) * (n_moves + 1),
    }


def _of_sweeps(arrays: dict[str, NDArray[Any]], device: torch.device) -> dict[str, Any]:
    return {
        "family": torch.from_numpy(arrays["family"]).to(device),
        "judged_per_sweep": tuple(arrays["judged_per_sweep"].tolist()),
        "moments": tuple(torch.from_numpy(arrays["moments"])),
        "last_moved": torch.from_numpy(arrays["last_moved"]),
    }
