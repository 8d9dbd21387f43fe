"""Terms are of the right branch of the ontology, and every mechanism class has one."""

from skimpy_renaissance.network import (
    SKIMPY,
    MechanismDefinition,
    ModifierDefinition,
    build_reaction,
)
from skimpy_renaissance.sbml.write_terms import (
    _BY_BEGINNING,
    _LAWS,
    _MICHAELIS_MENTEN,
    _ROLES,
    PARTS,
    law_term,
    modifier_term,
    parameter_term,
    reaction_term,
)

ONE = {"substrate1": "a", "product1": "b"}
STOICHIOMETRY = {"substrate1": -1.0, "product1": 1.0}


def _reaction(class_name="Convenience", *modifiers, roles=ONE, stoichiometry=STOICHIOMETRY):
    definition = MechanismDefinition(class_name, roles, stoichiometry)
    return build_reaction("R", definition, modifiers=modifiers)


def test_every_mechanism_has_a_term():
    assert {*_LAWS, "IrrevMichaelisMenten"} == set(SKIMPY)


def test_terms_are_of_their_branch(libsbml):
    sbo = libsbml.SBO
    number = sbo.stringToInt
    assert all(sbo.isRateLaw(number(t)) for t in [*_LAWS.values(), *_MICHAELIS_MENTEN.values()])
    assert all(sbo.isQuantitativeParameter(number(t)) for t in _BY_BEGINNING.values())
    assert all(sbo.isModifier(number(t)) for t in _ROLES.values())
    assert sbo.isReactant(number(PARTS["substrate"]))
    assert sbo.isProduct(number(PARTS["product"]))
    assert sbo.isMaterialEntity(number(PARTS["metabolite"]))
    assert sbo.isMaterialEntity(number(PARTS["compartment"]))


def test_irreversible_michaelis_menten_is_told_by_its_substrates():
    def law(n):
        roles = {f"substrate{i}": f"s{i}" for i in range(1, n + 1)}
        stoichiometry = dict.fromkeys(roles, -1.0)
        return law_term(_reaction("IrrevMichaelisMenten", roles=roles, stoichiometry=stoichiometry))

    assert [law(n) for n in (1, 2, 3, 9)] == [
        "SBO:0000029",
        "SBO:0000432",
        "SBO:0000150",
        "SBO:0000150",
    ]


def test_a_regulated_law_is_enzymatic_and_its_constant_inhibitory():
    inhibitor = ModifierDefinition("i", "InhibitionModifier", "x", label="IM_x")
    reaction = _reaction("Convenience", inhibitor)
    assert law_term(_reaction()) == "SBO:0000528"
    assert law_term(reaction) == "SBO:0000268"
    terms = {local: parameter_term(local, reaction) for local in reaction.names}
    assert terms["k_inhibition_modifier1"] == "SBO:0000261"
    assert (terms["km_substrate1"], terms["k_equilibrium"]) == ("SBO:0000027", "SBO:0000281")
    assert modifier_term("x", reaction) == "SBO:0000020"


def test_vmax_of_mass_action_is_a_rate_constant():
    assert parameter_term("vmax_forward", _reaction("RevMassaction")) == "SBO:0000153"
    assert parameter_term("vmax_forward", _reaction()) == "SBO:0000186"


def test_what_crosses_between_compartments_is_transport():
    assert reaction_term({"c", "e"}) == "SBO:0000655"
    assert reaction_term({"c"}) == reaction_term({"c", None}) == "SBO:0000176"
