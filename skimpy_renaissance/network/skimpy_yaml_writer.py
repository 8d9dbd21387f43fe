"""Kinetic models written in SKiMPy's YAML format, without SKiMPy.

Reactions, roles and modifiers keep their order, and :func:`read_skimpy_yaml` gives the network
back. Not part of the format are conserved pools given by the user and bounds of saturation
constants: hand them over again after reading.

SKiMPy 1.0.2 reads the file too. What it would misread or refuse is still written, with a warning:
competitive inhibitors (it stops, or loads the uninhibited law), two regulating modifiers of one
class in one reaction (it keeps the last), and the classes whose regulators or expression its format
cannot hold (it stops).

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike
from typing import Any

import yaml

from skimpy_renaissance.atomic import write_text
from skimpy_renaissance.errors import NetworkError, listed, repeated
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.modifiers import MODIFIERS
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition, Reaction

__all__ = ["write_skimpy_yaml"]

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NOT_LOADED = (
    "ExpressionBasedKinetics",
    "GeneralizedElementaryKinetics",
    "SimpleRegulatedGeneExpression",
)


def write_skimpy_yaml(network: KineticNetwork, path: str | PathLike[str]) -> None:
    """Write a kinetic model in SKiMPy's YAML format, atomically.

    Parameters
    ----------
    network
        The kinetic model; each reaction needs a mechanism definition.
    path
        File to write; its folder must exist.

    Raises
    ------
    NetworkError
        A reaction has no mechanism definition, or two modifiers of one reaction the same key.
    OutputError
        The file cannot be written.

    Warns
    -----
    UserWarning
        SKiMPy 1.0.2 would misread or refuse some of the reactions.

    Examples
    --------
    >>> sr.write_skimpy_yaml(network, "kinetic_model.yaml")
    >>> sr.read_skimpy_yaml("kinetic_model.yaml")
    <KineticNetwork 'e_coli_core': 44 reactions, 44 metabolites and 8 boundaries, 159 free Km>
    """
    sections = {
        "constraints": {},
        "initial_conditions": {},
        **{key: value for key, value in network.extras.items() if key != "parameters"},
        "boundary_conditions": {
            f"CC_{metabolite}": {"class": "ConstantConcentration", "reactant": metabolite}
            for metabolite in network.boundary_names
        },
        "compartments": {name: name for name in network.compartments},
        "name": network.name,
        "parameters": _parameters(network),
        "reactants": {
            metabolite: {"compartment": place, "name": metabolite}
            for metabolite, place in network.compartment_of.items()
            if metabolite in network.metabolites
        },
        "reactions": {reaction.name: _reaction(reaction) for reaction in network.reactions},
    }
    content = yaml.dump(
        dict(sorted(sections.items())), Dumper=_Dumper, sort_keys=False, allow_unicode=True
    )
    write_text(path, content)
    _warn_of_losses(network)


def _parameters(network: KineticNetwork) -> dict[str, float | None]:
    """Every parameter, unknown ones as null, and those of the source that no rate law uses."""
    unused = network.extras.get("parameters")
    kept = dict(unused) if isinstance(unused, Mapping) else {}
    known = {n: None if v is None else float(v) for n, v in network.parameters.items()}
    return {**kept, **known}


def _reaction(reaction: Reaction) -> dict[str, Any]:
    if reaction.mechanism is None:
        raise NetworkError(
            f"Reaction {reaction.name!r} cannot be written: it has a rate expression but no "
            "mechanism class with roles. Write the model where it comes from, or rebuild the "
            "reaction with build_reaction."
        )
    modifiers = [_modifier(modifier) for modifier in reaction.modifiers]
    twice = repeated(key for key, _ in modifiers)
    if twice:
        raise NetworkError(
            f"Reaction {reaction.name!r} has two modifiers under the key {listed(twice)}. "
            "Give each its own key."
        )
    return {
        "enzyme": reaction.enzyme,
        "mechanism": _mechanism(reaction.mechanism),
        "modifiers": dict(modifiers),
        "name": reaction.name,
    }


def _mechanism(mechanism: MechanismDefinition) -> dict[str, Any]:
    fields: dict[str, Any] = {"class": mechanism.class_name}
    if mechanism.stoichiometry:
        coefficients = mechanism.stoichiometry.items()
        fields["mechanism_stoichiometry"] = {role: float(n) for role, n in coefficients}
    if mechanism.expression is not None:
        fields["rate_expression"] = mechanism.expression
    return {**fields, **mechanism.roles, **mechanism.inhibitors}


def _modifier(modifier: ModifierDefinition) -> tuple[str, dict[str, Any]]:
    """Return key and fields that SKiMPy's constructors accept.

    A regulating modifier takes no coefficient, and its key becomes part of its parameters' names.
    """
    if modifier.roles:
        return modifier.key, {"class": modifier.class_name, **modifier.roles}
    kind = MODIFIERS[modifier.class_name]
    fields: dict[str, Any] = {"class": modifier.class_name, kind.role: modifier.metabolite}
    if kind.balanced:
        fields["mechanism_stoichiometry"] = {kind.role: float(modifier.stoichiometry)}
        return modifier.key, fields
    return modifier.label, fields


def _warn_of_losses(network: KineticNetwork) -> None:
    losses = {
        "competitive inhibition cannot be read (it stops with an AttributeError, or loads the "
        "law without inhibitors)": [
            r.name
            for r in network.reactions
            if r.mechanism is not None and r.mechanism.class_name.endswith("Inhibited")
        ],
        "only the last modifier of a class that occurs twice is kept": [
            r.name for r in network.reactions if _same_class_twice(r)
        ],
        "the file cannot be loaded, its format does not hold the mechanism": [
            r.name
            for r in network.reactions
            if r.mechanism is not None and r.mechanism.class_name in _NOT_LOADED
        ],
    }
    said = [f"{what}: {listed(names)}" for what, names in losses.items() if names]
    if said:
        warnings.warn(
            "Written completely and read back completely by read_skimpy_yaml, but SKiMPy 1.0.2 "
            f"reads less of this file: {'; '.join(said)}. In SKiMPy, add the regulation after "
            "loading (skimpy.io.regulation.load_enzyme_regulation).",
            stacklevel=3,
        )


def _same_class_twice(reaction: Reaction) -> bool:
    regulating = (
        m.class_name for m in reaction.modifiers if m.roles or not MODIFIERS[m.class_name].balanced
    )
    return bool(repeated(regulating))
