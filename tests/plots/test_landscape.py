"""Figures of the landscape: every state drawn once, colours break at the partition."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.examples import e_coli_core
from skimpy_renaissance.landscape import Embedding, concentration_rules
from skimpy_renaissance.plots import (
    plot_concentration,
    plot_fastest,
    plot_landscape,
    plot_rules,
)
from skimpy_renaissance.plots.landscape import speed_colours

mpl.use("Agg")


@pytest.fixture
def ax():
    return Figure().add_subplot()


@pytest.fixture
def embedding():
    plane = np.random.default_rng(0).standard_normal((50, 2))
    return Embedding(
        names=tuple(f"s{i}" for i in range(50)), plane=plane, n_components=2, explained=1.0
    )


SPEED = np.linspace(-9.0, -0.5, 50)


def test_every_state_is_drawn_once_at_its_place_in_the_plane(ax, embedding):
    groups = {"fast": embedding.names[:5]}
    assert plot_landscape(embedding, SPEED, -2.5, groups=groups, ax=ax) is ax
    drawn = np.vstack([np.asarray(points.get_offsets()) for points in ax.collections])
    places = embedding.plane
    assert len(drawn) == 50
    order = np.lexsort(drawn.T), np.lexsort(places.T)
    np.testing.assert_allclose(drawn[order[0]], places[order[1]])
    np.testing.assert_array_equal(ax.collections[1].get_array(), SPEED[:5])
    assert ax.get_legend().texts[0].get_text() == "fast (5)"
    assert ax.get_aspect() == 1  # distances are those of the neighbourhoods
    assert ax.figure.axes[1].get_ylabel().startswith(r"fastest $\lambda_{\mathrm{max}}$ (1/h)")


def test_colours_are_blue_below_the_partition_and_warm_above():
    colour_map, norm = speed_colours(SPEED, -2.5)
    below, above = (colour_map(norm(value)) for value in (-2.5001, -2.4999))
    assert below[2] > below[0]
    assert above[0] > above[2]
    lightness = [sum(colour_map(norm(value))[:3]) for value in (-8.0, -5.0, -2.6)]
    assert lightness == sorted(lightness)  # sequential: the faster the darker


def test_a_partition_beyond_all_states_still_has_colours():
    for partition in (-100.0, 5.0):
        _, norm = speed_colours(SPEED, partition)
        assert norm.vmin < partition < norm.vmax


def test_zooming_shows_the_group_only(ax, embedding):
    plot_landscape(embedding, SPEED, -2.5, groups={"g": embedding.names[:3]}, zoom=True, ax=ax)
    first = embedding.plane[:3, 0]
    assert ax.get_xlim()[0] < first.min()
    assert ax.get_xlim()[1] > first.max()
    assert ax.get_xlim()[1] - ax.get_xlim()[0] < 1.4 * np.ptp(first)


def test_shares_not_below_count_what_failed_and_say_how_far_the_search_went(ax):
    search = "2 of 4 not below after 51 models each, 1 of these still improving"
    plot_fastest({"all": [-3.0, -1.0, np.nan, -9.0]}, -2.5, search=search, ax=ax)
    labels = [text.get_text() for text in ax.get_legend().texts]
    assert any(label.startswith("all (4): 50.0 % not below") for label in labels)
    assert ax.get_legend().get_title().get_text() == search
    heights = ax.patches[0].get_xy()[:, 1]
    assert heights.max() == 25  # percent of all four in one bin


@pytest.fixture(scope="module")
def with_rules():
    _, states = e_coli_core()
    column = states.metabolite_names.index("pep_c")
    speed = -np.argsort(np.argsort(-states.concentrations[:, column])) / 20.0
    return states, speed, concentration_rules(states, speed < -4)


def test_the_window_of_a_metabolite_is_shaded_in_millimolar(ax, with_rules):
    states, speed, rules = with_rules
    assert rules.loc["pep_c", "rule"]
    plot_concentration(states, speed, "pep_c", partition=-4, rules=rules, ax=ax)
    window = ax.patches[0].get_bbox()
    np.testing.assert_allclose(
        [window.x0, window.x1], 1e3 * rules.loc["pep_c", ["lower", "upper"]].astype(float)
    )
    drawn = np.asarray(ax.collections[0].get_offsets())
    scaled = states.concentrations[:, states.metabolite_names.index("pep_c")] / 1e3  # uM to mM
    np.testing.assert_allclose(np.sort(drawn[:, 0]), np.sort(scaled))
    assert ax.get_xlabel() == "pep_c (mM)"


def test_windows_of_many_metabolites_are_drawn_in_order(with_rules):
    states, _, rules = with_rules
    ax = plot_rules(rules, states, most=7)
    assert [t.get_text() for t in ax.get_yticklabels()] == list(rules.index[:7])
    assert ax.get_xscale() == "log"
    assert ax.lines[0].get_marker() == "|"  # else a narrow range has no width
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_refused(ax, embedding, with_rules):
    states, speed, rules = with_rules
    with pytest.raises(InputError, match="50 states"):
        plot_landscape(embedding, SPEED[:3], -2.5, ax=ax)
    with pytest.raises(InputError, match="groups"):
        plot_landscape(embedding, SPEED, -2.5, zoom=True, ax=ax)
    with pytest.raises(MissingEntryError, match="no state"):
        plot_landscape(embedding, SPEED, -2.5, groups={"g": ("x",)}, ax=ax)
    with pytest.raises(InputError, match="finite"):
        plot_fastest({"none": [np.nan]}, -2.5, ax=ax)
    with pytest.raises(InputError, match="one group"):
        plot_fastest({}, -2.5, ax=ax)
    with pytest.raises(MissingEntryError, match="nothing_c"):
        plot_concentration(states, speed, "nothing_c", partition=-4, ax=ax)
    with pytest.raises(InputError, match="empty"):
        plot_rules(pd.DataFrame(columns=rules.columns), states, ax=ax)
