"""Eigenvalues of eight matrices side by side: exact to rounding, or reported as not found."""

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum import Accurate
from skimpy_renaissance.spectrum.lane_spectra import eigenvalues_of_matrices, lane_spectra
from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries

pytestmark = pytest.mark.skipif(not have_numba(), reason="numba is not installed")
SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 17, 40, 85]


def backward_error(matrix: np.ndarray, values: np.ndarray) -> float:
    """Largest over the eigenvalues of the smallest change that makes them exact, over the norm."""
    size = np.linalg.norm(matrix, 2)
    matrix, values = matrix / size, values / size  # 1e+-100 has no square
    eye = np.eye(len(matrix))
    return max(np.linalg.svd(matrix - v * eye, compute_uv=False)[-1] for v in values)


def distance(values: np.ndarray, others: np.ndarray) -> float:
    """Largest distance between two spectra, paired, over the largest modulus."""
    apart = np.abs(values[:, None] - others)
    return apart[linear_sum_assignment(apart)].max() / np.abs(others).max()


def random_matrices(n_models: int, n: int, *, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scales = np.exp(rng.normal(0.0, 3.0, (n_models, n, 1)))
    return scales * rng.normal(size=(n_models, n, n)) / scales.swapaxes(1, 2)


@pytest.mark.parametrize("n", SIZES)
def test_they_are_those_of_lapack(n):
    matrices = random_matrices(11, n)
    values, solved = eigenvalues_of_matrices(matrices)
    assert solved.all()
    for found, expected in zip(values, np.linalg.eigvals(matrices), strict=True):
        assert distance(found, expected) < 1e-12


def test_a_complex_pair_is_conjugate_and_real_matrices_keep_their_trace():
    matrices = random_matrices(16, 30)
    values, _ = eigenvalues_of_matrices(matrices)
    np.testing.assert_allclose(values.sum(1).imag, 0.0, atol=1e-9)
    np.testing.assert_allclose(values.sum(1).real, np.trace(matrices, axis1=1, axis2=2))


def cyclic(n):
    return np.roll(np.eye(n), 1, axis=0)


def companion(n):
    matrix = np.diag(np.ones(n - 1), -1)
    matrix[0] = -np.arange(1.0, n + 1)
    return matrix


def jordan(n):
    return np.diag(np.full(n, -3.0)) + np.diag(np.ones(n - 1), 1)


def orthogonal(n):
    return np.linalg.qr(np.random.default_rng(n).normal(size=(n, n)))[0]


def rank_one(n):
    u = np.linspace(-1.0, 2.0, n)
    return np.outer(u, u[::-1])


def graded(n):
    scale = 10.0 ** np.linspace(0, 16, n)
    return np.random.default_rng(n).normal(size=(n, n)) * scale[:, None]


def zero_rows(n):
    matrix = np.random.default_rng(n).normal(size=(n, n))
    matrix[::2] = 0.0
    return matrix


ADVERSARIAL = {
    "cyclic": cyclic,
    "companion": companion,
    "Jordan": jordan,
    "orthogonal": orthogonal,
    "rank 1": rank_one,
    "graded": graded,
    "zero rows": zero_rows,
    "zero": lambda n: np.zeros((n, n)),
    "identity": np.eye,
    "1e100": lambda n: 1e100 * random_matrices(1, n)[0],
    "1e-100": lambda n: 1e-100 * random_matrices(1, n)[0],
    "1e-300": lambda n: 1e-300 * np.random.default_rng(n).normal(size=(n, n)),
    "ones": lambda n: np.ones((n, n)),
    "skew": lambda n: np.triu(np.ones((n, n)), 1) - np.tril(np.ones((n, n)), -1),
    "two blocks": lambda n: np.kron(np.eye(2), cyclic(n))[:n, :n],
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 21, 64])
def test_matrices_made_to_be_hard_are_solved_or_reported(name, n):
    matrices = np.stack([ADVERSARIAL[name](n), np.diag(np.arange(1.0, n + 1))])
    values, solved = eigenvalues_of_matrices(matrices)
    np.testing.assert_allclose(np.sort(values[1].real), np.arange(1.0, n + 1))
    if not solved[0]:
        assert np.isnan(values[0]).all()
    elif matrices[0].any():
        assert backward_error(matrices[0], values[0]) < 1e-13
    else:
        assert (values[0] == 0).all()


