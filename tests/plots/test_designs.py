"""Figures of strain designs: what stands where, and in which colour."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.design import Design
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots import (
    plot_enzymes_across_designs,
    plot_gains,
    plot_promised_reached,
)

mpl.use("Agg")
DESIGNS = [
    Design({"PFK": 2.0, "PYK": 0.5}, 0.3, np.log([1.2, 1.3, 1.5])),
    Design({"PYK": 0.25}, 0.2, np.log([1.1, 1.2, 1.3])),
    Design({"PYK": np.exp(-100.0)}, 0.1, np.log([1.05, 1.1, 1.2])),
]
VERIFIED = pd.DataFrame(
    {
        "design": [0, 0, 0, 1],
        "promised": np.log([1.2, 1.3, 1.5, 1.1]),
        "reached": [*np.log([1.15, 1.2]), np.nan, np.log(1.1)],
        "status": ["stable", "unstable", "fold", "stable"],
        "works": [True, False, False, True],
    }
)


def panel():
    return Figure(layout="constrained").add_subplot()


def colour_of(ax, label):
    (line,) = [line for line in ax.lines if str(line.get_label()).startswith(label)]
    return line.get_color()


def test_gains_are_factors_the_first_design_at_the_top():
    ax = plot_gains(DESIGNS, panel(), objective="ln ACt2r - ln GLCpts", most=2)
    medians = [line for line in ax.lines if line.get_marker() == "|"]
    np.testing.assert_allclose([line.get_xdata()[0] for line in medians], [1.3, 1.2])
    assert medians[0].get_ydata()[0] > medians[1].get_ydata()[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["PFK x2, PYK x0.5", "PYK x0.25"]
    assert ax.get_xlabel() == "factor on ACt2r / GLCpts"
    assert ax.get_xscale() == "log"
    with pytest.raises(InputError, match="no design to draw"):
        plot_gains([], panel())


def test_what_is_reached_stands_below_the_promise_with_the_share_that_works():
    ax = plot_gains(DESIGNS[:2], panel(), verified=VERIFIED)
    medians = [line for line in ax.lines if line.get_marker() == "|"]
    np.testing.assert_allclose(
        [line.get_xdata()[0] for line in medians], [1.3, 1.15, 1.2, 1.1], err_msg="stable ones only"
    )
    assert np.all(np.diff([line.get_ydata()[0] for line in medians]) < 0)
    assert [text.get_text() for text in ax.texts] == ["33 %", "100 %", "works in"]
    with pytest.raises(MissingEntryError, match="The table of verified designs needs"):
        plot_gains(DESIGNS, panel(), verified=VERIFIED.drop(columns="works"))


def test_enzymes_of_more_designs_stand_higher_and_down_has_another_colour_than_up():
    ax = plot_enzymes_across_designs(DESIGNS, panel())
    assert [text.get_text() for text in ax.get_yticklabels()] == ["PYK", "PFK"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["1.35", "1.22", "1.11"]
    (image,) = ax.images
    logs = np.asarray(image.get_array())
    np.testing.assert_allclose(logs[:, :2], np.log([[0.5, 0.25], [2.0, 1.0]]))
    assert image.norm.vmax == pytest.approx(np.log(4)), "a knock-out does not set the scale"
    down, none, up = image.cmap(image.norm([-1.0, 0.0, 1.0]))
    assert down[2] > down[0], "blue"
    assert up[0] > up[2], "vermillion"
    assert min(none[:3]) > 0.95, "white"
    assert [text.get_text() for text in ax.texts] == ["0.5", "0.25", "KO", "2"]


def test_models_without_a_steady_state_stand_below_all_others():
    ax = plot_promised_reached(VERIFIED, panel(), objective="ln ACt2r")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["stable: 2", "unstable: 1", "no steady state (fold): 1"]
    points = {str(line.get_label()): line for line in ax.lines}
    np.testing.assert_allclose(points["stable: 2"].get_xdata(), [1.2, 1.1])
    np.testing.assert_allclose(points["stable: 2"].get_ydata(), [1.15, 1.1])
    assert points["no steady state (fold): 1"].get_ydata()[0] < 0.98
    assert len({colour_of(ax, kind) for kind in ("stable", "unstable", "no")}) == 3
    assert ax.get_xlabel() == "promised: factor on ACt2r"
    with pytest.raises(InputError, match="the table has no row"):
        plot_promised_reached(VERIFIED.head(0), panel())
    with pytest.raises(MissingEntryError, match="lacks reached"):
        plot_promised_reached(VERIFIED.drop(columns="reached"), panel())
