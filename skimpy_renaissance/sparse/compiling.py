"""Compilation of numerical kernels by numba.

Modules named ``*_kernels`` need numba and are imported where they are first used, and only where
:func:`have_numba` says so: without it everything runs, one model after the other. The first use
compiles for up to half a minute and says so; the result is kept in the user's cache folder
(``NUMBA_CACHE_DIR`` names another), and only in memory where that cannot be written.

A kernel contains the kernels that it calls, which numba's cache does not see change. The cache's
folder is therefore named after the content of all files that kernels are made of.
"""

from __future__ import annotations

import hashlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

__all__ = ["LANES", "cache_folder", "have_numba", "kernel", "lane_rows", "part"]

LANES = 8
"""Models side by side in the last axis of every kernel's array: one AVX-512 register of float64.

>>> from skimpy_renaissance.sparse import LANES
>>> -(-100 // LANES)  # blocks that a kernel takes to judge 100 models
13
"""

Function = TypeVar("Function", bound=Callable[..., object])
_OPTIONS: Any = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


@cache
def have_numba() -> bool:
    """Return whether kernels can be compiled here; where not, say so once.

    Returns
    -------
    bool

    Examples
    --------
    >>> from skimpy_renaissance.sparse import have_numba
    >>> from skimpy_renaissance.spectrum import Accurate
    >>> route = Accurate("lanes" if have_numba() else "lapack")
    >>> route.lambda_max(-torch.eye(3, dtype=torch.float64), torch.ones(3)).item()
    -1.0
    """
    if find_spec("numba") is None:
        why = "numba is not installed (pip install numba)"
    else:
        try:
            import numba  # noqa: F401, PLC0415 - may not fit to NumPy
        except Exception as error:
            why = f"numba cannot be imported ({error})"
        else:
            return True
    warnings.warn(f"Models are judged one by one, about six times slower: {why}.", stacklevel=2)
    return False


def lane_rows(count: int) -> NDArray[np.float64]:
    """Return zeros, `row x lane`, each row within one cache line.

    Parameters
    ----------
    count
        Number of rows.

    Returns
    -------
    numpy.ndarray
        `` `row x lane` ``.

    Examples
    --------
    >>> from skimpy_renaissance.sparse import lane_rows
    >>> lane_rows(39).shape  # a row for each variable, eight models
    (39, 8)
    """
    line = 8 * LANES  # bytes
    memory = np.zeros((count + 1) * LANES)
    first = -memory.ctypes.data % line // 8
    return memory[first : first + count * LANES].reshape(count, LANES)


def kernel(function: Function) -> Function:
    """Compile a function that releases Python's lock; division by zero gives infinity.

    Parameters
    ----------
    function
        What numba can compile.

    Returns
    -------
    Callable
    """
    import numba  # noqa: PLC0415 - slow

    with _cache_in(cache_folder()):
        try:
            compiled: Function = numba.njit(cache=True, **_OPTIONS)(function)
        except RuntimeError:  # the folder cannot be written
            compiled = numba.njit(**_OPTIONS)(function)
    return compiled


def part(function: Function) -> Function:
    """Compile a function into each kernel that calls it: for long ones that few kernels call.

    Parameters
    ----------
    function
        As for :func:`kernel`.

    Returns
    -------
    Callable
    """
    import numba  # noqa: PLC0415 - slow

    compiled: Function = numba.njit(inline="always", **_OPTIONS)(function)
    return compiled


@cache
def cache_folder() -> Path:
    """Return where compiled kernels are kept; say that compilation follows if it does not exist.

    Returns
    -------
    pathlib.Path
    """
    package = Path(__file__).parents[1]
    parts = sorted({path.parent for path in package.rglob("*_kernels.py")})
    content = hashlib.sha256()
    for path in sorted(path for part in parts for path in part.glob("*.py")):
        content.update(path.read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(given) if given else user_cache_path("skimpy_renaissance", appauthor=False)
    folder = root / f"kernels-{content.hexdigest()[:12]}"
    if not folder.exists():
        sys.stderr.write("Compiling kernels, once on this machine: up to half a minute.\n")
    return folder


@contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    """Let numba keep in ``folder`` what is decorated meanwhile."""
    import numba  # noqa: PLC0415 - slow

    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before
