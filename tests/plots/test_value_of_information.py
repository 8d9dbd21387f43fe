"""The figure of the value of information: bars of the first constants, beside chance."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots import plot_value_of_information

mpl.use("Agg")
TABLE = pd.DataFrame(
    {
        "label": ["km_a", "km_b", "km_c"],
        "explained": [0.3, 0.01, 0.1],
        "explained_by_chance": 0.05,
        "decision": [0.0, 0.02, 0.001],
        "decision_by_chance": 0.01,
    }
)


def panel():
    return Figure(layout="constrained").add_subplot()


def test_bars_are_in_order_and_coloured_where_they_exceed_chance():
    ax = plot_value_of_information(TABLE, panel())
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [30, 10, 1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["km_a", "km_c", "km_b"]
    first, second, third = (bar.get_facecolor() for bar in ax.patches)
    assert first == second != third
    assert ax.lines[0].get_xdata()[0] == pytest.approx(5)


def test_the_decision_has_its_own_bars():
    ax = plot_value_of_information(TABLE, panel(), what="decision", most=1)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [0.02])
    assert ax.lines[0].get_xdata()[0] == pytest.approx(0.01)
    with pytest.raises(MissingEntryError, match="value of information 'price'"):
        plot_value_of_information(TABLE, what="price")
    with pytest.raises(InputError, match="no constant"):
        plot_value_of_information(TABLE.head(0))
