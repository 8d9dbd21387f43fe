"""Walks through polytopes have the moments of the distributions that they draw from."""

import numpy as np
import pytest
from scipy.stats import kstest, norm, truncnorm, uniform

from skimpy_renaissance.steady_states.hit_and_run import hit_and_run

BOX = np.vstack([np.eye(2), -np.eye(2)])


def _draw(normals, offsets, start, n=3000, steps=60, seed=0, axes=None, **options):
    generator = np.random.default_rng(seed)
    start = np.asarray(start, float)
    axes = generator.standard_normal((steps, len(start))) if axes is None else axes
    return hit_and_run(
        np.tile(start, (n, 1)),
        (np.asarray(normals, float), np.asarray(offsets, float)),
        np.asarray(axes, float),
        order=np.arange(steps) % len(axes),
        generator=generator,
        **options,
    )


@pytest.mark.parametrize("axes", [None, np.eye(2), [[1.0, 0.0], [1.0, 1.0]]])
def test_in_a_box_points_are_uniform_whatever_the_axes(axes):
    points = _draw(BOX, [3.0, 2.0, 1.0, 2.0], [0.0, 0.0], axes=axes)
    assert kstest(points[:, 0], uniform(-1, 4).cdf).pvalue > 1e-3
    assert kstest(points[:, 1], uniform(-2, 4).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(points.T)[0, 1]) < 0.06


def test_in_a_triangle_mean_and_covariance_are_those_of_area():
    points = _draw([[-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]], [0.0, 0.0, 1.0], [0.2, 0.2])
    np.testing.assert_allclose(points.mean(0), 1 / 3, atol=0.02)
    np.testing.assert_allclose(np.cov(points.T), [[1 / 18, -1 / 36], [-1 / 36, 1 / 18]], atol=3e-3)


def test_a_gaussian_in_a_box_is_a_truncated_normal_along_each_axis():
    points = _draw(BOX, [1.0, 3.0, 0.5, -1.0], [0.0, 2.0], precision=1.0)
    assert kstest(points[:, 0], truncnorm(-0.5, 1.0).cdf).pvalue > 1e-3
    assert kstest(points[:, 1], truncnorm(1.0, 3.0).cdf).pvalue > 1e-3


def test_the_precision_scales_the_gaussian_and_open_sets_are_no_obstacle():
    points = _draw([[1.0, 0.0]], [50.0], [0.0, 0.0], precision=4.0)
    assert kstest(2 * points.ravel(), norm.cdf).pvalue > 1e-3


def test_a_slanted_face_cuts_the_gaussian_along_its_normal():
    normal = np.array([0.6, 0.8])
    points = _draw([normal], [-0.3], [-2.0, -2.0], precision=1.0, steps=100)
    assert kstest(points @ normal, truncnorm(-np.inf, -0.3).cdf).pvalue > 1e-3
    assert kstest(points @ [-0.8, 0.6], norm.cdf).pvalue > 1e-3


def test_far_in_the_tail_points_stay_inside_and_finite():
    points = _draw([[1.0], [-1.0]], [13.0, -12.0], [12.5], n=500, precision=1.0)
    assert ((points >= 12 - 1e-9) & (points <= 13 + 1e-9)).all()
    assert abs(points.mean() - truncnorm(12, 13).mean()) < 0.02


def test_a_further_limit_is_kept_to_and_filled_uniformly():
    points = _draw(BOX, np.ones(4), [0.0, 0.0], excess=lambda y: np.hypot(y[:, 0], y[:, 1]) - 0.8)
    radius = np.hypot(*points.T)
    assert radius.max() <= 0.8
    assert kstest((radius / 0.8) ** 2, uniform.cdf).pvalue > 1e-3  # area within a disc


def test_walks_that_begin_outside_a_further_limit_move_in():
    points = _draw(BOX, np.ones(4), [-0.9, 0.0], n=200, excess=lambda y: 0.5 - y[:, 0])
    assert (points[:, 0] >= 0.5).all()


def test_the_seed_decides():
    same = [_draw(BOX, np.ones(4), [0.0, 0.0], n=5, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(*same)
    assert not np.allclose(same[0], _draw(BOX, np.ones(4), [0.0, 0.0], n=5, seed=4))
