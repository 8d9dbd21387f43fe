"""Added regulation: SKiMPy's orders and names, the right factor on the rate, bad tables refused."""

import json

import numpy as np
import pandas as pd
import pytest
import sympy

from skimpy_renaissance.errors import MissingEntryError, NetworkError
from skimpy_renaissance.network import (
    KineticNetwork,
    Reaction,
    add_regulation,
    read_skimpy_yaml,
)


@pytest.fixture
def network(document, write) -> KineticNetwork:
    return read_skimpy_yaml(write(document))


def _table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["reaction_id", "regulator", "regulation"])


def _forward(reaction: Reaction, values: dict[str, float]) -> float:
    inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
    return float(reaction.rate.forward.xreplace(inserted))


def test_the_regulated_model_is_skimpys(shared_data):
    plain = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    table = pd.read_csv(shared_data("varma_regulated", "regulations.csv"))
    network = add_regulation(plain, table)
    path = shared_data("varma_regulated", "variables_and_pools.json")
    expected = json.loads(path.read_text())
    assert list(network.reaction_names) == expected["reactions_order"]
    assert list(network.variables) == expected["variables_order"]
    assert list(network.hooks.items()) == list(expected["km_parameters"].items())
    assert network.conserved_pools.dependent.tolist() == expected["dependent_ix"]
    golden = np.load(shared_data("varma_regulated", "golden_0.npz"), allow_pickle=False)
    np.testing.assert_array_equal(network.stoichiometry, golden["stoichiometry"])
    assert list(network.km_names) == golden["saturation_parameter_order"].tolist()


def test_regulated_rates_are_skimpys_expressions(shared_data):
    plain = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    table = pd.read_csv(shared_data("varma_regulated", "regulations.csv"))
    network = add_regulation(plain, table)
    regulation = json.loads(shared_data("varma_regulated", "regulation.json").read_text())
    assert set(regulation["expressions"]) == set(table["reaction_id"])
    for name, text in regulation["expressions"].items():
        reaction = network.reaction(name)
        rng = np.random.default_rng(0)
        values = {n: float(rng.uniform(0.5, 2)) for n in sorted(reaction.names.values())}
        inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
        net = float((reaction.rate.forward - reaction.rate.backward).xreplace(inserted))
        theirs = eval(text, {}, values)  # SKiMPy's printed expression, a reference file
        assert net == pytest.approx(theirs, rel=1e-11), name


@pytest.mark.parametrize(
    ("kind", "constant", "factor"),
    [
        ("inhibition", "k_inhibition_IM_h_c_SPLIT", lambda x, k: 1 / (1 + x / k)),
        ("activation", "k_activation_AM_h_c_SPLIT", lambda x, k: 1 + x / k),
    ],
)
def test_allosteric_regulation_scales_the_rate(kind, constant, factor, network):
    regulated = add_regulation(network, _table(("SPLIT", "h_c", kind)))
    assert regulated.hooks[constant] == "h_c"
    values = dict.fromkeys(regulated.reaction("SPLIT").names.values(), 0.5)
    values |= {"h_c": 0.75, constant: 0.25}
    plain = _forward(network.reaction("SPLIT"), values)
    here = _forward(regulated.reaction("SPLIT"), values)
    assert here == pytest.approx(plain * factor(0.75, 0.25), rel=1e-14)


def test_competitive_inhibitors_add_to_the_denominator_once(network):
    both = _table(("IN", "b_c", "competitive inhibition"), ("IN", "c_c", "competitive inhibition"))
    regulated = add_regulation(network, both)
    reaction = regulated.reaction("IN")
    assert reaction.mechanism.class_name == "H1GeneralizedReversibleHillInhibited"
    assert reaction.mechanism.inhibitors == {"inhibitor1": "b_c", "inhibitor2": "c_c"}
    values = dict.fromkeys(reaction.names.values(), 1.0)
    values |= {"ki_inhibitor1_IN": 0.5, "ki_inhibitor2_IN": 0.25}
    assert _forward(reaction, values) == pytest.approx(1 / (1 + 1 + 1 + 2 + 4))


