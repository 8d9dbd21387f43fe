"""Instructions compute what the text says: rates and derivatives, for eight models side by side."""

import numpy as np
import pytest

from skimpy_renaissance.instructions.graph import UnknownOperation
from skimpy_renaissance.instructions.program import OPERATIONS, write_program
from skimpy_renaissance.sparse import LANES, have_numba

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")

LAW = """
def rate_0(a0, a1, a2):
    u0 = a0 / a1
    return {rate}

def slope_0(a0, a1, a2):
    u0 = a0 / a1
    return ({slope}, )

def rates(x, p):
    return [rate_0(x0, p0, p1), rate_0(x1, p2, p1)]
"""
EXPRESSIONS = [
    "-a2*(-u0 + 3)/(u0 + 1)**2",
    "a2*u0 - a1 - (a2 - a0)/(2*u0*a1)",
    "a0**a2 + a2**(-a1) - u0**1 + a0**0.5",
    "math.exp(-u0)*math.sqrt(a0)/math.log(a0 + 2)",
    "-u0",
    "a0/(a1*a2)/a0**3",
    "a2",
]


def run(program, part, x, p):
    from skimpy_renaissance.instructions.program_kernels import execute  # noqa: PLC0415

    table = program.new_table()
    table[: len(x)], table[len(x) : len(x) + len(p)] = x, p
    execute(program.once.arrays, table)
    execute(part.arrays, table)
    return table


@NEEDS_NUMBA
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_has_the_value_that_python_gives_it(expression):
    source = LAW.format(rate=expression, slope=f"u0 - ({expression})*a2")
    program = write_program(source, 2, 3)
    rng = np.random.default_rng(0)
    x, p = rng.uniform(0.5, 2, (2, LANES)), rng.uniform(0.5, 2, (3, LANES))
    names = {"math": np}
    for k, arguments in enumerate([(x[0], p[0], p[1]), (x[1], p[2], p[1])]):
        names |= {"a0": arguments[0], "a1": arguments[1], "a2": arguments[2]}
        names["u0"] = names["a0"] / names["a1"]
        rate = eval(expression, names)
        for part in (program.rates, program.rates_and_slopes):
            table = run(program, part, x, p)
            np.testing.assert_allclose(table[program.rate_rows[k]], rate, rtol=1e-14)
        slope = names["u0"] - rate * names["a2"]
        np.testing.assert_allclose(table[program.slope_rows[k]], slope, rtol=1e-13, atol=1e-14)


def test_an_unknown_function_is_named():
    with pytest.raises(UnknownOperation, match="erf"):
        write_program(LAW.format(rate="math.erf(u0)", slope="a0"), 2, 3)


def test_what_parameters_alone_decide_is_computed_once():
    program = write_program(LAW.format(rate="a1*u0/a2*a2**3", slope="a1/a2"), 2, 3)
    names = [OPERATIONS[operation] for operation in program.rates.operations]
    assert names == ["gather", "mul", "mul"]  # (1/a1) a0, and what is fixed times that
    assert len(program.rates_and_slopes.operations) == len(program.rates.operations)
