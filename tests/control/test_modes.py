"""Slow modes: who takes part, and how the parts add up to the eigenvalue."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.control import flux_modal_matrix, modal_matrix, slow_modes
from skimpy_renaissance.errors import InputError


def test_participations_are_shares(core):
    modes = slow_modes(*core, n=3)
    np.testing.assert_allclose(modes.metabolite_participation.sum(-1), 1.0, rtol=1e-9)
    np.testing.assert_allclose(modes.reaction_participation.sum(-1), 1.0, rtol=1e-9)
    assert (modes.metabolite_participation >= 0).all()


def test_reactions_add_up_to_the_eigenvalue(core):
    bound, population = core
    modes = slow_modes(bound, population, n=2)
    log_km = torch.from_numpy(population.log_km(bound.km_names))
    spectrum = bound.eigenvalues(log_km)[:, :2]
    np.testing.assert_allclose(modes.eigenvalues.real, spectrum.real.numpy(), rtol=1e-8)
    np.testing.assert_allclose(
        modes.reaction_contributions.sum(-1), spectrum.real.numpy(), rtol=1e-5
    )


def test_participation_is_how_the_eigenvalue_follows_the_diagonal(core):
    """Participation factors are d lambda / d a_mm: perturb the diagonal of the Jacobian."""
    bound, population = core
    log_km = torch.from_numpy(population.log_km(bound.km_names))
    modes = slow_modes(bound, log_km)
    matrix = bound.scaled_jacobian(log_km)[0]
    leading = complex(modes.eigenvalues[0, 0])
    slopes = []
    for m in range(len(matrix)):
        step = 1e-4 * abs(leading)
        ends = []
        for sign in (1, -1):
            changed = matrix.clone()
            changed[m, m] += sign * step
            values = 1 / torch.linalg.eigvals(torch.linalg.inv(changed))
            ends.append(complex(values[(values - leading).abs().argmin()]))
        slopes.append(abs((ends[0] - ends[1]) / (2 * step)))
    share = np.array(slopes) / np.sum(slopes)
    np.testing.assert_allclose(modes.metabolite_participation[0, 0], share, atol=1e-4)


@pytest.mark.parametrize("n", [0, 40, 1.5, True])
def test_the_number_of_modes_is_checked(core, n):
    with pytest.raises(InputError, match="number of modes"):
        slow_modes(*core, n=n)


def test_rows_of_the_modal_matrix_decay_on_their_own(core):
    bound, population = core
    one = population.select([0])
    modal = modal_matrix(bound, one)
    jacobian = bound.jacobian(torch.from_numpy(one.log_km(bound.km_names)))[0].numpy()
    rows, eigenvalues = modal.to_numpy(), modal.index.to_numpy()
    residual = rows @ jacobian - eigenvalues[:, None] * rows  # W J = lambda W
    assert (np.abs(residual) <= 1e-9 * (np.abs(rows) @ np.abs(jacobian))).all()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0)
    with pytest.raises(InputError, match="takes one parameter set, got 4"):
        modal_matrix(bound, population)


@pytest.mark.slow
def test_combinations_of_fluxes_decay_on_their_own_in_any_volumes(apart):
    """Left eigenvectors of dv/dt = (dv/dx) W N v, with slopes dv/dx on the conserved pools."""
    network, state = apart
    network = network.with_parameters({"volume_p": 4.0, "volume_e": 20.0})
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=1))
    one, bound = sampler.sample(network, state, seed=11), sr.compile(network).at(state)
    pools, x = network.conserved_pools, bound.reference.independent
    elasticities = bound.elasticities(torch.from_numpy(one.log_km(bound.km_names)))[0]
    on_pools = elasticities[:, pools.independent]
    on_pools = on_pools + elasticities[:, pools.dependent] @ bound.reference.pool_weights[0]
    fluxes = state.fluxes[list(network.reaction_names)].to_numpy()
    slopes = fluxes[:, None] * (on_pools / x[0]).numpy()
    rows = list(pools.independent)
    jacobian = slopes @ (network.volume_ratios[rows, None] * network.stoichiometry[rows])
    modal = flux_modal_matrix(bound, one)
    assert list(modal.columns) == list(network.reaction_names)
    combinations, eigenvalues = modal.to_numpy(), modal.index.to_numpy()
    np.testing.assert_array_equal(eigenvalues, modal_matrix(bound, one).index)
    residual = combinations @ jacobian - eigenvalues[:, None] * combinations
    assert (np.abs(residual) <= 1e-9 * (np.abs(combinations) @ np.abs(jacobian) + 1)).all()
