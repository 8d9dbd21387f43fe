"""Every mechanism and modifier against what SKiMPy 1.0.2 computed, deviations named."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import sympy
import yaml

from skimpy_renaissance.network import (
    MODIFIERS,
    SKIMPY,
    KineticNetwork,
    Reaction,
    read_skimpy_yaml,
)

_FILE = Path(__file__).resolve().parents[1] / "data" / "rate_laws.json.gz"
CASES = {case["case"]: case for case in json.loads(gzip.decompress(_FILE.read_bytes()))}
_CONSTANTS = {
    "ActivationModifier": ("AM", ["k_activation"]),
    "InhibitionModifier": ("IM", ["k_inhibition"]),
    "HillActivationModifier": ("HAM", ["k_activation", "a_max", "hill_coefficient"]),
    "SimpleHillActivationModifier": ("SHAM", ["k_activation", "hill_coefficient"]),
    "HillInhibitionModifier": ("HIM", ["k_inhibition", "hill_coefficient"]),
}

# Where this package does something else on purpose, per case: the reason, and what it does.
FILE_ORDER = "roles of a file are ordered by number, as SKiMPy does when it reads the file back"
SET_ORDER = "SKiMPy's order is that of a Python set; here that of appearance"
REPLACED = "the small molecule always replaces; SKiMPy adds unless an earlier reaction holds it"
LOST = "SKiMPy loses a boundary that is not a mechanism's role; here it stays a parameter"
UNNAMED = "built in Python under a name that the file does not keep; here the usual name"
SPLIT = "SKiMPy splits names (kf = k*f, k1 = k); here a name is a name"
TORN = "SKiMPy finds k_1 in k_A by replacing the metabolite A in the text"

PARAMETERS: dict[str, tuple[str, list[str]]] = {
    "ExpressionBasedKinetics/massaction": (SET_ORDER, ["k_f", "k_eq"]),
    "ExpressionBasedKinetics/two_letter_names_split": (SPLIT, ["kf"]),
    "ExpressionBasedKinetics/docstring_names": (SPLIT, ["k1"]),
    "ExpressionBasedKinetics/name_contained_in_parameter": (TORN, ["k_A"]),
}
for _law in ("Convenience", "GeneralizedReversibleHill", "H1GeneralizedReversibleHill"):
    _name = f"{_law}/2_2_block_order"
    PARAMETERS[_name] = (FILE_ORDER, CASES[_name]["reloaded_parameters"])
for _law in ("FirstOrderSmallMoleculeModifier", "DisplacementSmallMoleculeModifier"):
    _known = CASES[f"{_law}/two_boundaries"]["parameters"]
    PARAMETERS[f"{_law}/two_boundaries"] = (LOST, [*_known[:-1], "h_e", "o2_e"])
for _law in ("ConvenienceInhibited", "H1GeneralizedReversibleHillInhibited"):
    _known = CASES[f"{_law}/boundary_inhibitor"]["parameters"]
    PARAMETERS[f"{_law}/boundary_inhibitor"] = (LOST, [*_known, "z_c"])

STOICHIOMETRY: dict[str, tuple[str, dict[str, float]]] = {}
for _law in ("FirstOrderSmallMoleculeModifier", "DisplacementSmallMoleculeModifier"):
    STOICHIOMETRY[f"{_law}/is_mechanism_metabolite"] = (REPLACED, {"a_c": -2, "p_c": 1})
    STOICHIOMETRY[f"{_law}/same_twice"] = (REPLACED, {"a_c": -1, "p_c": 1, "h_c": 2})

RENAMED: dict[str, tuple[str, dict[str, str]]] = {  # the name here to the name in SKiMPy
    f"{_law}/{_how}": (
        UNNAMED,
        {
            f"{constant}_{_prefix}_x_c_R1": (
                f"{constant}_{_prefix}_x_c" if _how == "reaction_none" else f"{constant}_my_mod_R1"
            )
            for constant in _constants
        },
    )
    for _law, (_prefix, _constants) in _CONSTANTS.items()
    for _how in ("reaction_none", "named")
}
VALUES = {  # a parameter here as a function of SKiMPy's
    "ExpressionBasedKinetics/two_letter_names_split": (SPLIT, {"kf": lambda v: v["k"] * v["f"]}),
    "ExpressionBasedKinetics/docstring_names": (SPLIT, {"k1": lambda v: v["k"]}),
}


def _document(case: dict[str, Any], *, as_exported: bool) -> dict[str, Any]:
    """Build the model file of a case; SKiMPy exports roles and modifiers in alphabetical order."""
    mechanism: dict[str, Any] = {"class": case["class"]}
    if case["mechanism_stoichiometry"]:
        mechanism["mechanism_stoichiometry"] = case["mechanism_stoichiometry"]
    if case["rate_expression"]:
        mechanism["rate_expression"] = case["rate_expression"]
    mechanism.update(case["roles"])
    for role, metabolite in case["inhibitors"].items():
        mechanism.setdefault(role, metabolite)
    reactions = {}
    if case["earlier_reaction"]:
        earlier = {"class": "ReversibleMichaelisMenten", "substrate": "z_c", "product": "a_c"}
        reactions["R0"] = {"name": "R0", "mechanism": _sorted(earlier) if as_exported else earlier}
    reactions[case["reaction"]] = {
        "name": case["reaction"],
        "enzyme": case["enzyme"],
        "mechanism": _sorted(mechanism) if as_exported else mechanism,
        "modifiers": _sorted(case["modifiers"]) if as_exported else case["modifiers"],
    }
    return {
        "reactions": reactions,
        "boundary_conditions": {
            name: {"class": "ConstantConcentration", "reactant": name}
            for name in case["boundaries"]
        },
        "parameters": dict.fromkeys(case["parameters"]),
    }


def _sorted(mapping: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(mapping.items()))


def _all_networks(folder: Path, *, as_exported: bool) -> dict[str, KineticNetwork]:
    path = folder / "model.yml"
    networks = {}
    for name, case in CASES.items():
        document = _document(case, as_exported=as_exported)
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        networks[name] = read_skimpy_yaml(path)
    return networks


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KineticNetwork]:
    return _all_networks(tmp_path_factory.mktemp("cases"), as_exported=False)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KineticNetwork]:
    return _all_networks(tmp_path_factory.mktemp("exported"), as_exported=True)


def _rates(reaction: Reaction, values: dict[str, float]) -> tuple[float, float]:
    inserted = {sympy.Symbol(s, positive=True): values[n] for s, n in reaction.names.items()}
    rate = reaction.rate
    return float(rate.forward.xreplace(inserted)), float(rate.backward.xreplace(inserted))


def _skimpy_names(name: str) -> dict[str, str]:
    return RENAMED[name][1] if name in RENAMED else {}


def test_forward_and_backward_rate_are_skimpys(networks):
    differing = {}
    for name, case in CASES.items():
        reaction = networks[name].reaction(case["reaction"])
        for point in case["points"]:
            values = dict(point["values"])
            values |= {here: values[there] for here, there in _skimpy_names(name).items()}
            for parameter, value in VALUES.get(name, ("", {}))[1].items():
                values[parameter] = value(point["values"])
            here, there = _rates(reaction, values), (point["forward"], point["backward"])
            allowed = 1e-12 * max(map(abs, there))
            if not all(abs(h - t) <= allowed for h, t in zip(here, there, strict=True)):
                differing[name] = here, there
    assert differing == {}


def _differing(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """Keep the cases in which two tables differ: what is found here, what SKiMPy has."""
    return {name: (here[name], there[name]) for name in here if here[name] != there[name]}


def _skimpys(field: str, deviations: dict[str, tuple[str, Any]] | None = None) -> dict[str, Any]:
    """What SKiMPy has in every case, or what it says here on purpose."""
    return {
        name: (deviations or {}).get(name, ("", case[field]))[1] for name, case in CASES.items()
    }


def test_parameters_are_declared_in_skimpys_order(networks):
    here = {
        name: [_skimpy_names(name).get(p, p) for p in network.parameter_names]
        for name, network in networks.items()
    }
    assert _differing(here, _skimpys("parameters", PARAMETERS)) == {}


def test_saturation_constants_hang_on_skimpys_metabolites(networks):
    here = {
        name: {
            _skimpy_names(name).get(parameter, parameter): metabolite
            for parameter, metabolite in network.reaction(CASES[name]["reaction"]).hooks.items()
        }
        for name, network in networks.items()
    }
    assert _differing(here, _skimpys("hooks")) == {}


def test_metabolites_come_in_skimpys_order(networks):
    here = {name: list(network.variables) for name, network in networks.items()}
    assert _differing(here, _skimpys("variables")) == {}


def test_the_mass_balance_is_skimpys(networks):
    here = {}
    for name, network in networks.items():
        column = network.stoichiometry[:, -1]
        here[name] = {m: n for m, n in zip(network.variables, column, strict=True) if n}
    assert _differing(here, _skimpys("stoichiometry", STOICHIOMETRY)) == {}


@pytest.mark.slow
def test_an_exported_file_gives_the_orders_that_skimpy_reads_from_it(exported):
    here, there = {}, {}
    for name, case in CASES.items():
        if not case["reloads"]:
            continue
        variables, parameters = case["reloaded_variables"], case["reloaded_parameters"]
        lost = {*case["inhibitors"].values()} - set(variables)  # SKiMPy drops these
        lost |= {f"ki_{role}_R1" for role in case["inhibitors"]}
        network, there[name] = exported[name], (variables, parameters)
        here[name] = (
            [m for m in network.variables if m not in lost],
            [p for p in network.parameter_names if p not in lost],
        )
    assert _differing(here, there) == {}


def test_every_named_deviation_is_one():
    for name, (_, parameters) in PARAMETERS.items():
        assert parameters != CASES[name]["parameters"]
    for name, (_, stoichiometry) in STOICHIOMETRY.items():
        assert stoichiometry != CASES[name]["stoichiometry"]
    for name, (_, names) in RENAMED.items():
        assert set(names.values()) <= set(CASES[name]["parameters"])


def test_every_mechanism_and_modifier_is_covered():
    classes = {case["class"].split("_")[0] for case in CASES.values()}
    modifiers = {m["class"] for case in CASES.values() for m in case["modifiers"].values()}
    assert classes == set(SKIMPY)
    assert modifiers == set(MODIFIERS)


def test_reversible_mass_action_stays_reversible_after_an_irreversible_one(write):
    """SKiMPy returns the irreversible class from its cache for equal coefficients."""

    def step(name: str, kind: str) -> dict[str, Any]:
        coefficients = {"substrate1": -1.0, "product1": 1.0}
        roles = {"substrate1": "a_c", "product1": "p_c"}
        return {
            "name": name,
            "mechanism": {"class": kind, "mechanism_stoichiometry": coefficients, **roles},
        }

    reactions = {"R1": step("R1", "IrrevMassaction"), "R2": step("R2", "RevMassaction")}
    network = read_skimpy_yaml(write({"reactions": reactions, "parameters": {}}))
    assert network.reversible_reactions == ("R2",)
