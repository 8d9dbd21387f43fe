"""Instructions compute what the expressions say, in kernels and in the interpreter."""

import numpy as np
import pytest
import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.instructions import Interpreter, Law, write_program
from skimpy_renaissance.instructions.program import OPERATIONS
from skimpy_renaissance.sparse import LANES, have_numba

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")

A0, A1, A2 = SYMBOLS = sympy.symbols("a0:3", real=True)
U0 = A0 / A1
EXPRESSIONS = [
    -A2 * (3 - U0) / (U0 + 1) ** 2,
    A2 * U0 - A1 - (A2 - A0) / (2 * U0 * A1),
    A0**A2 + A2 ** (-A1) - U0 + A0**0.5,
    sympy.exp(-U0) * sympy.sqrt(A0) / sympy.log(A0 + 2),
    1 / sympy.sqrt(A0) + sympy.Rational(1, 3) * sympy.pi,
    -U0,
    A0 / (A1 * A2) / A0**3,
    A2,
]


def program_of(rate, *slopes):
    """Two reactions of one law, over two variables and three parameters."""
    return write_program([Law(SYMBOLS, rate, slopes, [[0, 2, 3], [1, 4, 3]], [0, 1])], 2, 3)


def run(program, part, x, p):
    from skimpy_renaissance.instructions.program_kernels import execute  # noqa: PLC0415

    table = program.new_table()
    table[: len(x)], table[len(x) : len(x) + len(p)] = x, p
    execute(program.once.arrays, table)
    execute(part.arrays, table)
    return table


def values_of(expression, x, p):
    function = sympy.lambdify(SYMBOLS, expression, "numpy")
    return [function(x[0], p[0], p[1]), function(x[1], p[2], p[1])]


def point():
    rng = np.random.default_rng(0)
    return rng.uniform(0.5, 2, (2, LANES)), rng.uniform(0.5, 2, (3, LANES))


@NEEDS_NUMBA
@pytest.mark.parametrize("rate", EXPRESSIONS, ids=str)
def test_kernels_give_an_expression_its_value(rate):
    slope, (x, p) = U0 - rate * A2, point()
    program = program_of(rate, slope)
    for part in (program.rates, program.rates_and_slopes):
        table = run(program, part, x, p)
        np.testing.assert_allclose(table[program.rate_rows], values_of(rate, x, p), rtol=1e-14)
    found, expected = table[program.slope_rows], values_of(slope, x, p)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    "rate", [*EXPRESSIONS, sympy.sin(U0) + sympy.Abs(A0 - A2) + sympy.sign(A2 - A0)], ids=str
)
def test_the_interpreter_gives_an_expression_its_value(rate):
    slope, (x, p) = U0 - rate * A2, (array[:, 0] for array in point())
    interpreter = Interpreter(program_of(rate, slope), p)
    expected = [*values_of(rate, x, p), *values_of(slope, x, p)]
    np.testing.assert_allclose(interpreter.rates(x), expected[:2], rtol=1e-14)
    found = interpreter.rates_and_slopes(x)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


def test_the_interpreter_gives_nan_where_a_rate_has_no_value():
    interpreter = Interpreter(program_of(sympy.sqrt(A0) / A1), np.array([1.0, 1.0, 1.0]))
    assert np.isnan(interpreter.rates(np.array([-1.0, 1.0]))).all()
    assert np.isnan(Interpreter(program_of(A0 / A1), np.zeros(3)).rates(np.ones(2))).all()
    assert interpreter.rates(np.array([4.0, 1.0])).tolist() == [2.0, 1.0]


def test_a_function_that_no_instruction_computes_is_named():
    with pytest.raises(NetworkError, match="erf"):
        program_of(sympy.erf(U0))


def test_a_function_that_no_kernel_computes_is_left_to_the_interpreter():
    assert not program_of(sympy.sin(U0)).can_be_compiled
    assert program_of(sympy.exp(U0)).can_be_compiled


def test_what_parameters_alone_decide_is_computed_once():
    program = program_of(A1 * U0 / A2 * A2**3 * sympy.exp(A1), A1 / A2)
    names = [OPERATIONS[operation] for operation in program.rates.operations]
    assert names == ["gather", "mul"]
    assert len(program.rates_and_slopes.operations) == len(program.rates.operations)


def test_an_operation_that_two_results_share_is_carried_out_once():
    program = program_of(A0 / (A0 + A1), A2 / (A0 + A1))
    names = [OPERATIONS[operation] for operation in program.rates_and_slopes.operations]
    assert sorted(names) == ["add", "div", "div", "gather"]


@NEEDS_NUMBA
@pytest.mark.parametrize("rate", EXPRESSIONS, ids=str)
def test_derivatives_follow_back_through_instructions(rate):
    """Of rate and slope together, by each variable: as SymPy finds them."""
    from skimpy_renaissance.instructions.program_kernels import reverse  # noqa: PLC0415

    slope, (x, p) = U0 - rate * A2, point()
    law = Law(SYMBOLS, rate, [slope], [[0, 2, 3], [1, 4, 3]], [0, 1])
    program = write_program([law], 2, 3, reversible=True)
    table = run(program, program.rates_and_slopes, x, p)
    back = np.zeros_like(table)
    np.add.at(back, program.rate_rows, 1.0)  # a slope may be the rate itself
    np.add.at(back, program.slope_rows, 3.0)
    reverse(program.rates_and_slopes.arrays, table, back)
    expected = values_of(sympy.diff(rate + 3 * slope, A0), x, p)
    for found, value in zip(back[:2], expected, strict=True):
        np.testing.assert_allclose(found, value, rtol=1e-12, atol=1e-12)


@NEEDS_NUMBA
def test_a_symbol_that_varies_in_one_reaction_varies_in_all():
    """Row 1 is a variable, row 3 a parameter: what depends on them is computed at every state."""
    law = Law(SYMBOLS, A0 * A1, [], [[0, 3, 2], [0, 1, 2]], [0, 1])
    program = write_program([law], 2, 2)
    x, p = np.array([2.0, 3.0])[:, None], np.array([5.0, 7.0])[:, None]
    table = run(program, program.rates, x, p)
    np.testing.assert_array_equal(table[program.rate_rows, 0], [14.0, 6.0])
    assert not len(program.once.operations) or program.once.operations.max() == 0
