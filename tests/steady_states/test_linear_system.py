"""Bounds, balances and limits: coordinates that keep to them, and what excludes one another."""

import numpy as np
import pytest

from skimpy_renaissance.errors import SteadyStateError
from skimpy_renaissance.steady_states.linear_system import LinearSystem


def _system(low, high, balances=None, sums=None, least=(), most=()):
    n = len(low)
    return LinearSystem(
        np.asarray(low, float),
        np.asarray(high, float),
        np.zeros((0, n)) if balances is None else np.asarray(balances, float),
        np.zeros((0, n)) if sums is None else np.asarray(sums, float),
        np.asarray(least, float),
        np.asarray(most, float),
    )


def _inside(polytope, n=2000):
    """Points of the polytope, by rejection around its origin."""
    y = np.random.default_rng(0).uniform(-1, 1, (n, polytope.directions.shape[1]))
    y = y[(y @ polytope.normals.T <= polytope.offsets).all(axis=1)]
    return polytope.origin + y @ polytope.directions.T


def test_every_point_of_the_polytope_keeps_to_all_of_it():
    system = _system([0, 0, 0, 2], [4, 3, 9, 2], [[1, 1, -1, 0]], [[1, -1, 0, 0]], [-0.5], [np.inf])
    polytope = system.polytope(str)
    assert polytope.directions.shape == (4, 2)
    x = _inside(polytope)
    assert len(x) > 20
    np.testing.assert_allclose(x[:, 0] + x[:, 1], x[:, 2], atol=1e-12)
    assert (x[:, 3] == 2).all()
    assert (x >= system.low - 1e-12).all()
    assert (x <= system.high + 1e-12).all()
    assert (x[:, 0] - x[:, 1] >= -0.5 - 1e-12).all()


def test_a_sum_with_little_room_is_a_coordinate_of_its_own():
    """Else no step along a coordinate is longer than the room of the sum."""
    system = _system([0, 0, 0], [1, 1, 1], None, [[1, -1, 0]], [0.0], [1e-3])
    polytope = system.polytope(str)
    changes = np.array([1.0, -1.0, 0.0]) @ polytope.directions
    assert (np.abs(changes) > 1e-9).sum() == 1
    assert np.abs(changes).max() == pytest.approx(1e-3)


def test_a_sum_that_is_known_takes_a_dimension():
    polytope = _system([0, 0], [1, 1], None, [[1, -1]], [0.25], [0.25]).polytope(str)
    assert polytope.directions.shape == (2, 1)
    assert polytope.origin[0] - polytope.origin[1] == pytest.approx(0.25)


def test_what_the_balances_alone_hold_still_takes_none():
    """x = y and y = 1: bounds of x that look wide, and one value."""
    polytope = _system([0, 1], [9, 1], [[1, -1]]).polytope(str)
    assert polytope.directions.shape == (2, 0)
    np.testing.assert_allclose(polytope.origin, 1.0)


def test_ranges_follow_from_the_balances():
    low, high = _system([-np.inf, 1, 2], [np.inf, 3, 5], [[1, -1, -1]]).ranges()
    np.testing.assert_allclose([low[0], high[0]], [3, 8])


def test_bounds_in_the_way_are_found_and_others_are_not():
    system = _system([0, 0, 5, 0], [1, 2, 9, 7], [[1, 1, -1, 0]])  # 1 + 2 < 5
    found = system.contradiction()
    assert set(found.in_the_way) == {("high", 0), ("high", 1), ("low", 2)}
    assert found.balances == [0]
    changed = LinearSystem(**vars(system))
    for (kind, place), value in found.change.items():
        getattr(changed, kind)[place] = value
    assert changed.contradiction() is None


def test_limits_of_sums_can_be_in_the_way():
    found = _system([0, 0], [1, 1], None, [[1, 1]], [3.0], [4.0]).contradiction()
    assert set(found.in_the_way) == {("high", 0), ("high", 1), ("least", 0)}
    assert _system([0, 0], [1, 1], None, [[1, 1]], [1.0], [4.0]).contradiction() is None


def test_what_has_no_bound_is_named():
    with pytest.raises(SteadyStateError, match="nothing bounds flux 1"):
        _system([0, 0], [1, np.inf]).polytope(lambda i: f"flux {i}")


def test_a_set_without_volume_is_refused():
    with pytest.raises(SteadyStateError, match="no volume"):
        _system([0, 0], [1, 1], None, [[1, -1], [2, -2]], [0.5, -9], [9, 1.0]).polytope(str)


def test_a_single_point_is_a_set_of_no_dimension():
    polytope = _system([0, 0], [1, 1], None, [[1, 1]], [2.0], [3.0]).polytope(str)
    assert polytope.directions.shape == (2, 0)
    np.testing.assert_allclose(polytope.origin, 1.0)
