"""Sparse linear algebra of many matrices with one pattern: eliminated in one order, side by side.

``eliminate`` finds the order; kernels that numba compiles use it in ``spectrum`` (verdicts) and
``dynamics`` (implicit steps). ``have_numba`` tells whether they can be used here.
"""

from skimpy_renaissance.sparse.compiling import LANES, have_numba, lane_rows
from skimpy_renaissance.sparse.elimination import Elimination, eliminate
from skimpy_renaissance.sparse.solving import SparseSolver

__all__ = ["LANES", "have_numba", "lane_rows", "Elimination", "eliminate", "SparseSolver"]
