"""What kinetics refuses, with which words, and what it returns for models that fail."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError
from skimpy_renaissance.kinetics import require_forward_capacities
from skimpy_renaissance.steady_states import SteadyStates

QUANTITIES = ("vmax", "elasticities", "jacobian", "scaled_jacobian", "eigenvalues", "lambda_max")


# -- failing models are data -----------------------------------------------------------------------


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf, 2000.0, -2000.0])
def test_a_broken_model_gets_nan_and_its_companions_keep_their_bits(bound, draw, value):
    log_km = draw(bound, 9)
    expected = bound.lambda_max(log_km)
    broken = log_km.clone()
    broken[4, 3] = value
    slowest, spectrum = bound.lambda_max(broken), bound.eigenvalues(broken)
    others = [0, 1, 2, 3, 5, 6, 7, 8]
    assert slowest[4].isnan()
    assert spectrum[4].isnan().all()
    assert torch.equal(slowest[others], expected[others])


def test_all_models_may_fail(bound, draw):
    nothing = torch.full_like(draw(bound, 3), torch.nan)
    assert bound.lambda_max(nothing).isnan().all()
    assert bound.eigenvalues(nothing).isnan().all()


def test_the_gradient_of_a_broken_model_leaves_the_others_alone(bound, draw):
    log_km = draw(bound, 4)
    whole = log_km.clone().requires_grad_()
    bound.lambda_max(whole).sum().backward()
    broken = log_km.clone()
    broken[1, 0] = torch.nan
    broken.requires_grad_()
    bound.lambda_max(broken).nansum().backward()
    assert torch.allclose(broken.grad[[0, 2, 3]], whole.grad[[0, 2, 3]], rtol=1e-9)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_no_models_give_an_empty_result(bound, draw, quantity):
    assert getattr(bound, quantity)(draw(bound, 3)[:0]).shape[0] == 0


# -- precision -------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_results_are_double_precision(bound, draw, quantity):
    result = getattr(bound, quantity)(draw(bound, 2))
    assert result.dtype == (torch.complex128 if quantity == "eigenvalues" else torch.float64)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_single_precision_is_refused(bound, draw, quantity):
    with pytest.raises(InputError, match=r"float64 tensor.*got torch\.float32.*torch\.as_tensor"):
        getattr(bound, quantity)(draw(bound, 2).float())


def test_an_array_is_refused_with_the_way_to_convert_it(bound, draw):
    with pytest.raises(InputError, match=r"float64 tensor.*got ndarray.*torch\.as_tensor"):
        bound.lambda_max(draw(bound, 2).numpy())


# -- shapes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(17,), (2, 16), (2, 18), (1, 2, 17), (0,)])
def test_wrong_axes_are_named(bound, shape):
    assert len(bound.km_names) == 17
    with pytest.raises(InputError, match="axes model x km with 17 columns") as caught:
        bound.lambda_max(torch.zeros(shape, dtype=torch.float64))
    assert str(shape) in str(caught.value)


def test_models_of_another_number_of_states_are_refused(branched, state):
    states = SteadyStates.stack([state, replace(state, name="again")])
    bound = branched.at(states)
    with pytest.raises(InputError, match="state x model x km, 2 states"):
        bound.lambda_max(torch.zeros(3, 4, 17, dtype=torch.float64))


@pytest.mark.parametrize("name", ["threads", "chunk"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True])
def test_threads_and_chunk_must_be_positive_whole_numbers(branched, state, name, value):
    with pytest.raises(InputError, match=f"{name} must be a whole number >= 1"):
        branched.at(state, **{name: value})


# -- steady states ---------------------------------------------------------------------------------


def test_a_missing_concentration_is_named(branched, state):
    poorer = replace(state, concentrations=state.concentrations.drop("b_c"))
    with pytest.raises(MissingEntryError, match=r"'branched' need values for b_c"):
        branched.at(poorer)


def test_a_missing_equilibrium_constant_is_named(branched, state):
    poorer = replace(state, equilibrium_constants=state.equilibrium_constants.drop("HILL"))
    with pytest.raises(MissingEntryError, match="k_equilibrium_HILL"):
        branched.at(poorer)


def test_a_missing_flux_is_named(branched, state):
    with pytest.raises(MissingEntryError, match="need values for OUT"):
        branched.at(replace(state, fluxes=state.fluxes.drop("OUT")))


def test_a_constant_that_the_state_lacks_is_taken_from_the_network(branched, state, draw):
    log_km = draw(branched.at(state), 3)
    k = state.equilibrium_constants["HILL"]
    network = branched.network.with_parameters({"k_equilibrium_HILL": k})
    poorer = replace(state, equilibrium_constants=state.equilibrium_constants.drop("HILL"))
    bound = replace(branched, network=network).at(poorer)
    assert torch.equal(bound.lambda_max(log_km), branched.at(state).lambda_max(log_km))


@pytest.mark.parametrize(
    ("change", "value"), [("against", -4.0), ("none", 0.0)], ids=["against", "none"]
)
def test_a_flux_against_its_displacement_is_named_with_its_value(branched, state, change, value):
    del change
    wrong = replace(state, fluxes=pd.Series({**state.fluxes, "CHARGE": value}))
    with pytest.raises(SteadyStateError, match=r"flux of CHARGE runs against") as caught:
        branched.at(wrong)
    assert f"'CHARGE' has the flux {value:.6g}" in str(caught.value)


def test_a_reaction_at_equilibrium_is_named(branched, state):
    x = state.concentrations
    at_equilibrium = {**state.equilibrium_constants, "IN": x["a_c"] / x["f_e"]}
    with pytest.raises(SteadyStateError, match="IN"):
        branched.at(replace(state, equilibrium_constants=pd.Series(at_equilibrium)))


def test_the_first_state_with_a_wrong_flux_is_named(branched, state):
    wrong = replace(state, name="wrong", fluxes=pd.Series({**state.fluxes, "OUT": -8.0}))
    states = SteadyStates.stack([state, wrong, replace(wrong, name="too")])
    with pytest.raises(SteadyStateError, match=r"OUT.*flux -8 .*\(state 1\)"):
        branched.at(states)


def test_forward_capacities_depend_on_no_michaelis_constant(bound, draw):
    require_forward_capacities(bound)
    assert (bound.vmax(draw(bound, 200, width=20.0)) > 0).all()


# -- the machine is left as it was -----------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_torch_threads_is_the_same_after_judging(branched, state, draw, threads):
    before = torch.get_num_threads()
    bound = branched.at(state, threads=threads, chunk=4)
    bound.lambda_max(draw(bound, 30))
    assert torch.get_num_threads() == before


def test_the_number_of_torch_threads_is_the_same_after_a_failure(branched, state, draw):
    class Fails:
        def leading(self, *_):
            raise RuntimeError("on purpose")

        eigenvalues = lambda_max = leading

    before = torch.get_num_threads()
    bound = branched.at(state, spectrum=Fails(), threads=2)
    with pytest.raises(RuntimeError, match="on purpose"):
        bound.lambda_max(draw(bound, 3))
    assert torch.get_num_threads() == before


def test_no_gradient_is_recorded_under_no_grad(bound, draw):
    log_km = draw(bound, 3).requires_grad_()
    with torch.no_grad():
        assert not bound.lambda_max(log_km).requires_grad
    assert bound.lambda_max(log_km).requires_grad


def test_the_input_is_not_changed(bound, draw):
    log_km = draw(bound, 5)
    copy = log_km.clone()
    for quantity in QUANTITIES:
        getattr(bound, quantity)(log_km)
    assert torch.equal(log_km, copy)


def test_results_on_a_device_are_those_of_the_processor(branched, state, draw, device):
    reference = branched.at(state)
    log_km = draw(reference, 40)
    bound = branched.at(state, device=device)
    for quantity in ("vmax", "elasticities", "jacobian"):
        expected, found = (getattr(b, quantity)(log_km) for b in (reference, bound))
        assert found.device.type == device.type
        assert torch.allclose(found.cpu(), expected, rtol=1e-11, atol=0)
    assert torch.allclose(bound.lambda_max(log_km).cpu(), reference.lambda_max(log_km), rtol=1e-8)
    assert bound.log_km_bounds.device.type == device.type
    found = bound.reference.of_metabolites(["a_c", "h_c"])
    assert np.array_equal(found, state.concentrations[["a_c", "h_c"]].to_numpy())


def test_kinetics_introduce_themselves_in_one_line(bound):
    assert repr(bound) == f"<BoundKinetics of {bound.network.name!r} at one steady state>"
