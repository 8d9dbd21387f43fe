"""Ranges by class of metabolite, and those of one's own."""

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.steady_states.concentration_classes import (
    concentration_range,
    without_compartment,
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nh4_c", "ammonium"),
        ("glu__L_c", "amino acid"),
        ("glu_L_c", "amino acid"),
        ("atp_m", "cofactor or nucleotide"),
        ("_6pgc_c", "central intermediate"),
        ("pi_c", "phosphate"),
        ("s_0450_c", "metabolite"),
    ],
)
def test_a_metabolite_belongs_to_a_class_by_its_name(name, kind):
    assert concentration_range(name).kind == kind


def test_spellings_of_one_metabolite_are_one():
    assert without_compartment("glu__L_c") == without_compartment("glu_L_p") == "glu_L"


def test_the_medium_may_lack_a_nutrient_and_hold_much_of_it_but_not_oxygen():
    glucose = concentration_range("glc__D_e", outside=True)
    assert (glucose.low, glucose.high) == (0.0, 3.0)
    assert concentration_range("o2_e", outside=True).high == pytest.approx(1.3e-3)
    assert concentration_range("h2o_c") is None


def test_ones_own_range_takes_the_place_of_the_class():
    own = concentration_range("nh4_c", own={"nh4_c": (0.0, 1.0)})
    assert (own.low, own.high, own.kind) == (0.0, 1.0, "as stated")


def test_what_was_measured_and_every_bundled_state_is_plausible():
    """Values of Bennett et al. 2009, mol/L."""
    measured = {"atp_c": 9.63e-3, "glu__L_c": 9.6e-2, "nadp_c": 2.08e-6, "fdp_c": 1.52e-2}
    for name, value in measured.items():
        allowed = concentration_range(name)
        assert allowed.low < value < allowed.high
    _, states = sr.examples.e_coli_core()
    molar = states.concentrations / states.units.concentration_scaling
    for column, name in enumerate(states.metabolite_names):
        allowed = concentration_range(name, outside=name.endswith("_e"))
        if allowed is not None:
            assert allowed.low <= molar[:, column].min(), name
            assert molar[:, column].max() <= allowed.high, name
