"""Perturbed initial states keep pools and bounds, and are uniform."""

import numpy as np
import pytest
import scipy.stats

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import perturb
from skimpy_renaissance.dynamics.ensembles.perturbation import _on_pools
from skimpy_renaissance.errors import InputError


@pytest.fixture(scope="module")
def drawn(core):
    return perturb(core[0], 300, lower=0.4, upper=1.7, seed=3)


def test_every_conserved_pool_is_kept(core, drawn):
    network = core[0].network
    amounts = network.conserved_pools.matrix / network.volume_ratios
    reference = core[0].reference.of_metabolites(network.variables)
    assert len(amounts) == 5
    np.testing.assert_allclose(
        drawn.to_numpy() @ amounts.T / (np.abs(amounts) @ reference),
        np.tile(amounts @ reference / (np.abs(amounts) @ reference), (300, 1)),
        rtol=1e-12,
    )


def test_bounds_are_kept_and_used(core, drawn):
    reference = core[0].reference.of_metabolites(core[0].network.variables)
    relative = drawn.to_numpy() / reference
    assert relative.min() >= 0.4 * (1 - 1e-15)
    assert relative.max() <= 1.7 * (1 + 1e-15)
    assert np.quantile(relative, 0.05) < 0.6
    assert np.quantile(relative, 0.95) > 1.4


def test_metabolites_of_no_pool_are_uniform_and_independent(core):
    network = core[0].network
    free = ~network.conserved_pools.matrix.any(axis=0)
    reference = core[0].reference.of_metabolites(network.variables)
    relative = (perturb(core[0], 2000, seed=5).to_numpy() / reference)[:, free]
    for column in relative.T:
        assert scipy.stats.kstest(column, "uniform", args=(0.5, 1.0)).pvalue > 1e-4
    correlations = np.corrcoef(relative.T) - np.eye(free.sum())
    assert np.abs(correlations).max() < 0.1


def test_two_metabolites_of_a_pool_are_uniform_on_their_line():
    weights = np.array([[2.0, 1.0]])  # 2 a + b = 3 within [0.5, 1.5]: a from 0.75 to 1.25
    rng = np.random.default_rng(0)
    y = _on_pools(weights, np.ones((3000, 2)), rng, 0.5, 1.5)
    np.testing.assert_allclose(y @ weights[0], 3.0, rtol=1e-14)
    assert scipy.stats.kstest(y[:, 0], "uniform", args=(0.75, 0.5)).pvalue > 1e-3


def test_three_metabolites_of_a_pool_are_as_rejection_draws_them():
    weights = np.array([[1.0, 1.0, 1.0]])
    rng = np.random.default_rng(1)
    y = _on_pools(weights, np.ones((3000, 3)), rng, 0.5, 1.5)
    pairs = rng.uniform(0.5, 1.5, (20_000, 2))
    third = 3 - pairs.sum(axis=1)
    kept = pairs[(third >= 0.5) & (third <= 1.5)]
    for column in y.T:
        assert scipy.stats.ks_2samp(column, kept[:, 0]).pvalue > 1e-3


def test_a_seed_gives_the_same_draws_and_leaves_numpys_own_alone(core):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = (perturb(core[0], 5, seed=9) for _ in range(2))
    other = perturb(core[0], 5, seed=10)
    assert first.equals(second)
    assert not first.equals(other)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_no_room_is_the_reference_itself(core):
    drawn = perturb(core[0], 2, lower=1.0, upper=1.0)
    reference = core[0].reference.of_metabolites(core[0].network.variables)
    np.testing.assert_array_equal(drawn.to_numpy(), [reference, reference])


@pytest.mark.parametrize("changes", [{"lower": 1.1}, {"upper": 0.9}, {"lower": -0.1}])
def test_bounds_without_the_reference_are_refused(core, changes):
    with pytest.raises(InputError, match="lower <= 1 <= upper"):
        perturb(core[0], 2, **changes)


def test_several_states_are_refused(core):
    _, states = sr.examples.e_coli_core()
    bound = sr.compile(core[0].network).at(states)
    with pytest.raises(InputError, match="one steady state"):
        perturb(bound, 2)
