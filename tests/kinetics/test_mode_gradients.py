"""Gradients of chosen modes and of the smoothed maximum in real models, against differences."""

from dataclasses import replace

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.kinetics import BoundKinetics

REAL = ["bundled", "varma", "varma_regulated", "ecoli_B", "yeast"]
MODES = {
    "smoothed": lambda bound, log_km: bound.smoothed_lambda_max(log_km).value,
    "slowest": lambda bound, log_km: bound.ranked_mode(log_km, rank=0),
    "third": lambda bound, log_km: bound.ranked_mode(log_km, rank=2),
    "fastest": lambda bound, log_km: bound.ranked_mode(log_km, rank=-1),
}


@pytest.fixture(scope="module")
def core() -> BoundKinetics:
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE], threads=1)


@pytest.fixture
def real(core, golden, draw):
    """Give a real model and some of its parameter sets by name."""

    def load(name):
        if name == "bundled":
            return core, draw(core, 8, seed=3)
        case = golden(name)
        return case.bound, case.log_km[:8]

    return load


def _slope(function, at, direction, step):
    """Central difference of order four."""
    with torch.no_grad():
        far = function(at + 2 * step * direction) - function(at - 2 * step * direction)
        near = function(at + step * direction) - function(at - step * direction)
    return (8 * near - far) / (12 * step)


def _direction(like, seed):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(like.shape, generator=rng, dtype=like.dtype)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", REAL)
def test_gradients_of_modes_in_ln_km_are_differences(real, name, mode):
    bound, log_km = real(name)

    def function(log_km):
        return MODES[mode](bound, log_km)

    log_km = log_km.clone().requires_grad_()
    value = function(log_km)
    (gradient,) = torch.autograd.grad(value.sum(), log_km)
    direction = _direction(log_km, seed=1)
    # yeast's eigenvalues are known to 1e-7 only: a wider step keeps that out of the difference
    expected = _slope(function, log_km.detach(), direction, step=5e-3 if name == "yeast" else 1e-4)
    error = ((gradient * direction).sum(-1) - expected).abs()
    # where two modes swap their ranks, within the step, the difference is meaningless
    close = error < 2e-5 * gradient.norm(dim=-1) + 1e-6 * value.abs()
    assert close.double().mean() > 0.7
    assert error.median() < 1e-5 * gradient.norm(dim=-1).median()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["smoothed", "third", "fastest"])
@pytest.mark.parametrize("name", ["bundled", "varma", "ecoli_B"])
def test_gradients_of_modes_in_concentrations_and_fluxes_are_differences(real, name, mode):
    bound, log_km = real(name)
    log_km, point = log_km[:3], bound.reference
    log_table = point.table.log().requires_grad_()
    relative = torch.zeros_like(point.fluxes).requires_grad_()  # fluxes of many sizes, both signs

    def value(log_table, relative):
        moved = replace(point, table=log_table.exp(), fluxes=point.fluxes * (1 + relative))
        return MODES[mode](replace(bound, reference=moved), log_km)

    gradients = torch.autograd.grad(value(log_table, relative).sum(), (log_table, relative))
    for which, seed in ((0, 2), (1, 3)):
        arguments = [log_table.detach(), relative.detach()]
        direction = 0.1 * _direction(arguments[which], seed)

        def along(step, which=which, direction=direction, arguments=arguments):
            moved = [*arguments]
            moved[which] = moved[which] + step * direction
            return value(*moved).sum()

        expected = _slope(along, torch.tensor(0.0, dtype=torch.float64), 1.0, step=1e-5)
        found = (gradients[which] * direction).sum()
        assert found.item() == pytest.approx(expected.item(), rel=2e-5)


def test_the_smoothed_maximum_carries_the_maximum_of_the_same_models(real):
    bound, log_km = real("bundled")
    smoothed = bound.smoothed_lambda_max(log_km.clone().requires_grad_())
    assert torch.allclose(smoothed.lambda_max, bound.lambda_max(log_km), rtol=1e-9)
    assert (smoothed.value > smoothed.lambda_max).all()


def test_anchors_are_the_concentrations_behind_each_constant(core):
    network, states = sr.examples.e_coli_core()
    many = sr.compile(network).at(states[:3], threads=1)
    assert many.log_km_anchors.shape == (3, len(network.km_names))
    name = network.km_names[7]
    x = states[1].concentrations[network.hooks[name]] / states.units.concentration_scaling
    assert many.log_km_anchors[1, 7].exp().item() == pytest.approx(x, rel=1e-12)
    assert core.log_km_anchors.shape == (1, len(network.km_names))
