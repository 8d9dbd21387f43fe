"""What is left of a push, in minutes: the partition's curve is the limit of valid models."""

import numpy as np
import pytest

from skimpy_renaissance.report.decay import decay_drawing, demand_in_words


def test_the_demand_is_told_in_minutes():
    told = demand_in_words(-2.5)
    assert "below the partition, -2.5 1/h: 24 min after a small push at most 37 %" in told
    assert told.endswith("120 min after it at most 0.7 %.")
    assert demand_in_words(0.0).endswith("0 1/h: a small push fades, in whatever time.")
    assert demand_in_words(10.0).endswith("10 1/h: not even stability is asked.")


def test_curves_are_exponentials_of_minutes_and_unstable_models_leave_the_figure():
    drawing = decay_drawing({"models": [-5.0, -5.0, np.nan]}, -2.5, blind=[3.0, 1e6])
    (ax,) = drawing.figure().axes
    curves = {line.get_label(): line.get_xydata().T for line in ax.lines}
    for label, rate in (("models", -5.0), ("partition, \N{MINUS SIGN}2.5 1/h", -2.5)):
        minutes, left = curves[label]
        np.testing.assert_allclose(left, 100 * np.exp(rate * minutes / 60), rtol=1e-12)
    assert np.isfinite(curves["blind draws"]).all()
    assert curves["blind draws"][1, -1] > ax.get_ylim()[1]
    assert {text.get_text() for text in ax.texts} == {"37 % after 24 min", "0.7 % after 120 min"}
    assert "below the dashed curve, that of -2.5 1/h" in drawing.caption


@pytest.mark.parametrize("groups", [{}, {"none of which is known": [np.nan]}])
def test_without_models_the_limit_alone_is_drawn(groups):
    drawing = decay_drawing(groups, -2.5)
    (ax,) = drawing.figure().axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "partition, \N{MINUS SIGN}2.5 1/h"
    ]
    assert "median" not in drawing.caption


def test_where_stability_is_all_that_is_asked_the_models_set_the_axis():
    (ax,) = decay_drawing({"models": [-1.0, -1.0]}, 0.0).figure().axes
    assert ax.get_xlim()[1] == pytest.approx(1.25 * 300)
    assert not ax.texts
