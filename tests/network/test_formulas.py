"""Mechanisms and modifiers by formula: the rates they state, their names, bad files refused."""

import numpy as np
import pandas as pd
import pytest
import sympy

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, NetworkError
from skimpy_renaissance.network import add_regulation, read_formulas, read_skimpy_yaml
from skimpy_renaissance.network.skimpy_yaml_writer import write_skimpy_yaml

FORMULAS = """
[modifier.MembranePotentialModifier]
metabolites = ["inside_ion", "outside_ion"]
parameters = ["charge"]
backward = "(outside_ion/inside_ion)**charge"

[modifier.SquareInhibition]
metabolites = ["inhibitor"]
saturation = { k_half = "inhibitor" }
forward = "1/(1 + (inhibitor/k_half)**2)"
backward = "1/(1 + (inhibitor/k_half)**2)"

[mechanism.Simple]
stoichiometry = { substrate = -1, product = 1 }
saturation = { km_substrate = "substrate" }
forward = "vmax_forward*substrate/(km_substrate + substrate)"
backward = "vmax_forward*product/k_equilibrium/(km_substrate + substrate)"
"""


@pytest.fixture
def formulas(tmp_path):
    path = tmp_path / "formulas.toml"
    path.write_text(FORMULAS)
    return path


@pytest.fixture
def own(document, write):
    """Write a model with one reaction by formula, and modifiers of both kinds."""
    reaction = document["reactions"]["IN"]
    reaction["mechanism"]["class"] = "Simple"
    reaction["modifiers"] = {
        "MPM": {
            "class": "MembranePotentialModifier",
            "inside_ion": "b_c",
            "outside_ion": "h_e",
        },
        "SI": {"class": "SquareInhibition", "inhibitor": "c_c"},
    }
    del document["reactants"]["h_c"]
    document["parameters"] = {"k_equilibrium_IN": 3.0, "charge_MPM_IN": 2.0, "h_e": 0.1}
    return write(document)


def _value(expression, reaction, values):
    inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
    return float(expression.xreplace(inserted))


def test_the_rate_is_what_the_formulas_state(own, formulas):
    network = read_skimpy_yaml(own, formulas=formulas)
    reaction = network.reaction("IN")
    v = {
        "vmax_forward_IN": 7.0,
        "km_substrate_IN": 0.5,
        "k_equilibrium_IN": 3.0,
        "k_half_SI_IN": 0.25,
        "charge_MPM_IN": 2.0,
        **{"s_e": 1.5, "a_c": 0.75, "b_c": 0.2, "h_e": 0.1, "c_c": 0.5},
    }
    square = 1 / (1 + (0.5 / 0.25) ** 2)
    assert _value(reaction.rate.forward, reaction, v) == pytest.approx(7 * 1.5 / 2 * square)
    assert _value(reaction.rate.backward, reaction, v) == pytest.approx(
        7 * 0.75 / 3 / 2 * square * (0.1 / 0.2) ** 2
    )
    assert dict(reaction.hooks) == {"km_substrate_IN": "s_e", "k_half_SI_IN": "c_c"}
    assert reaction.capacity == "vmax_forward_IN"
    assert reaction.equilibrium_constant == "k_equilibrium_IN"
    assert network.values["charge_MPM_IN"] == 2.0
    assert reaction.stoichiometry == {"s_e": -1, "a_c": 1}
    assert network.boundary_names == ("s_e", "h_e")


def test_such_a_model_is_compiled_regulated_and_written(own, formulas, tmp_path):
    network = read_skimpy_yaml(own, formulas=formulas)
    assert sr.compile(network).network is network
    assert {"km_substrate_IN", "k_half_SI_IN"} <= set(network.km_names)
    write_skimpy_yaml(network, tmp_path / "written.yml")
    assert read_skimpy_yaml(tmp_path / "written.yml", formulas=formulas) == network
    table = pd.DataFrame(
        [("IN", "b_c", "inhibition")], columns=["reaction_id", "regulator", "regulation"]
    )
    regulated = add_regulation(network, table, formulas=read_formulas(formulas))
    assert "k_inhibition_IM_b_c_IN" in regulated.hooks
    with pytest.raises(NetworkError, match="mechanism 'Simple'"):
        add_regulation(network, table)


