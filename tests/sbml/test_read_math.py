"""MathML to SymPy."""

import math

import pytest
import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.sbml.read_math import TIME, foreign_functions, translated_math

libsbml = pytest.importorskip("libsbml", reason="libSBML (comes with COBRApy) is not installed")
X, Y = sympy.symbols("x y")


def value(text: str, **numbers: float) -> float:
    tree = libsbml.parseL3Formula(text)
    law = translated_math(tree, where="a law")
    return float(law.subs({sympy.Symbol(name): number for name, number in numbers.items()}))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-x^2 / 4", -0.25),
        ("root(3, 8 * x) + sqrt(4)", 4.0),
        ("log10(100) + ln(exponentiale) + log(2, 8)", 6.0),
        ("piecewise(1, x > 2, 5, x >= 1 && y < 0, 7)", 5.0),
        ("max(x, y, 3) + min(x, y)", 1.0),
        ("floor(2.5) + ceil(2.5) + abs(y) + factorial(3)", 13.0),
        ("(x < 2) + (x > 2)", 1.0),
        ("rem(7, -3) + quotient(7, -3)", -1.0),
        ("sin(0) + cosh(0) + arctan(1) * 4", 1 + math.pi),
        ("avogadro / 6.02214179e23", 1.0),
    ],
)
def test_formulas_have_their_value(text: str, wanted: float):
    assert value(text, x=1.0, y=-2.0) == pytest.approx(wanted)


def test_time_is_a_symbol_of_its_own():
    tree = libsbml.parseL3Formula("x * time")
    law = translated_math(tree, where="a law")
    assert law == X * TIME
    assert foreign_functions(law) == ("time",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x / (1 + y) + exp(x) * ln(y)", ()),
        ("max(x, y)", ("max",)),
        ("x * sin(y)", ("sin",)),
        ("piecewise(x, y > 1, 0)", ("piecewise",)),
    ],
)
def test_what_a_rate_law_may_not_hold_is_told(text: str, told: tuple[str, ...]):
    tree = libsbml.parseL3Formula(text)
    assert foreign_functions(translated_math(tree, where="a law")) == told


def test_a_formula_that_is_missing_or_unknown_is_refused():
    with pytest.raises(NetworkError, match=r"the rule of 'x' has no formula\. Give it one"):
        translated_math(None, where="the rule of 'x'")
    with pytest.raises(NetworkError, match="a law has a delay, which a kinetic network cannot"):
        translated_math(libsbml.parseL3Formula("delay(x, 1)"), where="a law")
    with pytest.raises(NetworkError, match="a law has the number inf; numbers must be finite"):
        translated_math(libsbml.parseL3Formula("x * inf"), where="a law")
