"""Definitions that contradict their class are refused; what is built keeps its promises."""

from typing import Any

import pytest

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network import MechanismDefinition, ModifierDefinition, build_reaction

ONE_TO_ONE = {"substrate1": -1.0, "product1": 1.0}
ROLES = {"substrate1": "a_c", "product1": "p_c"}


def _build(class_name: str = "Convenience", *, enzyme: str | None = None, **changes: Any):
    fields = {"roles": ROLES, "stoichiometry": ONE_TO_ONE, **changes}
    modifiers = fields.pop("modifiers", ())
    definition = MechanismDefinition(class_name, **fields)
    return build_reaction("R", definition, modifiers=modifiers, enzyme=enzyme)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class_name": "Magic"}, "'R' has the mechanism 'Magic'; supported are BiUni"),
        ({"roles": {"substrate1": "a_c"}}, "missing product1, surplus none"),
        ({"roles": {**ROLES, "product2": "q_c"}}, "missing none, surplus product2"),
        ({"stoichiometry": {}}, "needs a mechanism_stoichiometry such as"),
        ({"stoichiometry": {"substrate1": 1.0, "product1": 1.0}}, "got 'substrate1': 1.0"),
        ({"stoichiometry": {"substrate1": -1.0, "product1": 0.0}}, "got 'product1': 0.0"),
        ({"stoichiometry": {"substrate1": float("nan"), "product1": 1.0}}, "'substrate1': nan"),
        ({"stoichiometry": {"substrate1": -1.0, "product1": float("inf")}}, "'product1': inf"),
        ({"stoichiometry": {"substrate": -1.0, "product1": 1.0}}, "got 'substrate': -1.0"),
        (
            {"stoichiometry": {"substrate1": -1.0, "product2": 1.0}},
            r"product roles must be numbered 1, 2, ... without gaps, got \[2\]",
        ),
        (
            {
                "class_name": "ReversibleMichaelisMenten",
                "roles": {"substrate": "a_c", "product": "p_c"},
                "stoichiometry": {"substrate": -2.0, "product": 1.0},
            },
            "ReversibleMichaelisMenten has the coefficients .* Remove its",
        ),
        ({"inhibitors": {"inhibitor1": "x_c"}}, "cannot have the regulating roles inhibitor1"),
        ({"class_name": "ConvenienceInhibited"}, "without an inhibitor1 role: SKiMPy's export"),
        (
            {"class_name": "ConvenienceInhibited", "inhibitors": {"inhibitor2": "x_c"}},
            "must be inhibitor1, in this order; got inhibitor2",
        ),
        (
            {
                "class_name": "SimpleRegulatedGeneExpression",
                "roles": {"product": "p_c"},
                "stoichiometry": {},
                "inhibitors": {"factor_2": "x_c"},
            },
            "must be factor_1, in this order; got factor_2",
        ),
        (
            {
                "class_name": "SimpleRegulatedGeneExpression",
                "roles": {"product": "p_c"},
                "stoichiometry": {},
                "inhibitors": {f"factor_{k}": f"x{k}_c" for k in (1, 2, 3)},
            },
            "at most 2 regulating roles, got factor_1, factor_2, factor_3",
        ),
        (
            {"roles": {**ROLES, "enzyme": "e_c"}, "enzyme": "f_c"},
            "role 'enzyme': 'e_c' but is catalysed by 'f_c'",
        ),
        ({"roles": {**ROLES, "enzyme": "e_c"}}, "'e_c' but is catalysed by None"),
        (
            {"modifiers": (ModifierDefinition("m", "Magic", "x_c"),)},
            r"modifier 'Magic' \('m'\); supported are Activation",
        ),
        (
            {"modifiers": (ModifierDefinition("m", "InhibitionModifier", "x_c", 0.0, "IM"),) * 2},
            "declares k_inhibition_IM_R twice: two of its modifiers have the same label",
        ),
    ],
)
def test_a_definition_that_contradicts_its_class_is_refused(changes, message):
    with pytest.raises(NetworkError, match=message):
        _build(**changes)


