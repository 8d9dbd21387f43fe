"""Energies and kinetic models: one displacement, errors that hold together, what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.steady_states.displacement import log_displacement
from skimpy_renaissance.thermodynamics import ReactionEnergies, energies_from_table

RT = 8.314462618e-3 * 298.15
NAMES = ("IN", "AB", "BC", "AC", "OUT")
WHOLE = {
    "IN": {"a_e": -1.0, "h_e": -1.0, "a_c": 1.0, "h_c": 1.0},
    "AB": {"a_c": -1.0, "b_c": 1.0},
    "BC": {"b_c": -1.0, "c_c": 1.0},
    "AC": {"a_c": -1.0, "c_c": 1.0},
    "OUT": {"c_c": -1.0, "c_e": 1.0},
}
PH = {"h_c": 7.5, "h_e": 7.0}


@pytest.fixture
def energies() -> ReactionEnergies:
    """AC is AB and BC one after the other: its energy and its error are their sums."""
    roots = np.array([[0.2, 0, 0], [0, 0.5, 0], [0, 0.1, 0.3], [0, 0.6, 0.3], [0, 0, 0]])
    return ReactionEnergies(
        NAMES,
        np.array([1.0, 2.0, -0.5, 1.5, 3.0]),
        roots @ roots.T,
        "a test",
        protons=PH,
        stoichiometry=WHOLE,
    )


def test_displacement_is_the_energy_of_the_whole_reaction(network, energies, units):
    """The kinetic model keeps protons; energies are at constant pH."""
    molar = {"a_c": 2e-3, "b_c": 1e-3, "c_c": 5e-4, "a_e": 1e-4, "c_e": 1e-5}
    molar |= {"h_c": 10**-7.5, "h_e": 1e-7}
    log_k = energies.log_k_in(network)
    x = np.array([[molar[m] for m in network.metabolites]])
    found = log_displacement(network, x, np.exp(log_k.to_numpy())[None])[0]
    expected = [
        sum(n * np.log(molar[m]) for m, n in WHOLE[r].items() if not m.startswith("h_"))
        - energies.log_k[NAMES.index(r)]
        for r in network.reaction_names
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_the_kinetic_model_leaves_out_is_part_of_its_constant(network, energies):
    whole = {**WHOLE, "AB": {"a_c": -1.0, "b_c": 1.0, "x_c": 2.0}}
    wider = replace(energies, stoichiometry=whole)
    with pytest.raises(InputError, match=r"energy of 'AB' is that of 2 x_c, but .* has 0"):
        wider.log_k_in(network)
    with pytest.raises(InputError, match=r"held\['x_c'\] must be a positive number"):
        wider.log_k_in(network, held={"x_c": 0.0})
    found = wider.log_k_in(network, held={"x_c": 1e-3})["AB"]
    assert found == pytest.approx(2.0 - 2 * np.log(1e-3))


def test_a_proton_of_unknown_ph_is_refused(network):
    stated = energies_from_table(pd.DataFrame({"reaction": ["IN"], "ln_k": [1.0]}))
    with pytest.raises(InputError, match=r"'IN' .* has 'h_[ce]', whose pH is not known"):
        stated.log_k_in(network)
    stated = replace(stated, protons=PH)
    assert stated.log_k_in(network)["IN"] == pytest.approx(1.0 - 0.5 * np.log(10))


def test_another_stoichiometry_is_refused(network, energies):
    other = replace(energies, stoichiometry={**WHOLE, "AB": {"a_c": 1.0, "b_c": -1.0}})
    with pytest.raises(InputError, match=r"energy of 'AB' is that of 1 a_c, but .* has -1"):
        other.log_k_in(network)


def test_identifiers_are_those_that_skimpy_makes_of_a_metabolic_models(network, energies):
    spelled = {"2b-D_c": 1.0, "a_c": -1.0}
    other = replace(energies, stoichiometry={**WHOLE, "AB": spelled})
    with pytest.raises(InputError, match="energy of 'AB' is that of 1 _2b_D_c"):
        other.log_k_in(network)


def test_half_widths_are_normal_quantiles(energies):
    np.testing.assert_allclose(
        list(energies.half_width(0.95).values()), 1.959964 * energies.error, rtol=1e-6
    )
    with pytest.raises(InputError, match="level must be a probability between 0 and 1, got 95"):
        energies.half_width(95)


def test_the_joint_error_is_the_covariance(energies):
    axes = energies.joint_error(0.95)
    assert axes.shape == (5, 3)
    np.testing.assert_allclose(
        axes.to_numpy() @ axes.to_numpy().T, 1.959964**2 * energies.covariance, atol=1e-6
    )


def test_better_known_values_take_the_place_of_others(energies):
    known = energies_from_table(pd.DataFrame({"reaction": ["AB"], "ln_k": [9.0], "error": [0.1]}))
    found = energies.updated(known)
    assert found.table.loc["AB", "ln_k"] == 9.0
    assert found.table.loc["AC", "ln_k"] == 1.5
    assert found.covariance[found.reactions.index("AB"), found.reactions.index("AC")] == 0.0
    assert len(found.reactions) == 5


def test_a_value_for_what_was_missing_is_no_longer_missing(energies):
    missing = energies_from_table(pd.DataFrame({"reaction": ["AB", "X"], "ln_k": [1.0, None]}))
    assert "none for 1: X" in str(missing)
    known = energies_from_table(pd.DataFrame({"reaction": ["X"], "ln_k": [2.0]}))
    assert len(missing.updated(known).missing) == 0


@pytest.mark.slow
def test_states_are_sampled_with_errors_that_keep_cycles_consistent(network, energies, units):
    """ln K of AC is that of AB plus that of BC, in every state; alone each would break it."""
    settings = {
        "fluxes": {"IN": (1.0, 2.0)},
        "directions": dict.fromkeys(("AB", "BC", "AC", "OUT"), 1),
        "concentrations": {
            **dict.fromkeys(("a_c", "b_c", "c_c"), (1e-6, 1e-2)),
            **{"a_e": 1e-2, "c_e": 1e-6, "h_c": 10**-7.5, "h_e": 1e-7},
        },
        "units": units,
        "seed": 1,
    }

    def cycle(joint):
        drawn = sr.sample_steady_states(
            network, 300, **energies.for_sampling(network, joint=joint), **settings
        )
        log_k = np.log(drawn.states.equilibrium_constants)
        place = {name: i for i, name in enumerate(network.reaction_names)}
        off = log_k[:, place["AB"]] + log_k[:, place["BC"]] - log_k[:, place["AC"]]
        return np.abs(off).max(), log_k[:, place["AB"]].std()

    together, spread = cycle(joint=True)
    assert together < 1e-9
    assert spread > 0.1
    assert cycle(joint=False)[0] > 0.1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reactions": ("IN", "AB", "AB", "AC", "OUT")}, "one energy, but AB has several"),
        ({"log_k": np.zeros(4)}, r"5 reactions need 5 ln K .* got shapes \(4,\)"),
        ({"log_k": np.array([0, np.inf, 0, 0, 0])}, "they are not for AB"),
        ({"covariance": -np.eye(5)}, "no negative eigenvalue"),
    ],
)
def test_what_are_no_energies_is_refused(energies, change, message):
    with pytest.raises(InputError, match=message):
        replace(energies, **change)


def test_a_reaction_without_an_energy_is_named(energies):
    with pytest.raises(MissingEntryError, match="no reaction with an energy 'ABC'"):
        energies.only(["ABC"])
