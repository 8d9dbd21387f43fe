"""The picture of constants by name: those that vary least first, inside bounds that are seen."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_km_ranges

BOUNDS = np.log([[1e-6, 0.1]] * 3)
NAMES = ["atp_c in PFK", "f6p_c in PFK", "x_c in a_reaction_with_quite_a_long_name"]


def _axes(log_km, names=NAMES, **options):
    return plot_km_ranges(log_km, BOUNDS, names=names, ax=Figure().add_subplot(), **options)


def _spread(*widths):
    return np.log(1e-3) + np.linspace(-1, 1, 201)[:, None] * np.array(widths)


def _names(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_constants_are_named_and_those_that_vary_least_stand_first():
    ax = _axes(_spread(1.0, 0.2, 3.0))
    assert _names(ax)[:2] == ["f6p_c in PFK", "atp_c in PFK"]
    assert _names(ax)[2].startswith("x_c in a_reaction")
    assert len(_names(ax)[2]) < len(NAMES[2])
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first is at the top"
    few = _axes(_spread(1.0, 0.2, 3.0), most=2)
    assert _names(few) == ["f6p_c in PFK", "atp_c in PFK"]
    assert few.get_legend().get_title().get_text().startswith("2 of 3 constants")


def test_lines_span_the_5th_to_the_95th_percentile_between_bounds_that_are_drawn():
    ax = _axes(_spread(1.0, 1.0, 1.0))
    bounds, ranges = (c.get_segments()[0][:, 0] for c in ax.collections)
    np.testing.assert_allclose(ranges, 1e-3 * np.exp([-0.9, 0.9]))
    np.testing.assert_allclose(bounds, [1e-6, 0.1])
    low, high = ax.get_xlim()
    assert low < 1e-6
    assert high > 0.1


def test_measured_constants_have_a_colour_of_their_own():
    ax = _axes(_spread(1.0, 0.5, 2.0), measured=[False, True, False])
    dots = {line.get_label(): line for line in ax.lines if line.get_marker() == "o"}
    assert list(dots["generated"].get_ydata()) == [1, 2]
    assert list(dots["measured"].get_ydata()) == [0]
    assert dots["generated"].get_color() != dots["measured"].get_color()


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(InputError, match="km x 2"):
        _axes(np.zeros((2, 4)))
    with pytest.raises(InputError, match="a model at least"):
        _axes(np.zeros((0, 3)))
    with pytest.raises(InputError, match="a name for each of 3 constants, got 1"):
        _axes(np.zeros((2, 3)), names=["a"])
