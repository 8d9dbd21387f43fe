"""What must not change a result: units, order of reactions, companions, and the way of asking."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch

from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.steady_states import SteadyStates, read_steady_state

QUANTITIES = ("vmax", "elasticities", "jacobian", "eigenvalues", "lambda_max")


def _rescaled(network, state, factor):
    """The same state in units of concentration that are ``factor`` times smaller."""
    x = state.concentrations
    constants = state.equilibrium_constants.copy()
    for reaction in network.reactions:
        if reaction.equilibrium_constant is None:
            continue
        ratio = sympy.powsimp(reaction.rate.backward / reaction.rate.forward, combine="exp")
        metabolites = [s for s in ratio.free_symbols if reaction.names.get(str(s)) in x.index]
        order = sum(ratio.as_powers_dict()[s] for s in metabolites)
        constants[reaction.name] *= factor ** float(order)
    scaling = state.units.concentration_scaling * factor
    return replace(
        state,
        fluxes=state.fluxes * factor,
        concentrations=x * factor,
        equilibrium_constants=constants,
        units=replace(state.units, concentration_scaling=scaling),
    )


@pytest.fixture(params=["branched", "varma", "ecoli_A"])
def case(request, golden, branched, state, draw):
    """Compiled kinetics, a state, and ln Km of 12 models."""
    if request.param == "branched":
        return branched, state, draw(branched.at(state), 12)
    real = golden(request.param)
    return real.kinetics, real.state, real.log_km[:12]


# -- units -----------------------------------------------------------------------------------------


def test_eigenvalues_do_not_depend_on_the_unit_of_concentration(case):
    kinetics, state, log_km = case
    finer = kinetics.at(_rescaled(kinetics.network, state, 1e3))
    expected = kinetics.at(state).eigenvalues(log_km)
    assert torch.allclose(finer.eigenvalues(log_km).real, expected.real, rtol=1e-7, atol=1e-7)
    assert torch.allclose(finer.lambda_max(log_km), expected.real[:, 0], rtol=1e-7, atol=0)


def test_vmax_scales_with_the_unit_of_concentration(branched, state, draw):
    log_km = draw(branched.at(state), 5)
    finer = branched.at(_rescaled(branched.network, state, 1e3))
    assert torch.allclose(finer.vmax(log_km), 1e3 * branched.at(state).vmax(log_km), rtol=1e-12)


def test_twice_the_cell_density_doubles_every_eigenvalue(case):
    kinetics, state, log_km = case
    denser = replace(
        state,
        fluxes=2 * state.fluxes,
        units=replace(state.units, density=2 * state.units.density),
    )
    expected = 2 * kinetics.at(state).eigenvalues(log_km)
    assert torch.allclose(kinetics.at(denser).eigenvalues(log_km), expected, rtol=1e-12, atol=0)


def test_eigenvalues_stay_per_hour_when_the_model_counts_in_minutes(case):
    kinetics, state, log_km = case
    in_minutes = replace(
        state, fluxes=state.fluxes / 60, units=replace(state.units, time_scaling=60.0)
    )
    bound, per_minute = kinetics.at(state), kinetics.at(in_minutes)
    expected = bound.lambda_max(log_km)
    assert torch.allclose(per_minute.lambda_max(log_km), expected, rtol=1e-7, atol=0)
    assert torch.allclose(per_minute.vmax(log_km) * 60, bound.vmax(log_km), rtol=1e-12)


# -- order -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_order_of_reactions_changes_nothing_but_the_order_of_results(case):
    kinetics, state, log_km = case
    network = kinetics.network
    shuffled = np.random.default_rng(1).permutation(len(network.reactions))
    other = replace(network, reactions=tuple(network.reactions[i] for i in shuffled))
    assert other.variables != network.variables
    columns = [network.km_names.index(name) for name in other.km_names]
    bound, permuted = kinetics.at(state), compile_network(other).at(state)
    assert torch.allclose(
        permuted.vmax(log_km[:, columns]), bound.vmax(log_km)[:, shuffled], rtol=1e-12
    )
    assert torch.allclose(
        permuted.lambda_max(log_km[:, columns]), bound.lambda_max(log_km), rtol=1e-7, atol=0
    )
    of_metabolite = [network.variables.index(name) for name in other.variables]
    expected = bound.elasticities(log_km)[:, shuffled][:, :, of_metabolite]
    assert torch.allclose(permuted.elasticities(log_km[:, columns]), expected, rtol=1e-11)


# -- companions and pieces -------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_number_of_threads_changes_no_bit(case, quantity):
    kinetics, state, log_km = case
    one, two = (kinetics.at(state, threads=n, chunk=5) for n in (1, 2))
    assert torch.equal(getattr(one, quantity)(log_km), getattr(two, quantity)(log_km))


@pytest.mark.parametrize("quantity", ["vmax", "elasticities", "scaled_jacobian"])
def test_neither_companions_nor_the_chunk_size_change_a_model(case, quantity):
    kinetics, state, log_km = case
    together = getattr(kinetics.at(state, chunk=128), quantity)(log_km)
    for chunk in (1, 5, 7):
        in_pieces = getattr(kinetics.at(state, chunk=chunk), quantity)(log_km)
        size = together.abs().amax(-1, keepdim=True)
        assert ((in_pieces - together).abs() <= 1e-13 * size).all()
    alone = getattr(kinetics.at(state), quantity)(log_km[3:4])[0]
    assert ((alone - together[3]).abs() <= 1e-13 * together[3].abs().amax(-1, keepdim=True)).all()


def test_neither_companions_nor_the_chunk_size_change_lambda_max(case):
    kinetics, state, log_km = case
    together = kinetics.at(state, chunk=128).lambda_max(log_km)
    for chunk in (1, 5):
        in_pieces = kinetics.at(state, chunk=chunk).lambda_max(log_km)
        assert torch.allclose(in_pieces, together, rtol=1e-8, atol=0)


def test_a_model_repeated_gets_the_same_lambda_max(case):
    kinetics, state, log_km = case
    twice = kinetics.at(state).lambda_max(log_km[[2, 2]])
    # not the same bits: on some processors vectorised functions round the last elements otherwise
    assert torch.allclose(twice[0], twice[1], rtol=1e-8, atol=0)


# -- several states --------------------------------------------------------------------------------


@pytest.fixture
def several(golden, shared_data):
    """E. coli at five states, and ln Km of three models."""
    case = golden("ecoli_B")
    files = [f"steady_state_{i}.json" for i in (1712, 1715, 2392, 4230, 4456)]
    states = [read_steady_state(shared_data("ecoli", file), case.network) for file in files]
    named = [replace(state, name=file) for state, file in zip(states, files, strict=True)]
    return case.kinetics, SteadyStates.stack(named), case.log_km[:3]


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("chunk", [1, 2, 4, 128])
def test_a_batch_of_states_is_the_loop_over_states(several, quantity, chunk):
    kinetics, states, log_km = several
    batch = getattr(kinetics.at(states, chunk=chunk), quantity)(log_km)
    loop = torch.stack([getattr(kinetics.at(state), quantity)(log_km) for state in states])
    assert batch.shape == loop.shape
    if quantity in ("eigenvalues", "lambda_max"):
        assert torch.allclose(batch.real, loop.real, rtol=1e-7, atol=0)
    else:
        size = loop.abs().amax(-1, keepdim=True)
        assert ((batch - loop).abs() <= 1e-13 * size).all()


@pytest.mark.parametrize("chunk", [2, 128])
def test_each_state_can_have_models_of_its_own(several, chunk):
    kinetics, states, log_km = several
    rng = torch.Generator().manual_seed(2)
    shape = (len(states), *log_km.shape)
    own = log_km + 0.5 * torch.randn(shape, generator=rng, dtype=torch.float64)
    batch = kinetics.at(states, chunk=chunk).lambda_max(own)
    loop = torch.stack(
        [kinetics.at(state).lambda_max(km) for state, km in zip(states, own, strict=True)]
    )
    assert torch.allclose(batch, loop, rtol=1e-7, atol=0)


def test_a_batch_of_one_state_keeps_its_axis(several):
    kinetics, states, log_km = several
    bound = kinetics.at(states[:1])
    assert bound.n_states == 1
    assert bound.lambda_max(log_km).shape == (1, 3)


# -- fixed constants -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("fixed", ["some", "all"])
def test_a_fixed_constant_equals_a_free_one_of_the_same_value(case, fixed):
    kinetics, state, log_km = case
    network = kinetics.network
    chosen = network.km_names[::3] if fixed == "some" else network.km_names
    km = (log_km[0].exp() * state.units.concentration_scaling).tolist()
    value = dict(zip(network.km_names, km, strict=True))
    other = network.with_parameters({name: value[name] for name in chosen})
    assert other.km_names == tuple(n for n in network.km_names if n not in chosen)
    rest = log_km[:1, [network.km_names.index(name) for name in other.km_names]]
    free, held = kinetics.at(state), compile_network(other).at(state)
    assert torch.allclose(held.vmax(rest), free.vmax(log_km[:1]), rtol=1e-12)
    assert torch.allclose(held.lambda_max(rest), free.lambda_max(log_km[:1]), rtol=1e-7, atol=0)


def test_bounds_of_the_network_come_back_in_logarithms_of_mol_per_litre(branched, state):
    names = branched.network.km_names
    bounds = {names[1]: (2.0, None), names[3]: (None, 500.0)}
    bound = compile_network(branched.network.with_bounds(bounds)).at(state)
    values = bound.log_km_bounds
    assert values.shape == (len(names), 2)
    assert values[1, 0].item() == pytest.approx(np.log(2e-3), rel=1e-14)
    assert values[3, 1].item() == pytest.approx(np.log(0.5), rel=1e-14)
    assert values.isnan().sum() == values.numel() - 2
