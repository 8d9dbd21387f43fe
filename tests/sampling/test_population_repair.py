"""An ORACLE ensemble made valid."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.sampling import repair

CRITERION = sr.Validity(-3.3)


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    given = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=30)).sample(
        network, state, only_stable=False, seed=4
    )
    return sr.compile(network).at(state, threads=1), given


@pytest.fixture(scope="module")
def repaired(core):
    bound, given = core
    return repair(bound, given, CRITERION)


@pytest.mark.slow
def test_all_sets_of_oracle_become_valid_by_a_short_change(core, repaired):
    bound, given = core
    assert (repaired.population.lambda_max < -3.3).all()
    assert repaired.population.index == given.index
    assert (given.lambda_max >= -3.3).mean() > 0.5
    log_km = torch.from_numpy(np.array(repaired.population.log_km(bound.km_names)))
    assert (bound.lambda_max(log_km) < -3.3).all()
    # two sets of ORACLE lie about 30 apart
    apart = np.linalg.norm(np.diff(given.log_km(bound.km_names), axis=0), axis=1)
    assert repaired.models["distance (ln Km)"].median() < 0.15 * np.median(apart)


def test_the_table_of_models_tells_what_became_of_each(core, repaired):
    bound, given = core
    table = repaired.models
    assert list(table.index) == list(given.index)
    valid = given.lambda_max < -3.3
    assert (table["status"] == np.where(valid, "valid", "repaired")).all()
    assert table["lambda_max given (1/h)"].to_numpy() == pytest.approx(given.lambda_max, rel=1e-6)
    before = given.log_km(bound.km_names)
    after = repaired.population.log_km(bound.km_names)
    assert table["distance (ln Km)"].to_numpy() == pytest.approx(
        np.linalg.norm(after - before, axis=1), abs=1e-9
    )
    row = int(np.argmax(~valid))
    column = bound.km_names.index(table["changed most"].iloc[row])
    assert np.abs(after - before)[row].argmax() == column
    assert table["fold"].iloc[row] == pytest.approx(np.exp((after - before)[row, column]))


def test_the_table_of_constants_begins_with_what_changed_most(repaired):
    table = repaired.changes
    assert table["mean change (ln Km)"].is_monotonic_decreasing
    assert set(table["metabolite"].iloc[:5]) & {"glu__L_c", "gln__L_c"}  # what limits this state
    assert (table["share of sets"].between(0, 1)).all()
    assert table["share of sets"].iloc[0] > table["share of sets"].iloc[-1]


def test_capacities_of_repaired_sets_reproduce_the_steady_state(core, repaired):
    bound, _ = core
    names = [name for name in bound.network.vmax_names if name]
    log_km = torch.from_numpy(np.array(repaired.population.log_km(bound.km_names)))
    vmax = bound.vmax(log_km).numpy()[:, [n is not None for n in bound.network.vmax_names]]
    stored = repaired.population.to_dataframe()[names].to_numpy()
    assert stored == pytest.approx(vmax, rel=1e-9)


def test_tensors_are_repaired_too_and_provenance_says_how(core):
    bound, given = core
    log_km = torch.from_numpy(np.array(given.log_km(bound.km_names)))[:4]
    result = repair(bound, log_km, CRITERION, steps=40)
    assert result.population.index == ("0", "1", "2", "3")
    assert result.population.provenance["sampler"] == "repair"
    assert result.population.provenance["criterion"]["partition"] == -3.3


@pytest.mark.slow
def test_what_cannot_be_repaired_is_an_error_that_points_on(core):
    bound, given = core
    with pytest.raises(SamplingError, match="pool_speeds"):
        repair(bound, given, sr.Validity(-300.0), steps=2)
    network, states = sr.examples.e_coli_core()
    with pytest.raises(InputError, match="one steady state, got 2"):
        repair(sr.compile(network).at(states[:2]), given)
