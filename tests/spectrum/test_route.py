"""Eigenvalues by both routes against many-digit arithmetic and matrices with known spectra."""

import mpmath
import numpy as np
import pytest
import torch

from skimpy_renaissance.spectrum import Accurate, Plain

ROUTES = [Accurate(), Plain()]


def _truth(matrices: torch.Tensor) -> np.ndarray:
    """Eigenvalues of the exact double-precision matrices, 60 digits, real parts descending."""
    found = []
    with mpmath.workdps(60):
        for matrix in matrices.tolist():
            values = mpmath.eig(mpmath.matrix(matrix), left=False, right=False)
            found.append(sorted((complex(v) for v in values), key=lambda v: -v.real))
    return np.array(found)


def _ones(matrices: torch.Tensor) -> torch.Tensor:
    return torch.ones(matrices.shape[-1], dtype=torch.float64)


@pytest.fixture(scope="module")
def rotation():
    """A well-conditioned change of basis that hides the eigenvalues from the diagonal."""
    rng = torch.Generator().manual_seed(7)
    return torch.linalg.qr(torch.randn(6, 6, generator=rng, dtype=torch.float64))[0]


# -- accuracy --------------------------------------------------------------------------------------


@pytest.mark.parametrize("decades", [2, 10, 16])
def test_the_accurate_route_resolves_every_mode(stiff, decades):
    matrices = stiff(15, 8, decades=decades)
    values = Accurate().eigenvalues(matrices, _ones(matrices)).real.numpy()
    truth = _truth(matrices).real
    # the modes between are as good as half the range of the spectrum allows
    bound = 1e-12 + 1e-15 * 10 ** (decades / 2)
    assert np.abs(values / truth - 1).max() < 10 * bound
    slowest = Accurate().lambda_max(matrices, _ones(matrices)).numpy()
    assert np.abs(slowest / truth[:, 0] - 1).max() < 1e-12


def test_the_plain_route_loses_the_slow_modes_of_a_wide_spectrum(rotation):
    """An error of eps times the fastest mode: nothing is left of the slowest."""
    spectrum = torch.tensor([-1.0, -1e3, -1e6, -1e9, -1e13, -1e16], dtype=torch.float64)
    matrix = ((rotation * spectrum) @ rotation.T)[None]
    truth = _truth(matrix).real[0, 0]
    plain = Plain().lambda_max(matrix, _ones(matrix)).item()
    assert abs(plain / truth - 1) > 1e-3


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
def test_both_routes_agree_where_the_spectrum_is_narrow(stiff, route):
    matrices = stiff(20, 10, decades=1)
    expected = np.sort(np.linalg.eigvals(matrices.numpy()).real, axis=1)[:, ::-1]
    assert np.allclose(route.eigenvalues(matrices, _ones(matrices)).real.numpy(), expected)
    assert np.allclose(route.lambda_max(matrices, _ones(matrices)).numpy(), expected[:, 0])


def test_a_fast_unstable_mode_is_found_though_the_inverse_cannot_resolve_it():
    """1e14 beside -1e-2: the inverse has it at 1e-14, below the rounding of 1e2."""
    diagonal = torch.tensor([-1e-2, -1e3, 1e14, -1e16], dtype=torch.float64)
    rng = torch.Generator().manual_seed(2)
    upper = torch.triu(torch.randn(4, 4, generator=rng, dtype=torch.float64), diagonal=1)
    matrix = (torch.diag(diagonal) + upper)[None]
    swapped = matrix[:, [2, 0, 3, 1]][:, :, [2, 0, 3, 1]]
    assert Accurate().lambda_max(swapped, _ones(swapped)).item() == pytest.approx(1e14, rel=1e-9)


def test_rounding_never_invents_an_unstable_mode(stiff):
    """Fast modes come out of the inverse with any sign; the Jacobian itself decides on them."""
    matrices = stiff(200, 12, decades=17, seed=3)
    truth = Accurate().eigenvalues(matrices, _ones(matrices)).real
    assert (truth < 0).all()
    assert (Accurate().lambda_max(matrices, _ones(matrices)) < 0).all()


def test_the_whole_spectrum_multiplies_to_the_determinant(stiff):
    matrices = stiff(30, 9, decades=14, seed=4)
    spectrum = Accurate().eigenvalues(matrices, _ones(matrices))
    sign, logarithm = torch.linalg.slogdet(matrices)
    assert torch.allclose(spectrum.log().sum(-1).real, logarithm, rtol=1e-7)
    assert torch.allclose(spectrum.sgn().prod(-1).real, sign, atol=1e-6)


