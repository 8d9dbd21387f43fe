"""How fast a state can be at best, judged by its pools."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import SteadyStateError
from skimpy_renaissance.landscape import feasibility_ceiling
from skimpy_renaissance.steady_state import SteadyStates


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
    ceilings = feasibility_ceiling(network, state)
    expected /= state.concentrations[metabolite]
    assert ceilings.of_pools[0, 3] == pytest.approx(expected, rel=1e-9)


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
        assert (response <= feasibility_ceiling(network, some).of_pools[i] * (1 + 1e-9)).all()


def test_units_of_concentration_do_not_matter_and_those_of_time_do(core):
    network, states = core
    reference = feasibility_ceiling(network, states[:3])
    assert reference.ceiling == pytest.approx(reference.of_pools.min(1))
    twice = feasibility_ceiling(
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
    assert twice.ceiling == pytest.approx(2 * reference.ceiling)


def test_the_table_names_the_limiting_pool_of_each_state(core):
    network, states = core
    ceilings = feasibility_ceiling(network, states)
    table = ceilings.to_dataframe()
    assert list(table.index) == list(states.names)
    row = table.iloc[5]
    column = network.variables.index(row["limiting pool"])
    assert row["ceiling (1/h)"] == ceilings.of_pools[5, column] == ceilings.of_pools[5].min()
    assert row["next ceiling (1/h)"] >= row["ceiling (1/h)"]


def test_a_partition_beyond_the_ceiling_is_refused_with_pool_and_value(core):
    network, states = core
    ceilings = feasibility_ceiling(network, states)
    ceilings.require(sr.Validity(-3.3))
    slow = int(ceilings.ceiling.argmin())
    limit = float(ceilings.ceiling[slow])
    allowed = ceilings.allows(sr.Validity(-limit * 1.001))
    assert not allowed[slow]
    with pytest.raises(SteadyStateError, match=rf"1 of 200 states .*gln__L_c allows -{limit:.3g}"):
        ceilings.require(sr.Validity(-limit * 1.001))


def test_it_finds_what_limits_the_published_e_coli_states(shared_data):
    """Figures of a prototype, computed before this code was written."""
    network = sr.read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
    names = ("1712", "1715", "2392", "4230", "4456")
    files = [shared_data("ecoli", f"steady_state_{name}.json") for name in names]
    found = [feasibility_ceiling(network, sr.read_steady_state(file, network)) for file in files]
    assert [ceilings.limiting_pool[0] for ceilings in found] == ["akg_p"] * 5
    expected = [4.18, 5.43, 3.77, 5.41, 10.5]
    assert [ceilings.ceiling[0] for ceilings in found] == pytest.approx(expected, rel=3e-3)
