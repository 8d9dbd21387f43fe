"""Constants that err together: limits that hold the box and what is orthogonal to it."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.steady_states.joint_errors import half_widths, joint_limits

AXES = pd.DataFrame([[1.0, 0.0], [0.0, 2.0], [1.0, 2.0]], index=["A", "B", "C"])
NAMES, MIDDLE = ("B", "X", "A", "C"), np.array([1.0, 5.0, 2.0, 3.0])


def _inside(steps):
    rows, least, most = joint_limits(AXES, NAMES, MIDDLE)
    log_k = MIDDLE.copy()
    log_k[[2, 0, 3]] += AXES.to_numpy() @ steps
    sums = rows @ log_k
    return bool(((sums >= least - 1e-12) & (sums <= most + 1e-12)).all())


def test_the_corners_of_the_box_are_inside_and_nothing_beyond():
    assert _inside([1.0, -1.0])
    assert _inside([-1.0, 0.3])
    assert not _inside([1.001, 0.0])
    assert not _inside([0.0, -1.001])


def test_what_is_orthogonal_to_the_axes_does_not_move():
    rows, least, most = joint_limits(AXES, NAMES, MIDDLE)
    off = MIDDLE + np.array([0.01, 0.0, 0.01, -0.01])  # not C = A + B
    sums = rows @ off
    assert ((sums < least - 1e-3) | (sums > most + 1e-3)).any()
    assert (rows[:, 1] == 0).all()  # a constant that is none of theirs is free


def test_half_widths_are_those_of_the_box():
    assert half_widths(AXES) == {"A": 1.0, "B": 2.0, "C": 3.0}


def test_what_is_no_box_is_refused():
    with pytest.raises(MissingEntryError, match="no reaction with an equilibrium constant 'C'"):
        joint_limits(AXES, ("A", "B"), np.zeros(2))
    with pytest.raises(InputError, match="2 axes over 3 reactions are fewer in truth"):
        joint_limits(AXES[[0, 0]], NAMES, MIDDLE)
    with pytest.raises(InputError, match="must hold finite numbers"):
        joint_limits(AXES * np.nan, NAMES, MIDDLE)
