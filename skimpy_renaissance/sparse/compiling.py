"""Compilation of numerical kernels by numba, where it is installed.

numba is optional (``pip install "skimpy_renaissance[fast]"``). Modules named ``*_kernels`` need it
and are imported only where :func:`have_numba` says so. The first use compiles for some seconds;
the result is kept beside the package or in the user's cache folder, and only in memory where
neither can be written.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["LANES", "have_numba", "kernel", "lane_rows"]

LANES = 8  # models side by side in the last axis of every kernel's array: one AVX-512 register

Function = TypeVar("Function", bound=Callable[..., object])


def have_numba() -> bool:
    """Return whether kernels can be compiled here.

    Returns
    -------
    bool
    """
    return find_spec("numba") is not None


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
    import numba  # noqa: PLC0415 - optional

    options: Any = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
    try:
        compiled: Function = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder can be written
        compiled = numba.njit(**options)(function)
    return compiled
