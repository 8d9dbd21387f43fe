"""The network as data: new networks from old ones, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import MissingEntryError, NetworkError
from skimpy_renaissance.network import (
    Compartment,
    KineticNetwork,
    find_pools,
    pools_from_table,
    read_skimpy_yaml,
)


@pytest.fixture
def network(document, write) -> KineticNetwork:
    return read_skimpy_yaml(write(document))


def test_fixing_a_parameter_leaves_the_original_as_it_is(network):
    fixed = network.with_parameters({"km_substrate_IN": 2, "s_e": np.float64(0.5)})
    assert fixed.values["km_substrate_IN"] == 2.0
    assert "km_substrate_IN" not in fixed.km_names
    assert "km_substrate_IN" in network.km_names
    assert fixed.parameters["s_e"] == 0.5
    assert list(fixed.parameters) == list(network.parameter_names)


def test_a_volume_is_a_parameter_and_sets_the_ratio(network):
    changed = network.with_parameters({"volume_c": 0.25})
    assert changed.volume_ratios.tolist() == [8.0] * 4
    assert changed.parameters["volume_c"] == 0.25
    assert network.parameters["volume_c"] == 0.5
    with pytest.raises(NetworkError, match=r"Volumes must be positive; cell_volume_e is 0.0"):
        network.with_parameters({"cell_volume_e": 0.0})


def test_a_compartment_without_volumes_counts_as_the_cell():
    assert Compartment("c").ratio == 1.0
    assert Compartment("c", volume=2.0).ratio == 1.0
    assert Compartment("c", volume=2.0, cell_volume=3.0).ratio == 1.5


@pytest.mark.parametrize("value", [np.nan, np.inf, "2", None, True, [1.0, 2.0]])
def test_a_parameter_that_is_no_finite_number_is_refused(value, network):
    with pytest.raises(NetworkError, match=r"'km_substrate_IN' needs a finite number, got"):
        network.with_parameters({"km_substrate_IN": value})


def test_an_unknown_parameter_is_refused(network):
    with pytest.raises(MissingEntryError, match="no parameter of 'small' called 'km_PFK'"):
        network.with_parameters({"km_PFK": 1.0})


def test_bounds_are_kept_per_constant(network):
    bounded = network.with_bounds({"km_substrate_IN": (0.1, None)})
    bounded = bounded.with_bounds({"km_substrate1_OUT": (None, 5.0)})
    assert bounded.bounds == {"km_substrate_IN": (0.1, None), "km_substrate1_OUT": (None, 5.0)}
    assert network.bounds == {}


@pytest.mark.parametrize("bounds", [(2.0, 1.0), (-1.0, None), (np.nan, 1.0), ("0", 1.0)])
def test_bounds_that_enclose_nothing_are_refused(bounds, network):
    with pytest.raises(NetworkError, match="Bounds of 'km_substrate_IN' must be numbers with 0 <="):
        network.with_bounds({"km_substrate_IN": bounds})


def test_bounds_of_something_else_are_refused(network):
    with pytest.raises(MissingEntryError, match="no saturation constant of 'small' called 'k_eq"):
        network.with_bounds({"k_equilibrium_IN": (1.0, 2.0)})


def test_given_pools_are_checked_against_the_stoichiometry(network):
    table = pd.DataFrame({"b_c": [1.0], "c_c": [-2.0]})
    pools = pools_from_table(table, network.variables)
    with pytest.raises(NetworkError, match=r"1 of 1 given pools .* 'SPLIT'|'OUT' changes the pool"):
        replace(network, pools=pools_from_table(pd.DataFrame({"b_c": [1.0]}), network.variables))
    inside = replace(network, reactions=network.reactions[:2])
    assert inside.with_pools(pools).conserved_pools == pools
    assert inside.with_pools(pools).with_pools(None).pools is None
    other = find_pools(np.zeros((2, 1)), ("x_c", "y_c"))
    with pytest.raises(NetworkError, match="conserved pools are over 2 metabolites"):
        network.with_pools(other)


def test_a_reaction_is_found_by_name(network):
    assert network.reaction("OUT").name == "OUT"
    with pytest.raises(
        MissingEntryError, match=r"no reaction of 'small' called 'PFK'.*look like IN, SPLIT"
    ):
        network.reaction("PFK")


def test_inconsistent_networks_are_refused(network):
    with pytest.raises(NetworkError, match="needs at least one reaction; 'empty' has none"):
        KineticNetwork("empty", ())
    with pytest.raises(NetworkError, match="used twice: IN"):
        replace(network, reactions=(*network.reactions, network.reactions[0]))
    with pytest.raises(NetworkError, match="'a_c' is placed in compartment 'm', which"):
        replace(network, compartment_of={"a_c": "m"})
    clash = replace(network.reactions[1], declared=(("a_c", False),))
    with pytest.raises(NetworkError, match="both a metabolite and a parameter: a_c"):
        replace(network, reactions=(clash,))


def test_a_capacity_is_named_where_the_rate_has_one(network):
    assert network.vmax_names == ("vmax_forward_IN", "vmax_forward_SPLIT", "vmax_forward_OUT")
    assert network.reversible_reactions == ("IN", "SPLIT")


def test_a_network_introduces_itself_in_one_line(network):
    counts = (len(network.reactions), len(network.variables), len(network.boundary_names))
    expected = "{} reactions, {} metabolites and {} boundaries".format(*counts)
    assert expected in repr(network)
    assert f"{len(network.km_names)} free Km" in repr(network)
    assert len(repr(network)) < 120


def test_a_reaction_is_left_out_with_its_parameters():
    network, _ = sr.examples.e_coli_core()
    named = network.with_parameters({"km_substrate_PGI": 3.0})
    smaller = named.without("PGI")
    assert set(network.reaction_names) - set(smaller.reaction_names) == {"PGI"}
    assert not [name for name in smaller.parameter_names if name.endswith("_PGI")]
    assert "km_substrate_PGI" not in smaller.values
    assert smaller.stoichiometry.shape[1] == 43
    assert named.reaction_names == network.reaction_names  # nothing changes in place


def test_reactions_are_named_one_by_one_or_together():
    network, _ = sr.examples.e_coli_core()
    expected = network.without("PGI", "PFK").reaction_names
    assert network.without(["PGI", "PFK"]).reaction_names == expected
    assert network.without(("PGI",), "PFK").reaction_names == expected
    assert network.without().reaction_names == network.reaction_names


def test_a_name_that_is_no_reaction_is_refused():
    network, _ = sr.examples.e_coli_core()
    with pytest.raises(MissingEntryError, match="no reaction of 'e_coli_core' called 'PFX'"):
        network.without("PFX")


def test_no_reaction_left_is_refused(network):
    with pytest.raises(NetworkError, match="at least one reaction"):
        network.without(network.reaction_names)


def test_what_nothing_makes_any_more_is_held_constant_where_a_rate_needs_it(document, write):
    small = read_skimpy_yaml(write(document))
    touching = {r.name for r in small.reactions if "p_c" in r.stoichiometry}
    smaller = small.without(touching)
    still = {m for r in smaller.reactions for m in r.metabolites}
    assert "p_c" not in smaller.variables
    assert ("p_c" in smaller.boundary_names) == ("p_c" in still)


def test_given_pools_stay_and_new_ones_are_added():
    network, _ = sr.examples.e_coli_core()
    given = network.with_pools(network.conserved_pools)
    assert given.without("PGI", "PFK").conserved_pools == (
        network.without("PGI", "PFK").conserved_pools
    )
