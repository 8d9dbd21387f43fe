"""Figures of information and of runs: what stands where."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_information, plot_runs

mpl.use("Agg")


def test_a_bar_is_coloured_where_it_exceeds_chance():
    nats = {"validity": pd.Series([0.3, 0.02], index=["a in A", "b in B"])}
    (ax,) = plot_information(nats, {"validity": 0.05}, Figure(layout="constrained"))
    assert [bar.get_width() for bar in ax.patches] == [0.3, 0.02]
    assert ax.patches[0].get_facecolor() != ax.patches[1].get_facecolor()
    assert ax.patches[0].get_y() > ax.patches[1].get_y()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a in A", "b in B"]
    (line,) = ax.lines
    assert line.get_xdata()[0] == 0.05
    with pytest.raises(InputError, match="no constant"):
        plot_information({}, {})


def test_runs_with_data_stand_below_those_without():
    ax = Figure(layout="constrained").add_subplot()
    plot_runs({"tca": ([0.2, 0.4], [0.1, 0.1]), "gly": ([0.3], [0.2])}, ax, xlabel="distance")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in dots] == [[0.1, 0.1], [0.2, 0.4], [0.2], [0.3]]
    assert dots[0].get_ydata()[0] > dots[1].get_ydata()[0] > dots[2].get_ydata()[0]
    means = [line.get_xdata()[0] for line in ax.lines if line.get_marker() != "o"]
    np.testing.assert_allclose(means, [0.1, 0.3, 0.2, 0.3])
    assert ax.get_xlabel() == "distance"
    assert [text.get_text() for text in ax.get_yticklabels()] == ["tca", "gly"]
    with pytest.raises(InputError, match="no question"):
        plot_runs({}, ax)