def test_a_substrate_may_have_coefficient_zero_in_the_irreversible_hill_law_only():
    zero = {"substrate1": -1.0, "substrate2": 0.0}
    roles = {"substrate1": "a_c", "substrate2": "b_c"}
    reaction = _build("IrrevHillNM", roles=roles, stoichiometry=zero)
    assert reaction.stoichiometry == {"a_c": -1.0}
    assert "b_c" in reaction.names.values()
    with pytest.raises(NetworkError, match=r"got 'substrate2': 0\.0"):
        _build("Convenience", roles=roles, stoichiometry=zero)


def test_an_enzyme_is_a_metabolite_without_mass_balance_and_gives_the_capacity_its_unit():
    reaction = _build(enzyme="e_c")
    assert reaction.metabolites == ("a_c", "p_c", "e_c")
    assert "e_c" not in reaction.stoichiometry
    assert reaction.capacity == "kcat_forward_R"
    assert _build("RevMassaction", enzyme="e_c").capacity == "vmax_forward_R"


def test_an_enzyme_stands_where_the_file_lists_it():
    reaction = _build(enzyme="e_c", roles={"enzyme": "e_c", **ROLES})
    assert reaction.metabolites == ("e_c", "a_c", "p_c")


def test_a_repeated_metabolite_counts_twice_in_the_mass_balance():
    roles = {"substrate1": "a_c", "substrate2": "a_c", "product1": "a_c"}
    coefficients = {"substrate1": -1.0, "product1": 3.0, "substrate2": -1.5}
    assert _build(roles=roles, stoichiometry=coefficients).stoichiometry == {"a_c": 0.5}


def test_reactions_of_one_law_share_one_expression():
    one = _build(roles={"substrate1": "a_c", "product1": "p_c"})
    other = _build(roles={"substrate1": "f_c", "product1": "g_c"})
    assert one.rate == other.rate
    assert one.names != other.names


def test_every_symbol_of_a_rate_has_a_name():
    for enzyme in (None, "e_c"):
        reaction = _build("GeneralizedReversibleHill", enzyme=enzyme)
        used = reaction.rate.forward.free_symbols | reaction.rate.backward.free_symbols
        assert {str(s) for s in used} == set(reaction.names)


@pytest.mark.parametrize("coefficient", [1e10, float("inf"), float("nan"), 1e-16])
def test_a_modifiers_coefficient_beyond_reason_is_refused(coefficient):
    modifier = ModifierDefinition("m", "DisplacementSmallMoleculeModifier", "m_c", coefficient)
    with pytest.raises(NetworkError, match=r"'R': the coefficient of 'm' must be 0, or between"):
        _build(modifiers=(modifier,))


def test_a_mechanisms_coefficient_beyond_reason_is_refused():
    with pytest.raises(NetworkError, match=r"coefficient of 'product1' .* it is 1e\+300"):
        _build(stoichiometry={"substrate1": -1.0, "product1": 1e300})


def test_convenience_kinetics_have_as_many_terms_as_their_coefficients_say():
    _build(stoichiometry={"substrate1": -1.0, "product1": 100.0})
    with pytest.raises(NetworkError, match=r"'R' \(Convenience\): .*'product1' is 82306, .* 100"):
        _build(stoichiometry={"substrate1": -1.0, "product1": 82306.0})


def test_thousands_of_modifiers_are_refused_before_they_are_nested():
    modifiers = tuple(
        ModifierDefinition(f"m{i}", "InhibitionModifier", "m_c", label=f"m{i}") for i in range(3000)
    )
    with pytest.raises(NetworkError, match="'R' has 3000 modifiers; at most 100"):
        _build(modifiers=modifiers)


def test_a_role_with_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(NetworkError, match="needs entries like"):
        _build(stoichiometry={"substrate1": -1.0, f"product{'9' * 5000}": 1.0})