def test_unregulated_reactions_come_first_and_values_stay(network):
    bounded = network.with_bounds({"km_substrate1_OUT": (0.1, 1.0), "km_substrate_IN": (0.1, 1.0)})
    regulated = add_regulation(bounded, _table(("IN", "b_c", "competitive inhibition")))
    assert regulated.reaction_names == ("SPLIT", "OUT", "IN")
    assert regulated.values == {"h_e": 0.1, "k_equilibrium_IN": 3.0}  # km_product_IN is gone
    assert regulated.bounds == {"km_substrate1_OUT": (0.1, 1.0)}
    assert regulated.reaction("IN").modifiers == network.reaction("IN").modifiers


def test_an_empty_table_changes_nothing(network):
    assert add_regulation(network, _table()) == network


def test_given_pools_stay_in_the_new_order(shared_data):
    plain = read_skimpy_yaml(
        shared_data("yeast", "kinetic_model.yaml"),
        conservation=shared_data("yeast", "ST10284_cons_relations_annotated.csv"),
    )
    first = plain.reaction_names[0]
    row = (first, plain.variables[-1], "inhibition")
    regulated = add_regulation(plain, _table(row))
    assert regulated.variables != plain.variables
    assert len(regulated.conserved_pools) == len(plain.conserved_pools) == 28


def test_competitive_inhibition_of_an_irreversible_reaction_is_announced(network):
    with pytest.warns(UserWarning, match="'OUT' .* turns it into the reversible Convenience"):
        regulated = add_regulation(network, _table(("OUT", "a_c", "competitive inhibition")))
    assert "OUT" in regulated.reversible_reactions


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([("PFK", "a_c", "inhibition")], MissingEntryError, "no reaction_id of the network 'PFK'"),
        ([("IN", "atp_c", "inhibition")], MissingEntryError, "no regulator of the network 'atp_c'"),
        ([("IN", "a_c", "boost")], NetworkError, "regulation must be one of .* has boost"),
        ([("IN", "b_c", "inhibition")] * 2, NetworkError, "regulation twice: IN b_c inhibition"),
        (
            [("SPLIT", "c_c", "inhibition")],
            NetworkError,
            "declares k_inhibition_IM_c_c_SPLIT twice",
        ),
    ],
)
def test_a_bad_table_is_refused(rows, error, message, network):
    with pytest.raises(error, match=message):
        add_regulation(network, _table(*rows))


def test_rows_that_the_model_has_no_use_for_are_left_out_on_request(network):
    rows = [("IN", "b_c", "inhibition"), ("PFK", "b_c", "activation"), ("IN", "z_c", "activation")]
    with pytest.raises(MissingEntryError, match=r"'PFK'.*skip_unknown=True"):
        add_regulation(network, _table(*rows))
    message = "2 of 3 regulations are left out, .* 'small': PFK b_c, IN z_c."
    with pytest.warns(UserWarning, match=message):
        regulated = add_regulation(network, _table(*rows), skip_unknown=True)
    assert regulated == add_regulation(network, _table(rows[0]))
    with pytest.warns(UserWarning, match="1 of 1 regulations are left out"):
        assert add_regulation(network, _table(rows[1]), skip_unknown=True) == network


def test_case_spaces_and_spelling_of_a_table_do_not_matter(network):
    loose = add_regulation(network, _table((" IN", "b-c", "Inhibition ")))
    assert loose == add_regulation(network, _table(("IN", "b_c", "inhibition")))


def test_missing_columns_are_named(network):
    table = _table(("IN", "a_c", "inhibition")).drop(columns="regulator")
    with pytest.raises(MissingEntryError, match="it lacks regulator and has"):
        add_regulation(network, table)


def test_a_second_round_of_competitive_inhibition_is_refused(network):
    once = add_regulation(network, _table(("IN", "b_c", "competitive inhibition")))
    with pytest.raises(NetworkError, match=r"'IN' has regulating roles already .b_c.; list all"):
        add_regulation(once, _table(("IN", "c_c", "competitive inhibition")))


@pytest.mark.parametrize("cell", [None, float("nan"), 3, ""])
def test_cells_that_are_no_text_are_refused_as_what_they_are(network, cell):
    table = _table(("SPLIT", "a_c", "inhibition"), ("SPLIT", "c_c", cell))
    with pytest.raises(NetworkError, match="regulation must be one of"):
        add_regulation(network, table)
