"""Eigenvectors of a known eigenvalue, from dense and from sparse factors."""

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum import Accurate, eigenvectors, inverse_iteration, lambda_max

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")


def order_of(matrices: torch.Tensor):
    return eliminate((matrices != 0).any(0).numpy())


def leading(matrices: torch.Tensor) -> torch.Tensor:
    return Accurate().leading(matrices, torch.ones(matrices.shape[-1], dtype=torch.float64))


def without_phase(vectors: torch.Tensor) -> torch.Tensor:
    largest = vectors.gather(-1, vectors.abs().argmax(-1, keepdim=True))
    return vectors * largest.conj() / largest.abs()


@pytest.mark.parametrize("sparse", [False, True])
def test_they_are_the_eigenvectors(network_like, sparse):
    matrices = network_like(60, 14)
    values = leading(matrices)
    assert 0 < (values.imag != 0).sum() < 60
    order = order_of(matrices) if sparse else None
    right, left = eigenvectors(matrices, values, elimination=order)
    for vectors, transposed, value in (
        (right, matrices, values),
        (left, matrices.mT, values.conj()),
    ):
        product = (transposed.to(vectors.dtype) @ vectors[..., None]).squeeze(-1)
        size = (transposed.abs() @ vectors.abs()[..., None]).squeeze(-1)
        residual = (product - value[:, None] * vectors).abs()
        assert (residual <= 1e-9 * (size + value.abs()[:, None])).all()
        assert torch.allclose(vectors.abs().amax(-1), torch.ones(60, dtype=torch.float64))


@NEEDS_NUMBA
@pytest.mark.parametrize("n_models", [1, 8, 13])
def test_sparse_factors_give_what_dense_ones_give(network_like, n_models):
    matrices = network_like(n_models, 20, seed=1)
    values = leading(matrices)
    dense = eigenvectors(matrices, values)
    sparse = eigenvectors(matrices, values, elimination=order_of(matrices))
    for one, other in zip(dense, sparse, strict=True):
        assert not torch.equal(one, other)  # another order of the same operations
        assert torch.allclose(without_phase(one), without_phase(other), rtol=1e-8, atol=1e-9)


def test_any_shape_of_batch_is_kept(network_like):
    matrices = network_like(6, 9)
    right, left = eigenvectors(matrices, leading(matrices), elimination=order_of(matrices))
    shaped = matrices.reshape(2, 3, 9, 9)
    found = eigenvectors(shaped, leading(shaped), elimination=order_of(matrices))
    assert torch.equal(found[0], right.reshape(2, 3, 9))
    assert torch.equal(found[1], left.reshape(2, 3, 9))


@NEEDS_NUMBA
def test_a_model_does_not_depend_on_its_companions(network_like):
    matrices = network_like(11, 12)
    values, order = leading(matrices), order_of(matrices)
    together = eigenvectors(matrices, values, elimination=order)
    for k in range(11):
        alone = eigenvectors(matrices[[k]], values[[k]], elimination=order)
        assert torch.equal(alone[0][0], together[0][k])
        assert torch.equal(alone[1][0], together[1][k])


@NEEDS_NUMBA
def test_a_matrix_that_needs_row_exchanges_gets_them_and_its_companions_do_not_notice(network_like):
    matrices, order = network_like(9, 3), eliminate(torch.ones(3, 3, dtype=torch.bool).numpy())
    values = leading(matrices)
    before = eigenvectors(matrices, values, elimination=order)
    shifted = 1 + 1e-11  # A - 1.00000000001 has the eigenvector (0, 0, 1) and two pivots of zero
    rows = [[shifted, 1, 0], [1, shifted, 0], [0, 0, 1]]
    matrices[4] = torch.tensor(rows, dtype=torch.float64)
    values[4] = 1.0
    after = eigenvectors(matrices, values, elimination=order)
    dense = eigenvectors(matrices[[4]], values[[4]])
    others = torch.arange(9) != 4
    for of_before, of_after, of_dense in zip(before, after, dense, strict=True):
        assert torch.equal(of_after[others], of_before[others])
        assert torch.allclose(without_phase(of_after[[4]]), without_phase(of_dense))


@NEEDS_NUMBA
def test_what_sparse_factors_cannot_solve_is_left_to_dense_ones(network_like, monkeypatch):
    """Where no residual is good enough every vector is the dense one."""
    matrices = network_like(5, 10)
    values = leading(matrices)
    dense = eigenvectors(matrices, values)
    monkeypatch.setattr(inverse_iteration, "LARGEST_ERROR", 0.0)
    found = eigenvectors(matrices, values, elimination=order_of(matrices))
    assert all(torch.equal(*pair) for pair in zip(found, dense, strict=True))


def test_without_numba_factors_are_dense(network_like, monkeypatch):
    matrices = network_like(5, 10)
    values = leading(matrices)
    monkeypatch.setattr(inverse_iteration, "have_numba", lambda: False)
    found = eigenvectors(matrices, values, elimination=order_of(matrices))
    assert all(map(torch.equal, found, eigenvectors(matrices, values)))


@pytest.mark.parametrize("sparse", [False, True])
def test_a_metabolite_that_nothing_depends_on_does_not_make_vectors_fail(network_like, sparse):
    """Its component of the left vector is zero: no residual there is small beside itself."""
    matrices = network_like(8, 10)
    matrices[:, :, 4] = 0.0
    matrices[:, 4, 4] = -1e6
    values = leading(matrices)
    order = order_of(matrices) if sparse else None
    _, left = eigenvectors(matrices, values, elimination=order)
    assert (left[:, 4].abs() < 1e-12).all()


@pytest.mark.parametrize("sparse", [False, True])
def test_what_is_not_finite_has_no_vectors_and_leaves_the_others_alone(network_like, sparse):
    matrices = network_like(10, 8)
    order = order_of(matrices) if sparse else None
    values = leading(matrices)
    expected = eigenvectors(matrices, values, elimination=order)
    matrices[3] = torch.nan
    values[7] = torch.nan
    found = eigenvectors(matrices, values, elimination=order)
    usable = torch.tensor([k not in (3, 7) for k in range(10)])
    for one, other in zip(found, expected, strict=True):
        assert one[~usable].isnan().all()
        assert torch.equal(one[usable], other[usable])


@NEEDS_NUMBA
def test_an_entry_outside_the_pattern_is_refused(network_like):
    matrices = network_like(3, 6)
    order = order_of(matrices)
    row, column = (matrices == 0).all(0).nonzero()[0]
    matrices[1, row, column] = 1.0
    with pytest.raises(InputError, match="outside the pattern"):
        eigenvectors(matrices, leading(matrices), elimination=order)


@NEEDS_NUMBA
def test_the_gradient_of_lambda_max_takes_them(network_like):
    matrices = network_like(20, 15, seed=5)
    x, slopes = torch.ones(15, dtype=torch.float64), []
    for order in (None, order_of(matrices)):
        leaf = matrices.clone().requires_grad_()
        value = lambda_max(leaf, x, route=Accurate(), elimination=order)
        slopes.append(torch.autograd.grad(value.sum(), leaf)[0])
    scale = slopes[0].flatten(1).norm(dim=1)
    assert ((slopes[0] - slopes[1]).flatten(1).norm(dim=1) < 1e-8 * scale).all()
    assert not torch.equal(*slopes)
