"""Writing model files: nothing is lost, SKiMPy reads them, losses in SKiMPy are announced."""

import warnings
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from skimpy_renaissance.errors import NetworkError, OutputError
from skimpy_renaissance.network import (
    CORRECTED,
    KineticNetwork,
    MechanismDefinition,
    ModifierDefinition,
    add_regulation,
    build_reaction,
    read_skimpy_yaml,
    write_skimpy_yaml,
)


def _round_trip(network: KineticNetwork, folder, **reading) -> KineticNetwork:
    path = folder / "written.yml"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        write_skimpy_yaml(network, path)
    return read_skimpy_yaml(path, **reading)


def _require_same(one: KineticNetwork, other: KineticNetwork) -> None:
    """Equality of mappings forgets their order, which decides random draws: compare it too."""
    assert one == other
    assert one.variables == other.variables
    assert one.boundary_names == other.boundary_names
    assert one.parameter_names == other.parameter_names
    assert list(one.hooks) == list(other.hooks)
    for here, there in zip(one.reactions, other.reactions, strict=True):
        assert list(here.mechanism.roles) == list(there.mechanism.roles)
        assert here.metabolites == there.metabolites
        assert [m.metabolite for m in here.modifiers] == [m.metabolite for m in there.modifiers]


def test_a_small_network_survives_writing_and_reading(document, write, tmp_path):
    document["dependent_reactants"] = {"a_c": {"compartment": "c", "name": "a_c"}}
    document["initial_conditions"] = {"a_c": 1.5}
    network = read_skimpy_yaml(write(document))
    back = _round_trip(network, tmp_path)
    _require_same(network, back)
    assert set(back.extras) == {"dependent_reactants", "initial_conditions", "parameters"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "model",
    [("varma", "kin_varma.yml"), ("ecoli", "kinetic_model.yaml"), ("yeast", "kinetic_model.yaml")],
)
def test_a_published_network_survives_writing_and_reading(model, shared_data, tmp_path):
    network = read_skimpy_yaml(shared_data(*model))
    _require_same(network, _round_trip(network, tmp_path))


def test_values_set_after_reading_are_written_exactly(document, write, tmp_path):
    network = read_skimpy_yaml(write(document)).with_parameters(
        {"s_e": 0.1 + 0.2, "km_substrate_IN": 1e-17, "volume_c": 3.0, "k_equilibrium_IN": 1e300}
    )
    back = _round_trip(network, tmp_path)
    _require_same(network, back)
    assert back.values["s_e"] == 0.1 + 0.2
    assert back.compartments["c"].volume == 3.0


def test_a_regulated_network_survives_writing_and_reading(shared_data, tmp_path):
    table = pd.read_csv(shared_data("varma_regulated", "regulations.csv"))
    network = add_regulation(read_skimpy_yaml(shared_data("varma", "kin_varma.yml")), table)
    back = _round_trip(network, tmp_path)
    _require_same(network, back)
    assert "ki_inhibitor2_CS" in back.km_names


def test_every_mechanism_survives_writing_and_reading(tmp_path):
    one = {"substrate1": "a_c", "product1": "b_c"}
    both = {"substrate1": -1.0, "product1": 2.0}
    definitions = [
        MechanismDefinition("RevMassaction", one, both),
        MechanismDefinition("IrrevHillNM", {**one, "substrate2": "c_c"}, {**both, "substrate2": 0}),
        MechanismDefinition("ConvenienceInhibited", one, both, {"inhibitor1": "x_c"}),
        MechanismDefinition("GeneralizedElementaryKinetics", one, both, {"z_c": "z_c"}),
        MechanismDefinition(
            "ExpressionBasedKinetics", one, both, {"inhibitor1": "x_c"}, "k1*a_c/(1 + x_c/K_x)"
        ),
        MechanismDefinition(
            "SimpleRegulatedGeneExpression", {"product": "b_c"}, {}, {"factor_1": "x_c"}
        ),
        MechanismDefinition("ReversibleMichaelisMenten", {"product": "b_c", "substrate": "a_c"}),
        MechanismDefinition("Convenience", {"enzyme": "e_c", **one}, both),
    ]
    reactions = [
        build_reaction(f"R{k}", d, enzyme=d.roles.get("enzyme"), rate_laws=CORRECTED)
        for k, d in enumerate(definitions)
    ]
    hill = ModifierDefinition("own", "HillActivationModifier", "x_c", label="own")
    reactions.append(build_reaction("NO", definitions[0], modifiers=(hill,), enzyme="e_c"))
    network = KineticNetwork("all", tuple(reactions), boundaries=frozenset({"x_c"}))
    corrected = _round_trip(network, tmp_path, rate_laws=CORRECTED)
    assert corrected.reactions[:-1] == network.reactions[:-1]
    assert _round_trip(network, tmp_path).reactions[-1] == network.reactions[-1]


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (
            MechanismDefinition(
                "ConvenienceInhibited",
                {"substrate1": "a_c"},
                {"substrate1": -1.0},
                {"inhibitor1": "x_c"},
            ),
            r"competitive inhibition cannot be read .* or loads the law without inhibitors\): R",
        ),
        (
            MechanismDefinition(
                "ExpressionBasedKinetics", {"substrate1": "a_c"}, {"substrate1": -1.0}, {}, "k*a_c"
            ),
            "the file cannot be loaded, its format does not hold the mechanism: R",
        ),
    ],
)
def test_what_skimpy_would_misread_is_announced(definition, message, tmp_path):
    network = KineticNetwork("n", (build_reaction("R", definition),))
    with pytest.warns(UserWarning, match=message):
        write_skimpy_yaml(network, tmp_path / "n.yml")
    assert read_skimpy_yaml(tmp_path / "n.yml") == network


