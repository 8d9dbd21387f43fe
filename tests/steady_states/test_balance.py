"""Fluxes brought to balance, against an obvious optimiser and by what must hold."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose

import skimpy_renaissance as sr
from skimpy_renaissance.errors import SteadyStateError
from skimpy_renaissance.steady_states import balance_fluxes, check_consistency, read_tfa_samples


@pytest.fixture
def states(network, samples, units, written):
    return read_tfa_samples(written(samples), network, units=units)


def with_fluxes(states, row, fluxes):
    changed = np.array(states.fluxes)
    changed[row] = fluxes
    return replace(states, fluxes=changed)


def slow_reference(network, fluxes, least=1e-3):
    flowing = (network.stoichiometry * fluxes)[network.conserved_pools.independent]
    shares = flowing / np.abs(flowing).sum(1, keepdims=True)
    found = scipy.optimize.minimize(
        lambda u: (u**2).sum(),
        np.zeros(len(fluxes)),
        jac=lambda u: 2 * u,
        constraints={
            "type": "eq",
            "fun": lambda u: shares @ (1 + u),
            "jac": lambda _: shares,
        },
        bounds=[(least - 1, None)] * len(fluxes),
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert found.success
    return found.x


@pytest.mark.parametrize(
    "fluxes",
    [[3.0, 3.1, 2.9, 3.0, 3.2], [1.0, 40.0, 40.0, 40.0, 40.0], [1e-3, 1e-3, 1.2e-3, 1e-3, 1e-3]],
)
def test_the_change_is_the_smallest_one(network, states, fluxes):
    found = balance_fluxes(network, with_fluxes(states, 1, fluxes))
    expected = slow_reference(network, np.array(fluxes))
    assert_allclose(found.relative_change[1], expected, atol=2e-5)
    assert_allclose(found.states.fluxes[1], np.array(fluxes) * (1 + expected), rtol=1e-4)
    assert_allclose(network.stoichiometry @ found.states.fluxes[1], 0, atol=1e-13 * max(fluxes))


def test_directions_are_kept_where_the_shortest_way_would_turn_one():
    network, states = sr.examples.e_coli_core()
    rng = np.random.default_rng(1)
    noise = rng.lognormal(0, 1.0, states.fluxes[97].shape)
    noisy = replace(states[97:98], fluxes=states.fluxes[97:98] * noise)
    found = balance_fluxes(network, noisy)
    shortest = np.linalg.lstsq(
        network.stoichiometry * noisy.fluxes[0] / np.abs(noisy.fluxes[0]).max(),
        -network.stoichiometry @ noisy.fluxes[0] / np.abs(noisy.fluxes[0]).max(),
        rcond=1e-12,
    )[0]
    assert shortest.min() < -1  # the example asks for the bounds
    assert (found.states.fluxes * noisy.fluxes > 0).all()
    assert found.relative_change.min() >= 1e-3 - 1 - 1e-6
    assert not check_consistency(network, found.states, balance_floor=0.0).unbalanced.any()
    expected = slow_reference(network, noisy.fluxes[0])
    assert_allclose(found.relative_change[0], expected, atol=1e-4)


def test_balanced_fluxes_stay_as_they_are(network, states):
    found = balance_fluxes(network, states)
    assert_allclose(found.states.fluxes, states.fluxes, rtol=1e-14)
    assert found.impossible == {}


def test_the_rounding_of_a_table_is_removed_and_reported():
    network, states = sr.examples.e_coli_core()
    rounded = replace(
        states, fluxes=np.array([[float(f"{v:.3g}") for v in r] for r in states.fluxes])
    )
    assert not check_consistency(network, rounded).passed.any()
    found = balance_fluxes(network, rounded)
    assert check_consistency(network, found.states, balance_tolerance=1e-9).passed.all()
    assert np.abs(found.relative_change).max() < 0.03
    worst = np.unravel_index(np.abs(found.relative_change).argmax(), found.relative_change.shape)
    text = str(found)
    assert text.startswith("Fluxes of 200 steady state(s) balanced, directions kept; the largest")
    assert f"of {network.reaction_names[worst[1]]} in state {states.names[worst[0]]}" in text


def test_a_zero_flux_stays_zero(network, states):
    found = balance_fluxes(network, with_fluxes(states, 0, [0.0, 0.0, 0.0, 0.0, 0.0]))
    assert (found.states.fluxes[0] == 0).all()


def test_a_state_that_cannot_be_balanced_is_left_and_named(network, states):
    against = with_fluxes(states, 2, [1.0, -1.0, 1.0, 1.0, 1.0])
    found = balance_fluxes(network, against)
    assert list(found.impossible) == ["third"]
    assert "only made: glc_D_c" in found.impossible["third"]
    assert_allclose(found.states.fluxes[2], against.fluxes[2])
    assert "not possible for 1: third" in str(found)
    with pytest.raises(SteadyStateError, match=r"'third' cannot be balanced.*only made: glc_D_c"):
        balance_fluxes(network, against.select(["third"]))
