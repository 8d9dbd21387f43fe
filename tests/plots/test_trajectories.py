"""Figures of ensembles in time: which percentiles are drawn, of what."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.dynamics import Status, Trajectories
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots import plot_percentiles, plot_trajectories

mpl.use("Agg")
TIMES = np.array([0.0, 1.0, 2.0])


@pytest.fixture
def ax():
    return Figure().add_subplot()


@pytest.fixture
def trajectories():
    concentrations = np.array([[[1.0], [2.0], [3.0]], [[3.0], [2.0], [np.nan]]])
    return Trajectories(
        labels=pd.DataFrame({"run": ["0", "1"]}),
        variables=("a",),
        reactions=("R",),
        times=TIMES,
        concentrations=concentrations,
        rates=10 * concentrations,
        reference=np.full((2, 1), 2.0),
        reference_rates=np.full((2, 1), 5.0),
        statuses=(Status.FINISHED, Status.TIME_LIMIT),
        messages=("", ""),
        events=(),
        event_times=np.empty((2, 0)),
        seconds=np.ones(2),
    )


def test_the_line_is_the_median_and_the_bands_are_percentiles(ax):
    values = np.arange(101.0)[:, None] * np.array([1.0, 2.0, 3.0])
    assert plot_percentiles(TIMES, values, ax, label="all") is ax
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [50, 100, 150])
    for band, (low, high) in zip(ax.collections, [(5, 95), (25, 75)], strict=True):
        y = band.get_paths()[0].vertices
        at_end = y[y[:, 0] == 2.0, 1]
        assert (at_end.min(), at_end.max()) == pytest.approx((3 * low, 3 * high))


def test_a_variable_is_drawn_as_deviation_in_percent(ax, trajectories):
    plot_trajectories(trajectories, "a", ax)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.0, 0.0, 50.0])
    assert ax.get_ylabel() == "deviation of a (%)"


def test_a_reaction_is_drawn_alike_and_the_return_to_1_percent_is_seen(ax, trajectories):
    plot_trajectories(trajectories, "R", ax)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [300, 300, 500])
    place = ax.transData.transform
    half = place((0, 1))[1] - place((0, 0))[1]
    assert half > 0.1 * ax.bbox.height, "1 % is a good part of the height"
    (band,) = ax.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == (-1, 1)
    low, high = ax.get_ylim()
    plot_trajectories(trajectories, "a", ax)  # rises less, and falls
    assert ax.get_ylim()[0] < low
    assert ax.get_ylim()[1] == high
    assert len(ax.patches) == 1


def test_an_unknown_name_is_told(ax, trajectories):
    with pytest.raises(MissingEntryError, match="pfk"):
        plot_trajectories(trajectories, "pfk", ax)


def test_a_time_without_any_run_is_told(ax):
    with pytest.raises(InputError, match="finished"):
        plot_percentiles(TIMES, [[1.0, 1.0, np.nan]], ax)
    with pytest.raises(InputError, match="run x time"):
        plot_percentiles(TIMES, [1.0, 1.0], ax)