# -- form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
def test_real_parts_descend_and_the_leading_eigenvalue_comes_first(stiff, route):
    matrices = stiff(20, 7, decades=5).reshape(4, 5, 7, 7)
    values = route.eigenvalues(matrices, _ones(matrices))
    assert values.shape == (4, 5, 7)
    assert values.dtype == torch.complex128
    assert (values.real.diff(dim=-1) <= 0).all()
    leading = route.leading(matrices, _ones(matrices))
    assert torch.allclose(leading.real, values[..., 0].real, rtol=1e-9)
    assert torch.equal(route.lambda_max(matrices, _ones(matrices)), leading.real)


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
def test_a_complex_pair_keeps_both_members(route):
    pair = torch.tensor([[-1.0, 3.0, 0], [-3.0, -1.0, 0], [1.0, 2.0, -5e8]], dtype=torch.float64)
    values = route.eigenvalues(pair[None], torch.ones(3, dtype=torch.float64))[0]
    assert torch.allclose(values.real, torch.tensor([-1.0, -1.0, -5e8]).double(), rtol=1e-6)
    assert sorted(values.imag.tolist()) == pytest.approx([-3.0, 0.0, 3.0], rel=1e-6)


def test_the_plain_route_is_eigvals_of_the_unscaled_jacobian(stiff):
    matrices = stiff(10, 6, decades=3)
    x = torch.logspace(-3, 4, 6, dtype=torch.float64)
    jacobian = matrices * x[:, None] / x[None, :]
    expected = torch.linalg.eigvals(jacobian).real.amax(-1)
    assert torch.equal(Plain().lambda_max(matrices, x), expected)


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
def test_a_single_metabolite_has_its_only_entry_as_eigenvalue(route):
    matrix = torch.full((3, 1, 1), -4.0, dtype=torch.float64)
    assert torch.equal(route.lambda_max(matrix, _ones(matrix)), torch.full((3,), -4.0).double())


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: type(r).__name__)
def test_no_matrix_gives_no_eigenvalue(route):
    nothing = torch.zeros(0, 5, 5, dtype=torch.float64)
    assert route.eigenvalues(nothing, _ones(nothing)).shape == (0, 5)
    assert route.lambda_max(nothing, _ones(nothing)).shape == (0,)


# -- failing matrices are data ---------------------------------------------------------------------


def _break(matrix: torch.Tensor, how: str) -> None:
    if how == "singular":
        matrix[2] = 2 * matrix[1]
    elif how == "zero row":
        matrix[2] = 0
    else:
        matrix[1, 2] = {"nan": torch.nan, "inf": torch.inf}[how]


@pytest.mark.parametrize("how", ["nan", "inf", "singular", "zero row"])
def test_a_broken_matrix_gets_nan_and_its_companions_their_own_values(stiff, how):
    matrices = stiff(6, 5, decades=4)
    expected = Accurate().eigenvalues(matrices, _ones(matrices))
    _break(matrices[3], how)
    values = Accurate().eigenvalues(matrices, _ones(matrices))
    slowest = Accurate().lambda_max(matrices, _ones(matrices))
    others = [0, 1, 2, 4, 5]
    assert values[3].isnan().all()
    assert slowest[3].isnan()
    assert torch.equal(values[others], expected[others])
    assert torch.equal(slowest[others], expected[others, 0].real)


@pytest.mark.parametrize("how", ["nan", "inf"])
def test_the_plain_route_gives_nan_where_the_jacobian_is_not_finite(stiff, how):
    matrices = stiff(4, 5, decades=4)
    _break(matrices[1], how)
    assert Plain().lambda_max(matrices, _ones(matrices)).isnan().tolist() == [0, 1, 0, 0]


def test_a_matrix_that_does_not_converge_fails_alone(stiff, monkeypatch):
    matrices = stiff(5, 4, decades=2)
    expected = Plain().lambda_max(matrices, _ones(matrices))
    solve = torch.linalg.eigvals

    def sometimes(batch):
        if (batch == matrices[2]).all(-1).all(-1).any():
            raise torch.linalg.LinAlgError("the algorithm failed to converge")
        return solve(batch)

    monkeypatch.setattr(torch.linalg, "eigvals", sometimes)
    slowest = Plain().lambda_max(matrices, _ones(matrices))
    assert slowest[2].isnan()
    assert torch.equal(slowest[[0, 1, 3, 4]], expected[[0, 1, 3, 4]])


def test_a_device_gives_the_eigenvalues_of_the_processor(stiff, device):
    matrices = stiff(20, 9, decades=8)
    found = Accurate().eigenvalues(matrices.to(device), _ones(matrices).to(device))
    assert found.device.type == device.type
    expected = Accurate().eigenvalues(matrices, _ones(matrices))
    assert torch.allclose(found.real.cpu(), expected.real, rtol=1e-8)
