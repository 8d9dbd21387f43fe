"""The figure of how fast models are at each steady state: the best one first, and marked."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.plots import plot_state_speeds

mpl.use("Agg")


def test_shares_are_drawn_in_the_order_of_the_table_and_the_first_is_marked():
    table = pd.DataFrame(
        {"share": [0.3, 0.1, 0.0], "low_95": [0.2, 0.05, 0.0], "high_95": [0.4, 0.2, 0.1]},
        index=["state_4", "state_0", "state_1"],
    )
    ax = plot_state_speeds(table, Figure(layout="constrained").add_subplot())
    every, chosen = ax.lines
    np.testing.assert_allclose(every.get_ydata(), [30, 10, 0])
    assert (chosen.get_xdata(), chosen.get_ydata()) == (1, pytest.approx(30))
    assert "state_4, chosen" in [text.get_text() for text in ax.get_legend().get_texts()]
    with pytest.raises(MissingEntryError, match="low_95"):
        plot_state_speeds(table.drop(columns="low_95"))
