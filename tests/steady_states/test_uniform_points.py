"""Uniform points: moments known in closed form, in shapes that plain walks get stuck in."""

import numpy as np
import pytest
from scipy.stats import kstest, uniform

from skimpy_renaissance.steady_states.uniform_points import R_HAT_LIMIT, uniform_points


def _points(normals, offsets, inner, n=1500, seed=0, quantities=None, **options):
    inner = np.asarray(inner, float)
    return uniform_points(
        (np.asarray(normals, float), np.asarray(offsets, float)),
        inner,
        n,
        quantities=np.eye(len(inner)) if quantities is None else quantities,
        generator=np.random.default_rng(seed),
        **options,
    )


@pytest.fixture(scope="module")
def simplex():
    """Ten shares of one, the last told by the others: Dirichlet(1, ..., 1)."""
    d = 9
    return _points(np.vstack([-np.eye(d), np.ones(d)]), np.append(np.zeros(d), 1.0), [0.1] * d)


def test_on_a_simplex_they_have_the_moments_of_dirichlet(simplex):
    x = np.column_stack([simplex.points, 1 - simplex.points.sum(1)])
    np.testing.assert_allclose(x.mean(0), 0.1, atol=0.012)
    np.testing.assert_allclose(x.var(0), 9 / 1100, rtol=0.25)  # a (a0 - a) / (a0^2 (a0 + 1))
    assert x.min() >= 0


def test_the_diagnostics_say_that_there_are_enough(simplex):
    assert simplex.enough
    assert len(simplex.points) == 1500
    assert (simplex.effective_sizes >= 750).all()
    assert (simplex.effective_sizes <= 1500).all()
    assert (simplex.r_hat < R_HAT_LIMIT).all()


def test_a_thin_slanted_strip_is_filled_from_end_to_end():
    """Two coordinates that differ by a thousandth at most: single steps are tiny."""
    slope = np.array([1.0, -1.0])
    found = _points(
        np.vstack([np.eye(2), -np.eye(2), slope, -slope]),
        [1.0, 1.0, 0.0, 0.0, 1e-3, 1e-3],
        [0.5, 0.5],
        quantities=np.array([[1.0, 0.0], [1.0, -1.0]]),
    )
    assert found.enough
    assert kstest(found.points[::2, 0], uniform.cdf).pvalue > 1e-3
    assert kstest(found.points[::2] @ slope, uniform(-1e-3, 2e-3).cdf).pvalue > 1e-3


def test_a_further_limit_counts_too():
    box = np.vstack([np.eye(2), -np.eye(2)])
    found = _points(box, np.ones(4), [0.0, 0.0], excess=lambda y: y.sum(1) - 0.5)
    assert (found.points.sum(1) <= 0.5).all()


def test_few_points_are_spread_over_all_that_were_drawn():
    box = np.vstack([np.eye(2), -np.eye(2)])
    found = _points(box, np.ones(4), [0.0, 0.0], n=3)
    assert found.points.shape == (3, 2)
    assert len(np.unique(found.points, axis=0)) == 3


def test_a_single_point_is_repeated():
    found = _points(np.zeros((0, 0)), [], [], n=4, quantities=np.zeros((2, 0)))
    assert found.points.shape == (4, 0)
    assert np.isnan(found.effective_sizes).all()
