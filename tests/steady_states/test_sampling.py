"""Sampled steady states: uniform, consistent, within what was stated; contradictions named."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest, uniform

import skimpy_renaissance as sr
from benchmarks.cases import e_coli_states
from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    SamplingError,
    SteadyStateError,
    UnitsError,
)
from skimpy_renaissance.steady_states import check_consistency
from skimpy_renaissance.steady_states.displacement import log_displacement

LOW, HIGH = 1e-6, 1e-3  # mol/L
CHAIN = ("_13a_e", "glc_D_c", "b_c", "c_c", "d_c")
SETTINGS = {
    "fluxes": {"R0": (1.0, 3.0)},
    "concentrations": {**dict.fromkeys(CHAIN, (LOW, HIGH)), "h_c": 1.0},
    "k_eq": {f"R{i}": 1.0 for i in range(4)},
}


@pytest.fixture
def chain(network, units):
    """Draw states of the chain, R0 to R3 with equilibrium constants of 1."""

    def draw(n=1000, **changed):
        return sr.sample_steady_states(network, n, units=units, **{**SETTINGS, **changed})

    return draw


@pytest.fixture(scope="module")
def core():
    return sr.examples.e_coli_core()


def _molar(states, *names):
    columns = [states.metabolite_names.index(name) for name in names]
    return states.concentrations[:, columns] / states.units.concentration_scaling


def test_a_chain_has_the_fluxes_and_concentrations_of_theory(chain, units):
    """One flux, uniform; five falling concentrations: order statistics of five uniform ones."""
    drawn = chain()
    fluxes = drawn.states.fluxes / units.flux_factor
    np.testing.assert_allclose(fluxes, fluxes[:, :1] * np.ones(5), rtol=1e-9)
    assert kstest(fluxes[:, 0], uniform(1, 2).cdf).pvalue > 1e-3
    place = (np.log(_molar(drawn.states, *CHAIN)) - np.log(LOW)) / np.log(HIGH / LOW)
    assert (np.diff(place, axis=1) < 0).all()
    np.testing.assert_allclose(place.mean(0), np.arange(5, 0, -1) / 6, atol=0.02)
    np.testing.assert_allclose(
        place.var(0), [5 / 252, 8 / 252, 9 / 252, 8 / 252, 5 / 252], rtol=0.2
    )
    assert drawn.n_dimensions == (1, 5)


def test_fluxes_and_concentrations_know_nothing_of_each_other(chain):
    states = chain().states
    both = np.column_stack([states.fluxes[:, 0], np.log(states.concentrations[:, :4])])
    assert np.abs(np.corrcoef(both.T)[0, 1:]).max() < 0.12


def test_directions_are_respected_and_can_be_turned(chain, network):
    states = chain(
        200, fluxes={"R0": (-3.0, 3.0), "2OUT": (1.0, 3.0)}, least_displacement=0.5
    ).states  # 2OUT has no way back, so that the balance tells all directions
    gamma = log_displacement(network, states.concentrations, states.equilibrium_constants)
    assert (states.fluxes > 0).all()
    assert (gamma[:, :4] <= -0.5 + 1e-9).all()


def test_an_error_of_the_constant_makes_it_vary_within(chain):
    constants = chain(300, k_eq_error={"R1": 2.0}).states.equilibrium_constants
    log_k = np.log(constants[:, :3])
    np.testing.assert_allclose(log_k[:, [0, 2]], 0, atol=1e-9)
    assert np.abs(log_k[:, 1]).max() <= 2 + 1e-9
    assert log_k[:, 1].std() > 0.5


def test_constants_are_stated_per_mol_and_kept_in_scaled_units(chain, units):
    """R3 turns c + ... into d + 2 h: its constant has the dimension of a squared concentration."""
    drawn = chain(
        50,
        k_eq={**SETTINGS["k_eq"], "R3": 1e-4},
        concentrations={**SETTINGS["concentrations"], "h_c": 1e-7},
    )
    scaled = drawn.states.equilibrium_constants[:, 3]
    np.testing.assert_allclose(scaled, 1e-4 * units.concentration_scaling**2, rtol=1e-9)


@pytest.mark.slow
def test_totals_are_kept_to(chain):
    drawn = chain(200, totals={("b_c", "c_c"): (1e-4, 2e-4)})
    total = _molar(drawn.states, "b_c", "c_c").sum(1)
    assert ((total >= 1e-4 * (1 - 1e-9)) & (total <= 2e-4 * (1 + 1e-9))).all()
    with pytest.raises(SamplingError, match=r"b_c \+ c_c"):
        chain(20, totals={("b_c", "c_c"): (1.0, 2.0)})


@pytest.mark.slow
def test_the_seed_decides(chain):
    one, same, other = (chain(20, seed=seed).states.fluxes for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)


def test_the_table_says_what_was_asked_and_how_well_it_is_known(chain):
    drawn = chain()
    row = drawn.quantities.loc[("concentration", "b_c")]
    np.testing.assert_allclose(row[["low", "high"]].astype(float), [LOW, HIGH])
    assert 500 <= row["effective_size"] <= 1000
    assert 1 <= row["r_hat"] < 1.05
    assert np.isnan(drawn.quantities.loc[("K_eq", "R0"), "r_hat"])
    assert drawn.enough
    assert str(drawn).startswith("1000 steady states, uniform: fluxes vary in 1 independent ways")


@pytest.mark.slow
def test_like_the_bundled_states_they_are_and_all_consistent(core):
    network, states = core
    drawn = sr.sample_steady_states(network, 200, like=states, seed=1, prefix="new")
    new = drawn.states
    assert new.names[0] == "new_0"
    assert check_consistency(network, new, balance_tolerance=1e-9).passed.all()
    for label in ("fluxes", "concentrations", "equilibrium_constants"):
        seen, got = getattr(states, label), getattr(new, label)
        known = ~np.isnan(seen).any(axis=0)
        slack = 1e-7 * np.abs(seen).max(axis=0)
        assert (got >= seen.min(axis=0) - slack)[:, known].all()
        assert (got <= seen.max(axis=0) + slack)[:, known].all()
    gamma = [
        log_displacement(network, s.concentrations, s.equilibrium_constants) for s in (states, new)
    ]
    assert (gamma[1] >= gamma[0].min(axis=0) - 1e-6)[:, ~np.isnan(gamma[0][0])].all()


@pytest.mark.slow
def test_widened_ranges_are_wider_and_directions_stay(core):
    network, states = core
    plain, wide = (
        sr.sample_steady_states(network, 100, like=states, widen=w, seed=1) for w in (1.0, 3.0)
    )
    ratio = np.log(wide.quantities["high"] / wide.quantities["low"]) / np.log(
        plain.quantities["high"] / plain.quantities["low"]
    )
    moving = ratio.loc["concentration"].dropna()
    np.testing.assert_allclose(moving[np.isfinite(moving)], 3.0, rtol=1e-6)
    assert (np.sign(wide.states.fluxes) == np.sign(states.fluxes[0])).all()


@pytest.mark.slow
def test_like_is_overridden_by_what_is_stated(core):
    network, states = core
    drawn = sr.sample_steady_states(
        network, 50, like=states, concentrations={"atp_c": (2e-3, 3e-3)}, widen=1.2
    )
    atp = _molar(drawn.states, "atp_c")
    assert ((atp >= 2e-3 * (1 - 1e-9)) & (atp <= 3e-3 * (1 + 1e-9))).all()


@pytest.mark.slow
@pytest.mark.parametrize("alike", ["no", "nearly", "all"])
def test_given_states_need_be_balanced_to_a_solver_s_tolerance_only(core, alike):
    """Fluxes off by 1e-7, different in all states or the same."""
    network, states = core
    noise = 1 + 1e-7 * np.random.default_rng(0).standard_normal(states.fluxes.shape[1])
    fluxes = states.fluxes[:12] * noise
    if alike != "no":
        fluxes[:] = fluxes[0]
    if alike == "nearly":
        fluxes[1] *= 1 + 1e-8
    like = replace(states[:12], fluxes=fluxes)
    new = sr.sample_steady_states(network, 20, like=like).states
    assert check_consistency(network, new, balance_tolerance=1e-6).passed.all()


@pytest.mark.slow
def test_displacements_nearer_to_equilibrium_are_kept_where_they_were_seen(core):
    network, states = core
    gamma = np.abs(log_displacement(network, states.concentrations, states.equilibrium_constants))
    smallest = gamma.min(axis=0)  # NaN where there is no constant
    new = sr.sample_steady_states(network, 50, like=states, least_displacement=0.5).states
    sampled = np.abs(log_displacement(network, new.concentrations, new.equilibrium_constants))
    known = ~np.isnan(smallest)
    assert (smallest[known] < 0.5).any()
    assert (sampled >= np.minimum(smallest, 0.5) - 1e-9)[:, known].all()


@pytest.mark.slow
def test_thousands_of_the_paper_s_model_are_independent(shared_data):
    shared_data("ecoli")
    network, states = e_coli_states()
    drawn = sr.sample_steady_states(network, 2000, like=states, widen=1.07)
    assert check_consistency(network, drawn.states).passed.all()
    assert drawn.enough
    assert drawn.quantities["effective_size"].min() >= 1000
    assert drawn.quantities["r_hat"].max() < 1.05


def test_fluxes_that_contradict_one_another_are_named(chain):
    with pytest.raises(SteadyStateError) as caught:
        chain(fluxes={"R0": (1.0, 3.0), "R3": (4.0, 5.0)})
    text = str(caught.value)
    assert "R0 <= 3" in text
    assert "R3 >= 4" in text
    assert "mmol/gDW/h" in text
    assert "through the balance of" in text
    assert "enough to have R" in text
    assert "2OUT" not in text


def test_concentrations_that_contradict_a_direction_are_named(chain):
    ranges = {**SETTINGS["concentrations"], "b_c": (1e-3, 1e-2), "c_c": (1e-2, 1e-1)}
    with pytest.raises(SteadyStateError) as caught:
        chain(concentrations=ranges)
    text = str(caught.value)
    assert "b_c <= 0.01" in text
    assert "c_c >= 0.01" in text
    assert "ln displacement of R2 <= -0.001" in text
    assert "h_c" not in text
    enough = text[text.index("enough to have") :]
    assert "displacement" not in enough  # ranges are what a user can change


def test_a_direction_that_nothing_tells_is_asked_for(core):
    network, states = core
    constants = dict.fromkeys(network.reversible_reactions, 1.0)
    with pytest.raises(SteadyStateError, match=r"leave both to ACKr, .*directions=\{'ACKr': 1\}"):
        sr.sample_steady_states(network, 10, units=states.units, k_eq=constants)


def test_a_flux_without_bounds_is_named(chain):
    with pytest.raises(SteadyStateError, match="nothing bounds the flux of R0"):
        chain(fluxes={})


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"fluxes": {"PFK": 1.0}}, MissingEntryError, "PFK"),
        ({"concentrations": {"atp_c": (1e-3, 1e-2)}}, MissingEntryError, "atp_c"),
        ({"fluxes": {"R0": (3.0, 1.0)}}, InputError, "flux of 'R0'.*lowest, highest"),
        ({"concentrations": {"b_c": (0.0, 1.0)}}, InputError, "'b_c' must be positive"),
        ({"k_eq": {"R0": -1.0}}, InputError, "k_eq of 'R0' must be a positive number"),
        ({"k_eq": {"2OUT": 1.0}}, MissingEntryError, "2OUT"),
        ({"k_eq": {}}, MissingEntryError, "constant of 'R0' is not known"),
        ({"k_eq_error": -1.0}, InputError, "k_eq_error of 'R0' must be a number >= 0"),
        ({"directions": {"R0": 0}}, InputError, "1 .forward. or -1"),
        ({"directions": {"R9": 1}}, MissingEntryError, "R9"),
        ({"totals": {"b_c": (1e-4, 1e-3)}}, InputError, "several metabolites"),
        ({"widen": 0.0}, InputError, "widen"),
        ({"n": 0}, InputError, "n must be a whole number >= 1"),
        ({"units": None}, UnitsError, "units=Units"),
    ],
)
def test_what_cannot_be_is_refused_by_name(network, units, changed, error, words):
    arguments = {"n": 10, "units": units, **SETTINGS, **changed}
    with pytest.raises(error, match=words):
        sr.sample_steady_states(network, arguments.pop("n"), **arguments)


def test_concentrations_of_no_cell_are_refused(chain):
    with pytest.raises(UnitsError, match="mol/L"):
        chain(20, concentrations={**dict.fromkeys(CHAIN, (1e2, 1e3)), "h_c": 1.0})
