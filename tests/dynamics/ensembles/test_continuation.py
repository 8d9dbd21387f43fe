"""Curves of known shape, followed: reached, turned round, or lost."""

import numpy as np
import pytest

from skimpy_renaissance.dynamics.ensembles.continuation import FOLD, LOST, REACHED, Curve, follow


def curve_of(residual, slope, along):
    """A curve in one variable, from its equation and its derivatives."""
    return Curve(
        lambda y, tau: np.array([residual(y[0], tau)]),
        lambda y, tau: (np.array([[slope(y[0], tau)]]), np.array([along(y[0], tau)])),
    )


WAVE = curve_of(
    lambda y, tau: y - np.sin(8 * tau), lambda *_: 1.0, lambda _, tau: -8 * np.cos(8 * tau)
)
PARABOLA = curve_of(
    lambda y, tau: (y - 1) ** 2 + tau - 0.6, lambda y, _: 2 * (y - 1), lambda *_: 1.0
)
ENDING = curve_of(
    lambda y, tau: y - tau if tau < 0.5 else np.nan,
    lambda *_: 1.0,
    lambda _, tau: -1.0 if tau < 0.5 else np.nan,
)


def test_a_curve_is_followed_to_its_end():
    found = follow(WAVE, np.zeros(1))
    assert found.status == REACHED
    assert found.log_x[0] == pytest.approx(np.sin(8), abs=1e-12)


def test_a_curve_that_turns_round_is_a_fold_where_it_turns():
    found = follow(PARABOLA, np.array([1 + np.sqrt(0.6)]))
    assert found.status == FOLD
    assert 0.4 < found.reached <= 0.6 + 1e-9


def test_a_curve_that_ends_is_lost():
    found = follow(ENDING, np.zeros(1))
    assert found.status == LOST
    assert found.reached == pytest.approx(0.5, abs=1e-4)
