"""The real SKiMPy loads what this package writes (skipped where it is not installed)."""

import warnings

import pandas as pd
import pytest
import sympy

from skimpy_renaissance.network import (
    KineticNetwork,
    MechanismDefinition,
    ModifierDefinition,
    add_regulation,
    build_reaction,
    read_skimpy_yaml,
    write_skimpy_yaml,
)

pytestmark = pytest.mark.skimpy


@pytest.fixture
def skimpy_reads(load_yaml_model):
    """Write a network, load it with SKiMPy, close the door behind its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skimpy.analysis.ode.utils import get_expressions_from_model  # noqa: PLC0415

    def load(network: KineticNetwork, path):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write_skimpy_yaml(network, path)
            model = load_yaml_model(path)
            get_expressions_from_model(model, "qssa")
        return model

    return load


def _require_same(network: KineticNetwork, model, *, rates: bool = True) -> None:
    assert list(model.reactions) == list(network.reaction_names)
    assert list(model.reactants) == list(network.variables)
    assert list(model.parameters) == list(network.parameter_names)
    for name, value in network.parameters.items():
        assert model.parameters[name].value == value, name
    if not rates:
        return
    for reaction in network.reactions:
        theirs = model.reactions[reaction.name].mechanism.reaction_rates
        names = {sympy.Symbol(s, positive=True): n for s, n in reaction.names.items()}
        values = {n: 0.3 + 0.1 * k for k, n in enumerate(sorted(names.values()))}
        here = (reaction.rate.forward - reaction.rate.backward).xreplace(
            {s: values[n] for s, n in names.items()}
        )
        there = sympy.sympify(theirs["v_net"]).xreplace(
            {sympy.Symbol(n): value for n, value in values.items()}
        )
        assert float(here) == pytest.approx(float(there), rel=1e-11, abs=1e-13), reaction.name


def test_skimpy_loads_a_published_network_as_written(skimpy_reads, shared_data, tmp_path):
    network = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    network = network.with_parameters({"km_substrate_PGI": 12.5, "h_e": 0.25, "volume_c": 0.75})
    _require_same(network, skimpy_reads(network, tmp_path / "n.yml"))


def test_skimpy_loads_every_regulating_modifier_with_its_constants(skimpy_reads, tmp_path):
    definition = MechanismDefinition(
        "IrrevHillNM",
        {"product1": "b_c", "substrate1": "a_c", "substrate2": "c_c"},
        {"substrate1": -1.0, "product1": 1.0, "substrate2": 0.0},
    )
    kinds = {
        "AM": "ActivationModifier",
        "IM": "InhibitionModifier",
        "HAM": "HillActivationModifier",
        "SHAM": "SimpleHillActivationModifier",
        "HIM": "HillInhibitionModifier",
    }
    modifiers = tuple(
        ModifierDefinition(prefix, kind, f"x{k}_c", label=f"{prefix}_x{k}_c")
        for k, (prefix, kind) in enumerate(kinds.items())
    )
    proton = ModifierDefinition("P", "FirstOrderSmallMoleculeModifier", "h_c", -1.5)
    reaction = build_reaction("R", definition, modifiers=(*modifiers, proton), enzyme="e_c")
    network = KineticNetwork("n", (reaction,)).with_parameters({"a_max_HAM_x2_c_R": 4.0})
    _require_same(network, skimpy_reads(network, tmp_path / "n.yml"))


def test_skimpy_loads_regulation_or_does_what_the_warning_says(skimpy_reads, shared_data, tmp_path):
    network = read_skimpy_yaml(shared_data("varma", "kin_varma.yml"))
    table = pd.read_csv(shared_data("varma_regulated", "regulations.csv"))
    allosteric = add_regulation(network, table[table["regulation"] != "competitive inhibition"])
    _require_same(allosteric, skimpy_reads(allosteric, tmp_path / "n.yml"))
    competitive = add_regulation(network, table[table["regulation"] == "competitive inhibition"])
    with pytest.raises(AttributeError):
        skimpy_reads(competitive, tmp_path / "n.yml")


def test_skimpy_loads_an_inhibitor_that_it_does_not_know_as_if_there_were_none(
    skimpy_reads, tmp_path
):
    definition = MechanismDefinition(
        "ConvenienceInhibited",
        {"substrate1": "a_c", "product1": "b_c"},
        {"substrate1": -1.0, "product1": 1.0},
        {"inhibitor1": "x_c"},
    )
    network = KineticNetwork("n", (build_reaction("R", definition),))
    model = skimpy_reads(network, tmp_path / "n.yml")
    assert "ki_inhibitor1_R" in network.parameter_names
    assert "ki_inhibitor1_R" not in model.parameters
