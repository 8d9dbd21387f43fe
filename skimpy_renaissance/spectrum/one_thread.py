"""Factorisations on one thread of the linear algebra library.

Intel's MKL (2024.2, on AMD processors, matrices of 195 metabolites) was seen to factorise a stiff
matrix wrongly on two threads, with pivots of 0 and an error of its own on stderr, where one thread
is right. Matrices this small gain nothing from more; batches are split over threads instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch

__all__ = ["on_one_thread"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def on_one_thread(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function use one thread of linear algebra; the caller's number is restored.

    Parameters
    ----------
    function
        Factorises matrices.

    Returns
    -------
    callable
        The same function.
    """

    @wraps(function)
    def alone(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        before = torch.get_num_threads()
        if before == 1:
            return function(*args, **kwargs)
        torch.set_num_threads(1)
        try:
            return function(*args, **kwargs)
        finally:
            torch.set_num_threads(before)

    return alone
