"""Rate laws as instructions: expression, graph of operations, tape, and what runs it.

``program_kernels`` runs it compiled, for many models side by side; ``interpreter`` in Python.
"""

from skimpy_renaissance.instructions.program import (
    Instructions,
    Law,
    RateProgram,
    write_program,
)
from skimpy_renaissance.instructions.interpreter import Interpreter, carry_out

__all__ = [
    "Instructions",
    "Law",
    "RateProgram",
    "write_program",
    "Interpreter",
    "carry_out",
]
