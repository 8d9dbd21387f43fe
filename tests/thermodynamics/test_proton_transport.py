"""Protons and charges that cross a membrane, and reactions that do not balance."""

from types import SimpleNamespace

import pytest

from skimpy_renaissance.thermodynamics.proton_transport import balance_of


@pytest.fixture
def made(metabolite):
    return {
        "pi_c": metabolite("pi_c", {"H": 1, "O": 4, "P": 1}, -2),
        "pi_e": metabolite("pi_e", {"H": 1, "O": 4, "P": 1}, -2),
        "h_c": metabolite("h_c", {"H": 1}, 1),
        "h_e": metabolite("h_e", {"H": 1}, 1),
        "glc_c": metabolite("glc_c", {"C": 6, "H": 12, "O": 6}),
        "glc_e": metabolite("glc_e", {"C": 6, "H": 12, "O": 6}),
        "g6p_c": metabolite("g6p_c", {"C": 6, "H": 11, "O": 9, "P": 1}, -2),
        "h2o_c": metabolite("h2o_c", {"H": 2, "O": 1}),
    }


def _balance(made, **coefficients):
    metabolites = {made[name]: n for name, n in coefficients.items()}
    compounds = {
        m: SimpleNamespace(atom_bag={**m.elements, "e-": _electrons(m)}) for m in metabolites
    }
    protons = {m.id for m in metabolites if m.id.startswith("h_")}
    return balance_of(SimpleNamespace(metabolites=metabolites), compounds, protons)


def _electrons(metabolite):
    numbers = {"C": 6, "H": 1, "O": 8, "P": 15}
    return sum(numbers[a] * n for a, n in metabolite.elements.items()) - (metabolite.charge or 0)


def test_a_symport_moves_its_protons_and_its_charge(made):
    found = _balance(made, pi_e=-1, h_e=-1, pi_c=1, h_c=1)
    assert found == {"e": (-2, 1), "c": (2, -1)}


def test_bound_hydrogen_counts(made):
    assert _balance(made, glc_e=-1, glc_c=1) == {"e": (-12, 0), "c": (12, 0)}


def test_protons_within_a_compartment_do_not_count(made):
    assert _balance(made, g6p_c=-1, h2o_c=-1, glc_c=1, pi_c=1) == {}
    assert _balance(made, g6p_c=-1, h2o_c=-1, glc_c=1, pi_c=1, h_c=3) == {}


def test_a_reaction_that_is_not_balanced_has_no_energy(made):
    assert _balance(made, g6p_c=-1, glc_c=1) == "not balanced: -3 O, -1 P"
    assert _balance(made, pi_e=-1, pi_c=1, h_c=1) == (
        "crosses a membrane and is not balanced: +1 H, +1 charge"
    )
    assert _balance(made, pi_c=-1) == "an exchange with the surroundings"


def test_electrons_must_balance_in_the_compounds(made, metabolite):
    made["oxidised_c"] = metabolite("oxidised_c", {"C": 6, "H": 10, "O": 6})
    assert "compounds that its metabolites were matched to: -2 e-" in _balance(
        made, glc_c=-1, oxidised_c=1
    )


def test_a_transport_without_a_charge_has_no_energy(made):
    made["glc_e"].charge = None
    assert _balance(made, glc_e=-1, glc_c=1) == (
        "crosses a membrane, but glc_e has no formula or no charge"
    )
