"""How fast pools are on their own, and that this bounds no eigenvalue."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.landscape import fastest_dynamics, pool_speeds
from skimpy_renaissance.steady_states import SteadyStates


@pytest.fixture(scope="module")
def core():
    return sr.examples.e_coli_core()


def test_it_is_the_formula_written_out_for_one_pool(core):
    network, states = core
    state = states[97]
    metabolite = network.variables[3]
    expected = 0.0
    for reaction in network.reactions:
        coefficient = reaction.stoichiometry.get(metabolite, 0.0)
        flux = state.fluxes[reaction.name]
        gamma = 0.0
        if reaction.equilibrium_constant is not None:
            ratio = 1.0
            for name, n in reaction.stoichiometry.items():
                ratio *= state.concentrations[name] ** n
            gamma = ratio / state.equilibrium_constants[reaction.name]
            gamma = 1 / gamma if flux < 0 else gamma
        expected += abs(coefficient * flux) / (1 - gamma)
    speeds = pool_speeds(network, state)
    expected /= state.concentrations[metabolite]
    assert speeds.of_pools[0, 3] == pytest.approx(expected, rel=1e-9)


def test_no_diagonal_entry_of_any_jacobian_exceeds_it(core):
    network, states = core
    some = states[:4]
    bound = sr.compile(network).at(some, threads=1)
    rng = torch.Generator().manual_seed(0)
    noise = torch.randn(4, 100, len(network.km_names), dtype=torch.float64, generator=rng)
    own = bound.elasticities(bound.log_km_anchors[:, None, :] + 4 * noise).numpy()
    stoichiometry, w = network.stoichiometry, network.volume_ratios
    for i in range(4):
        speed = np.einsum("mr,r,krm->km", stoichiometry, some.fluxes[i], own[i])
        response = -w * speed / some.concentrations[i, : len(w)]
        assert (response <= pool_speeds(network, some).of_pools[i] * (1 + 1e-9)).all()


def test_units_of_concentration_do_not_matter_and_those_of_time_do(core):
    network, states = core
    reference = pool_speeds(network, states[:3])
    assert reference.slowest == pytest.approx(reference.of_pools.min(1))
    twice = pool_speeds(
        network,
        SteadyStates(
            names=states.names[:3],
            reaction_names=states.reaction_names,
            metabolite_names=states.metabolite_names,
            fluxes=2 * states.fluxes[:3],
            concentrations=states.concentrations[:3],
            equilibrium_constants=states.equilibrium_constants[:3],
            units=states.units,
        ),
    )
    assert twice.slowest == pytest.approx(2 * reference.slowest)


def test_the_table_names_the_limiting_pool_of_each_state(core):
    network, states = core
    speeds = pool_speeds(network, states)
    table = speeds.to_dataframe()
    assert list(table.index) == list(states.names)
    row = table.iloc[5]
    column = network.variables.index(row["slowest pool"])
    assert row["slowest pool alone (1/h)"] == speeds.of_pools[5, column] == speeds.of_pools[5].min()
    assert row["next pool alone (1/h)"] >= row["slowest pool alone (1/h)"]


def test_it_refuses_nothing_and_tells_which_states_have_a_slow_pool(core):
    network, states = core
    speeds = pool_speeds(network, states)
    slow = int(speeds.slowest.argmin())
    enough = speeds.fast_enough(sr.Validity(-float(speeds.slowest[slow]) * 1.001))
    assert not enough[slow]
    assert enough.sum() >= len(states) - 2
    assert not hasattr(speeds, "require")


@pytest.mark.slow
def test_models_faster_than_the_slowest_pool_alone_exist_at_most_states(core):
    """So it is no bound; the sum over all pools gives one, far away."""
    network, states = core
    some = states[100:106]
    found = fastest_dynamics(sr.compile(network), some, steps=25, seed=1, progress=False)
    speeds = pool_speeds(network, some)
    assert (-found.lambda_max > speeds.slowest).sum() >= 4
    n_independent = len(network.variables) - len(network.conserved_pools.matrix)
    bound = speeds.of_pools.sum(1) / n_independent
    assert (-found.lambda_max < bound).all()
    assert (bound > 1e3 * speeds.slowest).all()


def test_it_finds_what_limits_the_published_e_coli_states(shared_data):
    """Figures of a prototype, computed before this code was written."""
    network = sr.read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
    names = ("1712", "1715", "2392", "4230", "4456")
    files = [shared_data("ecoli", f"steady_state_{name}.json") for name in names]
    found = [pool_speeds(network, sr.read_steady_state(file, network)) for file in files]
    assert [speeds.slowest_pool[0] for speeds in found] == ["akg_p"] * 5
    expected = [4.18, 5.43, 3.77, 5.41, 10.5]
    assert [speeds.slowest[0] for speeds in found] == pytest.approx(expected, rel=3e-3)
