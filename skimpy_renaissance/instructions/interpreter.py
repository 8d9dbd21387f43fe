"""Running a rate program for one model in plain Python, where numba is missing.

Each instruction is a function, the place of its result and those of its operands. Gathers are not
carried out: what would read their result reads their source.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.instructions.program import OPERATIONS, Instructions, RateProgram

__all__ = ["Interpreter", "carry_out"]

Vector = NDArray[np.float64]
_Line = tuple[Callable[[float, float], float], int, int, int]  # function, result, operands
_NO_NUMBER = (ArithmeticError, ValueError, TypeError)  # of rates far outside their domain


def _copy(x: float, _: float) -> float:
    return x


def _of_one(function: Callable[[float], float]) -> Callable[[float, float], float]:
    return lambda x, _: function(x)


_OF_ANY_NUMBERS = {
    "gather": _copy,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "Abs": _of_one(abs),
    "sign": _of_one(lambda x: type(x)((x > 0) - (x < 0))),
}
_FUNCTIONS = [
    _OF_ANY_NUMBERS[name] if name in _OF_ANY_NUMBERS else _of_one(getattr(math, name))
    for name in OPERATIONS
]
_METHODS = [_OF_ANY_NUMBERS.get(name, _of_one(operator.methodcaller(name))) for name in OPERATIONS]


class Interpreter:
    """Rates and derivatives of one model; mutable, not for several threads at a time.

    Parameters
    ----------
    program
        What computes them.
    parameters
        `` `parameter` ``.

    Notes
    -----
    Where a rate has no value (a negative concentration under a fractional power, a division by
    zero), all results are NaN: an integrator takes that as a step too far.

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Interpreter, Law, write_program
    >>> s, v, k = sympy.symbols("s v k")
    >>> rate = v * s / (k + s)
    >>> law = Law((s, v, k), rate, [rate.diff(s)], arguments=[[0, 1, 2]], reactions=[0])
    >>> model = Interpreter(write_program([law], 1, 2), np.array([2.0, 1.0]))  # v, k
    >>> model.rates_and_slopes(np.array([1.0])).tolist()
    [1.0, 0.5]
    """

    def __init__(self, program: RateProgram, parameters: Vector) -> None:
        self._n = program.n_variables
        self._rate_rows = program.rate_rows.tolist()
        self._all_rows = self._rate_rows + program.slope_rows.tolist()
        once, self._rates, self._rates_and_slopes = _parts(program)
        self._table = program.new_table()[:, 0].tolist()
        self._table[self._n : self._n + len(parameters)] = parameters.tolist()
        self._has_numbers = _carry_out(once, self._table)

    def rates(self, x: Vector) -> Vector:
        """Return the rates.

        Parameters
        ----------
        x
            `` `variable` ``.

        Returns
        -------
        numpy.ndarray
            `` `reaction` ``.
        """
        return self._values(x, self._rates, self._rate_rows)

    def rates_and_slopes(self, x: Vector) -> Vector:
        """Return the rates, and after them their derivatives.

        Parameters
        ----------
        x
            `` `variable` ``.

        Returns
        -------
        numpy.ndarray
            `` `reaction + slope` ``.
        """
        return self._values(x, self._rates_and_slopes, self._all_rows)

    def _values(self, x: Vector, lines: Sequence[_Line], rows: Sequence[int]) -> Vector:
        table = self._table
        table[: self._n] = x.tolist()
        if not (self._has_numbers and _carry_out(lines, table)):
            return np.full(len(rows), np.nan)
        try:
            return np.array([table[row] for row in rows], dtype=np.float64)
        except TypeError:  # complex: a root of a negative number
            return np.full(len(rows), np.nan)


def carry_out(instructions: Instructions, table: list[Any]) -> None:
    """Carry out instructions on numbers of any kind that know their own functions.

    Parameters
    ----------
    instructions
        A part of a program.
    table
        `` `row` ``: numbers with arithmetic, and methods such as ``exp`` and ``sqrt``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import sympy
    >>> from skimpy_renaissance.instructions import Law, carry_out, write_program
    >>> s, v, k = sympy.symbols("s v k")
    >>> law = Law((s, v, k), v * s / (k + s), [], arguments=[[0, 1, 2]], reactions=[0])
    >>> program = write_program([law], n_variables=1, n_parameters=2)
    >>> table = [Fraction(1), Fraction(2), Fraction(5)] + [Fraction(0)] * (program.n_rows - 3)
    >>> carry_out(program.once, table)
    >>> carry_out(program.rates, table)
    >>> table[program.rate_rows[0]]  # exact: 2 * 1 / (5 + 1)
    Fraction(1, 3)
    """
    *columns, sources = (array.tolist() for array in instructions.arrays)
    for operation, result, first, second, count in zip(*columns, strict=True):
        function = _METHODS[operation]
        for k in range(count):
            a = sources[first + k] if operation == 0 else first + k
            table[result + k] = function(table[a], table[second + k])


def _carry_out(lines: Sequence[_Line], table: list[float]) -> bool:
    """Fill the table; return whether everything has a value."""
    try:
        for function, result, first, second in lines:
            table[result] = function(table[first], table[second])
    except _NO_NUMBER:
        return False
    return True


@lru_cache(maxsize=8)
def _parts(program: RateProgram) -> tuple[list[_Line], list[_Line], list[_Line]]:
    """Return the three parts of a program; many models share them."""
    rates, slopes = program.rate_rows.tolist(), program.slope_rows.tolist()
    return (
        _lines(program.once, range(program.n_rows)),
        _lines(program.rates, rates),
        _lines(program.rates_and_slopes, rates + slopes),
    )


def _lines(instructions: Instructions, wanted: Sequence[int]) -> list[_Line]:
    """Return one line per number; only what is wanted is copied by a gather."""
    lines: list[_Line] = []
    source: dict[int, int] = {}  # of rows that a gather would fill
    *columns, sources = (array.tolist() for array in instructions.arrays)
    for operation, result, first, second, count in zip(*columns, strict=True):
        for k in range(count):
            if operation == 0:
                source[result + k] = sources[first + k]
                continue
            a, b = (source.get(row, row) for row in (first + k, second + k))
            lines.append((_FUNCTIONS[operation], result + k, a, b))
            source.pop(result + k, None)
    return lines + [(_copy, row, source[row], source[row]) for row in wanted if row in source]
