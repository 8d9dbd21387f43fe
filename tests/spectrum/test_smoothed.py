"""The smoothed maximum of the real parts and its gradient."""

import math

import mpmath
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum import Accurate, smoothed_lambda_max
from skimpy_renaissance.spectrum.smoothed import mode_weights, smoothed_maximum


def _gradient(matrices: torch.Tensor, sharpness: float = 5.0) -> torch.Tensor:
    matrices = matrices.clone().requires_grad_()
    value = smoothed_lambda_max(matrices, sharpness=sharpness).value
    return torch.autograd.grad(value.sum(), matrices)[0]


def _random(n_models: int, n: int, seed: int = 0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    noise = torch.randn(n_models, n, n, generator=rng, dtype=torch.float64)
    return noise - 3 * torch.eye(n, dtype=torch.float64)


@pytest.mark.parametrize("sharpness", [1.0, 5.0, 50.0])
def test_its_value_is_the_formula_at_known_eigenvalues(sharpness):
    eigenvalues = [-0.5, -2.0, -30.0]
    terms = [math.exp(sharpness * math.asinh(value)) for value in eigenvalues]
    expected = math.sinh(math.log(sum(terms)) / sharpness)
    matrix = torch.diag(torch.tensor(eigenvalues, dtype=torch.float64))[None]
    for recorded in (matrix, matrix.clone().requires_grad_()):
        smoothed = smoothed_lambda_max(recorded, sharpness=sharpness)
        assert smoothed.value.item() == pytest.approx(expected, rel=1e-12)
        assert smoothed.lambda_max.item() == pytest.approx(-0.5, rel=1e-12)


def test_it_bounds_the_maximum_and_comes_closer_the_sharper_it_is(stiff):
    matrices = stiff(20, 8, decades=8)
    excess = []
    for sharpness in (2.0, 10.0, 100.0):
        value, lambda_max = smoothed_lambda_max(matrices, sharpness=sharpness)
        above = value.asinh() - lambda_max.asinh()
        assert (above >= -1e-12).all()
        assert (above <= math.log(8) / sharpness + 1e-9).all()
        excess.append(above)
    assert (excess[0] >= excess[1] - 1e-12).all()
    assert (excess[1] >= excess[2] - 1e-12).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sharpness", [1.0, 5.0])
def test_its_gradient_is_the_difference_for_real_and_complex_modes(seed, sharpness):
    matrices = _random(6, 5, seed).requires_grad_()
    imaginary = Accurate().leading(matrices.detach(), torch.ones(5).double()).imag
    assert (imaginary != 0).any()
    assert (imaginary == 0).any()

    def value(matrices):
        return smoothed_lambda_max(matrices, sharpness=sharpness).value

    assert torch.autograd.gradcheck(value, (matrices,), atol=1e-6, rtol=1e-5)


def _exact_gradient(matrix: torch.Tensor, sharpness: float) -> torch.Tensor:
    """The formula with all eigenvectors in 60 digits."""
    with mpmath.workdps(60):
        values, right = mpmath.eig(mpmath.matrix(matrix.tolist()))
        n = len(values)
        t = [mpmath.asinh(value.real) for value in values]
        maximum = mpmath.log(sum(mpmath.exp(sharpness * x) for x in t)) / sharpness
        weights = [
            mpmath.exp(sharpness * (x - maximum)) * mpmath.cosh(maximum) / mpmath.cosh(x) for x in t
        ]
        product = right * mpmath.diag(weights) * mpmath.inverse(right)
        entries = [[float(mpmath.re(product[j, i])) for j in range(n)] for i in range(n)]
    return torch.tensor(entries, dtype=torch.float64)


@pytest.mark.parametrize("unstable", [None, 1e9])
def test_its_gradient_is_exact_where_the_spectrum_spans_sixteen_orders(stiff, unstable):
    matrices = stiff(4, 6, decades=16)
    if unstable is not None:  # resolved by the matrix itself, not by its inverse
        matrices[:, 0] *= 1e14 / matrices[:, 0].abs().amax(-1, keepdim=True)
        matrices[:, 0, 0] = unstable
    expected = torch.stack([_exact_gradient(matrix, 5.0) for matrix in matrices])
    error = (_gradient(matrices) - expected).flatten(1).norm(dim=1)
    assert (error < 1e-8 * expected.flatten(1).norm(dim=1)).all()


def test_a_repeated_eigenvalue_with_all_its_vectors_has_a_gradient():
    """Both copies count alike: the gradient is that of their mean, whatever the vectors."""
    base = torch.diag(torch.tensor([-1.0, -1.0, -4.0], dtype=torch.float64))
    mixing = torch.eye(3, dtype=torch.float64) + 0.3 * _random(1, 3)[0]
    matrix = (mixing @ base @ torch.linalg.inv(mixing))[None].requires_grad_()
    assert torch.autograd.gradcheck(
        lambda m: smoothed_lambda_max(m, sharpness=5.0).value, (matrix,), atol=1e-5
    )


def test_it_is_continuous_where_two_real_modes_become_a_pair():
    def at(d):
        block = torch.tensor([[[-1.0, 1.0], [d, -1.0]]], dtype=torch.float64)
        return smoothed_lambda_max(block).value.item()

    assert at(1e-12) == pytest.approx(at(-1e-12), abs=1e-9)
    assert at(0.0) == pytest.approx(math.sinh(math.asinh(-1.0) + math.log(2) / 5), rel=1e-7)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_failed_spectrum_has_zero_gradient_and_leaves_the_others_alone(stiff, value):
    matrices = stiff(4, 5, decades=3)
    expected = _gradient(matrices)
    broken = matrices.clone()
    broken[2, 0, 0] = value
    result = smoothed_lambda_max(broken.clone().requires_grad_())
    assert result.value[2].isnan()
    assert result.lambda_max[2].isnan()
    found = _gradient(broken)
    assert not found[2].any()
    assert torch.allclose(found[[0, 1, 3]], expected[[0, 1, 3]], rtol=1e-10)


def test_with_and_without_gradient_the_value_is_the_same(stiff):
    matrices = stiff(10, 6, decades=12).reshape(2, 5, 6, 6)
    plain = smoothed_lambda_max(matrices)
    recorded = smoothed_lambda_max(matrices.clone().requires_grad_())
    for one, other in zip(plain, recorded, strict=True):
        assert one.shape == (2, 5)
        assert torch.allclose(one, other.detach(), rtol=1e-8)
    assert not recorded.lambda_max.requires_grad


@pytest.mark.parametrize("sharpness", [0.0, -1.0, math.nan, math.inf])
def test_the_sharpness_must_be_a_positive_number(stiff, sharpness):
    with pytest.raises(InputError, match="sharpness must be a positive, finite number"):
        smoothed_lambda_max(stiff(1, 3, decades=1), sharpness=sharpness)


def test_a_device_gives_the_gradient_of_the_processor(stiff, device):
    matrices = stiff(5, 6, decades=6)
    found = _gradient(matrices.to(device)).cpu()
    assert torch.allclose(found, _gradient(matrices), rtol=1e-8, atol=1e-12)


def test_what_is_smoothed_does_not_depend_on_the_models_beside_it():
    """To the last bit: batches are shared out among threads."""
    real = -(10.0 ** (12 * torch.rand(61, 39, dtype=torch.float64, generator=_seeded()) - 2))
    for function in (lambda r: smoothed_maximum(r, sharpness=5.0).value, _weights):
        whole = function(real)
        for size in (1, 3, 8):
            assert torch.equal(torch.cat([function(part) for part in real.split(size)]), whole)


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def _weights(real: torch.Tensor) -> torch.Tensor:
    return mode_weights(real, sharpness=5.0)


@pytest.mark.parametrize("value", [-1e9, -4.0, -1e-9, 0.0, 1e-9, 0.3, 1e12])
def test_one_mode_alone_is_its_own_maximum(value):
    real = torch.tensor([[value]], dtype=torch.float64)
    assert smoothed_maximum(real, sharpness=5.0).value.item() == pytest.approx(value, rel=1e-14)
    assert _weights(real).item() == pytest.approx(1.0, rel=1e-14)