def test_most_of_them_are_solved():
    solved = [eigenvalues_of_matrices(make(21)[None])[1].all() for make in ADVERSARIAL.values()]
    assert sum(solved) == len(solved)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_matrix_that_is_not_finite_is_reported_and_its_companions_do_not_notice(bad):
    matrices = random_matrices(8, 12)
    expected, _ = eigenvalues_of_matrices(matrices)
    matrices[3, 4, 5] = bad
    values, solved = eigenvalues_of_matrices(matrices)
    assert solved.tolist() == [True] * 3 + [False] + [True] * 4
    assert np.isnan(values[3]).all()
    np.testing.assert_array_equal(values[solved], expected[solved])


@pytest.mark.parametrize("n", [5, 23, 85])
def test_results_do_not_depend_on_companions(n):
    """Bit by bit, whoever else is in the register: easy, hard, or nobody."""
    hard = np.stack([make(n) for make in ADVERSARIAL.values()])
    matrices = np.concatenate([random_matrices(9, n), hard])
    together, _ = eigenvalues_of_matrices(matrices)
    order = np.random.default_rng(1).permutation(len(matrices))
    shuffled, _ = eigenvalues_of_matrices(matrices[order])
    alone = np.concatenate([eigenvalues_of_matrices(matrix[None])[0] for matrix in matrices])
    np.testing.assert_array_equal(together[order], shuffled)
    np.testing.assert_array_equal(together, alone)


# -- from entries, by the static elimination -------------------------------------------------------


def sparse_matrices(n_models: int, n: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    pattern = (rng.random((n, n)) < 0.15) & ~np.eye(n, dtype=bool)
    rows = 10 ** rng.uniform(0, 6, (n_models, n, 1))
    return rows * (0.5 * rng.normal(size=(n_models, n, n)) * pattern - np.eye(n))


def entries_of(matrices: np.ndarray) -> tuple[np.ndarray, MatrixEntries]:
    plan = eliminate((matrices != 0).any(0))
    return plan.entries(matrices), MatrixEntries.themselves(plan)


@pytest.mark.parametrize("inverse", [False, True])
def test_spectra_of_sparse_matrices_and_their_inverses(inverse):
    matrices = sparse_matrices(13, 25)
    found = lane_spectra(*entries_of(matrices), inverse=inverse)
    assert found.solved.all()
    assert found.usable.all()
    expected = np.linalg.eigvals(np.linalg.inv(matrices) if inverse else matrices)
    for values, others in zip(found.values, expected, strict=True):
        assert distance(values, others) < 1e-11
    by_norms = np.minimum(np.abs(matrices).sum(2).max(1), np.abs(matrices).sum(1).max(1))
    np.testing.assert_allclose(found.radius, by_norms)


def test_a_matrix_that_needs_row_exchanges_is_reported():
    matrices = sparse_matrices(8, 6)
    matrices[2, 0, 0], matrices[2, 0, 1], matrices[2, 1, 0] = 1e-40, 1.0, 1.0
    matrices[5] = 0.0
    found = lane_spectra(*entries_of(matrices), inverse=True)
    assert (~found.solved).nonzero()[0].tolist() == [2, 5]


def test_what_lanes_do_not_solve_goes_to_lapack(monkeypatch):
    matrices = torch.from_numpy(sparse_matrices(10, 8))
    ones = torch.ones(8, dtype=torch.float64)
    expected = Accurate("lapack").eigenvalues(matrices, ones)

    def lost(given):
        values, solved = eigenvalues_of_matrices(given)
        values[::3], solved[::3] = np.nan, False
        return values, solved

    monkeypatch.setattr("skimpy_renaissance.spectrum.route.eigenvalues_of_matrices", lost)
    found = Accurate("lanes").eigenvalues(matrices, ones)
    torch.testing.assert_close(found[::3], expected[::3], rtol=1e-13, atol=0.0)
    torch.testing.assert_close(found, expected, rtol=1e-8, atol=1e-9)
