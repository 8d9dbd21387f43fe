"""Reading model files: names, orders and values as SKiMPy has them; bad files refused."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, MissingEntryError, NetworkError
from skimpy_renaissance.network import read_skimpy_yaml, write_skimpy_yaml

YEAST_POOLS = ("yeast", "ST10284_cons_relations_annotated.csv")


def test_a_file_gives_its_names_orders_and_values(document, write):
    network = read_skimpy_yaml(write(document))
    assert network.name == "small"
    assert network.reaction_names == ("IN", "SPLIT", "OUT")
    assert network.variables == ("a_c", "h_c", "b_c", "c_c")
    assert network.boundary_names == ("s_e", "h_e")
    assert network.stoichiometry.tolist() == [[1, -1, 0], [1, 0, 0], [0, 2, -1], [0, 1, -0.5]]
    assert network.volume_ratios.tolist() == [4.0] * 4
    assert network.values == {"h_e": 0.1, "k_equilibrium_IN": 3.0, "km_product_IN": 0.25}
    assert network.parameters["volume_c"] == 0.5
    assert network.parameters["km_substrate_IN"] is None


def test_only_saturation_constants_without_a_value_are_free(document, write):
    network = read_skimpy_yaml(write(document))
    assert "km_product_IN" in network.hooks
    assert network.km_names == (
        "km_substrate_IN",
        "km_substrate1_SPLIT",
        "km_product1_SPLIT",
        "km_product2_SPLIT",
        "k_inhibition_IM_c_c_SPLIT",
        "km_substrate1_OUT",
        "km_substrate2_OUT",
    )


def test_entries_that_no_rate_law_uses_are_kept_aside(document, write):
    document["notes"] = {"author": "me"}
    network = read_skimpy_yaml(write(document))
    assert network.extras == {"notes": {"author": "me"}, "parameters": {"hill_coefficient_IN": 1.0}}


def test_numbers_that_yaml_takes_for_text_are_read(document, write):
    path = write(document)
    path.write_text(path.read_text().replace("km_product_IN: 0.25", "km_product_IN: 25e-2"))
    assert read_skimpy_yaml(path).values["km_product_IN"] == 0.25


@pytest.mark.parametrize(
    ("key", "in_parameters", "exported", "label"),
    [
        ("x", "k_inhibition_IM_c_c_SPLIT", True, "IM_c_c"),
        ("x", "k_inhibition_x_SPLIT", False, "x"),
        ("x", None, False, "x"),  # what SKiMPy's constructor makes of the key
        ("x", None, True, "IM_c_c"),  # SKiMPy's export: the key is not the label
    ],
)
def test_a_modifiers_constants_are_named_as_in_the_file(
    key, in_parameters, exported, label, document, write
):
    modifier: dict[str, Any] = {"class": "InhibitionModifier", "inhibitor": "c_c"}
    if exported:
        modifier["mechanism_stoichiometry"] = {"inhibitor": 0}
    document["reactions"]["SPLIT"]["modifiers"] = {key: modifier}
    document["parameters"] = {in_parameters: None} if in_parameters else {}
    network = read_skimpy_yaml(write(document))
    assert f"k_inhibition_{label}_SPLIT" in network.hooks


@pytest.mark.parametrize("how", ["raw class name", "fields"])
def test_crowding_kinetics_are_read_in_skimpys_form_and_in_ours(how, document, write):
    mechanism: dict[str, Any] = {"class": "GeneralizedElementaryKinetics_m1_2.0_1_['a_c', 'z_c']"}
    if how == "fields":
        coefficients = {"substrate1": -1.0, "product1": 2.0, "product2": 1.0}
        mechanism = {
            "class": "GeneralizedElementaryKinetics",
            "mechanism_stoichiometry": coefficients,
            "a_c": "a_c",
            "z_c": "z_c",
        }
    roles = {"product1": "b_c", "product2": "c_c", "substrate1": "a_c"}
    document["reactions"]["SPLIT"] |= {"mechanism": {**mechanism, **roles}, "modifiers": {}}
    reaction = read_skimpy_yaml(write(document)).reaction("SPLIT")
    assert reaction.stoichiometry == {"a_c": -1.0, "b_c": 2.0, "c_c": 1.0}
    assert reaction.metabolites == ("b_c", "c_c", "a_c", "z_c")
    assert "alpha_forward_z_c_SPLIT" in reaction.names.values()


MODELS = [
    ("varma", "kin_varma.yml", None),
    ("ecoli", "kinetic_model.yaml", None),
    ("yeast", "kinetic_model.yaml", YEAST_POOLS),
]


@pytest.mark.parametrize(("folder", "file", "pools"), MODELS)
def test_orders_hooks_and_volumes_are_those_of_skimpy(folder, file, pools, shared_data):
    network = read_skimpy_yaml(
        shared_data(folder, file), conservation=shared_data(*pools) if pools else None
    )
    expected = json.loads(shared_data(folder, "variables_and_pools.json").read_text())
    assert list(network.reaction_names) == expected["reactions_order"]
    assert list(network.variables) == expected["variables_order"]
    assert list(network.hooks.items()) == list(expected["km_parameters"].items())
    ratios = [expected["volume_ratio_cell_over_compartment"][m] for m in network.variables]
    np.testing.assert_allclose(network.volume_ratios, ratios, rtol=1e-15)
    assert {m: network.compartment_of[m] for m in network.variables} == expected["compartment_of"]
    if "parameter_order" in expected:
        assert list(network.parameter_names) == expected["parameter_order"]


@pytest.mark.parametrize(("folder", "file", "pools"), MODELS)
def test_conserved_pools_and_dependent_metabolites_are_those_of_skimpy(
    folder, file, pools, shared_data
):
    network = read_skimpy_yaml(
        shared_data(folder, file), conservation=shared_data(*pools) if pools else None
    )
    expected = json.loads(shared_data(folder, "variables_and_pools.json").read_text())
    found = network.conserved_pools
    assert found.independent.tolist() == expected["independent_ix"]
    assert found.dependent.tolist() == expected["dependent_ix"]
    assert len(found) == len(expected["conserved_pools"])
    for row, pool in zip(found.matrix, expected["conserved_pools"], strict=True):
        ours = {network.variables[i]: row[i] for i in np.flatnonzero(row)}
        assert ours.keys() == pool.keys()
        assert [ours[m] for m in pool] == pytest.approx(list(pool.values()), rel=1e-9)


def test_stoichiometry_of_a_published_model_is_skimpys(shared_data):
    network = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    golden = np.load(shared_data("varma", "golden_0.npz"), allow_pickle=False)
    np.testing.assert_array_equal(network.stoichiometry, golden["stoichiometry"])
    np.testing.assert_array_equal(network.conserved_pools.matrix, golden["conservation_relation"])


def _changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy with the entry at a dotted path replaced, or removed for ``...``."""
    changed = copy.deepcopy(document)
    *parents, last = path.split(".")
    section = changed
    for parent in parents:
        section = section[parent]
    if value is ...:
        del section[last]
    else:
        section[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "error", "message"),
    [
        ("reactions", ..., FileFormatError, "lacks the sections reactions"),
        ("reactions", {}, FileFormatError, "lacks the sections reactions"),
        ("parameters", ..., FileFormatError, "lacks the sections parameters"),
        ("parameters.h_e", "much", FileFormatError, "'h_e' needs a number, got 'much'"),
        ("parameters.h_e", True, FileFormatError, "'h_e' needs a number, got True"),
        ("parameters.h_e", float("nan"), NetworkError, "'h_e' needs a finite number, got nan"),
        ("parameters.volume_c", -1.0, NetworkError, "positive; volume_c is -1.0"),
        ("parameters", [1], FileFormatError, "parameters must be a mapping, got list"),
        ("reactions.IN", None, FileFormatError, "'IN' has an entry without a class"),
        ("reactions.IN", "x", FileFormatError, "reaction 'IN' must be a mapping, got str"),
        ("reactions.IN.name", "OUT", NetworkError, "names must be unique; used twice: OUT"),
        ("reactions.IN.mechanism.class", "Magic", NetworkError, "has the mechanism 'Magic'"),
        ("reactions.IN.mechanism.product", ..., NetworkError, "missing product, surplus none"),
        ("reactions.IN.mechanism.product", None, FileFormatError, "needs a name, got None"),
        ("reactions.IN.mechanism.product9", "q_c", NetworkError, "surplus product9"),
        (
            "reactions.SPLIT.mechanism.mechanism_stoichiometry.substrate1",
            "two",
            FileFormatError,
            "'substrate1' in mechanism_stoichiometry of 'SPLIT' needs a number, got 'two'",
        ),
        (
            "reactions.SPLIT.mechanism.class",
            "ConvenienceInhibited",
            NetworkError,
            "SKiMPy's export drops competitive inhibitors. Add 'inhibitor1: <metabolite>'",
        ),
        (
            "reactions.SPLIT.mechanism",
            {"class": "ExpressionBasedKinetics_m1_2", "substrate1": "a_c", "product1": "b_c"},
            NetworkError,
            "needs a rate_expression such as",
        ),
        (
            "reactions.SPLIT.mechanism.class",
            "GeneralizedElementaryKinetics_m1_2_[a_c]",
            NetworkError,
            "cannot be taken apart",
        ),
        ("reactions.SPLIT.modifiers.IM_c_c.class", "M", NetworkError, "has the modifier 'M'"),
        ("reactions.SPLIT.modifiers.IM_c_c.inhibitor", ..., NetworkError, "role 'inhibitor'"),
        (
            "reactions.IN.modifiers.DSM_h_c.mechanism_stoichiometry",
            ...,
            FileFormatError,
            "mechanism_stoichiometry of modifier 'DSM_h_c' of 'IN' needs a number, got None",
        ),
        (
            "boundary_conditions.CC_s_e.reactant",
            "q_e",
            NetworkError,
            "holds 'q_e' constant",
        ),
        (
            "boundary_conditions.CC_s_e.class",
            "BoundaryFlux",
            NetworkError,
            "class 'BoundaryFlux'",
        ),
        ("boundary_conditions.CC_s_e", None, NetworkError, "of class None"),
        ("compartments", ["c"], FileFormatError, "compartments must be a mapping, got list"),
        ("compartments.e", ..., NetworkError, "in compartment 'e', which .* not define .it has c."),
        ("reactants.a_c.compartment", "x", NetworkError, "'a_c' is placed in compartment 'x'"),
    ],
)
def test_a_bad_entry_is_refused_by_name_and_value(path, value, error, message, document, write):
    with pytest.raises(error, match=message):
        read_skimpy_yaml(write(_changed(document, path, value)))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{", FileFormatError, "is not a YAML file, or is truncated"),
        ("just words", FileFormatError, "is not a SKiMPy kinetic model"),
        ("", FileFormatError, "lacks the sections reactions, parameters"),
        (
            "parameters: {a: 1, a: 2}",
            NetworkError,
            r"'a' is used twice in one section \(line 1\), as 1 and as 2",
        ),
        ("? [a, b]\n: 1", FileFormatError, "a key must be a name, line 1 has sequence"),
        ("version https://git-lfs.github.com/spec/v1\n", FileFormatError, "git lfs pull"),
        ("x: !!python/object:os.system {}", FileFormatError, "holds a Python object"),
        ("\x00", FileFormatError, "is not a YAML file, or is truncated"),
    ],
)
def test_a_file_that_is_no_model_is_refused(text, error, message, tmp_path):
    path = tmp_path / "model.yml"
    path.write_text(text)
    with pytest.raises(error, match=message):
        read_skimpy_yaml(path)


