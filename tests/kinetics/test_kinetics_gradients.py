"""Gradients in ln Km, concentrations, constants and fluxes against differences."""

from dataclasses import replace

import pytest
import torch

from skimpy_renaissance.kinetics import BoundKinetics, ReferencePoint

REAL = ["varma", "varma_regulated", "ecoli_A", "ecoli_B"]


def _at(bound: BoundKinetics, kinetics, log_table, fluxes) -> BoundKinetics:
    """The same kinetics at a reference point made of other tensors."""
    point = bound.reference
    moved = ReferencePoint(point.network, point.layout, point.units, log_table.exp(), fluxes)
    return kinetics.at_reference(moved, threads=1)


# -- all of a small model --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("quantity", ["vmax", "elasticities", "jacobian", "lambda_max"])
def test_gradients_in_ln_km_are_differences(bound, draw, quantity):
    log_km = draw(bound, 3, seed=4).requires_grad_()
    assert torch.autograd.gradcheck(getattr(bound, quantity), (log_km,), atol=1e-5, rtol=1e-6)


@pytest.mark.parametrize("quantity", ["vmax", "elasticities", "jacobian", "lambda_max"])
def test_gradients_in_the_reference_point_are_differences(branched, bound, draw, quantity):
    log_km = draw(bound, 2, seed=4)
    log_table = bound.reference.table.log().requires_grad_()
    fluxes = bound.reference.fluxes.clone().requires_grad_()

    def value(log_table, fluxes):
        return getattr(_at(bound, branched, log_table, fluxes), quantity)(log_km)

    assert torch.autograd.gradcheck(value, (log_table, fluxes), atol=1e-5, rtol=1e-6)


def test_gradients_flow_through_a_batch_of_states(branched, bound, draw):
    log_km = draw(bound, 2, seed=4)
    log_table = bound.reference.table.log().expand(3, 1, -1).clone()
    log_table += 0.01 * torch.arange(3, dtype=torch.float64)[:, None, None]
    log_table.requires_grad_()
    fluxes = bound.reference.fluxes.expand(3, 1, -1).clone().requires_grad_()

    def value(log_table, fluxes):
        return _at(bound, branched, log_table, fluxes).lambda_max(log_km)

    assert value(log_table, fluxes).shape == (3, 2)
    assert torch.autograd.gradcheck(value, (log_table, fluxes), atol=1e-5, rtol=1e-6)


def test_the_gradient_of_the_sum_of_eigenvalues_is_that_of_the_trace(bound, draw):
    log_km = draw(bound, 3, seed=4).requires_grad_()
    (of_sum,) = torch.autograd.grad(bound.eigenvalues(log_km).real.sum(), log_km)
    trace = bound.jacobian(log_km).diagonal(dim1=-2, dim2=-1).sum()
    (of_trace,) = torch.autograd.grad(trace, log_km)
    assert torch.allclose(of_sum, of_trace, rtol=1e-8, atol=1e-8)


# -- real models, along random directions ----------------------------------------------------------


def _slope(function, at, direction, step=1e-4):
    """Central difference of order four."""
    with torch.no_grad():
        far = function(at + 2 * step * direction) - function(at - 2 * step * direction)
        near = function(at + step * direction) - function(at - step * direction)
    return (8 * near - far) / (12 * step)


def _directions(like, n, seed):
    rng = torch.Generator().manual_seed(seed)
    return [torch.randn(like.shape, generator=rng, dtype=like.dtype) for _ in range(n)]


def _leading_is_complex(case):
    scaled = case.bound.scaled_jacobian(case.log_km)
    return case.bound.spectrum.leading(scaled, case.bound.reference.independent).imag != 0


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_gradients_of_lambda_max_in_ln_km_are_differences(golden, name, kind):
    case = golden(name)
    chosen = _leading_is_complex(case) == (kind == "complex")
    if not chosen.any():
        pytest.skip(f"no {kind} leading eigenvalue among the reference sets")
    log_km = case.log_km[chosen][:12].clone().requires_grad_()
    value = case.bound.lambda_max(log_km)
    (gradient,) = torch.autograd.grad(value.sum(), log_km)
    size = gradient.norm(dim=-1)
    for direction in _directions(log_km, 3, seed=1):
        expected = _slope(case.bound.lambda_max, log_km, direction)
        error = ((gradient * direction).sum(-1) - expected).abs()
        # at a kink, where two modes swap the lead, the difference is meaningless
        assert (error < 1e-5 * size + 1e-6 * value.abs()).double().mean() > 0.9
        assert error.median() < 1e-6 * size.median()


