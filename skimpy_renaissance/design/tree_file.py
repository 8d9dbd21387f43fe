"""A search for designs as a file: what is found, what is open, and how far levers can go."""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.design.program import used_levers
from skimpy_renaissance.design.tree import Found, Tree
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.setups import require_same_setup
from skimpy_renaissance.storage import read_arrays, write_arrays

__all__ = ["read_tree", "write_tree"]

_HINT = "It cannot be a search for designs: choose another file."
_INSIDE, _OUTSIDE = 1, 2
_LAYOUT: Layout = {
    "identity": (TEXT, ()),
    "up": (REAL, ("lever",)),
    "down": (REAL, ("lever",)),
    "active": (WHOLE, ("active",)),
    "values": (REAL, ("design",)),
    "changes": (REAL, ("design", "lever")),
    "bounds": (REAL, ("node",)),
    "numbers": (WHOLE, ("node",)),
    "places": (WHOLE, ("node", "lever")),
    "nodes": (WHOLE, ()),
    "beam": (WHOLE, ("set", "lever")),
    "wider": (WHOLE, ("wider", "lever")),
    "wider_values": (REAL, ("wider",)),
    "tightened": (WHOLE, ()),
    "reach": (REAL, ()),
    "limit": (REAL, ()),
}


def write_tree(path: Path, tree: Tree, identity: Mapping[str, Any]) -> None:
    """Write a search as it stands, in place of what the file held.

    Parameters
    ----------
    path
        The file.
    tree
        The search.
    identity
        What decides it.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    n = tree.program.n_levers
    places = np.zeros((len(tree.open), n), dtype=np.int8)
    for row, (_, _, inside, outside) in enumerate(tree.open):
        places[row, list(inside)] = _INSIDE
        places[row, list(outside)] = _OUTSIDE
    found = list(tree.found.values())
    arrays = {
        "identity": np.array(json.dumps(dict(identity))),
        "up": tree.program.up,
        "down": tree.program.down,
        "active": np.array(tree.program.active, dtype=np.int64),
        "values": np.array([one.value for one in found], dtype=np.float64),
        "changes": np.array([one.changes for one in found], dtype=np.float64).reshape(-1, n),
        "bounds": np.array([node[0] for node in tree.open], dtype=np.float64),
        "numbers": np.array([node[1] for node in tree.open], dtype=np.int64),
        "places": places,
        "nodes": np.array(tree.nodes),
        "beam": _flags(tree.beam, n),
        "wider": _flags(tree.wider, n),
        "wider_values": np.array([*tree.wider.values()], dtype=np.float64),
        "tightened": np.array(tree.tightened),
        "reach": np.array(tree.reach),
        "limit": np.array(tree.limit),
    }
    write_arrays(path, arrays, compressed=False)


def read_tree(path: Path, tree: Tree, identity: Mapping[str, Any]) -> None:
    """Bring a search to where a file, if there is one, has it.

    Parameters
    ----------
    path
        The file.
    tree
        A search that has not begun.
    identity
        What decides it.

    Raises
    ------
    FileFormatError
        The file is something else.
    InputError
        It holds another search.
    """
    if not path.exists():
        return
    arrays = require_layout(read_arrays(path, tuple(_LAYOUT), hint=_HINT), _LAYOUT, source=path)
    try:
        stored = json.loads(str(arrays["identity"]))
    except json.JSONDecodeError as error:
        raise FileFormatError(f"{path} does not say what it is. {_HINT}") from error
    require_same_setup(
        stored, identity, place=path, what="a search", instead="Choose another file to start anew."
    )
    program = tree.program
    numbers = ("up", "down", "values", "changes", "bounds")
    finite = all(np.isfinite(arrays[name]).all() for name in numbers)
    rows = (arrays["active"] >= 0) & (arrays["active"] < len(program.rows))
    if len(arrays["up"]) != program.n_levers or not finite or not rows.all():
        raise FileFormatError(f"{path} does not fit {program.n_levers} enzymes. {_HINT}")
    program.up, program.down = arrays["up"].copy(), arrays["down"].copy()
    program.active = arrays["active"].tolist()
    for value, changes in zip(arrays["values"].tolist(), arrays["changes"], strict=True):
        tree.note(Found(value, used_levers(changes), changes))
    nodes = (arrays["bounds"].tolist(), arrays["numbers"].tolist(), arrays["places"])
    for bound, number, places in zip(*nodes, strict=True):
        inside, outside = (
            tuple(np.flatnonzero(places == kind).tolist()) for kind in (_INSIDE, _OUTSIDE)
        )
        tree.open.append((bound, number, inside, outside))
    heapq.heapify(tree.open)
    tree.beam, wider = (
        [tuple(np.flatnonzero(row).tolist()) for row in arrays[name]] for name in ("beam", "wider")
    )
    tree.wider = dict(zip(wider, arrays["wider_values"].tolist(), strict=True))
    tree.nodes, tree.tightened = int(arrays["nodes"]), int(arrays["tightened"])
    tree.reach, tree.limit = float(arrays["reach"]), float(arrays["limit"])


def _flags(sets: Collection[Sequence[int]], n: int) -> NDArray[np.int8]:
    """Return `set x lever`, 1 where a lever is in it."""
    flags = np.zeros((len(sets), n), dtype=np.int8)
    for row, levers in enumerate(sets):
        flags[row, list(levers)] = 1
    return flags