@pytest.mark.parametrize("last", ["product1: b_c", "    name: SPLIT\n", "parameters", "reactants"])
def test_a_truncated_model_is_refused(last, document, write):
    path = write(dict(sorted(document.items())))  # SKiMPy's order: reactions last
    text = path.read_text()
    path.write_text(text[: text.index(last) + len(last)])
    with pytest.raises((FileFormatError, NetworkError), match=r"truncated|missing substrate1"):
        read_skimpy_yaml(path)


def test_an_absent_file_is_reported_with_its_path(tmp_path):
    with pytest.raises(FileFormatError, match=r"no_such_file.yml cannot be opened"):
        read_skimpy_yaml(tmp_path / "no_such_file.yml")


def test_pools_are_taken_from_a_table_or_its_file(document, write, tmp_path):
    document["reactions"]["OUT"]["mechanism"] |= {
        "mechanism_stoichiometry": {"substrate1": -2.0, "substrate2": -1.0, "product1": 1.0},
        "product1": "a_c",
    }
    document["reactions"]["IN"]["modifiers"] = {}
    del document["boundary_conditions"]["CC_h_e"]
    del document["reactants"]["h_c"], document["reactants"]["h_e"]
    document["boundary_conditions"]["CC_a"] = {"class": "ConstantConcentration", "reactant": "a_c"}
    table = pd.DataFrame({"b_c": [1.0], "c_c": [-2.0], "q_c": [0.0]}, index=["pool"])
    path = write(document)
    found = read_skimpy_yaml(path)
    given = read_skimpy_yaml(path, conservation=table)
    table.to_csv(tmp_path / "pools.csv")
    from_file = read_skimpy_yaml(path, conservation=tmp_path / "pools.csv")
    assert found.conserved_pools == given.conserved_pools == from_file.conserved_pools
    assert given.conserved_pools.describe() == ("b_c - 2 c_c",)


