"""Chains of a refresh in one file, whole at every moment, so that a stopped run resumes.

Every step has random numbers of its own (seed and number of the step), so the file needs no random
state: what it holds and the same call give the same further steps, bit for bit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.setups import describe, digest, require_same_setup
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import read_arrays, write_arrays
from skimpy_renaissance.valid_region.refreshed import Refreshed

__all__ = ["identify", "read_refreshed", "write_refreshed"]

_FORMAT = "skimpy_renaissance refresh 1"
_ARRAYS = ("log_km", "lambda_max", "start", "start_log_km")
_TRACES = ("lambda_trace", "share_trace")
_NUMBERS = ("acceptance", "marginal_kl")
_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "log_km": (REAL, ("model", "km")),
    "lambda_max": (REAL, ("model",)),
    "start": (WHOLE, ("model",)),
    "start_log_km": (REAL, ("model", "km")),
    "lambda_trace": (REAL, ("step and start", "model")),
    "share_trace": (REAL, ("step and start", "chain", "km")),
    "acceptance": (REAL, ("step",)),
    "marginal_kl": (REAL, ("step and start",)),
}


def identify(
    kinetics: Kinetics,
    log_km: Tensor,
    prior: Prior,
    *,
    criterion: Validity,
    seed: int,
    fraction: float,
) -> dict[str, Any]:
    """Describe what decides the steps of a refresh.

    Parameters
    ----------
    kinetics
        Told by lambda_max of the first model.
    log_km
        `` `model x km` ``, ln(mol/L): the models given, told by a hash.
    prior, criterion, seed, fraction
        As given.

    Returns
    -------
    dict
        Plain JSON.
    """
    with torch.no_grad():
        probe = kinetics.lambda_max(log_km[:1]).item()
    described = {
        "format": _FORMAT,
        "start_sha256": digest(log_km),
        "lambda_max_of_first": f"{probe:.4e}",
        "prior": prior,
        "criterion": criterion,
        "seed": seed,
        "fraction": fraction,
    }
    return json.loads(json.dumps(describe(described)))


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
    arrays |= {name: getattr(chains, name).cpu().numpy() for name in _ARRAYS}
    arrays |= {name: torch.stack(getattr(chains, name)).numpy() for name in _TRACES}
    arrays |= {name: np.array(getattr(chains, name)) for name in _NUMBERS}
    write_arrays(path, arrays, compressed=False)


def read_refreshed(
    path: Path, identity: dict[str, Any], *, prior: Prior, criterion: Validity
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

    Returns
    -------
    Refreshed or None

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
    try:
        stored = json.loads(str(arrays["identity"]))
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            f"{path} does not say of which refresh it is: {error}. Choose another file."
        ) from error
    require_same_setup(
        stored,
        identity,
        place=path,
        what="chains",
        instead="Choose another file to start anew, or repeat the stored set-up to resume.",
    )
    shape, n_moves = arrays["log_km"].shape, len(arrays["acceptance"])
    sound = (
        shape[0] > 0
        and shape[1] == len(prior.names)
        and len(arrays["marginal_kl"]) == n_moves + 1
        and all(np.isfinite(arrays[name]).all() for name in ("log_km", "start_log_km"))
    )
    if not sound:
        raise FileFormatError(
            f"{path} must hold finite chains of {len(prior.names)} constants, and one entry more "
            f"per trace than moves; it holds {shape[0]} chains of {shape[1]} constants, {n_moves} "
            "moves. It is damaged: choose another file to start anew."
        )
    device = next(iter(prior.laws))[1].device
    fields: dict[str, Any] = {name: torch.from_numpy(arrays[name]).to(device) for name in _ARRAYS}
    fields |= {name: tuple(torch.from_numpy(arrays[name])) for name in _TRACES}
    fields |= {name: tuple(arrays[name].tolist()) for name in _NUMBERS}
    return Refreshed(prior=prior, criterion=criterion, **fields)
