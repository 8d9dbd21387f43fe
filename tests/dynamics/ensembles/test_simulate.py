"""A population in time: steady states stay, small deviations follow the Jacobian, pools hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.linalg
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import (
    BDF,
    LeavesBounds,
    ReachesTolerance,
    Status,
    perturb,
    simulate,
)
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError

TIMES = np.linspace(0.0, 1.0, 6)


@pytest.fixture(scope="module")
def reference(core):
    return core[0].reference.of_metabolites(core[0].network.variables)


@pytest.fixture(scope="module")
def perturbed(core):
    bound, population = core
    return simulate(
        bound, population, TIMES, initial=perturb(bound, 2, seed=1), rtol=1e-8, n_processes=1
    )


def log_km(core):
    bound, population = core
    return torch.from_numpy(np.ascontiguousarray(population.log_km(bound.km_names)))


@pytest.mark.slow
def test_the_steady_state_stays_where_it_is(core):
    bound, population = core
    found = simulate(bound, population, [0.0, 10.0], n_processes=1)
    assert found.finished.all()
    assert np.abs(found.deviations).max() < 1e-6
    assert np.abs(found.relative_rates - 1).max() < 1e-5


@pytest.mark.slow
def test_the_rates_at_the_reference_are_its_fluxes(core, perturbed):
    fluxes = core[0].reference.fluxes.numpy().reshape(-1)
    np.testing.assert_allclose(perturbed.reference_rates, np.tile(fluxes, (8, 1)), rtol=1e-10)


def test_a_small_perturbation_decays_as_the_jacobian_says(core, reference):
    bound, population = core
    jacobian = bound.jacobian(log_km(core)).numpy()
    independent = bound.network.conserved_pools.independent
    start = perturb(bound, 1, lower=1 - 1e-4, upper=1 + 1e-4, seed=2)
    found = simulate(bound, population, TIMES, initial=start, rtol=1e-10, atol=1e-9, n_processes=1)
    begin = (start.to_numpy()[0] - reference)[independent]
    for model, states in enumerate(found.concentrations):
        moved = (states - reference)[:, independent]
        expected = np.array([scipy.linalg.expm(jacobian[model] * t) @ begin for t in TIMES])
        error = np.abs(moved - expected) / reference[independent]
        assert error.max() < 1e-6  # second order in the perturbation


def test_conserved_pools_hold_along_the_way(core, perturbed, reference):
    network = core[0].network
    amounts = network.conserved_pools.matrix / network.volume_ratios
    totals = perturbed.concentrations @ amounts.T
    change = np.abs(totals - amounts @ reference) / (np.abs(amounts) @ reference)
    assert change.max() < 1e-9


def test_models_and_perturbations_are_labelled_in_order(perturbed):
    assert perturbed.labels["model"].tolist() == ["0", "0", "1", "1", "2", "2", "3", "3"]
    assert perturbed.labels["perturbation"].tolist() == ["0", "1"] * 4
    np.testing.assert_array_equal(perturbed.concentrations[0, 0], perturbed.concentrations[2, 0])


@pytest.mark.slow
def test_bdf_and_cvode_agree(core, perturbed):
    bound, population = core
    start = perturb(bound, 2, seed=1)
    one = population.select([1])
    found = simulate(bound, one, TIMES, initial=start, rtol=1e-8, integrator=BDF(), n_processes=1)
    np.testing.assert_allclose(found.concentrations, perturbed.concentrations[2:4], rtol=1e-5)


def test_saturation_constants_alone_are_as_good_as_complete_sets(core, perturbed):
    bound = core[0]
    start = perturb(bound, 2, seed=1)
    found = simulate(bound, log_km(core)[:1], TIMES, initial=start, rtol=1e-8, n_processes=1)
    np.testing.assert_allclose(found.concentrations, perturbed.concentrations[:2], rtol=1e-6)


def test_a_changed_capacity_of_a_set_moves_the_steady_state(core):
    bound, population = core
    column = population.names.index("vmax_forward_PFK")
    values = population.values.copy()
    values[:, column] *= 2
    found = simulate(bound, replace(population, values=values), [0.0, 1.0], n_processes=1)
    assert (found.deviations[:, 0] == 0).all()
    pfk = found.reactions.index("PFK")
    np.testing.assert_allclose(found.relative_rates[:, 0, pfk], 1.0)
    assert np.abs(found.deviations[:, 1]).max() > 0.01


@pytest.mark.slow
def test_time_is_in_hours_whatever_the_model_counts_in(core):
    network, states = sr.examples.e_coli_core()
    bound = core[0]
    state = states[sr.examples.REFERENCE_STATE]
    minutes = replace(
        state, fluxes=state.fluxes / 60, units=replace(state.units, time_scaling=60.0)
    )
    other = sr.compile(network).at(minutes)
    start = perturb(bound, 1, seed=1)
    given = {"initial": start, "n_processes": 1, "rtol": 1e-9, "events": [ReachesTolerance(0.2)]}
    hours = simulate(bound, log_km(core), TIMES, **given)
    found = simulate(other, log_km(core), TIMES, **given)
    np.testing.assert_allclose(found.times, TIMES)
    np.testing.assert_allclose(found.concentrations, hours.concentrations, rtol=1e-6)
    np.testing.assert_allclose(found.event_times, hours.event_times, rtol=1e-6)
    np.testing.assert_allclose(found.rates * 60, hours.rates, rtol=1e-5, atol=1e-3)


def test_an_unstable_set_leaves_and_is_reported(core):
    bound = core[0]
    rng = torch.Generator().manual_seed(0)
    km = log_km(core)[0] + 3 * torch.randn(200, len(bound.km_names), generator=rng).double()
    rates = bound.lambda_max(km)
    unstable = km[rates.argmax()][None]
    assert rates.max() > 10
    found = simulate(
        bound,
        torch.cat([unstable, log_km(core)[:1]]),
        [0.0, 5.0],
        initial=perturb(bound, 1, seed=1),
        events=[LeavesBounds(0.1, 10.0)],
        time_limit=20.0,
        n_processes=1,
    )
    assert found.statuses[0] is not Status.FINISHED
    assert found.messages[0]
    assert found.statuses[1] is Status.FINISHED


def test_a_table_of_initial_states_is_taken_by_name(core, perturbed):
    bound, population = core
    start = perturb(bound, 2, seed=1).iloc[:, ::-1]
    found = simulate(bound, population.select([0]), TIMES, initial=start, rtol=1e-8, n_processes=1)
    np.testing.assert_array_equal(found.concentrations, perturbed.concentrations[:2])


@pytest.mark.slow
def test_what_does_not_fit_is_told(core):
    bound, population = core
    _, states = sr.examples.e_coli_core()
    several = sr.compile(bound.network).at(states)
    other = replace(population, units=replace(population.units, concentration_scaling=1e3))
    lacking = population.to_dataframe().drop(columns=bound.km_names[0])
    lacking = sr.ParameterPopulation.from_dataframe(lacking, units=population.units)
    start = perturb(bound, 1)
    with pytest.raises(InputError, match="one steady state"):
        simulate(several, population, TIMES)
    with pytest.raises(UnitsError):
        simulate(bound, other, TIMES)
    with pytest.raises(MissingEntryError, match=bound.km_names[0]):
        simulate(bound, lacking, TIMES)
    with pytest.raises(MissingEntryError, match=start.columns[0]):
        simulate(bound, population, TIMES, initial=start.iloc[:, 1:])
    with pytest.raises(InputError, match="perturbation x variable"):
        simulate(bound, population, TIMES, initial=np.ones((1, 3)))
    with pytest.raises(InputError, match="ParameterPopulation"):
        simulate(bound, [1.0], TIMES)


@pytest.mark.slow
def test_models_may_start_from_states_of_their_own(core):
    bound, population = core
    start = perturb(bound, 3, seed=4)
    own = start.iloc[[2, 0]].copy()
    own.index = pd.MultiIndex.from_tuples(
        [(population.index[3], "a"), (population.index[1], "b")], names=["model", "perturbation"]
    )
    found = simulate(bound, population, TIMES, initial=own, n_processes=1)
    assert found.labels.to_numpy().tolist() == [
        [population.index[3], "a"],
        [population.index[1], "b"],
    ]
    every = simulate(bound, population, TIMES, initial=start, n_processes=1)
    np.testing.assert_array_equal(found.concentrations[0], every.concentrations[3 * 3 + 2])
    np.testing.assert_array_equal(found.concentrations[1], every.concentrations[1 * 3 + 0])


@pytest.mark.slow
def test_own_states_need_their_levels_and_known_models(core):
    bound, population = core
    start = perturb(bound, 1, seed=4)
    start.index = pd.MultiIndex.from_tuples([("0", "a")], names=["set", "perturbation"])
    with pytest.raises(InputError, match="levels model and perturbation"):
        simulate(bound, population, TIMES, initial=start)
    start.index = pd.MultiIndex.from_tuples([("gone", "a")], names=["model", "perturbation"])
    with pytest.raises(MissingEntryError, match="gone"):
        simulate(bound, population, TIMES, initial=start)
