"""Rate laws as instructions: expression, graph of operations, tape, and the kernels that run it."""

from skimpy_renaissance.instructions.graph import RateGraph, UnknownOperation
from skimpy_renaissance.instructions.program import OPERATIONS, RateProgram, write_program

__all__ = ["RateGraph", "UnknownOperation", "OPERATIONS", "RateProgram", "write_program"]
