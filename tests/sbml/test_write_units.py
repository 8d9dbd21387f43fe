"""Units of the file are those of the model; units of parameters follow from the rate law."""

import pytest

from skimpy_renaissance.network import MechanismDefinition, build_reaction
from skimpy_renaissance.sbml.write_units import (
    Dimension,
    define_units,
    parameter_dimensions,
    unit_id,
)
from skimpy_renaissance.units import Units

TWO = {"substrate1": "a", "substrate2": "b", "product1": "c"}
COEFFICIENTS = {"substrate1": -1.0, "substrate2": -2.0, "product1": 1.5}


def _dimensions(class_name, roles, stoichiometry=None, **values):
    definition = MechanismDefinition(class_name, roles, stoichiometry or {})
    reaction = build_reaction("R", definition)
    known = {name: 0.3 + 0.1 * i for i, name in enumerate(reaction.names.values())}
    return parameter_dimensions(
        reaction, {**known, **values}, metabolites=frozenset(roles.values())
    )


def test_michaelis_menten_has_a_rate_and_concentrations():
    found = _dimensions("ReversibleMichaelisMenten", {"substrate": "a", "product": "b"})
    assert found["vmax_forward"] == Dimension(1, -1)
    assert found["km_substrate"] == found["km_product"] == Dimension(1, 0)
    assert found["k_equilibrium"] == Dimension(0, 0)


def test_equilibrium_constants_have_the_power_of_the_coefficients():
    found = _dimensions("Convenience", TWO, COEFFICIENTS)
    assert found["vmax_forward"] == Dimension(1, -1)
    assert found["k_equilibrium"] == Dimension(-1.5, 0)


def test_mass_action_has_a_rate_constant():
    found = _dimensions("RevMassaction", TWO, COEFFICIENTS)
    assert found["vmax_forward"] == Dimension(-1, -1)  # without exponents, as in SKiMPy
    assert found["k_equilibrium"] == Dimension(-1, 0)


def test_where_a_law_has_no_unit_nothing_is_said():
    roles = {"substrate": "a", "product1": "b", "product2": "c"}
    odd = _dimensions("UniBiReversibleHill", roles, hill_coefficient_R=1.7)
    assert "vmax_forward" not in odd  # s/K^h beside numbers
    assert odd["hill_coefficient"] == Dimension(0, 0)
    plain = _dimensions("UniBiReversibleHill", roles, hill_coefficient_R=1.0)
    assert plain["vmax_forward"] == Dimension(1, -1)


@pytest.mark.parametrize(
    ("scaling", "per_hour", "substance", "time"),
    [(1e6, 1.0, (-6, 1.0), 3600.0), (1e3, 60.0, (-3, 1.0), 60.0), (2.5, 1.0, (0, 0.4), 3600.0)],
)
def test_the_scaling_is_declared(scaling, per_hour, substance, time, libsbml):
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    units = Units(scaling, 1000.0, 0.3, time_scaling=per_hour)
    define_units(model, units, {Dimension(-1.5, 0)}, libsbml=libsbml)
    mole = model.getUnitDefinition("substance").getUnit(0)
    assert (mole.getScale(), mole.getMultiplier()) == substance
    second = model.getUnitDefinition("time").getUnit(0)
    assert second.getMultiplier() * 10.0 ** second.getScale() == pytest.approx(time)
    assert model.getUnitDefinition(unit_id(Dimension(-1.5, 0))).getNumUnits() == 2
    assert (model.getSubstanceUnits(), model.getTimeUnits()) == ("substance", "time")


def test_units_have_names_that_are_identifiers():
    assert unit_id(Dimension(-1.5, 0)) == "concentration_minus_1_5"
    assert unit_id(Dimension(1, -1)) == "concentration_per_time"
    assert unit_id(Dimension(-1, -1)) == "concentration_minus_1_per_time"
