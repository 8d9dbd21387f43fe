"""Rates given as text: what is read, and that nothing else is."""

import math
from typing import Any

import pytest
import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network import MechanismDefinition, Reaction, build_reaction


def _reaction(text: str, name: str = "R", **roles: Any) -> Reaction:
    definition = MechanismDefinition(
        "ExpressionBasedKinetics",
        {"substrate1": "A", "product1": "B"},
        stoichiometry={"substrate1": -1.0, "product1": 1.0},
        inhibitors=roles,
        expression=text,
    )
    return build_reaction(name, definition)


@pytest.mark.parametrize(
    "text",
    [
        "k1*A*B/(Km + A)",
        "k1*A**2 - Km*B",
        "+k1*exp(-A/Km) + log(1 + B)",
        "sqrt(k1)*A**0.5/(1e-1 + B**-2)",
        "k1 * (A - B/Km) / (1 + 2*A/Km)",
    ],
)
def test_an_expression_means_what_python_arithmetic_means(text):
    reaction = _reaction(text)
    values = {"A": 1.3, "B": 0.4, "k1": 2.5, "Km": 0.7}
    inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
    functions = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}
    expected = eval(text, functions, values)  # the slow obvious way, on our own text
    assert float(reaction.rate.forward.xreplace(inserted)) == pytest.approx(expected, rel=1e-14)
    assert reaction.rate.backward == 0


def test_names_without_a_role_are_parameters_in_order_of_appearance():
    reaction = _reaction("kcat*A*x_c/(Km_1*(1 + B) + A)**kcat", inhibitor1="x_c")
    assert reaction.parameter_names(frozenset()) == ("kcat", "Km_1")
    assert reaction.metabolites == ("A", "B", "x_c")
    assert reaction.stoichiometry == {"A": -1.0, "B": 1.0}
    assert reaction.hooks == {}
    assert reaction.capacity is None
    assert reaction.equilibrium_constant is None


def test_a_parameter_is_shared_by_name_and_keeps_clear_of_local_symbols():
    one, other = _reaction("vmax_forward*A", "R1"), _reaction("vmax_forward*A*B", "R2")
    assert one.parameter_names(frozenset()) == other.parameter_names(frozenset())
    assert "vmax_forward" not in one.names
    tricky = _reaction("substrate1*A")
    assert sorted(tricky.names.values()) == ["A", "substrate1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os').system('true')", "it is none of these"),
        ("A.__class__", "it is none of these"),
        ("[k for k in A]", "it is none of these"),
        ("lambda: A", "it is none of these"),
        ("A if B else 1", "it is none of these"),
        ("A % B", "it is none of these"),
        ("sin(A)", "it is none of these"),
        ("exp(A, B)", "it is none of these"),
        ("k1*'A'", "it is none of these"),
        ("k1*A*1j", "it is none of these"),
        ("k1*A*True", "it is none of these"),
        ("k1*A +", "it cannot be parsed"),
        ("k 1", "it cannot be parsed"),
        ("A" + "**A" * 5000, "nested too deeply"),
        ("A*9**9**9**9", "as an exponent"),
        ("A*exp(exp(exp(100)))", "as an exponent"),
        ("A*1e999", "not finite"),
        ("A*1" + "0" * 400, "too large"),
        ("A" + "+A" * 5000, "recursion"),
        ("A/0", "it amounts to"),
        ("3.0", "it amounts to 3"),
    ],
)
def test_anything_else_is_refused_with_the_text_and_the_reason(text, message):
    with pytest.raises(NetworkError, match="may hold names of metabolites") as caught:
        _reaction(text)
    assert message in str(caught.value)


def test_a_missing_expression_is_asked_for():
    with pytest.raises(NetworkError, match=r"'R' .* needs a rate_expression such as"):
        _reaction("")
