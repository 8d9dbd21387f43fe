from dataclasses import replace

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import MissingEntryError, UnitsError
from skimpy_renaissance.steady_states import growth_rate, growth_reaction, turnover_times


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return network, states[97:99]


def test_growth_is_the_flux_of_the_growth_reaction_in_per_hour(core):
    network, states = core
    assert growth_reaction(network) == "Biomass_Ecoli_core"
    flux = states.fluxes[0, network.reaction_names.index("Biomass_Ecoli_core")]
    assert growth_rate(network, states[0]) == pytest.approx(flux / states.units.flux_factor)
    assert growth_rate(network, states[0], scaling=2.0) == pytest.approx(
        2 * flux / states.units.flux_factor
    )
    with pytest.raises(MissingEntryError, match="GROWS"):
        growth_rate(network, states[0], reaction="GROWS")


def test_turnover_of_several_states_is_that_of_each(core):
    network, states = core
    together = turnover_times(network, states)
    for row, state in enumerate(states):
        np.testing.assert_allclose(together[row], turnover_times(network, state), rtol=1e-14)


def test_turnover_is_in_hours_whatever_the_time_of_the_model(core):
    network, states = core
    units = replace(states.units, time_scaling=60.0)
    minutes = replace(states, units=units, fluxes=states.fluxes / 60)
    np.testing.assert_allclose(
        turnover_times(network, minutes), turnover_times(network, states), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (lambda units: 1 / units.flux_factor, r"growth at 1\.71e-06 1/h"),  # never scaled
        (lambda units: units.flux_factor, r"growth at 2\.21e\+05 1/h"),  # scaled twice
    ],
)
def test_fluxes_that_no_cell_has_are_refused_with_the_growth_they_mean(core, factor, words):
    network, states = core
    tables = {
        "concentrations": dict(states[0].concentrations),
        "equilibrium_constants": dict(states[0].equilibrium_constants.dropna()),
        "units": states.units,
    }
    fluxes = states[0].fluxes * factor(states.units)
    with pytest.raises(UnitsError, match=rf"turn over in .* h .*Biomass_Ecoli_core means {words}"):
        sr.from_tables(network, fluxes=dict(fluxes), **tables)
    with pytest.raises(UnitsError, match=r"are fluxes in the unit that is stated"):
        sr.from_tables(network, fluxes=dict(fluxes), **tables)


def test_a_lumped_growth_reaction_counts_by_what_it_takes(core):
    network, states = core
    column = network.reaction_names.index("Biomass_Ecoli_core")
    biomass = network.reactions[column]
    lumped = replace(biomass, stoichiometry={m: 1e6 * n for m, n in biomass.stoichiometry.items()})
    reactions = [*network.reactions]
    reactions[column] = lumped
    fluxes = states.fluxes.copy()
    fluxes[:, column] /= 1e6
    report = sr.check_consistency(
        replace(network, reactions=tuple(reactions)), replace(states, fluxes=fluxes)
    )
    assert report.growth.max() < 1e-6
    assert not report.growth_impossible.any()
    assert not report.implausible.any()


def test_published_fluxes_are_those_of_cells(shared_data):
    for model, state in (
        (("varma", "kin_varma.yml"), ("varma", "steady_state_0.json")),
        (("ecoli", "kinetic_model.yaml"), ("ecoli", "steady_state_1712.json")),
        (("yeast", "kinetic_model.yaml"), ("yeast", "steady_state_0.json")),
    ):
        network = sr.read_skimpy_yaml(shared_data(*model))
        found = sr.read_steady_state(shared_data(*state), network)
        assert 1e-5 < np.median(turnover_times(network, found)) < 1e-2


def test_growth_that_hardly_any_cell_has_is_warned_of_where_coefficients_make_a_gram(core):
    network, states = core
    slow = replace(states, fluxes=states.fluxes / 360)  # mmol/gDW/h taken for mmol/L/h
    report = sr.check_consistency(network, slow)
    assert report.passed.all()
    assert report.growth_doubtful.all()
    tables = {
        "concentrations": dict(states[0].concentrations),
        "equilibrium_constants": dict(states[0].equilibrium_constants.dropna()),
        "units": states.units,
    }
    words = (
        r"Biomass_Ecoli_core means growth at 0\.00171 1/h in state '0' .* Are fluxes in the unit"
    )
    with pytest.warns(UserWarning, match=words):
        sr.from_tables(network, fluxes=dict(slow[0].fluxes), **tables)
    assert not sr.check_consistency(network, states).growth_doubtful.any()
