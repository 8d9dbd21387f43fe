"""The figures of robustness: bands, rest, clock, and shares that are back."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from skimpy_renaissance.dynamics import Robustness
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots import plot_returned, plot_robustness
from skimpy_renaissance.plots.rate_axis import BREAK

mpl.use("Agg")


def _found(horizon=1.0, n_runs=40):
    rng = np.random.default_rng(0)
    times = np.linspace(0, horizon, 21)
    decay = np.exp(-5 * times / horizon)
    growth = 1 + rng.uniform(-0.5, 0.5, (n_runs, 1)) * decay
    atp = rng.uniform(-0.5, 0.5, (n_runs, 1)) * decay
    runs = pd.DataFrame({"model": range(n_runs), "perturbation": "0", "status": "finished"})
    courses = {"growth": growth, "ATP": atp, "all": np.abs(atp)}
    return Robustness(times, courses, {"growth": 1.0, "ATP": 0.0, "all": 0.0}, runs, 0.05)


def test_short_horizons_are_shown_in_minutes_and_marks_with_them():
    axes = plot_robustness(_found(1.0), ["growth"], marks=[0.4])
    assert axes[0].get_xlabel() == "time (min)"
    np.testing.assert_allclose(axes[0].get_xlim(), (0, 60))
    marks = [line.get_xdata()[0] for line in axes[0].lines if line.get_linestyle() == "--"]
    assert any(np.isclose(place, 24) for place in marks)
    assert "24 min" in [text.get_text() for text in axes[0].texts]
    plt.close(axes[0].figure)
    axes = plot_robustness(_found(10.0), ["growth"])
    assert axes[0].get_xlabel() == "time (h)"
    plt.close(axes[0].figure)


def test_each_quantity_has_its_panel_around_its_rest():
    found = _found()
    axes = plot_robustness(found)
    assert [ax.get_title() for ax in axes] == ["growth", "ATP", "all"]
    for ax, name in zip(axes, found.courses, strict=True):
        low, high = ax.get_ylim()
        assert low <= 5 <= high, "what counts as back is seen"
        mean = next(line for line in ax.lines if line.get_linestyle() == "--")
        course = found.courses[name] - found.at_rest[name]
        np.testing.assert_allclose(mean.get_ydata(), 100 * course.mean(axis=0), atol=1e-12)
    assert axes[0].get_ylabel() == "deviation (%)"
    assert axes[2].get_ylabel() == "largest deviation (%)"
    plt.close(axes[0].figure)


def test_deviations_over_decades_are_on_a_logarithmic_axis():
    found = _found()
    away = np.geomspace(0.5, 3000, len(found.times)) * np.ones((len(found.runs), 1))
    axes = plot_robustness(replace(found, courses={**found.courses, "all": away}))
    assert [ax.get_yscale() for ax in axes] == ["symlog", "symlog", "log"]
    low, high = axes[2].get_ylim()
    assert low == pytest.approx(0.5)
    assert high > 300_000
    for ax in axes:
        assert "within 5 %" in " ".join(text.get_text() for text in ax.texts)
        marked = [one for one in ax.get_children() if one.get_gid() == BREAK]
        assert bool(marked) == (ax.get_yscale() == "symlog"), "a scale that changes is marked"
    plt.close(axes[0].figure)


def test_the_share_back_is_the_one_of_the_table():
    found, ax = _found(), Figure().add_subplot()
    plot_returned(found, ax, published={"ATP": {0.4: 0.75}})
    (line,) = [line for line in ax.lines if line.get_label() == "ATP"]
    table = found.returned([0.5])
    expected = table[table["quantity"] == "ATP"]["share"].item()
    np.testing.assert_allclose(line.get_ydata()[10], 100 * expected)
    points = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())]
    np.testing.assert_allclose(points[0].get_xydata(), [[24, 75]])
    assert "5 %" in ax.get_ylabel()


def test_what_cannot_be_drawn_is_refused():
    found = _found()
    with pytest.raises(MissingEntryError, match="no watched quantity 'NADH'"):
        plot_robustness(found, ["NADH"])
    with pytest.raises(InputError, match="needs 2 axes, got 1"):
        plot_robustness(found, ["ATP", "all"], axes=[Figure().add_subplot()])
    many = Robustness(
        found.times,
        {str(i): found.courses["ATP"] for i in range(13)},
        {str(i): 0.0 for i in range(13)},
        found.runs,
        0.05,
    )
    with pytest.raises(InputError, match="At most 12"):
        plot_returned(many, Figure().add_subplot())
