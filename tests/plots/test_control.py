"""The figure of control: the strongest first, and whether models agree on the sign."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from skimpy_renaissance.control import Coefficients
from skimpy_renaissance.plots import plot_control
from skimpy_renaissance.plots.palette import BLUE, GREY


def test_rows_are_sorted_by_size_and_coloured_by_agreement_in_sign():
    signs = np.where(np.arange(40) < 30, 1.0, -1.0)
    columns = [np.full(40, -0.2), 0.5 * signs, np.full(40, 0.9)]
    values = np.stack(columns, axis=1)[:, None, :]
    values = np.concatenate([values, np.full((1, 1, 3), np.nan)])  # a model without coefficients
    parameters = tuple(f"vmax_forward_{name}" for name in "ABC")
    samples = tuple(map(str, range(41)))
    ax = plot_control(
        Coefficients(values, "flux", ("R",), parameters, samples), "R", Figure().add_subplot()
    )
    assert [text.get_text() for text in ax.get_yticklabels()] == ["C", "B", "A"]
    medians = [line for line in ax.lines if line.get_marker() == "|"]
    np.testing.assert_allclose([line.get_xdata()[0] for line in medians], [0.9, 0.5, -0.2])
    bars = [to_rgb(line.get_color()) for line in ax.lines[:9:3]]
    assert bars == [to_rgb(colour) for colour in (BLUE, GREY, BLUE)]
    notes = [text.get_text() for text in ax.texts]
    assert notes == ["100 %", "75.0 % \N{PLUS-MINUS SIGN} 6.9", "100 %", "agree in sign"]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["at least 95 % agree in sign", "fewer"]
