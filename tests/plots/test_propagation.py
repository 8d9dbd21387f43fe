"""Rings around fixed reactions, and principal components."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import KmComponents
from skimpy_renaissance.plots import (
    plot_components,
    plot_distance,
    plot_pair,
    plot_rings,
)
from skimpy_renaissance.plots.propagation import ring_places

mpl.use("Agg")

DISTANCES = pd.DataFrame(
    [
        (0.0, "", ""),
        (1.0, "A", "x"),
        (1.0, "A", "y"),
        (2.0, "B", "z"),
        (2.0, "B", "w"),
        (3.0, "D", "v"),
        (np.nan, "", ""),
    ],
    columns=["distance", "parent", "through"],
    index=list("ABCDEFG"),
)


@pytest.fixture
def ax():
    return Figure(figsize=(6.4, 6.0), layout="constrained").add_subplot()


def test_the_radius_is_the_distance_and_no_two_reactions_share_a_place():
    places = ring_places(DISTANCES, rings=3)
    assert set(places) == set("ABCDEF")
    radii = {name: np.hypot(*place) for name, place in places.items()}
    np.testing.assert_allclose([radii[name] for name in "ABCDEF"], [0, 1, 1, 2, 2, 3], atol=1e-12)
    points = np.array(list(places.values()))
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1) + 9 * np.eye(len(points))
    assert apart.min() > 0.5
    assert set(ring_places(DISTANCES, rings=1)) == set("ABC")


def test_a_reaction_stands_in_the_sector_of_its_parent():
    places = ring_places(DISTANCES, rings=3)
    angle = {name: np.arctan2(y, x) % (2 * np.pi) for name, (x, y) in places.items() if x or y}
    assert angle["C"] > max(angle[name] for name in "BDEF")
    np.testing.assert_allclose(angle["D"], angle["F"])


def test_several_fixed_reactions_stand_around_the_middle():
    two = pd.DataFrame(
        [(0.0, "", ""), (0.0, "", ""), (1.0, "B", "x")],
        columns=DISTANCES.columns,
        index=list("ABC"),
    )
    places = ring_places(two, rings=1)
    assert np.hypot(*places["A"]) == pytest.approx(0.3)
    assert places["A"] == pytest.approx([-x for x in places["B"]])


def test_a_disc_has_the_colour_of_its_vmax_and_a_ring_that_of_its_largest_km(ax):
    moved = pd.DataFrame(
        {
            "kind": ["vmax", "km", "km"],
            "reaction": ["B", "B", "B"],
            "statistic": [0.25, 0.5, 0.75],
        }
    )
    plot_rings(moved, DISTANCES, ax, rings=2)
    colours = mpl.colormaps["viridis"]
    place = ring_places(DISTANCES, rings=2)["B"]
    nodes = [line for line in ax.lines if line.get_marker() == "o"]
    (disc,) = [
        line
        for line in nodes
        if np.allclose([line.get_xdata()[0], line.get_ydata()[0]], place)
        and line.get_markerfacecolor() != "none"
    ]
    np.testing.assert_allclose(disc.get_markerfacecolor(), colours(0.25))
    np.testing.assert_allclose(disc.get_markeredgecolor(), colours(0.75))
    assert {text.get_text() for text in ax.texts} == set("ABCDE")
    assert sum(line.get_marker() == "s" for line in ax.lines) == 1


def test_a_table_that_is_not_located_or_no_ring_is_refused(ax):
    with pytest.raises(MissingEntryError, match="reaction"):
        plot_rings(pd.DataFrame({"kind": [], "statistic": []}), DISTANCES, ax)
    table = pd.DataFrame({"kind": [], "reaction": [], "statistic": []})
    with pytest.raises(InputError, match="ring"):
        plot_rings(table, DISTANCES, ax, rings=0)


def test_the_control_is_dashed_beside_what_moved(ax):
    index = pd.MultiIndex.from_tuples([("km", 1.0), ("km", 2.0)], names=["kind", "distance"])
    moved = pd.DataFrame({"statistic": [0.9, 0.5], "standard_error": [0.1, np.nan]}, index=index)
    plot_distance(moved, moved / 2, ax)
    styles = {line.get_linestyle() for line in ax.lines if len(line.get_xdata()) == 2}
    assert {"-", "--"} <= styles
    assert "reactions" in ax.get_xlabel()
    with pytest.raises(InputError):
        plot_distance(moved[:0], None, ax)


def test_a_pair_is_drawn_on_logarithmic_axes_with_the_labels_given(ax):
    before = {"km (mM)": [1.0, 2.0], "vmax (mmol/gDW/h)": [3.0, 4.0]}
    after = {"km (mM)": [1.5], "vmax (mmol/gDW/h)": [400.0]}
    plot_pair(before, after, ax)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (ax.get_xlabel(), ax.get_ylabel()) == tuple(before)
    assert [len(points.get_offsets()) for points in ax.collections] == [2, 1]
    with pytest.raises(InputError, match="Two constants"):
        plot_pair(before, {"km (mM)": [1.0]}, ax)


def test_groups_of_components_are_told_apart_and_axes_say_what_they_explain(ax):
    table = pd.DataFrame({"group": list("aabb"), "PC1": range(4), "PC2": range(4)})
    plot_components(KmComponents(table, np.array([0.61, 0.2])), ax)
    assert "61 %" in ax.get_xlabel()
    assert [text.get_text() for text in ax.get_legend().texts] == ["a", "b"]
    one, other = ax.collections
    assert not np.array_equal(one.get_facecolor(), other.get_facecolor())
    with pytest.raises(InputError, match="two components"):
        plot_components(KmComponents(table, np.array([1.0])), ax)
