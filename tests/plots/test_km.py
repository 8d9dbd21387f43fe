"""The picture of all constants: sorted by median, inside its bounds, measured ones told apart."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_km_ranges

BOUNDS = np.log([[1e-6, 0.1]] * 3)


def _axes(log_km, **options):
    return plot_km_ranges(log_km, BOUNDS, ax=Figure().add_subplot(), **options)


def test_constants_are_sorted_by_their_medians():
    medians = np.log([1e-2, 1e-5, 1e-3])
    ax = _axes(medians + np.array([[-0.1], [0.0], [0.1]]))
    (dots,) = ax.lines
    assert dots.get_ydata() == pytest.approx([1e-5, 1e-3, 1e-2])
    assert ax.get_yscale() == "log"


def test_lines_span_the_5th_to_the_95th_percentile():
    log_km = np.log(1e-3) + np.linspace(-1, 1, 201)[:, None] * np.ones(3)
    (lines,) = [c for c in _axes(log_km).collections if hasattr(c, "get_segments")]
    (_, low), (_, high) = lines.get_segments()[0]
    assert (low, high) == pytest.approx((1e-3 * np.exp(-0.9), 1e-3 * np.exp(0.9)))


def test_measured_constants_have_a_colour_of_their_own():
    ax = _axes(np.log([[1e-5, 1e-4, 1e-3]]), measured=[False, True, False])
    generated, measured = ax.lines
    assert list(generated.get_xdata()) == [1, 3]
    assert list(measured.get_xdata()) == [2]
    assert generated.get_color() != measured.get_color()


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(InputError, match="km x 2"):
        _axes(np.zeros((2, 4)))
    with pytest.raises(InputError, match="a model at least"):
        _axes(np.zeros((0, 3)))
