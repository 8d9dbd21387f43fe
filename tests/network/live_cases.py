"""The cases of ``test_skimpy_rate_laws`` built as live SKiMPy models."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

_GENERIC = {
    "Convenience": "make_convenience",
    "GeneralizedReversibleHill": "make_generalized_reversible_hill_n_n",
    "H1GeneralizedReversibleHill": "make_generalized_reversible_hill_n_n_h1",
    "IrrevMichaelisMenten": "make_irrev_m_n_michaelis_menten",
    "IrrevHillNM": "make_irrev_m_n_hill",
    "IrrevMassaction": "make_irrev_massaction",
    "RevMassaction": "make_rev_massaction",
}
_INHIBITED = {
    "ConvenienceInhibited": ("convenience_with_inihibition", "make_convenience_with_inhibition"),
    "H1GeneralizedReversibleHillInhibited": (
        "generalized_reversible_hill_n_n_h1_with_inhibition",
        "make_generalized_reversible_hill_n_n_h1_with_inhibition",
    ),
}


def build_live(case: dict[str, Any]) -> Any:
    """Build a live ``KineticModel`` of one reaction, and an earlier one where the case says so."""
    core, mechanisms = import_module("skimpy.core"), import_module("skimpy.mechanisms")
    modifiers = import_module("skimpy.core.modifiers")
    mechanism, inhibitors = _mechanism(case), case["inhibitors"]
    how = case["case"].split("/")[-1]
    regulators = mechanism.Inhibitors(**inhibitors) if inhibitors and _has(mechanism) else None
    if case["class"] == "SimpleRegulatedGeneExpression":
        kinds = {0: dict, 1: mechanism.SingleRegulator, 2: mechanism.Regulators}
        regulators = kinds[len(inhibitors)](**inhibitors)
    reaction = core.Reaction(
        name=case["reaction"],
        mechanism=mechanism,
        reactants=mechanism.Reactants(
            **{r: name for r, name in case["roles"].items() if r not in ("enzyme", name)}
        ),
        enzyme=case["enzyme"],
        inhibitors=regulators,
    )
    for key, fields in case["modifiers"].items():
        given = {k: v for k, v in fields.items() if k != "class"}
        given["reaction"] = reaction
        if not fields["class"].endswith("SmallMoleculeModifier"):
            given.pop("mechanism_stoichiometry", None)
            given |= {"reaction_none": {"reaction": None}, "named": {"name": "my_mod"}}.get(how, {})
        reaction.modifiers[key] = getattr(modifiers, fields["class"])(**given)
    model = core.KineticModel(name="one")
    if case["earlier_reaction"]:
        usual = mechanisms.ReversibleMichaelisMenten
        earlier = core.Reaction(
            name="R0", mechanism=usual, reactants=usual.Reactants(substrate="z_c", product="a_c")
        )
        model.add_reaction(earlier)
        model.parametrize_by_reaction({"R0": usual.Parameters()})
    model.add_reaction(reaction)
    model.parametrize_by_reaction({reaction.name: mechanism.Parameters()})
    for name in case["boundaries"]:
        model.add_boundary_condition(modifiers.ConstantConcentration(model.reactants[name]))
    return model


def _has(mechanism: Any) -> bool:
    return "Inhibitors" in vars(mechanism)


def _mechanism(case: dict[str, Any]) -> Any:
    name, mechanisms = case["class"], import_module("skimpy.mechanisms")
    coefficients = case["mechanism_stoichiometry"] or {}
    ordered = [coefficients[role] for role in case["roles"] if role in coefficients]
    if not coefficients:  # SKiMPy appends them to the name of such a class: m1 is -1
        tail = name.split("_[")[0].split("_")[1:]
        ordered = [float(number.replace("m", "-")) for number in tail]
    if name in _GENERIC:
        gc.collect()  # SKiMPy takes living classes of equal coefficients for equal
        return getattr(mechanisms, _GENERIC[name])(ordered)
    if name in _INHIBITED:
        module, maker = _INHIBITED[name]
        made = getattr(import_module(f"skimpy.mechanisms.{module}"), maker)
        return made(ordered, [1.0] * len(case["inhibitors"]))
    if name.startswith("GeneralizedElementaryKinetics"):
        module = import_module("skimpy.mechanisms.generalized_elementary_kinetics")
        return module.make_generalized_elementary_kinetics(ordered, list(case["inhibitors"]))
    if name.startswith("ExpressionBasedKinetics"):
        module = import_module("skimpy.mechanisms.direct_expression")
        metabolites = list(case["roles"].values())
        return module.make_mechanism_from_expression(ordered, metabolites, case["rate_expression"])
    return getattr(import_module("skimpy.mechanisms"), name)
