"""Distances in the network, by a slow and obvious way and on known pathways."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.kinetic_data import CURRENCY, by_distance, located, reaction_distances


def test_the_citric_acid_cycle_is_as_long_as_in_the_textbook(network):
    table = reaction_distances(network, ["ACONTa", "ACONTb"])
    near = table["distance"]
    assert near[["ACONTa", "ACONTb", "CS", "ICDHyr", "AKGDH", "MDH"]].tolist() == [0, 0, 1, 1, 2, 2]
    assert tuple(table.loc["ICDHyr", ["parent", "through"]]) == ("ACONTb", "icit_c")
    assert tuple(table.loc["CS", ["parent", "through"]]) == ("ACONTa", "cit_c")


def test_distances_equal_those_by_powers_of_the_adjacency_matrix(network):
    ignoring = {f"{name}_{place}" for name in CURRENCY for place in "ce"}
    table = reaction_distances(network, ["CS"], ignoring=ignoring, most=1000)
    followed = [set(r.stoichiometry) - ignoring for r in network.reactions]
    adjacent = np.array([[bool(a & b) for a in followed] for b in followed])
    reached = np.zeros(len(followed), bool)
    reached[network.reaction_names.index("CS")] = True
    expected = np.where(reached, 0.0, np.nan)
    for step in range(1, len(followed)):
        reached = adjacent @ reached | reached
        expected[reached & np.isnan(expected)] = step
    np.testing.assert_array_equal(table["distance"].reindex(network.reaction_names), expected)


def test_every_parent_is_one_step_nearer_and_shares_the_metabolite(network):
    table = reaction_distances(network, ["PGI"])
    reached = table[table["distance"] > 0]
    assert len(reached) > 20
    assert (table["distance"][reached["parent"]].to_numpy() == reached["distance"] - 1).all()
    for name, row in reached.iterrows():
        assert row["through"] in network.reaction(name).stoichiometry
        assert row["through"] in network.reaction(row["parent"]).stoichiometry


def test_growth_is_reached_but_nothing_through_it(network):
    table = reaction_distances(network, ["ACONTa"])
    assert table["distance"]["Biomass_Ecoli_core"] == 2
    assert "Biomass_Ecoli_core" not in set(table["parent"])
    through = reaction_distances(network, ["ACONTa"], most=1000)
    assert "Biomass_Ecoli_core" in set(through["parent"])


def test_currency_metabolites_connect_nothing_unless_asked(network):
    apart = reaction_distances(network, ["ATPM"])
    assert apart["distance"].notna().sum() == 1
    together = reaction_distances(network, ["ATPM"], ignoring=())
    assert together["distance"]["PFK"] == 1


def test_an_unknown_reaction_or_none_is_refused(network):
    with pytest.raises(MissingEntryError, match="XYZ"):
        reaction_distances(network, ["XYZ"])
    with pytest.raises(MissingEntryError, match="none is named"):
        reaction_distances(network, [])


def test_constants_are_located_and_averaged_by_distance(network):
    moved = pd.DataFrame(
        {
            "kind": ["vmax", "km", "km", "km", "vmax"],
            "statistic": [1.0, 0.2, 0.4, 0.9, 0.5],
            "moved": [True, False, True, True, True],
            "shift": [2.0, -1.0, 3.0, 0.0, 1.0],
        },
        index=[
            "vmax_forward_CS",
            "km_substrate1_CS",
            "km_product_ICDHyr",
            "km_elsewhere",
            "vmax_x",
        ],
    )
    moved = moved.rename({"km_product_ICDHyr": _km_of(network, "ICDHyr")})
    table = located(moved, network, reaction_distances(network, ["ACONTa", "ACONTb"]))
    assert table["reaction"].tolist() == ["CS", "CS", "ICDHyr"]
    assert table["distance"].tolist() == [1, 1, 1]
    assert table["metabolite"].iloc[0] == ""
    assert table["metabolite"].iloc[1] == network.hooks["km_substrate1_CS"]
    means = by_distance(table)
    np.testing.assert_allclose(means.loc[("km", 1.0), ["n", "statistic", "size"]], [2, 0.3, 2.0])
    np.testing.assert_allclose(means.loc[("km", 1.0), "standard_error"], 0.1)
    assert means.loc[("km", 1.0), "share_moved"] == 0.5


def _km_of(network, reaction):
    return next(name for name in network.km_names if name.endswith(f"_{reaction}"))
