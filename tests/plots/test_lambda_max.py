"""The figure of lambda_max by source: shares, an axis with marked breaks, legibility."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_lambda_max
from skimpy_renaissance.plots.palette import colours_of
from skimpy_renaissance.plots.rate_axis import BREAK

mpl.use("Agg")


@pytest.fixture
def ax():
    return Figure(figsize=(6.4, 4.0), layout="constrained").add_subplot()


@pytest.fixture
def wide():
    rng = np.random.default_rng(0)
    return np.r_[rng.normal(-0.5, 2.0, 300), 10 ** rng.uniform(0, 5, 100)]


def test_bars_add_up_to_the_share_of_models_with_a_known_spectrum(ax, wide):
    before = np.r_[wide, np.full(100, np.nan)]
    plot_lambda_max({"blind draws": before, "other": np.linspace(-9, -4, 50)}, -3.0, ax=ax)
    heights = [
        np.asarray(patch.get_path().vertices)[:, 1] for patch in ax.patches if patch.get_label()
    ]
    # a step outline visits every bar's height twice: up to the left edge, along to the right one
    sums = [h[: len(h) // 2 + 1][1:-1:2].sum() for h in heights]
    np.testing.assert_allclose(sorted(sums), [80.0, 100.0], rtol=1e-9)


def test_the_legend_gives_shares_of_valid_models_and_counts_failures_as_invalid(ax):
    sources = {
        "blind draws": [-4.0, -2.0, 5.0, np.nan],
        "trained generator": [-4.0, -5.0, -3.5, -1.0],
    }
    plot_lambda_max(sources, -3.0, ax=ax)
    texts = [t.get_text() for t in ax.get_legend().texts]
    assert any(t == "blind draws: 25.0 % valid" for t in texts)
    assert any(t == "trained generator: 75.0 % valid" for t in texts)
    drawn = {str(p.get_label()).split(":")[0]: to_rgb(p.get_edgecolor()) for p in ax.patches}
    for name, colour in colours_of(sources).items():
        assert drawn[name] == to_rgb(colour), "the same source has the same colour everywhere"


def test_no_bin_holds_models_of_both_sides_of_the_partition(ax, wide):
    plot_lambda_max({"a": wide, "b": np.full(9, -3.08)}, -3.07, ax=ax)
    bars = next(patch for patch in ax.patches if str(patch.get_label()).startswith("a:"))
    edges = np.unique(bars.get_path().vertices[:, 0])
    assert np.abs(edges + 3.07).min() < 1e-9


def test_the_partition_is_a_dashed_line_where_it_belongs(ax, wide):
    plot_lambda_max({"a": wide, "b": wide - 5}, -3.07, ax=ax)
    (line,) = ax.lines
    assert line.get_linestyle() == "--"
    np.testing.assert_allclose(line.get_xdata(), [-3.07, -3.07])
    assert "\N{MINUS SIGN}3.07 1/h" in line.get_label()


@pytest.mark.parametrize("partition", [-0.4, -3.07, -15.0, 0.0])
def test_every_value_is_inside_the_axis_and_tick_labels_do_not_touch(ax, wide, partition):
    after = partition - np.abs(np.random.default_rng(1).normal(1, 0.5, 200))
    plot_lambda_max({"a": wide, "b": after}, partition, ax=ax)
    low, high = ax.get_xlim()
    assert low < min(wide.min(), after.min())
    assert high > max(wide.max(), after.max())
    ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
    assert len(boxes) >= 4
    boxes.sort(key=lambda box: box.x0)
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_the_axis_is_linear_around_zero_and_logarithmic_beyond(ax):
    plot_lambda_max({"a": [-5.0, 1e5], "b": [-4.0]}, -2.0, ax=ax)  # linear up to 6
    place = ax.transData.transform

    def x(value):
        return place((value, 0))[0]

    np.testing.assert_allclose(x(4) - x(2), x(2) - x(0), rtol=1e-9)
    np.testing.assert_allclose(x(-2) - x(-4), x(2) - x(0), rtol=1e-9)
    np.testing.assert_allclose(x(1e5) - x(1e4), x(1e4) - x(1e3), rtol=1e-9)
    marked = [one for one in ax.get_children() if one.get_gid() == BREAK]
    places = {one.xy[0] for one in marked if isinstance(one, Annotation)}
    assert places == {6.0}, "the place at which the scale changes is marked"
    (band,) = [one for one in marked if isinstance(one, Rectangle)]
    assert (band.get_x(), band.get_x() + band.get_width()) == (6.0, ax.get_xlim()[1])
    assert "logarithmic where shaded" in ax.get_xlabel()


def test_an_axis_that_is_linear_throughout_has_no_marks(ax):
    plot_lambda_max({"a": [-4.0, -3.0]}, -2.0, ax=ax)
    assert not [one for one in ax.get_children() if one.get_gid() == BREAK]
    assert ax.get_xlabel().endswith("(1/h)")


def test_no_axis_of_shares_says_more_than_100_percent(ax):
    plot_lambda_max({"a": np.full(9, -4.0)}, -2.0, ax=ax)
    top = ax.get_ylim()[1]
    assert max(tick for tick in ax.get_yticks() if tick <= top) <= 100


def test_labels_say_unit_and_quantity(ax, wide):
    plot_lambda_max({"a": wide}, -1.0, ax=ax)
    assert "(1/h)" in ax.get_xlabel()
    assert ax.get_ylabel().endswith("(%)")


def test_data_that_cannot_be_drawn_are_refused(ax):
    with pytest.raises(InputError, match="trained generator needs"):
        plot_lambda_max({"trained generator": [np.nan]}, -1.0, ax=ax)
    with pytest.raises(InputError, match="partition"):
        plot_lambda_max({"a": [1.0]}, np.nan, ax=ax)
    with pytest.raises(InputError, match="one source, got none"):
        plot_lambda_max({}, -1.0, ax=ax)