def test_a_pool_table_for_another_model_is_refused(document, write):
    path = write(document)
    with pytest.raises(MissingEntryError, match="weights for atp_c, which"):
        read_skimpy_yaml(path, conservation=pd.DataFrame({"atp_c": [1.0], "a_c": [1.0]}))
    with pytest.raises(NetworkError, match="reaction 'IN' changes the pool a_c by 1"):
        read_skimpy_yaml(path, conservation=pd.DataFrame({"a_c": [1.0]}))


def test_files_are_read_from_any_path_type(document, write):
    path: Path = write(document)
    assert read_skimpy_yaml(str(path)) == read_skimpy_yaml(path)


def test_an_entry_that_stands_twice_with_the_same_content_is_read_once(document, write):
    path = write(document)
    plain = read_skimpy_yaml(path)
    text = path.read_text().replace("  s_e: null\n", "  s_e: null\n  s_e: null\n")
    text = text.replace(
        "  CC_h_e:\n", "  CC_s_e: {reactant: s_e, class: ConstantConcentration}\n  CC_h_e:\n"
    )
    path.write_text(text)
    with pytest.warns(UserWarning, match="used twice in one section .* with the same content") as w:
        assert read_skimpy_yaml(path) == plain
    assert [str(one.message).split()[0] for one in w] == ["'CC_s_e'", "'s_e'"]


