"""Solutions of many systems with one pattern, and what checks them."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import SparseSolver, eliminate, have_numba, solving

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")


def network_like(n_models, n, *, seed=0):
    """Sparse matrices with dominant diagonals and rows of very different size."""
    rng = np.random.default_rng(seed)
    pattern = (rng.random((n, n)) < 3 / n) | np.eye(n, dtype=bool)
    values = rng.standard_normal((n_models, n, n)) / 3 - 2 * np.eye(n)
    return pattern, 10 ** rng.uniform(0, 8, (n_models, n, 1)) * values * pattern


@NEEDS_NUMBA
@pytest.mark.parametrize("n_models", [1, 8, 19])
def test_solutions_are_those_of_dense_elimination(n_models):
    pattern, matrices = network_like(n_models, 30)
    right = np.random.default_rng(1).standard_normal((n_models, 30))
    found, exchanged = SparseSolver(eliminate(pattern)).solve(matrices, right)
    np.testing.assert_allclose(found, np.linalg.solve(matrices, right[..., None])[..., 0], 1e-8)
    assert not exchanged.any()


@NEEDS_NUMBA
def test_a_model_that_needs_row_exchanges_gets_them_and_its_companions_do_not_notice():
    matrices = np.random.default_rng(0).standard_normal((9, 3, 3)) + 4 * np.eye(3)
    right = np.ones((9, 3))
    solver = SparseSolver(eliminate(np.ones((3, 3), dtype=bool)))
    before, _ = solver.solve(matrices, right)
    matrices[4] = np.roll(np.eye(3), 1, axis=0)  # no pivot on the diagonal
    after, exchanged = solver.solve(matrices, right)
    assert np.flatnonzero(exchanged).tolist() == [4]
    np.testing.assert_allclose(after[4], right[4])
    others = np.arange(9) != 4
    np.testing.assert_array_equal(after[others], before[others])


def test_a_singular_matrix_has_no_solution_and_says_so():
    matrices = np.stack([np.zeros((3, 3)), np.eye(3)])
    solver = SparseSolver(eliminate(np.eye(3, dtype=bool)))
    found, _ = solver.solve(matrices, np.ones((2, 3)))
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1.0, 1.0, 1.0]


def test_without_numba_all_systems_are_solved_with_row_exchanges(monkeypatch):
    monkeypatch.setattr(solving, "have_numba", lambda: False)
    pattern, matrices = network_like(3, 10)
    right = np.ones((3, 10))
    found, exchanged = SparseSolver(eliminate(pattern)).solve(matrices, right)
    np.testing.assert_allclose(found, np.linalg.solve(matrices, right[..., None])[..., 0])
    assert exchanged.all()


def test_an_entry_outside_the_pattern_is_refused():
    with pytest.raises(InputError, match="outside the pattern"):
        SparseSolver(eliminate(np.eye(2, dtype=bool))).solve(np.ones((1, 2, 2)), np.ones((1, 2)))
