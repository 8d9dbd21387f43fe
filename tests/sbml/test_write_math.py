"""What is written is the rate law: the formula read back by libSBML has the law's value."""

import math

import pytest
import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.reaction import Rate
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.sbml.write_math import evaluated, net_rate, syntax_tree

S, P, V, K, H = (symbol(name) for name in ("s", "p", "V", "K", "h"))
VALUES = {"s": 0.7, "p": 2.3, "V": 11.0, "K": 0.4, "h": 1.9}
LAWS = {
    "quotients": V * S / K / (1 + S / K + P / K),
    "powers": V * (S / K) ** H / (1 + (S / K) ** H) * S ** sympy.Float(-0.37),
    "signs": -V * S + 3 * P - S**2 - sympy.Rational(1, 3) * K,
    "functions": V * sympy.exp(-S) * sympy.log(1 + P) * sympy.sqrt(K),
    "large": sympy.Float(1.2345678901234567e-14, 17) * S + sympy.Integer(10) ** 12 * P,
}


@pytest.mark.parametrize("name", LAWS)
def test_the_formula_in_the_file_has_the_value_of_the_law(name, libsbml):
    ids = {local: f"{local}_id" for local in VALUES}
    mathml = libsbml.writeMathMLToString(syntax_tree(LAWS[name], ids, libsbml=libsbml))
    formula = libsbml.formulaToL3String(libsbml.readMathMLFromString(mathml))
    own = sympy.Symbol
    names = {f"{local}_id": own(f"{local}_id") for local in VALUES}
    read = sympy.parse_expr(
        formula.replace("^", "**").replace(" dimensionless", ""), {**names, "ln": sympy.log}
    )
    value = read.evalf(20, subs={f"{local}_id": v for local, v in VALUES.items()})
    assert float(value) == pytest.approx(evaluated(LAWS[name], VALUES), rel=1e-14)


@pytest.mark.parametrize("name", LAWS)
def test_the_value_is_that_of_computer_algebra(name):
    exact = LAWS[name].subs({symbol(local): v for local, v in VALUES.items()})
    assert evaluated(LAWS[name], VALUES) == pytest.approx(float(exact), rel=1e-13)


def test_what_both_directions_share_is_written_once():
    denominator = 1 + S / K + P / K
    rate = Rate(V * S / K / denominator, V * P / K / denominator)
    net = net_rate(rate)
    assert sympy.simplify(net - (rate.forward - rate.backward)) == 0
    assert net.count(1 + S / K + P / K) == 1
    assert net_rate(Rate(S, sympy.Integer(0))) == S


def test_lumped_reactions_stay_within_what_numbers_can_hold(libsbml):
    substrates = [symbol(f"substrate{i}") for i in range(100)]
    constants = [symbol(f"km_substrate{i}") for i in range(100)]
    law = V * sympy.Mul(*(s / (s + k) for s, k in zip(substrates, constants, strict=True)))
    values = {"V": 2.0, **{str(s): 1e5 for s in substrates}, **{str(k): 1e3 for k in constants}}
    exact = 2.0 * (1e5 / (1e5 + 1e3)) ** 100
    assert evaluated(law, values) == pytest.approx(exact, rel=1e-12)
    formula = libsbml.formulaToL3String(syntax_tree(law, {n: n for n in values}, libsbml=libsbml))
    assert formula.count("/") == 100
    assert "substrate99 / (" in formula


def test_a_value_that_does_not_exist_is_not_a_number():
    assert math.isnan(evaluated(1 / S, {"s": 0.0}))
    assert math.isnan(evaluated(S ** sympy.Integer(400), {"s": 1e9}))


def test_another_function_is_refused(libsbml):
    for use in (
        lambda law: evaluated(law, VALUES),
        lambda law: syntax_tree(law, {"s": "s"}, libsbml=libsbml),
    ):
        with pytest.raises(NetworkError, match=r"takes erf\(s\), which cannot be written"):
            use(sympy.erf(S))