def test_a_second_modifier_of_one_class_is_announced(document, write, tmp_path):
    reaction = document["reactions"]["SPLIT"]
    reaction["modifiers"]["IM_h_c"] = {"class": "InhibitionModifier", "inhibitor": "h_c"}
    network = read_skimpy_yaml(write(document))
    with pytest.warns(UserWarning, match="only the last modifier of a class .* is kept: SPLIT"):
        write_skimpy_yaml(network, tmp_path / "n.yml")
    assert read_skimpy_yaml(tmp_path / "n.yml") == network


def test_an_ordinary_network_is_written_without_a_warning(document, write, tmp_path):
    write_skimpy_yaml(read_skimpy_yaml(write(document)), tmp_path / "n.yml")


def test_a_reaction_without_a_mechanism_is_refused_and_no_file_appears(document, write, tmp_path):
    network = read_skimpy_yaml(write(document))
    bare = replace(network.reactions[0], mechanism=None)
    network = replace(network, reactions=(bare, *network.reactions[1:]))
    with pytest.raises(NetworkError, match=r"'IN' cannot be written: .* no mechanism class"):
        write_skimpy_yaml(network, tmp_path / "n.yml")
    assert not (tmp_path / "n.yml").exists()


def test_two_modifiers_under_one_key_are_refused(tmp_path):
    proton = ModifierDefinition("m", "FirstOrderSmallMoleculeModifier", "h_c", -1.0)
    definition = MechanismDefinition("Convenience", {"substrate1": "a_c"}, {"substrate1": -1.0})
    twice = (proton, replace(proton, metabolite="k_c"))
    network = KineticNetwork("n", (build_reaction("R", definition, modifiers=twice),))
    with pytest.raises(NetworkError, match="'R' has two modifiers under the key m"):
        write_skimpy_yaml(network, tmp_path / "n.yml")


def test_a_missing_folder_is_refused(document, write, tmp_path):
    network = read_skimpy_yaml(write(document))
    with pytest.raises(OutputError, match="does not exist"):
        write_skimpy_yaml(network, tmp_path / "absent" / "n.yml")


def test_modifiers_are_written_in_the_form_that_skimpys_constructors_take(
    document, write, tmp_path
):
    table = pd.DataFrame(
        [("OUT", "a_c", "activation")], columns=["reaction_id", "regulator", "regulation"]
    )
    network = add_regulation(read_skimpy_yaml(write(document)), table)
    write_skimpy_yaml(network, tmp_path / "n.yml")
    written = yaml.safe_load((tmp_path / "n.yml").read_text())
    assert written["reactions"]["OUT"]["modifiers"] == {
        "AM_a_c": {"class": "ActivationModifier", "activator": "a_c"}
    }
    assert written["reactions"]["IN"]["modifiers"]["DSM_h_c"] == {
        "class": "DisplacementSmallMoleculeModifier",
        "mechanism_stoichiometry": {"small_molecule": 1.0},
        "small_molecule": "h_c",
    }
    assert written["parameters"]["k_activation_AM_a_c_OUT"] is None
