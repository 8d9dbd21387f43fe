"""The reactor figure: what is drawn for which numbers, and what is refused."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots.reactor import plot_reactor

mpl.use("Agg")
TIMES = np.linspace(0, 4, 5)
RUNS = np.array([TIMES, 3 * TIMES, 5 * TIMES])


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def line(ax, label):
    return next(found for found in ax.lines if found.get_label() == label)


def test_the_line_is_the_median_and_the_band_the_range():
    (ax,) = plot_reactor(TIMES, {"biomass (g/L)": RUNS})
    assert line(ax, "median").get_ydata() == pytest.approx(3 * TIMES)
    (band,) = ax.collections
    corners = band.get_paths()[0].vertices
    at_end = corners[corners[:, 0] == 4.0, 1]
    assert (at_end.min(), at_end.max()) == (4.0, 20.0)
    assert ax.get_ylabel() == "biomass (g/L)"


def test_a_run_counts_only_until_it_stopped():
    runs = RUNS.copy()
    runs[2, 3:] = np.nan
    (ax,) = plot_reactor(TIMES, {"x": runs})
    assert line(ax, "median").get_ydata()[3:] == pytest.approx(2 * TIMES[3:])


def test_points_have_bars_from_low_to_high():
    table = pd.DataFrame({"Time": [1, 2], "mean": [2.0, 4.0], "low": [1.5, 3.0], "high": [3, 4.5]})
    (ax,) = plot_reactor(TIMES, {"x": RUNS}, {"x": table})
    (points,) = ax.containers
    assert points.lines[0].get_ydata().tolist() == [2.0, 4.0]
    segments = [s[:, 1].tolist() for s in points.lines[2][0].get_segments()]
    assert segments == [[1.5, 3.0], [3.0, 4.5]]


def test_a_standard_deviation_makes_symmetric_bars():
    table = pd.DataFrame({"Time": [1.0], "Mean": [2.0], "SD": [0.5]})
    (ax,) = plot_reactor(TIMES, {"x": RUNS}, {"x": table})
    (points,) = ax.containers
    assert points.lines[2][0].get_segments()[0][:, 1].tolist() == [1.5, 2.5]


def test_groups_are_told_apart_and_panels_counted():
    axes = plot_reactor(TIMES, {"x": {"wild": RUNS, "design": 2 * RUNS}, "y": RUNS[0]})
    assert len(axes) == 2
    colours = {line(axes[0], f"{name}: median").get_color() for name in ("wild", "design")}
    assert len(colours) == 2


def test_axes_of_one_s_own_are_drawn_on():
    _, ax = plt.subplots()
    assert plot_reactor(TIMES, {"x": RUNS}, axes=[ax]) == [ax]
    with pytest.raises(InputError, match="needs 2 axes, got 1"):
        plot_reactor(TIMES, {"x": RUNS, "y": RUNS}, axes=[ax])


@pytest.mark.parametrize("values", [RUNS[:, :3], np.full((2, 5), np.nan)])
def test_values_fit_the_times_and_are_numbers(values):
    with pytest.raises(InputError, match="run x time with 5 times"):
        plot_reactor(TIMES, {"x": values})


def test_nothing_to_draw_is_refused():
    with pytest.raises(InputError, match="at least one quantity"):
        plot_reactor(TIMES, {})
    with pytest.raises(InputError, match="At most 3 groups"):
        plot_reactor(TIMES, {"x": dict.fromkeys("abcd", RUNS)})


def test_a_measured_quantity_has_a_panel_and_the_columns():
    with pytest.raises(MissingEntryError, match="glucose"):
        plot_reactor(TIMES, {"x": RUNS}, {"glucose": pd.DataFrame()})
    with pytest.raises(MissingEntryError, match="lacks mean"):
        plot_reactor(TIMES, {"x": RUNS}, {"x": pd.DataFrame({"time": [1]})})
