"""Hit-and-run inside a polytope has the moments of the truncated Gaussian."""

import numpy as np
from scipy.stats import kstest, norm, truncnorm

from skimpy_renaissance.landscape.truncated_gaussian import truncated_gaussian


def _draw(normals, offsets, start, n=4000, steps=60, seed=0, guides=None):
    start = np.asarray(start, float)
    return truncated_gaussian(
        np.tile(start, (n, 1)),
        (np.asarray(normals, float), np.asarray(offsets, float)),
        guides=np.empty((0, len(start))) if guides is None else np.asarray(guides, float),
        steps=steps,
        generator=np.random.default_rng(seed),
    )


def test_in_a_box_each_coordinate_is_a_truncated_normal():
    box = np.vstack([np.eye(2), -np.eye(2)])
    points = _draw(box, [1.0, 3.0, 0.5, -1.0], [0.0, 2.0])
    assert kstest(points[:, 0], truncnorm(-0.5, 1.0).cdf).pvalue > 1e-3
    assert kstest(points[:, 1], truncnorm(1.0, 3.0).cdf).pvalue > 1e-3


def test_faces_that_nothing_reaches_leave_the_gaussian_alone():
    points = _draw([[1.0, 0.0]], [50.0], [0.0, 0.0])
    assert kstest(points.ravel(), norm.cdf).pvalue > 1e-3


def test_a_slanted_face_cuts_the_gaussian_along_its_normal():
    normal = np.array([0.6, 0.8])
    points = _draw([normal], [-0.3], [-2.0, -2.0])
    along, across = points @ normal, points @ [-0.8, 0.6]
    assert kstest(along, truncnorm(-np.inf, -0.3).cdf).pvalue > 1e-3
    assert kstest(across, norm.cdf).pvalue > 1e-3


def test_far_in_the_tail_points_stay_inside_and_finite():
    points = _draw([[1.0], [-1.0]], [13.0, -12.0], [12.5], n=500)
    assert ((points >= 12 - 1e-9) & (points <= 13 + 1e-9)).all()
    assert abs(points.mean() - truncnorm(12, 13).mean()) < 0.02


def test_guides_change_the_way_but_not_the_distribution():
    box = np.vstack([np.eye(2), -np.eye(2)])
    guides = [[0.0, 1.0], [0.9, 2.9], [-0.4, 1.1]]
    points = _draw(box, [1.0, 3.0, 0.5, -1.0], [0.0, 2.0], guides=guides)
    assert kstest(points[:, 0], truncnorm(-0.5, 1.0).cdf).pvalue > 1e-3
    assert kstest(points[:, 1], truncnorm(1.0, 3.0).cdf).pvalue > 1e-3


def test_guides_that_are_equal_give_no_direction():
    box = np.vstack([np.eye(2), -np.eye(2)])
    guides = [[0.0, 1.0], [0.0, 1.0]]
    points = _draw(box, [1.0, 3.0, 0.5, -1.0], [0.0, 2.0], guides=guides)
    assert kstest(points[:, 0], truncnorm(-0.5, 1.0).cdf).pvalue > 1e-3


def test_the_same_generator_gives_the_same_points():
    same = [_draw([[1.0, 1.0]], [1.0], [0.0, 0.0], n=5, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(*same)
