"""Logarithmic derivatives against SymPy's own differentiation."""

import pytest
import sympy

from skimpy_renaissance.kinetics.log_derivative import log_derivative

s, p, k, h = sympy.symbols("s p k h", positive=True)
LAWS = [
    s,
    p,
    s * p / k,
    s**3 / k,
    s**h,
    1 / (1 + s / k),
    s / k / (1 + s / k + p),
    (s + p) ** (h - 1) / (1 + (s + p) ** h),
    1 + s / k + (s / k) ** 2,
    (1 + s) * (1 + p / s),
    k**s,
    sympy.exp(-s / k) * p,
    2 * sympy.log(1 + s),
]


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("x", [s, p], ids=str)
def test_it_equals_x_over_f_times_the_derivative(law, x):
    point = {s: sympy.Rational(7, 5), p: sympy.Rational(2, 3), k: sympy.Rational(9, 4), h: 2}
    expected = (x * sympy.diff(law, x) / law).subs(point).evalf(30)
    assert abs(log_derivative(law, x).subs(point).evalf(30) - expected) < 1e-25


def test_it_is_zero_for_an_absent_symbol_and_one_for_the_symbol_itself():
    assert log_derivative(p * k, s) == 0
    assert log_derivative(s, s) == 1


def test_a_power_gives_its_exponent_without_any_quotient():
    assert log_derivative(s**h / k, s) == h
