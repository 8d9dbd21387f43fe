"""The gradient of the largest real part."""

import mpmath
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum import Accurate, Plain, lambda_max, ranked

ROUTES = [Accurate(), Plain()]


def _with(eigenvalues: torch.Tensor, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """A matrix with these real eigenvalues, and its eigenvectors as columns."""
    rng = torch.Generator().manual_seed(seed)
    n = len(eigenvalues)
    vectors = torch.eye(n, dtype=torch.float64)
    vectors = vectors + 0.3 * torch.randn(n, n, generator=rng, dtype=torch.float64)
    return vectors @ torch.diag(eigenvalues) @ torch.linalg.inv(vectors), vectors


def _gradient(matrix: torch.Tensor, route=ROUTES[0]) -> torch.Tensor:
    matrix = matrix.clone().requires_grad_()
    x = torch.ones(matrix.shape[-1], dtype=torch.float64)
    return torch.autograd.grad(lambda_max(matrix, x, route=route).sum(), matrix)[0]


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_product_of_left_and_right_eigenvector(route, seed):
    """d lambda / dA_ij = w_i v_j / (w.v); w is the row of the inverse of the eigenvectors."""
    eigenvalues = torch.tensor([-7.0, -0.5, -30.0, -2.0], dtype=torch.float64)
    matrix, vectors = _with(eigenvalues, seed)
    left, right = torch.linalg.inv(vectors)[1], vectors[:, 1]
    expected = left[:, None] * right[None, :]
    assert torch.allclose(_gradient(matrix[None], route)[0], expected, rtol=1e-8, atol=1e-9)


def _exact_gradient(matrix: torch.Tensor) -> torch.Tensor:
    """The same product from eigenvectors in 60 digits."""
    with mpmath.workdps(60):
        values, left, right = mpmath.eig(mpmath.matrix(matrix.tolist()), left=True, right=True)
        k = max(range(len(values)), key=lambda i: values[i].real)
        w, v = left[k, :], right[:, k]
        slope = v * w / (w * v)[0]  # entry (j, i) is v_j w_i
        entries = [[float(x.real) for x in row] for row in slope.T.tolist()]
    return torch.tensor(entries, dtype=torch.float64)


def test_it_is_exact_where_the_spectrum_spans_sixteen_orders(stiff):
    matrices = stiff(8, 6, decades=16)
    expected = torch.stack([_exact_gradient(matrix) for matrix in matrices])
    error = (_gradient(matrices) - expected).flatten(1).norm(dim=1)
    assert (error < 1e-10 * expected.flatten(1).norm(dim=1)).all()


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_it_holds_where_another_mode_is_almost_as_slow(gap):
    matrix, _ = _with(torch.tensor([-1.0, -1.0 - gap, -5.0, -1e4], dtype=torch.float64))
    expected = _exact_gradient(matrix)
    error = (_gradient(matrix[None])[0] - expected).norm() / expected.norm()
    assert error < 1e-10 / gap


@pytest.mark.parametrize("seed", range(4))
def test_it_equals_differences_for_real_and_complex_leading_pairs(seed):
    rng = torch.Generator().manual_seed(seed)
    matrices = torch.randn(6, 5, 5, generator=rng, dtype=torch.float64) - 3 * torch.eye(5).double()
    imaginary = Accurate().leading(matrices, torch.ones(5).double()).imag
    assert (imaginary != 0).any()
    assert (imaginary == 0).any()
    matrices.requires_grad_()

    def value(matrices):
        return lambda_max(matrices, torch.ones(5).double(), route=Accurate())

    assert torch.autograd.gradcheck(value, (matrices,), atol=1e-6, rtol=1e-5)


def test_with_and_without_gradient_the_value_is_the_same(stiff):
    matrices, x = stiff(10, 6, decades=6), torch.ones(6, dtype=torch.float64)
    plain = lambda_max(matrices, x, route=Accurate())
    recorded = lambda_max(matrices.clone().requires_grad_(), x, route=Accurate())
    assert torch.equal(plain, recorded)
    assert recorded.requires_grad
    assert not plain.requires_grad


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_failed_spectrum_has_zero_gradient_and_leaves_the_others_alone(stiff, value):
    matrices = stiff(4, 5, decades=3)
    expected = _gradient(matrices)
    broken = matrices.clone()
    broken[2, 0, 0] = value
    found = _gradient(broken)
    assert not found[2].any()
    assert torch.equal(found[[0, 1, 3]], expected[[0, 1, 3]])


def test_a_singular_matrix_has_zero_gradient(stiff):
    matrices = stiff(2, 4, decades=2)
    matrices[1, 2] = matrices[1, 0]
    gradient = _gradient(matrices)
    assert not gradient[1].any()
    assert gradient[0].any()


def test_the_gradient_of_an_eigenvalue_has_trace_one(stiff):
    """d lambda(A + t I)/dt = 1."""
    gradient = _gradient(stiff(50, 8, decades=12))
    traces = gradient.diagonal(dim1=-2, dim2=-1).sum(-1)
    assert torch.allclose(traces, torch.ones(50).double(), rtol=1e-9)


def test_a_second_derivative_is_refused_rather_than_wrong(stiff):
    matrices = stiff(1, 4, decades=1).requires_grad_()
    value = lambda_max(matrices, torch.ones(4).double(), route=Accurate()).sum() ** 2
    (gradient,) = torch.autograd.grad(value, matrices, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


def test_a_device_gives_the_gradient_of_the_processor(stiff, device):
    matrices = stiff(10, 6, decades=6)
    moved = matrices.to(device).requires_grad_()
    x = torch.ones(6, dtype=torch.float64, device=device)
    (gradient,) = torch.autograd.grad(lambda_max(moved, x, route=Accurate()).sum(), moved)
    assert torch.allclose(gradient.cpu(), _gradient(matrices), rtol=1e-8, atol=1e-12)


# -- any other mode --------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [0, 1, 2, -1])
def test_a_mode_of_any_rank_has_the_product_of_its_own_vectors_as_gradient(rank):
    eigenvalues = torch.tensor([-7.0, -0.5, -30.0, -2.0], dtype=torch.float64)
    matrix, vectors = _with(eigenvalues)
    place = eigenvalues.argsort(descending=True)[rank]
    expected = torch.linalg.inv(vectors)[place][:, None] * vectors[:, place][None, :]
    leaf = matrix[None].clone().requires_grad_()
    value = ranked(leaf, torch.ones(4).double(), rank=rank, route=Accurate())
    assert value.item() == pytest.approx(eigenvalues[place].item(), rel=1e-10)
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    assert torch.allclose(gradient[0], expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("rank", [0, 3, -1])
def test_a_mode_of_any_rank_equals_differences_also_in_pairs(rank):
    rng = torch.Generator().manual_seed(5)
    matrices = torch.randn(6, 5, 5, generator=rng, dtype=torch.float64).requires_grad_()

    def value(matrices):
        return ranked(matrices, torch.ones(5).double(), rank=rank, route=Accurate())

    assert torch.autograd.gradcheck(value, (matrices,), atol=1e-6, rtol=1e-5)


def test_rank_zero_is_lambda_max_and_the_last_rank_the_fastest_mode(stiff):
    matrices, x = stiff(10, 6, decades=8), torch.ones(6, dtype=torch.float64)
    real = Accurate().eigenvalues(matrices, x).real
    assert torch.equal(ranked(matrices, x, rank=0, route=Accurate()), real.amax(-1))
    assert torch.equal(ranked(matrices, x, rank=-1, route=Accurate()), real.amin(-1))


@pytest.mark.parametrize("rank", [4, -5, True])
def test_a_rank_beyond_the_modes_is_refused(stiff, rank):
    with pytest.raises(InputError, match="rank must be between -4 and 3"):
        ranked(stiff(1, 4, decades=1), torch.ones(4).double(), rank=rank, route=Accurate())


def test_one_failed_model_does_not_take_the_batch_along():
    """A Jacobian that is not finite has no gradient; its companions keep theirs."""
    rng = torch.Generator().manual_seed(3)
    good = torch.randn(2, 5, 5, dtype=torch.float64, generator=rng) - 3 * torch.eye(5)
    x = torch.ones(5, dtype=torch.float64)
    alone = good.clone().requires_grad_()
    lambda_max(alone, x, route=Accurate()).sum().backward()
    for spoiled in (torch.nan, torch.inf):
        batch = torch.cat([good, torch.full((1, 5, 5), spoiled, dtype=torch.float64)])
        batch.requires_grad_()
        value = lambda_max(batch, x, route=Accurate())
        value[:2].sum().backward()
        assert value[2].isnan()
        assert torch.equal(batch.grad[:2], alone.grad)
        assert not batch.grad[2].any()