@pytest.mark.parametrize("name", ["varma", "ecoli_B"])
def test_gradients_of_lambda_max_in_the_reference_point_are_differences(golden, name):
    case = golden(name)
    log_km = case.log_km[:6]
    log_table = case.bound.reference.table.log().requires_grad_()
    fluxes = case.bound.reference.fluxes.clone().requires_grad_()
    # relative changes: fluxes of both signs and of many sizes
    ones = torch.zeros_like(fluxes).requires_grad_()

    def value(log_table, relative):
        moved = fluxes.detach() * (1 + relative)
        return _at(case.bound, case.kinetics, log_table, moved).lambda_max(log_km)

    gradients = torch.autograd.grad(value(log_table, ones).sum(), (log_table, ones))
    for which, seed in ((0, 2), (1, 3)):
        (direction,) = _directions((log_table, ones)[which], 1, seed=seed)
        direction = 0.1 * direction

        def along(step, which=which, direction=direction):
            arguments = [log_table.detach(), ones.detach()]
            arguments[which] = arguments[which] + step * direction
            return value(*arguments).sum()

        expected = _slope(along, torch.tensor(0.0, dtype=torch.float64), 1.0, step=1e-5)
        found = (gradients[which] * direction).sum()
        assert found.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("name", ["varma", "ecoli_B"])
@pytest.mark.parametrize("quantity", ["vmax", "scaled_jacobian"])
def test_gradients_of_vmax_and_jacobian_in_ln_km_are_differences(golden, name, quantity):
    case = golden(name)
    log_km = case.log_km[:2].clone().requires_grad_()
    function = getattr(case.bound, quantity)
    value = function(log_km)
    (weight,) = _directions(value.detach(), 1, seed=5)
    weight = weight / value.detach().abs().clamp_min(1e-12)  # every entry counts alike
    (gradient,) = torch.autograd.grad((weight * value).sum(), log_km)
    for direction in _directions(log_km, 2, seed=6):
        expected = (weight * _slope(function, log_km, direction, step=1e-3)).sum()
        found = (gradient * direction).sum()
        assert found.item() == pytest.approx(expected.item(), rel=1e-7)


def test_gradients_do_not_depend_on_threads_or_chunks(golden):
    case = golden("varma")

    def gradient(threads, chunk):
        bound = case.kinetics.at(case.state, threads=threads, chunk=chunk)
        log_km = case.log_km[:20].clone().requires_grad_()
        return torch.autograd.grad(bound.lambda_max(log_km).sum(), log_km)[0]

    reference = gradient(1, 128)
    size = reference.norm(dim=-1, keepdim=True)
    assert torch.equal(gradient(2, 7), gradient(1, 7))
    assert ((gradient(2, 7) - reference).abs() < 1e-7 * size).all()


def test_a_step_against_the_gradient_makes_models_faster(golden):
    """The whole point of a differentiable lambda_max."""
    case = golden("ecoli_B")
    log_km = case.log_km[:20].clone().requires_grad_()
    before = case.bound.lambda_max(log_km)
    (gradient,) = torch.autograd.grad(before.sum(), log_km)
    step = 1e-2 * gradient / gradient.norm(dim=-1, keepdim=True)
    after = case.bound.lambda_max((log_km - step).detach())
    assert (after < before).double().mean() > 0.9


def test_gradients_match_on_a_device(branched, state, bound, draw, device):
    log_km = draw(bound, 5)
    gradients = []
    for where in ("cpu", device):
        moved = log_km.to(where).requires_grad_()
        value = replace(branched.at(state, device=where)).lambda_max(moved)
        gradients.append(torch.autograd.grad(value.sum(), moved)[0].cpu())
    assert torch.allclose(*gradients, rtol=1e-7, atol=1e-9)
