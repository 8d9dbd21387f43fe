"""The folder that holds a run: complete at every moment, without pickles.

=====================  =============================================================================
file                   content
=====================  =============================================================================
``manifest.json``      format, schema, versions, and the set-up; written once, first
``weights_at_N.npz``   parent weights after generation N, where they were asked for
``history.csv``        one row per generation
``state.npz``          weights, generation, learning rate, the optimiser's memory, random state,
                       SHA-256 checksum of set-up and history (absent from older folders)
=====================  =============================================================================

Each file is whole or absent (:mod:`~skimpy_renaissance.atomic`). ``state.npz`` comes last and says
how far the run is: rows of the history beyond its generation belong to a step that was not
finished, and are dropped when reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skimpy_renaissance._version import __version__
from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.atomic import atomic_path, write_json
from skimpy_renaissance.checks import is_whole
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.learning.optimizer import SearchState
from skimpy_renaissance.storage import make_folder, read_arrays, read_json, write_arrays
from skimpy_renaissance.versions import versions

__all__ = ["StoredRun", "clear_run", "holds_run", "read_run", "read_setup", "write_run"]

_FORMAT = "skimpy_renaissance generator"
_SCHEMA = 1
_MANIFEST, _STATE, _HISTORY = "manifest.json", "state.npz", "history.csv"
_DAMAGED = "It is damaged: copy the folder again."
_CHECKSUM = "sha256"  # of set-up and history; the archive has its own for its arrays
_MEMORY = "memory_"  # prefix of the optimiser's tensors in state.npz

_FASTEST = 1e6  # learning rate; far beyond any that moves weights somewhere useful
_LAYOUT: Layout = {
    "weights": (REAL, ("weight",)),
    "generation": (WHOLE, ()),
    "learning_rate": (REAL, ()),
    "random_state": (WHOLE, ("byte",)),
    _CHECKSUM: (TEXT, ()),
}


@dataclass(frozen=True, eq=False)
class StoredRun:
    """What a folder holds.

    Parameters
    ----------
    setup
        Description of the run, plain JSON.
    state
        Where the search stands; tensors on the CPU.
    history
        Up to the state's generation.
    snapshots
        Generation to `weight`, float32.
    random_state
        `byte`, uint8: of the training's random stream; ``None`` where a generator was saved after
        training, which cannot be resumed.
    """

    setup: Mapping[str, Any]
    state: SearchState
    history: History
    snapshots: Mapping[int, Tensor]
    random_state: Tensor | None = None


def holds_run(folder: Path) -> bool:
    """Tell whether a run was written to a folder.

    Parameters
    ----------
    folder
        Need not exist.

    Returns
    -------
    bool
    """
    return (folder / _MANIFEST).exists()


def write_run(folder: Path, run: StoredRun) -> None:
    """Write a run, or bring a folder that holds its beginning up to date.

    Parameters
    ----------
    folder
        Made where it is absent.
    run
        What to write.

    Raises
    ------
    OutputError
        The folder cannot be written to.
    """
    arrays = {
        "weights": _numpy(run.state.weights),
        "generation": np.array(run.state.generation),
        "learning_rate": np.array(run.state.learning_rate),
        **{_MEMORY + name: _numpy(tensor) for name, tensor in run.state.memory.items()},
    }
    if run.random_state is not None:
        arrays["random_state"] = _numpy(run.random_state)
    make_folder(folder)
    if not holds_run(folder):
        write_json(folder / _MANIFEST, _manifest(run.setup), finite=False)
    for generation, weights in run.snapshots.items():
        path = folder / _snapshot_name(generation)
        if not path.exists():
            write_arrays(path, {"weights": _numpy(weights)}, compressed=False)
    with atomic_path(folder / _HISTORY) as temporary, temporary.open("wb") as file:
        run.history.write_csv(file)
    arrays[_CHECKSUM] = np.array(_checksum(read_setup(folder), run.history))
    write_arrays(folder / _STATE, arrays, compressed=False)


def clear_run(folder: Path) -> None:
    """Remove the files of a run, and nothing else, from a folder.

    Parameters
    ----------
    folder
        Need not exist.
    """
    for path in [folder / _STATE, *folder.glob(_snapshot_name("*")), folder / _HISTORY]:
        path.unlink(missing_ok=True)
    (folder / _MANIFEST).unlink(missing_ok=True)


def read_setup(folder: Path) -> dict[str, Any]:
    """Read the description of a run.

    Parameters
    ----------
    folder
        Where it was written.

    Returns
    -------
    dict

    Raises
    ------
    FileFormatError
        The folder is absent, holds no run, or one of another schema.
    """
    path = folder / _MANIFEST
    if not path.exists():
        raise FileFormatError(
            f"{folder} must be a folder written by train(checkpoint=...) or by .save(...), but it "
            f"holds no {_MANIFEST}."
        )
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise FileFormatError(f"{path} does not describe a generator of this package.")
    schema, written_by = manifest.get("schema"), manifest.get("versions")
    if schema != _SCHEMA or not isinstance(manifest.get("setup"), dict):
        newer = is_whole(schema) and schema > _SCHEMA
        then = written_by.get("skimpy_renaissance") if isinstance(written_by, dict) else None
        raise FileFormatError(
            f"{path} has schema {schema!r}, this version of the package ({__version__}) reads "
            f"{_SCHEMA}. " + (f"Install skimpy_renaissance {then} or newer." if newer else _DAMAGED)
        )
    return manifest["setup"]


def read_run(folder: Path) -> StoredRun | None:
    """Read what a folder holds.

    Parameters
    ----------
    folder
        Where the run was written.

    Returns
    -------
    StoredRun or None
        ``None`` where the run ended before it first wrote weights.

    Raises
    ------
    FileFormatError
        The folder holds something else, or a file is absent, truncated or does not fit the others.
    """
    setup = read_setup(folder)
    if not (folder / _STATE).exists():
        return None
    arrays = _state_arrays(folder / _STATE)
    state = SearchState(
        weights=torch.tensor(arrays["weights"]),
        learning_rate=float(arrays["learning_rate"]),
        generation=int(arrays["generation"]),
        memory={
            name.removeprefix(_MEMORY): torch.tensor(array)
            for name, array in arrays.items()
            if name.startswith(_MEMORY)
        },
    )
    history = History.read_csv(folder / _HISTORY).until(state.generation)
    if len(history) != state.generation:
        raise FileFormatError(
            f"{folder / _HISTORY} must have a row for each of {state.generation} generations, it "
            f"has {len(history)}: files of different runs were mixed, or it was edited."
        )
    stated = arrays.get(_CHECKSUM)
    if stated is not None and str(stated) != _checksum(setup, history):
        raise FileFormatError(
            f"{folder / _MANIFEST} or {folder / _HISTORY} is not what was written beside "
            f"{_STATE} (their SHA-256 checksum differs): damaged, edited, or of another run. Copy "
            "the folder again; a changed set-up is trained anew."
        )
    snapshots = {
        generation: _snapshot(folder, generation, like=arrays["weights"])
        for generation in _kept_snapshots(folder, setup)
        if generation <= state.generation
    }
    random_state = arrays.get("random_state")
    return StoredRun(
        setup=setup,
        state=state,
        history=history,
        snapshots=snapshots,
        random_state=None if random_state is None else torch.tensor(random_state),
    )


def _manifest(setup: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": _FORMAT, "schema": _SCHEMA, "versions": versions(), "setup": dict(setup)}


def _checksum(setup: Mapping[str, Any], history: History) -> str:
    digest = hashlib.sha256(json.dumps(setup, sort_keys=True).encode())
    table = BytesIO()
    history.write_csv(table)
    digest.update(table.getvalue())
    return digest.hexdigest()


def _state_arrays(path: Path) -> dict[str, NDArray[Any]]:
    arrays = read_arrays(path, ("weights", "generation", "learning_rate"))
    of_memory = [name for name in arrays if name.startswith(_MEMORY)]
    anything = {name: (REAL + WHOLE, (None,) * arrays[name].ndim) for name in of_memory}
    arrays = require_layout(arrays, {**_LAYOUT, **anything}, source=path)
    weights, generation, rate = (arrays[n] for n in ("weights", "generation", "learning_rate"))
    if not (np.isfinite(weights).all() and 0 <= rate <= _FASTEST and generation >= 0):
        raise FileFormatError(
            f"{path} must hold finite weights, a learning rate from 0 to {_FASTEST:g} and a "
            "generation >= 0. It is damaged: copy it again."
        )
    return arrays


def _kept_snapshots(folder: Path, setup: Mapping[str, Any]) -> list[int]:
    kept = setup.get("keep_snapshots", ())
    if not isinstance(kept, list | tuple) or not all(map(is_whole, kept)):
        raise FileFormatError(
            f"keep_snapshots in {folder / _MANIFEST} must be a list of generations, it is {kept!r}."
        )
    return list(kept)


def _snapshot(folder: Path, generation: int, *, like: NDArray[Any]) -> Tensor:
    path = folder / _snapshot_name(generation)
    arrays = require_layout(read_arrays(path, ("weights",)), _LAYOUT, source=path)
    weights = arrays["weights"]
    if weights.shape != like.shape or not np.isfinite(weights).all():
        raise FileFormatError(
            f"{path} must hold {like.size} finite weights as {_STATE} does, it holds "
            f"{np.isfinite(weights).sum()} of {weights.size}. It is damaged, or of another run: "
            "copy the folder again."
        )
    return torch.tensor(weights)


def _snapshot_name(generation: int | str) -> str:
    return f"weights_at_{generation}.npz"


def _numpy(tensor: Tensor) -> NDArray[Any]:
    return tensor.detach().cpu().numpy()
