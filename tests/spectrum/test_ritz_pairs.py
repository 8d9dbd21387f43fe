"""A few slow modes at once: those of the whole spectrum, with the vectors that go with them."""

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum import Accurate, ritz_pairs

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")


def order_of(matrices: torch.Tensor):
    return eliminate((matrices != 0).any(0).numpy())


def spectra(matrices: torch.Tensor) -> torch.Tensor:
    return Accurate().eigenvalues(matrices, torch.ones(matrices.shape[-1], dtype=torch.float64))


@pytest.mark.slow
@pytest.mark.parametrize("sparse", [False, True])
def test_they_are_eigenvalues_and_eigenvectors(network_like, sparse):
    matrices = network_like(21, 30)
    order = order_of(matrices) if sparse else None
    values, vectors, residuals = ritz_pairs(matrices, count=3, elimination=order)
    assert values.shape == residuals.shape == (21, 3)
    assert vectors.shape == (21, 3, 30)
    assert (residuals < 1e-8).all()
    distance = (spectra(matrices)[:, None, :] - values[..., None]).abs().amin(-1)
    assert (distance < 1e-7 * values.abs()).all()
    assert (values.real[:, :-1] >= values.real[:, 1:]).all()
    assert torch.allclose(vectors.abs().square().sum(-1), torch.ones(21, 3, dtype=torch.float64))
    moved = vectors @ torch.linalg.inv(matrices).mT.to(vectors.dtype)
    error = torch.linalg.vector_norm(values[..., None] * moved - vectors, dim=-1)
    assert (error < 1e-7).all()


@NEEDS_NUMBA
def test_the_slowest_mode_of_stable_matrices_is_found(network_like):
    """Real parts spread over decades: what is rightmost is nearest to zero too."""
    matrices = network_like(40, 30, seed=2)
    whole = spectra(matrices)
    stable = whole[:, 0].real < 0
    assert stable.sum() > 10
    found = ritz_pairs(matrices, count=1, elimination=order_of(matrices)).values[:, 0]
    close = (found.real - whole[:, 0].real).abs() < 1e-7 * whole[:, 0].abs()
    assert close[stable].double().mean() > 0.9


@NEEDS_NUMBA
def test_an_unstable_mode_is_found_near_where_it_is(network_like):
    matrices = network_like(10, 20, seed=3)
    matrices[:, 5] = 0.0
    matrices[:, 5, 5] = 37.0  # an eigenvalue of its own
    found = ritz_pairs(matrices, count=1, near=40.0, elimination=order_of(matrices)).values
    distance = (spectra(matrices) - 37.0).abs().amin(-1)
    assert (distance < 1e-6).all()
    assert (found.real[:, 0] > 37.0 - 1e-6).all()


@pytest.mark.slow
@NEEDS_NUMBA
def test_a_model_does_not_depend_on_its_companions_and_may_be_broken(network_like):
    matrices = network_like(11, 16)
    order = order_of(matrices)
    together = ritz_pairs(matrices, elimination=order)
    broken = matrices.clone()
    broken[4] = torch.nan
    others = ritz_pairs(broken, elimination=order)
    assert others.values[4].isnan().all()
    for k in (0, 3, 10):
        alone = ritz_pairs(matrices[[k]], elimination=order)
        assert all(torch.equal(a[0], b[k]) for a, b in zip(alone, together, strict=True))
        assert all(torch.equal(a[0], b[k]) for a, b in zip(alone, others, strict=True))


def test_a_matrix_that_needs_row_exchanges_gets_its_whole_spectrum():
    matrices = torch.tensor([[[0.0, 1.0], [-2.0, -3.0]]], dtype=torch.float64)
    order = eliminate(torch.ones(2, 2, dtype=torch.bool).numpy())
    values = ritz_pairs(matrices, count=2, elimination=order).values  # no pivot on the diagonal
    assert torch.allclose(values.real, torch.tensor([[-1.0, -2.0]], dtype=torch.float64))


def test_a_singular_matrix_has_none():
    found = ritz_pairs(torch.zeros(2, 3, 3, dtype=torch.float64), count=1)
    assert all(part.isnan().all() for part in found)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"count": 0}, "count"), ({"count": 9}, "9"), ({"near": float("inf")}, "near")],
)
def test_what_cannot_be_meant_is_refused(network_like, options, message):
    with pytest.raises(InputError, match=message):
        ritz_pairs(network_like(1, 4), **options)


@pytest.mark.slow
def test_kinetics_give_the_slow_modes_of_their_jacobians():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[:2], chunk=16)
    rng = torch.Generator().manual_seed(0)
    log_km = -13.8 + 11.5 * torch.rand(40, len(bound.km_names), generator=rng).double()
    found = bound.slow_modes(log_km, count=3)
    assert found.values.shape == (2, 40, 3)
    matrices = bound.scaled_jacobian(log_km)
    assert found.vectors.shape == (2, 40, 3, matrices.shape[-1])
    converged = ~found.values.isnan()
    assert converged.double().mean() > 0.95
    distance = (bound.eigenvalues(log_km)[..., None, :] - found.values[..., None]).abs().amin(-1)
    assert (distance < 1e-6 * found.values.abs())[converged].all()
