"""Laws parted by signs, and what they are proportional to."""

import pytest
import sympy

from skimpy_renaissance.sbml.read_split import degree, split

V, K, S, P, L, Q = sympy.symbols("V K S P L Q", positive=True)


@pytest.mark.parametrize(
    ("law", "backward"),
    [
        (V * S / (K + S), 0),
        (V * (S - P / Q) / (K + S + P), V * P / Q / (K + S + P)),
        (V * S - L * P, L * P),
        (-V * S, V * S),
        (V * (S - P) * (K - L), V * (S * L + P * K)),
        (V * (S - P) ** 2, 0),
        (V * (S - P) / ((1 + S) * (1 + P) - 1), V * P / ((1 + S) * (1 + P) - 1)),
    ],
)
def test_a_law_is_its_forward_minus_its_backward_rate(law: sympy.Expr, backward: sympy.Expr):
    forward, found = split(law)
    assert sympy.simplify(forward - found - law) == 0
    assert sympy.simplify(found - backward) == 0


@pytest.mark.parametrize("law", [V * sympy.log(S / P), V * (S - P) ** 3, V * sympy.sqrt(S - P)])
def test_where_signs_do_not_tell_a_law_is_not_parted(law: sympy.Expr):
    assert split(law) is None


@pytest.mark.parametrize(
    ("law", "wanted"),
    [
        (V * S / (K + S), 1),
        (V * S - V * P / Q, 1),
        ((V * S) ** 2 / (V * K), 1),
        (V * S + P, None),
        (S / (V + S), None),
        (S, 0),
        (S**V, None),
        (K / V, -1),
    ],
)
def test_the_degree_is_the_power_that_a_law_is_proportional_to(law: sympy.Expr, wanted: int | None):
    assert degree(law, V) == wanted
