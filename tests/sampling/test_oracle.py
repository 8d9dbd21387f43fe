"""ORACLE sampling: SKiMPy's own sets from SKiMPy's own seed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError
from skimpy_renaissance.network import pools_from_table
from skimpy_renaissance.population.ensemble import WHOLE, Ensemble, ensemble_of

Parameters = sr.OracleSampler.Parameters


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states[sr.examples.REFERENCE_STATE]


def _golden(folder, shared_data):
    model = {"varma_regulated": "varma/kin_varma.yml", "varma": "varma/kin_varma.yml"}
    path = shared_data(model.get(folder, f"{folder}/kinetic_model.yaml"))
    pools = shared_data("yeast", "ST10284_cons_relations_annotated.csv")
    network = sr.read_skimpy_yaml(path, conservation=pools if folder == "yeast" else None)
    if folder == "varma_regulated":
        network = sr.add_regulation(network, pd.read_csv(shared_data(folder, "regulations.csv")))
    state = sr.read_steady_state(shared_data(folder, "steady_state_0.json"), network)
    return network, state, np.load(shared_data(folder, "golden_0.npz"))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["varma", "varma_regulated", "yeast"])
def test_the_same_seed_gives_skimpys_sets(folder, shared_data):
    network, state, golden = _golden(folder, shared_data)
    if folder == "yeast":
        bounds = {
            name: (low, high)
            for name, low, high in zip(
                golden["km_names"], golden["km_lower"], golden["km_upper"], strict=True
            )
        }
        network = network.with_bounds(bounds)
    n = 20
    population = sr.OracleSampler(Parameters(n_samples=n)).sample(
        network,
        state,
        only_stable=False,
        seed=int(golden["seed"]),
        bounds_sample=tuple(golden["bounds_sample"]),
    )
    assert ensemble_of(population.provenance) == Ensemble()  # of the prior, stable or not
    names = list(golden["param_names"])
    assert list(population.names) == names
    km = [names.index(name) for name in network.km_names]
    np.testing.assert_allclose(population.values[:, km], golden["params"][:n, km], rtol=1e-13)
    np.testing.assert_allclose(population.values, golden["params"][:n], rtol=1e-9)


@pytest.mark.slow
def test_only_stable_sets_are_kept_in_the_order_drawn(shared_data):
    network, state, golden = _golden("varma", shared_data)
    population, largest, smallest = sr.OracleSampler(Parameters(n_samples=30)).sample(
        network, state, min_max_eigenvalues=True, seed=123
    )
    stable = np.flatnonzero(golden["lambda_max"] <= 0)[:30]
    np.testing.assert_allclose(largest, golden["lambda_max"][stable], rtol=1e-4)
    np.testing.assert_allclose(smallest, golden["lambda_min"][stable], rtol=1e-9)
    assert population.provenance["trials"] == stable[-1] + 1
    assert ensemble_of(population.provenance) == Ensemble(WHOLE, 1.0)
    assert population.provenance["worth"].startswith(f"{len(population)} models, all independent")


def test_the_batch_size_changes_nothing(core):
    kinetics, state = core
    small, large = (
        sr.OracleSampler(Parameters(n_samples=20, batch=batch)).sample(kinetics, state, seed=3)
        for batch in (7, 512)
    )
    np.testing.assert_array_equal(small.values, large.values)


def test_bounds_hold(core):
    kinetics, state = core
    name = kinetics.network.km_names[0]
    x = state.concentrations[kinetics.network.hooks[name]]
    population = sr.OracleSampler(Parameters(n_samples=50)).sample(
        kinetics, state, only_stable=False, bounds={name: (x / 3, 2 * x)}
    )
    drawn = population.to_dataframe()[name]
    assert drawn.between(x / 3, 2 * x).all()
    assert drawn.max() > x > drawn.min()


def test_two_mappings_need_the_equilibrium_constants_in_the_model(core):
    kinetics, state = core
    fluxes, concentrations = dict(state.fluxes), state.concentrations
    sampler = sr.OracleSampler(Parameters(n_samples=5))
    with pytest.raises(MissingEntryError, match="k_equilibrium_"):
        sampler.sample(kinetics, fluxes, concentrations)
    constants = state.equilibrium_constants.dropna().add_prefix("k_equilibrium_")
    network = kinetics.network.with_parameters(constants.to_dict())
    given = sampler.sample(network, fluxes, concentrations, seed=1)
    expected = sampler.sample(kinetics, state, seed=1)
    np.testing.assert_allclose(given.values, expected.values, rtol=1e-12)
    assert given.units is None
    assert expected.units == sr.examples.E_COLI_CORE_UNITS


def test_pools_chosen_otherwise_leave_the_spectrum_alone(core):
    kinetics, state = core
    network = kinetics.network
    pools = network.conserved_pools
    reverse = network.variables[::-1]
    table = pd.DataFrame(pools.matrix, columns=network.variables)[list(reverse)]
    flipped = pools_from_table(table, reverse)
    dependent = [reverse[i] for i in flipped.dependent]
    assert dependent != [network.variables[i] for i in pools.dependent]
    rows = [network.variables.index(name) for name in reverse]
    other = type(pools)(
        flipped.matrix[:, np.argsort(rows)],
        np.array([network.variables.index(name) for name in dependent]),
        np.array([i for i, name in enumerate(network.variables) if name not in dependent]),
        network.variables,
    )
    sampler = sr.OracleSampler(Parameters(n_samples=5))
    usual = sampler.sample(kinetics, state, seed=2, only_stable=False)
    chosen = sampler.sample(network.with_pools(other), state, seed=2, only_stable=False)
    np.testing.assert_allclose(chosen.lambda_max, usual.lambda_max, rtol=1e-7)


@pytest.mark.parametrize(("trials", "reason"), [(40, "none of 40 models"), (0, "none was drawn")])
def test_nothing_found_is_an_empty_population_and_a_warning(core, trials, reason):
    kinetics, state = core
    sampler = sr.OracleSampler(Parameters(n_samples=5, eigenvalue_partition=-1e6))
    with pytest.warns(UserWarning, match=rf"{reason}.*Raise max_trials={trials} or"):
        population, largest, smallest = sampler.sample(
            kinetics, state, max_trials=trials, min_max_eigenvalues=True
        )
    assert (len(population), largest, smallest) == (0, [], [])
    one = sr.OracleSampler(Parameters(n_samples=1)).sample(kinetics, state)
    assert population.names == one.names


def test_skimpys_names_of_the_arguments_are_taken_too(core):
    kinetics, state = core
    sampler = sr.OracleSampler(Parameters(n_samples=2))
    theirs = sampler.sample(compiled_model=kinetics, flux_dict=state, concentration_dict=None)
    np.testing.assert_array_equal(theirs.values, sampler.sample(kinetics, state).values)
    with pytest.raises(InputError, match="flux_dict is SKiMPy's name of fluxes"):
        sampler.sample(kinetics, fluxes=state, flux_dict=state)


def test_a_single_saturation_gives_equal_sets(core):
    kinetics, state = core
    sampler = sr.OracleSampler(Parameters(n_samples=3))
    table = sampler.sample(
        kinetics, state, only_stable=False, bounds_sample=(0.5, 0.5)
    ).to_dataframe()
    for name in kinetics.network.km_names:
        np.testing.assert_allclose(
            table[name], state.concentrations[kinetics.network.hooks[name]], rtol=1e-12
        )


@pytest.mark.slow
def test_units_that_are_stated_give_eigenvalues_per_hour(core):
    kinetics, state = core
    constants = state.equilibrium_constants.dropna().add_prefix("k_equilibrium_")
    network = kinetics.network.with_parameters(constants.to_dict())
    per_minute = dict(state.fluxes / 60)
    minutes = replace(sr.examples.E_COLI_CORE_UNITS, time_scaling=60.0)
    given = {"fluxes": per_minute, "concentrations": state.concentrations}
    arguments = {"only_stable": False, "min_max_eigenvalues": True, "seed": 1}
    _, per_hour, _ = sr.OracleSampler(Parameters(n_samples=5)).sample(network, state, **arguments)
    unstated, per_model_time, _ = sr.OracleSampler(Parameters(n_samples=5)).sample(
        network, **given, **arguments
    )
    np.testing.assert_allclose(np.array(per_model_time) * 60, per_hour, rtol=1e-6)
    stated = Parameters(n_samples=5, units=minutes)
    sets, same, _ = sr.OracleSampler(stated).sample(network, **given, **arguments)
    np.testing.assert_allclose(same, per_hour, rtol=1e-6)
    np.testing.assert_allclose(sets.values, unstated.values, rtol=1e-9)  # Vmax per minute in both
    limit = float(np.median(per_hour))
    valid = sr.OracleSampler(stated._replace(eigenvalue_partition=limit)).sample(
        network, **given, seed=1
    )
    assert len(valid) == 5
    assert (valid.lambda_max <= limit).all()
    with pytest.raises(UnitsError, match="time_scaling"):
        sr.OracleSampler(stated).sample(kinetics, state)


def test_too_few_are_a_warning(core):
    kinetics, state = core
    with pytest.warns(UserWarning, match="parameter sets were found in 3 trials"):
        sr.OracleSampler(Parameters(n_samples=5)).sample(kinetics, state, max_trials=3, seed=1)
    with pytest.warns(UserWarning, match="Only 2 of 5 parameter sets were found in 2 trials"):
        sr.OracleSampler(Parameters(n_samples=5)).sample(
            kinetics, state, only_stable=False, max_trials=2
        )


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"fluxes": {"PGI": 1.0}, "concentrations": {}}, MissingEntryError, "fluxes for"),
        ({"concentrations": {"atp_c": 1.0}}, InputError, "not both"),
        ({"fluxes": {"PGI": 1.0}}, InputError, "no concentrations"),
        ({"network": "model.yaml"}, InputError, "got str"),
        ({"bounds_sample": (0.5, 0.2)}, InputError, "0 <= a < b <= 1"),
        ({"bounds": {"km_nowhere": (1, 2)}}, MissingEntryError, "km_nowhere"),
        ({"max_trials": -1}, InputError, "max_trials must be a whole number >= 0"),
    ],
)
def test_bad_arguments_are_named(core, change, error, message):
    kinetics, state = core
    arguments = {"network": kinetics, "fluxes": state, **change}
    with pytest.raises(error, match=message):
        sr.OracleSampler(Parameters(n_samples=2)).sample(**arguments)
