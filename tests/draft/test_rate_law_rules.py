"""The rules by which stoichiometries get rate laws and metabolites their roles."""

import pytest

from skimpy_renaissance.draft.rate_law_rules import choose_law
from skimpy_renaissance.network import build_reaction


@pytest.mark.parametrize(
    ("stoichiometry", "law"),
    [
        ({"a": -1, "b": 1}, "ReversibleMichaelisMenten"),
        ({"a": -1, "b": -1, "c": 1, "d": 1}, "H1GeneralizedReversibleHill"),
        ({"a": -1, "b": 1, "c": 1}, "UniBiReversibleHill"),
        ({"a": -1, "b": -1, "c": 1}, "BiUniReversibleHill"),
        ({"a": -1, "b": 2}, "Convenience"),
        ({"a": -1, "b": -1, "c": -1, "d": 1}, "Convenience"),
        ({"a": -0.5, "b": 1}, "IrrevMichaelisMenten"),
        ({"a": -1, "b": -1, "h": 1}, "Convenience"),
        ({"a": -1, "b": 1, "h": 0.5}, "ReversibleMichaelisMenten"),
        ({"h": -1}, "Convenience"),
    ],
)
def test_a_stoichiometry_decides_the_law(stoichiometry, law):
    chosen = choose_law(stoichiometry, {"h"})
    assert chosen.law == law
    reaction = build_reaction("R", chosen.mechanism(), modifiers=chosen.modifiers())
    assert reaction.stoichiometry == stoichiometry


def test_an_irreversible_reaction_has_no_constant_for_products():
    chosen = choose_law({"a": -1, "b": 1}, set(), irreversible=True)
    reaction = build_reaction("R", chosen.mechanism())
    assert set(reaction.hooks) == {"km_substrate1_R"}
    assert reaction.rate.backward == 0


def test_small_molecules_act_on_the_displacement_unless_nothing_else_reacts():
    assert choose_law({"a": -1, "b": 1, "h": -2}, {"h"}).small_molecules == {"h": -2}
    alone = choose_law({"h_e": -1, "h_c": 1}, {"h_e", "h_c"})
    assert (alone.law, dict(alone.small_molecules)) == ("ReversibleMichaelisMenten", {})
    assert choose_law({}, set()) is None


def test_equal_coefficients_take_their_numbers_backwards():
    chosen = choose_law({"a": -1, "b": -1, "c": -2, "d": 1, "e": 3}, set())
    assert chosen.substrates == (("b", 1), ("a", 1), ("c", 2))
    assert chosen.products == (("e", 3), ("d", 1))
    assert list(chosen.mechanism().roles) == [
        "product1", "product2", "substrate2", "substrate1", "substrate3",
    ]  # fmt: skip


def test_numbers_beyond_nine_are_dealt_as_text():
    """SKiMPy sorts role names as text, in which substrate9 comes after substrate10."""
    chosen = choose_law({f"m{k}": -1 for k in range(11)} | {"p": 1}, set())
    roles = chosen.mechanism().roles
    assert [roles[f"substrate{k}"] for k in (9, 8, 2, 11, 10, 1)] == [
        "m0", "m1", "m7", "m8", "m9", "m10",
    ]  # fmt: skip
