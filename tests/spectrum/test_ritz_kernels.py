"""The small eigenproblem inside the reject test, against NumPy's."""

import numpy as np
import pytest

from skimpy_renaissance.sparse import have_numba

if not have_numba():
    pytest.skip("numba is not installed", allow_module_level=True)

from skimpy_renaissance.spectrum.ritz_kernels import hessenberg_eigenvalues, residual


def hessenbergs():
    rng = np.random.default_rng(0)
    for _ in range(60):
        n = int(rng.integers(2, 20))
        yield np.triu(rng.standard_normal((n, n)), -1) * 10.0 ** rng.uniform(-8, 0, (n, 1))


def test_eigenvalues_are_those_of_lapack():
    for h in hessenbergs():
        values = np.empty(len(h), dtype=complex)
        assert hessenberg_eigenvalues(h.copy(), values)
        expected = np.linalg.eigvals(h)
        distance = np.abs(expected[:, None] - values)
        assert distance.min(axis=1).max() < 1e-12 * np.abs(expected).max()
        assert distance.min(axis=0).max() < 1e-12 * np.abs(expected).max()


def test_a_rotation_has_a_complex_pair():
    values = np.empty(2, dtype=complex)
    assert hessenberg_eigenvalues(np.array([[0.0, -3.0], [3.0, 0.0]]), values)
    assert sorted(values.imag) == [-3.0, 3.0]


def test_the_residual_is_that_of_the_pair_in_the_whole_space():
    """From Arnoldi's relation, without ever forming V."""
    rng = np.random.default_rng(1)
    matrix, k = rng.standard_normal((12, 12)), 5
    v, h = np.zeros((12, k + 1)), np.zeros((k + 1, k))
    v[0, 0] = 1.0
    for s in range(k):
        new = matrix @ v[:, s]
        h[: s + 1, s] = v[:, : s + 1].T @ new
        new -= v[:, : s + 1] @ h[: s + 1, s]
        h[s + 1, s] = np.linalg.norm(new)
        v[:, s + 1] = new / h[s + 1, s]
    small = np.ascontiguousarray(h[:k])
    for theta in [*np.linalg.eigvals(small), 0.3 + 0.1j]:
        y = np.empty(k, dtype=complex)
        found = residual(small, h[k, k - 1], complex(theta), y)
        vector = v[:, :k] @ y
        expected = np.linalg.norm(matrix @ vector - theta * vector) / np.linalg.norm(vector)
        assert found == pytest.approx(expected / abs(theta), rel=1e-9)