@pytest.mark.parametrize(
    "name", ["NO", "null", "Y", "on", "1.50", "12e3", "010", "2DDA7Ptm", "R-1"]
)
def test_a_name_is_the_text_that_stands_in_the_file(name, document, write, tmp_path):
    path = write(document)
    text = path.read_text().replace("_IN:", f"_{name}:")
    path.write_text(
        text.replace("  IN:\n", f"  {name}:\n").replace("name: IN\n", f"name: {name}\n")
    )
    network = read_skimpy_yaml(path)
    assert network.reaction_names[0] == name
    assert network.values[f"k_equilibrium_{name}"] == 3.0
    write_skimpy_yaml(network, tmp_path / "again.yml")
    again = read_skimpy_yaml(tmp_path / "again.yml")
    assert again == network


@pytest.mark.parametrize("name", ["NO", "on", "Y"])
def test_a_metabolite_may_be_called_like_a_word_of_yaml(name, document, write):
    path = write(document)
    path.write_text(path.read_text().replace("a_c", name))
    network = read_skimpy_yaml(path)
    assert network.variables[0] == name
    assert network.stoichiometry.shape == read_skimpy_yaml(write(document)).stoichiometry.shape


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("km_product_IN", 0.0),
        ("km_product_IN", -1.0),
        ("km_product_IN", float("inf")),
        ("k_equilibrium_IN", 0),
        ("vmax_forward_IN", -2.0),
        ("vmax_forward_IN", 0.0),
    ],
)
def test_a_constant_that_no_model_can_have_is_refused(document, write, name, value):
    document["parameters"][name] = value
    with pytest.raises(FileFormatError, match=f"parameter '{name}' must be positive and finite"):
        read_skimpy_yaml(write(document))


@pytest.mark.parametrize("name", ["a\x07b", "a\x1b[31m", "a\nb", "a\u202eb"])
def test_a_name_with_control_characters_is_refused_wherever_it_stands(document, write, name):
    def refused(changed):
        with pytest.raises(FileFormatError, match="name with a control character"):
            read_skimpy_yaml(write(changed))

    refused({**document, "name": name})
    stated = {**document["reactions"]["IN"], "name": name}
    refused({**document, "reactions": {**document["reactions"], "IN": stated}})
    document["reactions"][name] = document["reactions"].pop("IN")
    refused(document)


def test_a_role_with_thousands_of_digits_is_an_error_of_ours(document, write):
    mechanism = document["reactions"]["SPLIT"]["mechanism"]
    mechanism["mechanism_stoichiometry"]["product" + "9" * 5000] = 1.0
    with pytest.raises(NetworkError, match="SPLIT"):
        read_skimpy_yaml(write(document))
