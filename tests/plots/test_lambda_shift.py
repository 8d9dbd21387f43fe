"""The figure of slowest modes along a training: densities, shares, order."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.integrate import trapezoid

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_lambda_shift
from skimpy_renaissance.plots.rate_axis import BREAK, RateAxis

mpl.use("Agg")


@pytest.fixture
def ax():
    return Figure(figsize=(6.4, 4.8), layout="constrained").add_subplot()


@pytest.fixture
def samples():
    rng = np.random.default_rng(0)
    return {g: rng.normal(-g / 5, 1.0, 300) for g in (1, 10, 40)}


def _ridges(ax):
    return [np.asarray(band.get_paths()[0].vertices) for band in ax.collections]


def test_every_ridge_encloses_the_same_area_on_the_axis_of_places(ax, samples):
    plot_lambda_shift(samples, -2.5, ax)
    axis, areas = RateAxis.around(-2.5), []
    for row, outline in enumerate(_ridges(ax)):
        above = outline[outline[:, 1] > -row]
        place, height = axis.place(above[:, 0]), above[:, 1] + row
        order = np.argsort(place)
        areas.append(trapezoid(height[order], place[order]))
    np.testing.assert_allclose(areas, areas[0], rtol=0.02)


def test_ridges_move_left_as_their_data_do_and_stand_in_order(ax, samples):
    plot_lambda_shift(samples, -2.5, ax)
    peaks = [outline[outline[:, 1].argmax(), 0] for outline in _ridges(ax)]
    assert peaks == sorted(peaks, reverse=True)
    for peak, values in zip(peaks, samples.values(), strict=True):
        assert abs(peak - np.median(values)) < 0.7
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "10", "40"]


def test_shares_count_failed_spectra_as_not_valid_and_lines_mark_partition_and_zero(ax):
    plot_lambda_shift({1: [1.0, np.nan, -3.0, -4.0], 2: [-3.0, -4.0]}, -2.5, ax)
    texts = [text.get_text() for text in ax.texts]
    assert {"50.0 %", "100.0 %"} <= set(texts)
    assert sorted(line.get_xdata()[0] for line in ax.lines) == [-2.5, 0.0]


def test_a_single_value_can_be_drawn_and_the_axis_shows_everything(ax):
    plot_lambda_shift({1: [1e5], 2: [-3.0]}, -2.5, ax)
    low, high = ax.get_xlim()
    assert low < -3
    assert high > 1e5
    assert "(1/h)" in ax.get_xlabel()
    assert {one.get_gid() for one in ax.get_children()} >= {BREAK}, "the scale changes: marked"
    ax.figure.canvas.draw()


def test_what_cannot_be_drawn_is_refused(ax):
    with pytest.raises(InputError, match="no generation"):
        plot_lambda_shift({}, -2.5, ax)
    with pytest.raises(InputError, match=r"none is finite at \[3\]"):
        plot_lambda_shift({1: [1.0], 3: [np.nan]}, -2.5, ax)
    with pytest.raises(InputError, match="partition"):
        plot_lambda_shift({1: [1.0]}, np.nan, ax)
