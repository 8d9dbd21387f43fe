from dataclasses import replace

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.sampling.default_partition import no_partition_stated, suggested_partition

QUICK = {
    "n_samples": 2,
    "generations": 1,
    "n_candidates": 2,
    "models_per_candidate": 5,
    "hidden": (4,),
    "progress": False,
}


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return network, states[sr.examples.REFERENCE_STATE]


def test_five_times_growth_is_suggested(core):
    network, state = core
    growth = state.fluxes["Biomass_Ecoli_core"] / state.units.flux_factor
    assert suggested_partition(network, state) == pytest.approx(-5 * growth)
    assert suggested_partition(network, state, scaling=0.5) == pytest.approx(-2.5 * growth)
    with pytest.raises(MissingEntryError, match="GROWS"):
        suggested_partition(network, state, reaction="GROWS")


def test_nothing_is_suggested_where_growth_is_not_known(core):
    network, state = core
    assert suggested_partition(network, state, scaling=1e-6) is None  # that of no growing cell
    assert suggested_partition(network, replace(state, units=None)) is None
    assert suggested_partition(network.without("Biomass_Ecoli_core"), state) is None


def test_the_bare_default_is_told_and_kept_with_the_population(core):
    network, state = core
    sampler = sr.RenaissanceSampler(sr.RenaissanceSampler.Parameters(**QUICK))
    words = r"No eigenvalue partition was stated: -2\.5 1/h .* grow at 0\.615 1/h; .* is -3\.07 1/h"
    with pytest.warns(UserWarning, match=words):
        population = sampler.sample(network, state, only_stable=False, seed=1)
    assert population.provenance["note"] == no_partition_stated(suggested_partition(network, state))
    assert population.provenance["criterion"]["partition"] == -2.5


def test_a_stated_partition_is_not_remarked_upon(core):
    settings = sr.RenaissanceSampler.Parameters(eigenvalue_partition=-2.5, **QUICK)
    population = sr.RenaissanceSampler(settings).sample(*core, only_stable=False, seed=1)
    assert "note" not in population.provenance


def test_without_growth_the_note_says_what_to_take():
    assert "five times the growth rate of your cells, with a minus" in no_partition_stated(None)


def test_a_sampler_asks_whether_unstable_models_are_meant(core):
    settings = sr.RenaissanceSampler.Parameters(eigenvalue_partition=2.0, **QUICK)
    with pytest.raises(InputError, match=r"with 2 unstable models count as valid. Is it -2\? Else"):
        sr.RenaissanceSampler(settings).sample(*core)
    meant = sr.RenaissanceSampler.Parameters(eigenvalue_partition=2.0, allow_unstable=True, **QUICK)
    assert len(sr.RenaissanceSampler(meant).sample(*core, only_stable=False)) == 2
