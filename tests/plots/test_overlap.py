"""Figures of overlap scores: what stands where, and that every constant is there."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.plots import (
    plot_overlap,
    plot_overlap_by_subsystem,
    plot_overlap_rows,
)

mpl.use("Agg")


def _table(n, *, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "reaction": [f"R{i}" for i in range(n)],
            "metabolite": "_3pg_c",
            "before": rng.uniform(0, 0.3, n),
            "after": rng.uniform(0, 0.5, n),
            "after_error": rng.uniform(0, 0.1, n),
        },
        index=pd.Index([f"km_{i}" for i in range(n)], name="km"),
    )


@pytest.fixture
def ax():
    return Figure(figsize=(6.4, 4.0), layout="constrained").add_subplot()


def test_a_bar_is_the_score_with_data_and_a_diamond_the_one_without(ax):
    table = _table(7)
    plot_overlap(table, ax)
    order = table.sort_values("after", ascending=False)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], order["after"])
    (diamonds,) = [line for line in ax.lines if line.get_marker() == "D"]
    np.testing.assert_allclose(diamonds.get_ydata(), order["before"])
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert labels == [f"3pg_c  {name}" for name in order["reaction"]]
    assert ax.get_ylim()[1] > (table["after"] + table["after_error"]).max()


def test_constants_that_were_never_held_out_are_left_out(ax):
    table = _table(5)
    table.iloc[2, table.columns.get_loc("after")] = np.nan
    plot_overlap(table, ax)
    assert len(ax.patches) == 4
    with pytest.raises(InputError, match="none of 1"):
        plot_overlap(table.iloc[2:3], ax)
    with pytest.raises(MissingEntryError, match="after"):
        plot_overlap(table.drop(columns="after"), ax)


def test_subsystems_stand_together_and_are_named(ax):
    table = _table(6)
    groups = pd.Series(list("babaab"), index=table.index)
    plot_overlap(table, ax, groups=groups)
    assert [text.get_text() for text in ax.texts] == ["a", "b"]
    heights = [bar.get_height() for bar in ax.patches]
    expected = [
        *sorted(table.loc[groups == "a", "after"], reverse=True),
        *sorted(table.loc[groups == "b", "after"], reverse=True),
    ]
    np.testing.assert_allclose(heights, expected)
    (explained,) = ax.get_legend().get_patches()
    colours = {bar.get_facecolor() for bar in ax.patches}
    assert colours == {explained.get_facecolor()}, "every bar has the colour of the legend"


def test_many_constants_fill_rows_of_one_scale():
    table = _table(130)
    axes = plot_overlap_rows(table, Figure(figsize=(8, 14), layout="constrained"))
    assert [len(ax.patches) for ax in axes] == [33, 33, 33, 31]
    assert len({ax.get_ylim() for ax in axes}) == 1
    (legend,) = axes[0].figure.legends
    assert "with measured constants" in [text.get_text() for text in legend.get_texts()]


def test_subsystems_have_a_bar_without_and_one_with_data(ax):
    table = pd.DataFrame(
        {"n": [3, 5], "before": [0.1, 0.2], "after": [0.3, 0.1]}, index=["tca", "gly"]
    )
    plot_overlap_by_subsystem(table, ax)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [0.1, 0.2, 0.3, 0.1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["tca (3)", "gly (5)"]
    assert ax.patches[0].get_y() > ax.patches[2].get_y() > ax.patches[1].get_y()


def test_a_score_may_be_below_zero_and_says_what_it_is(ax):
    table = _table(5)
    table["after"] = [-0.4, -0.1, 0.1, 0.2, 0.3]
    plot_overlap(table, ax, score="skill")
    low, high = ax.get_ylim()
    assert low < (table["after"] - table["after_error"]).min()
    assert high > 0.3
    assert ax.get_ylabel() == "skill"
    grouped = pd.DataFrame({"before": [0.1], "after": [-0.2], "n": [3]}, index=["tca"])
    second = Figure(layout="constrained").add_subplot()
    plot_overlap_by_subsystem(grouped, second, score="mean skill")
    assert second.get_xlabel() == "mean skill"
    assert second.get_xlim()[0] < -0.2


def test_what_the_prior_and_the_valid_region_score_stands_across_the_bars(ax):
    table = _table(3).assign(prior=0.01, same_width=[0.2, 0.9, 0.3], region=0.02)
    plot_overlap(table, ax)
    order = table.sort_values("after", ascending=False)
    across = {
        lines.get_label(): [path[0][1] for path in lines.get_segments()]
        for lines in ax.collections
        if lines.get_label().startswith(("prior", "whole"))
    }
    assert set(across) == {"prior", "prior, as narrow", "whole valid region"}
    np.testing.assert_allclose(across["prior, as narrow"], order["same_width"])
    assert ax.get_ylim()[1] > 0.9
    texts = [text.get_text() for text in ax.get_legend().texts]
    assert {"prior", "prior, as narrow", "whole valid region"} <= set(texts)
