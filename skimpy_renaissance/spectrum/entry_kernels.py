"""From the numbers of eight models to their matrices side by side (compiled by numba)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program_kernels import execute
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import absolute, at_most, fill, less, load, maximum, store
from skimpy_renaissance.spectrum.matrix_entries import EntryLists

__all__ = ["fill_matrix", "radius_bound"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_LARGEST = np.finfo(np.float64).max


@kernel
def fill_matrix(
    numbers: Array, first: int, entries: EntryLists, table: Array, matrix: Array
) -> int:
    """Fill matrices in the order of elimination; return the bits of the lanes that have one.

    ``numbers`` is `model x number`; lanes beyond the last model repeat it. ``matrix`` is `factor
    entry x lane` and zero where it fills in.
    """
    for lane in range(LANES):
        model = min(first + lane, len(numbers) - 1)
        for column in range(numbers.shape[1]):
            table[column, lane] = numbers[model, column]
    execute(entries.instructions, table)
    usable = 2**LANES - 1
    for row in entries.required:
        size = absolute(load(table, row))
        usable &= less(fill(0.0), size) & at_most(size, fill(_LARGEST))
    for e in range(len(entries.places)):
        entry = fill(0.0)
        for q in range(entries.pointers[e], entries.pointers[e + 1]):
            entry += fill(entries.coefficients[q]) * load(table, entries.sources[q])
        store(matrix, entries.places[e], entry)
    return usable


@kernel
def radius_bound(matrix: Array, starts: Indices, columns: Indices, work: Array) -> None:
    """Return in ``work[0]`` the smaller of the largest row and column sums of sizes."""
    n = len(starts) - 1
    for j in range(n):
        store(work, j, fill(0.0))
    of_rows, of_columns = fill(0.0), fill(0.0)
    for i in range(n):
        total = fill(0.0)
        for p in range(starts[i], starts[i + 1]):
            size = absolute(load(matrix, p))
            total += size
            store(work, columns[p], load(work, columns[p]) + size)
        of_rows = maximum(total, of_rows)
    for j in range(n):
        of_columns = maximum(load(work, j), of_columns)
    store(work, 0, fill(0.0) - maximum(fill(0.0) - of_rows, fill(0.0) - of_columns))
