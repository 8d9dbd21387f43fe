"""Saturation constants by the form of a law, by SBO term, by name."""

import pytest
import sympy

from skimpy_renaissance.sbml.read_saturation import Constant, recognise

V, Km, Ki, KA, KB, S, J, A, B, n, Keq, kf = sympy.symbols(
    "V Km Ki KA KB S J A B n Keq kf", positive=True
)


def found(law: sympy.Expr, **terms: str) -> dict[str, str | None]:
    names = sorted(str(s) for s in law.free_symbols)
    metabolites = [name for name in names if name in "SJAB"]
    constants = [Constant(name, terms.get(name, "")) for name in names if name not in metabolites]
    return {one.constant: one.metabolite for one in recognise(law, constants, metabolites)}


@pytest.mark.parametrize(
    ("law", "wanted"),
    [
        (V * S / (Km + S), {"Km": "S"}),
        (V * S / (Km * (1 + J / Ki) + S), {"Km": "S", "Ki": "J"}),
        (V * S**n / (Km**n + S**n), {"Km": "S"}),
        (V * (S / Km) ** 2 / (1 + (S / Km) ** 2), {"Km": "S"}),
        (V * (A - B / Keq) / KA / (1 + A / KA + B / KB), {"KA": "A", "KB": "B"}),
        (V * A * B / (Ki * KB + KA * B + KB * A + A * B), {"KA": "A", "KB": "B", "Ki": "A"}),
        (V * A * B / ((KA + A) * (KB + B)), {"KA": "A", "KB": "B"}),
        (kf * (A - B / Keq), {}),
        (kf * (A - KA), {}),
        (kf * A, {}),
    ],
)
def test_the_form_of_a_law_tells_constants_that_are_added_to_a_concentration(
    law: sympy.Expr, wanted: dict[str, str]
):
    assert found(law) == wanted


def test_a_constant_added_to_a_power_is_named_but_measured_against_nothing():
    assert found(V * S**n / (Km + S**n)) == {"Km": None}


def test_a_term_of_the_ontology_decides_against_a_name():
    law = V * A / (KA + A)
    assert found(law, KA="SBO:0000281") == {}  # equilibrium constant
    assert found(kf * A * Km, Km="SBO:0000027") == {"Km": "A"}
    assert found(law, KA="SBO:0000009") == {"KA": "A"}  # kinetic constant: says nothing