@pytest.mark.slow
def test_a_modifier_of_skimpy_by_formula_gives_skimpys_jacobian(tmp_path):
    """SKiMPy's InhibitionModifier under another name: the same lambda_max."""
    table = pd.DataFrame(
        [("PGI", "pep_c", "inhibition")], columns=["reaction_id", "regulator", "regulation"]
    )
    network, states = sr.examples.e_coli_core()
    regulated = add_regulation(network, table)
    write_skimpy_yaml(regulated, tmp_path / "theirs.yml")
    text = (tmp_path / "theirs.yml").read_text()
    (tmp_path / "ours.yml").write_text(text.replace("InhibitionModifier", "Mine"))
    (tmp_path / "mine.toml").write_text(
        """
        [modifier.Mine]
        metabolites = ["inhibitor"]
        saturation = { k_inhibition = "inhibitor" }
        forward = "1/(1 + inhibitor/k_inhibition)"
        backward = "1/(1 + inhibitor/k_inhibition)"
        """
    )
    ours = read_skimpy_yaml(tmp_path / "ours.yml", formulas=tmp_path / "mine.toml")
    assert ours.km_names == regulated.km_names
    found = []
    for one in (regulated, ours):
        bound = sr.compile(one).at(states.select([states[97].name]).of(one)[0])
        middle = bound.log_km_bounds.new_full((1, len(bound.km_names)), np.log(1e-3))
        found.append(bound.lambda_max(middle).item())
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_without_the_file_the_message_says_that_there_may_be_one(own):
    with pytest.raises(NetworkError, match=r"modifier 'MembranePot.*supported .*formulas=FILE"):
        read_skimpy_yaml(own)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("nothing", FileFormatError, "cannot be read as a TOML file of formulas"),
        ("mechanism = [{a = 1}]", FileFormatError, r"must hold tables \[mechanism.NAME\]"),
        ("mechanism.X = 3", FileFormatError, r"must hold tables \[mechanism.NAME\]"),
        (
            f"[mechanism.X]\nstoichiometry = {{ substrate = -1{'0' * 400} }}\nforward = '1'",
            NetworkError,
            "needs stoichiometry =",
        ),
        (
            "[mechanism.X]\nstoichiometry = { substrate = -1 }\nsaturation = { k = { a = 1 } }",
            NetworkError,
            "saturation must name constants",
        ),
        (
            "[mechanism.X]\nstoichiometry = { substrate = -1 }\nparameters = [1]\nforward = '1'",
            NetworkError,
            "parameters must be a list of names",
        ),
        ("[law.X]\nforward = '1'", FileFormatError, r"must hold tables \[mechanism.NAME\]"),
        ("[modifier.InhibitionModifier]", NetworkError, "is a class of SKiMPy already"),
        ("[mechanism.Convenience]", NetworkError, "is a class of SKiMPy already"),
        ("[modifier.X]\nrole = 'm'", NetworkError, "modifier 'X' has role; its entries are"),
        ("[modifier.X]\nmetabolites = []", NetworkError, "needs metabolites"),
        ("[modifier.X]\nmetabolites = 'm'", NetworkError, "metabolites must be a list of names"),
        (
            "[modifier.X]\nmetabolites = ['m']\nforward = 'm/k'",
            NetworkError,
            "forward: k is none of its metabolites and parameters, m",
        ),
        (
            "[modifier.X]\nmetabolites = ['m']\nforward = 'open(m)'",
            NetworkError,
            r"modifier 'X', forward: A rate_expression may hold",
        ),
        (
            "[modifier.X]\nmetabolites = ['m', 'n']\nsaturation = { k = 'n' }",
            NetworkError,
            "one saturation constant, of its first metabolite 'm'",
        ),
        ("[mechanism.X]\nforward = '1'", NetworkError, "needs stoichiometry"),
        (
            "[mechanism.X]\nstoichiometry = { substrate = 1 }",
            NetworkError,
            "needs stoichiometry",
        ),
        ("[mechanism.X]\nstoichiometry = { substrate = -1 }", NetworkError, "formula called forw"),
        (
            "[mechanism.X]\nstoichiometry = { substrate = -1 }\nsaturation = { k = 'product' }",
            NetworkError,
            "saturation must name constants and the role of each, among substrate",
        ),
        (
            "[mechanism.X]\nstoichiometry = { substrate = -1 }\nforward = 'vmax_forward**2'",
            NetworkError,
            "proportional to vmax_forward",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_class(text, error, message, tmp_path):
    (tmp_path / "formulas.toml").write_text(text)
    with pytest.raises(error, match=message):
        read_formulas(tmp_path / "formulas.toml")
