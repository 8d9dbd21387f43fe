"""The figure of incidence over generations: what is drawn, and with which words."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import History
from skimpy_renaissance.plots import plot_incidence
from skimpy_renaissance.proportion import Proportion

mpl.use("Agg")


def _history(incidence, spread=0.1, fresh=np.nan):
    incidence = np.asarray(incidence, dtype=float)
    n = len(incidence)
    zeros = np.zeros(n)
    return History(
        generation=np.arange(1, n + 1),
        incidence=incidence,
        incidence_min=np.clip(incidence - spread, 0, 1),
        incidence_max=np.clip(incidence + spread, 0, 1),
        reward_mean=zeros,
        reward_max=zeros,
        lambda_fastest=zeros,
        lambda_median=zeros,
        judged=np.arange(1, n + 1) * 10,
        seconds=zeros,
        learning_rate=zeros,
        held_out=zeros + fresh,
        held_out_low=zeros + fresh - 0.05,
        held_out_high=zeros + fresh + 0.05,
    )


@pytest.fixture
def ax():
    return Figure().add_subplot()


def _band(ax):
    (band,) = ax.collections
    vertices = band.get_paths()[0].vertices
    return {
        x: (vertices[vertices[:, 0] == x, 1].min(), vertices[vertices[:, 0] == x, 1].max())
        for x in np.unique(vertices[:, 0])
    }


def test_one_history_is_a_mean_line_and_a_band_over_candidates_in_percent(ax):
    history = _history([0.1, 0.4, 0.9])
    assert plot_incidence(history, ax) is ax
    (line,) = ax.lines
    np.testing.assert_allclose(line.get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(line.get_ydata(), [10, 40, 90])
    for x, limits in _band(ax).items():
        i = int(x) - 1
        expected = 100 * history.incidence_min[i], 100 * history.incidence_max[i]
        np.testing.assert_allclose(limits, expected, atol=1e-12)


def test_several_histories_are_averaged_and_the_band_spans_the_repeats(ax):
    plot_incidence([_history([0.0, 0.2]), _history([0.4, 0.6]), _history([0.5, 1.0])], ax)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [30, 60])
    band = _band(ax)
    np.testing.assert_allclose(band[1.0], (0, 50), atol=1e-12)
    np.testing.assert_allclose(band[2.0], (20, 100))
    assert [t.get_text() for t in ax.get_legend().texts] == [
        "range over 3 repeats",
        "mean over 3 repeats",
    ]


def test_one_generator_at_a_time_has_the_interval_of_its_models_and_no_candidates(ax):
    plot_incidence(_history([0.1, 0.4, 0.9], spread=0, fresh=0.5), ax)
    assert [t.get_text() for t in ax.get_legend().texts] == [
        "95 % interval",
        "the 10 models of a generation",
        "fresh models, 95 % interval",
    ]
    for step, hits in zip((1.0, 2.0, 3.0), (1, 4, 9), strict=True):
        vertices = ax.collections[0].get_paths()[0].vertices
        drawn = vertices[vertices[:, 0] == step, 1]
        expected = 100 * np.array(Proportion(hits, 10).interval)
        np.testing.assert_allclose((drawn.min(), drawn.max()), expected)
    (fresh,) = ax.containers
    np.testing.assert_allclose(fresh.lines[0].get_ydata(), 50)


def test_the_published_colours_and_units_are_there(ax):
    plot_incidence(_history([0.2, 0.5]), ax)
    assert to_rgb(ax.lines[0].get_color()) == (0, 0, 0)
    red, green, blue = ax.collections[0].get_facecolor()[0][:3]
    assert green > red
    assert green > blue
    assert ax.get_xlabel() == "generation"
    assert ax.get_ylabel().endswith("(%)")
    assert ax.get_ylim()[0] <= 0
    assert ax.get_ylim()[1] >= 100


def test_a_single_generation_is_still_visible(ax):
    plot_incidence(_history([0.2]), ax)
    assert ax.lines[0].get_marker() == "o"


def test_without_axes_a_figure_of_notebook_size_is_made():
    drawn = plot_incidence(_history([0.2, 0.3]))
    np.testing.assert_allclose(drawn.figure.get_size_inches(), (6.4, 4.0))
    plt.close(drawn.figure)


def test_histories_that_cannot_be_drawn_are_refused(ax):
    with pytest.raises(InputError, match="at least one history"):
        plot_incidence([], ax)
    with pytest.raises(InputError, match="at least one generation"):
        plot_incidence(History.empty(), ax)
    with pytest.raises(InputError, match=r"\[1, 2\]"):
        plot_incidence([_history([0.1]), _history([0.1, 0.2])], ax)


def test_a_highlighted_repeat_is_dashed_and_its_marks_lie_on_it(ax):
    repeats = [_history([0.0, 0.2, 0.5]), _history([0.1, 0.6, 0.9])]
    plot_incidence(repeats, ax, highlight=1, marked=[1, 3])
    mean, dashed, marks = ax.lines
    assert dashed.get_linestyle() == "--"
    np.testing.assert_allclose(dashed.get_ydata(), [10, 60, 90])
    np.testing.assert_allclose(np.c_[marks.get_xdata(), marks.get_ydata()], [[1, 10], [3, 90]])
    np.testing.assert_allclose(mean.get_ydata(), [5, 40, 70])


def test_a_repeat_or_generation_that_is_not_there_cannot_be_highlighted(ax):
    repeats = [_history([0.1, 0.6])]
    with pytest.raises(InputError, match="one of 1 repeats, got 1"):
        plot_incidence(repeats, ax, highlight=1)
    with pytest.raises(InputError, match="got None"):
        plot_incidence(repeats, ax, marked=[1])
    with pytest.raises(InputError, match=r"\[7\]; it has 1 to 2"):
        plot_incidence(repeats, ax, highlight=0, marked=[7])
