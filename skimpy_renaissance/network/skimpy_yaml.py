"""Kinetic models in SKiMPy's YAML format, read without SKiMPy and without executing anything.

File order matters: reactions, roles and modifiers keep it, because SKiMPy derives the order of its
variables, parameters and random draws from it.

Three things that SKiMPy 1.0.2 cannot express in a file are read as further roles and entries of a
mechanism: competitive inhibitors and transcription factors (``inhibitor1: atp_c``,
``factor_1: x_c``), crowding molecules (``z_c: z_c``), and a rate given as text
(``rate_expression: k1*A*B``).

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from os import PathLike, fspath
from typing import Any

import pandas as pd

from skimpy_renaissance.errors import FileFormatError, NetworkError, listed
from skimpy_renaissance.network.assembly import build_reaction, modifier_class
from skimpy_renaissance.network.formulas import Formulas, read_formulas
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition, Reaction
from skimpy_renaissance.network.stated_pools import with_stated_pools
from skimpy_renaissance.network.yaml_document import (
    load_document,
    mapping,
    number,
    text,
)

__all__ = ["read_skimpy_yaml"]

_POSITIVE = (  # saturation and equilibrium constants, capacities
    *("km_", "ki_", "k_equilibrium_", "k_activation_", "k_inhibition_", "vmax_", "kcat_"),
)
_HELD = {  # by the network itself
    *("name", "reactions", "reactants", "compartments", "boundary_conditions", "parameters")
}


def read_skimpy_yaml(
    path: str | PathLike[str],
    *,
    conservation: str | PathLike[str] | pd.DataFrame | None = None,
    approximate_pools: bool = False,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
    formulas: str | PathLike[str] | Formulas | None = None,
) -> KineticNetwork:
    """Read a kinetic model from SKiMPy's YAML format.

    Parameters
    ----------
    path
        The YAML file.
    conservation
        Conserved pools as a table (pool x metabolite) or a CSV file of one; by default they are
        found from the stoichiometry.
    approximate_pools
        Hold those pools constant although reactions change them (a warning names these).
    rate_laws
        Mechanism class to rate law: ``SKIMPY`` computes what SKiMPy computes, ``CORRECTED`` the
        published laws where SKiMPy departs from them.
    formulas
        Further mechanisms and modifiers, or the file that states them:
        :mod:`~skimpy_renaissance.network.formulas`.

    Returns
    -------
    KineticNetwork

    Warns
    -----
    UserWarning
        Approximate pools are changed by reactions.

    Raises
    ------
    FileFormatError
        The file is absent, is not YAML, or is not a kinetic model.
    NetworkError
        A reaction names an unknown class, lacks a role, or a name is used twice.

    Examples
    --------
    >>> import skimpy_renaissance as sr
    >>> sr.write_skimpy_yaml(network, "kinetic_model.yaml")
    >>> sr.read_skimpy_yaml("kinetic_model.yaml").reaction("PFK").stoichiometry
    {'f6p_c': -1.0, 'fdp_c': 1.0, 'atp_c': -1.0, 'adp_c': 1.0}
    """
    source = fspath(path)
    document = load_document(source)
    values = {
        name: None if value is None else number(source, f"parameter {name!r}", value)
        for name, value in mapping(source, "parameters", document["parameters"]).items()
    }
    _require_usable(source, values)
    if formulas is None or isinstance(formulas, Formulas):
        own = formulas or Formulas()
    else:
        own = read_formulas(formulas)
    classes = Formulas({**rate_laws, **own.mechanisms}, {**MODIFIERS, **own.modifiers})
    reactions = tuple(
        _reaction(source, key, entry, values, classes)
        for key, entry in mapping(source, "reactions", document["reactions"]).items()
    )
    places = mapping(source, "compartments", document.get("compartments"))
    compartments = (text(source, f"compartment {key!r}", name) for key, name in places.items())
    network = KineticNetwork(
        name=text(source, "the model", str(document.get("name") or "Unnamed")),
        reactions=reactions,
        boundaries=_boundaries(source, document, reactions),
        compartments={name: Compartment(name) for name in compartments},
        compartment_of=_compartment_of(source, document, reactions),
        extras={key: value for key, value in document.items() if key not in _HELD and value},
    )
    known = set(network.parameter_names)
    network = network.with_parameters(
        {name: value for name, value in values.items() if value is not None and name in known}
    )
    unused = {name: value for name, value in values.items() if name not in known}
    if unused:
        network = replace(network, extras={**network.extras, "parameters": unused})
    return with_stated_pools(network, conservation, approximate=approximate_pools)


def _require_usable(source: str, values: Mapping[str, float | None]) -> None:
    """Raise for a constant of a rate law that no model can have."""
    for name, value in values.items():
        if value is not None and name.startswith(_POSITIVE) and not 0 < value < inf:
            raise FileFormatError(
                f"{source}: parameter {name!r} must be positive and finite, it is {value!r}. "
                "Leave it empty where it is not known: constants are drawn then, and capacities "
                "follow from the fluxes."
            )


def _reaction(
    source: str,
    key: str,
    entry: object,
    parameters: Mapping[str, float | None],
    classes: Formulas,
) -> Reaction:
    fields = mapping(source, f"reaction {key!r}", entry)
    stated = fields.get("name")
    name = text(source, f"reaction {key!r}", stated) if isinstance(stated, str) and stated else key
    enzyme = fields.get("enzyme")
    modifiers = mapping(source, f"the modifiers of {name!r}", fields.get("modifiers"))
    return build_reaction(
        name,
        _mechanism(source, name, fields.get("mechanism")),
        modifiers=tuple(
            _modifier(source, name, label, modifier, parameters, classes)
            for label, modifier in modifiers.items()
        ),
        enzyme=None if enzyme is None else text(source, f"the enzyme of {name!r}", enzyme),
        rate_laws=classes.mechanisms,
        modifier_classes=classes.modifiers,
    )


def _mechanism(source: str, reaction: str, entry: object) -> MechanismDefinition:
    fields = mapping(source, f"the mechanism of {reaction!r}", entry)
    class_name = _class_name(source, reaction, fields)
    where = f"mechanism_stoichiometry of {reaction!r}"
    given = mapping(source, where, fields.pop("mechanism_stoichiometry", None))
    stoichiometry = {role: number(source, f"{role!r} in {where}", n) for role, n in given.items()}
    expression = fields.pop("rate_expression", None)
    filled = {r: text(source, f"role {r!r} of {reaction!r}", m) for r, m in fields.items()}
    class_name, of_suffix, crowding = _split_class_name(class_name)
    return MechanismDefinition(
        class_name=class_name,
        stoichiometry=_in_order(stoichiometry or of_suffix),
        roles={role: m for role, m in filled.items() if not _regulates(role)},
        inhibitors={**crowding, **{role: m for role, m in filled.items() if _regulates(role)}},
        expression=None if expression is None else str(expression),
    )


def _class_name(source: str, reaction: str, fields: dict[str, Any]) -> str:
    class_name = fields.pop("class", None)
    if not isinstance(class_name, str):
        raise FileFormatError(f"{source}: reaction {reaction!r} has an entry without a class.")
    return text(source, f"an entry of reaction {reaction!r}", class_name)


def _split_class_name(class_name: str) -> tuple[str, dict[str, float], dict[str, str]]:
    """Take apart ``GeneralizedElementaryKinetics_m1_2_['a_c']``, as SKiMPy writes two classes."""
    match = re.fullmatch(
        r"(GeneralizedElementaryKinetics|ExpressionBasedKinetics)((?:_[me\d.+]+)+)(?:_(\[.*\]))?",
        class_name,
    )
    if match is None:
        return class_name, {}, {}
    numbers: dict[str, int] = {"substrate": 0, "product": 0}
    stoichiometry = {}
    try:
        for digits in match[2][1:].split("_"):
            coefficient = float(digits.replace("m", "-"))
            kind = "substrate" if coefficient < 0 else "product"
            numbers[kind] += 1
            stoichiometry[f"{kind}{numbers[kind]}"] = coefficient
        crowding = [str(molecule) for molecule in ast.literal_eval(match[3] or "[]")]
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise NetworkError(
            f"The mechanism class {class_name!r} cannot be taken apart; state {match[1]!r} with a "
            "mechanism_stoichiometry."
        ) from None
    return match[1], stoichiometry, {molecule: molecule for molecule in crowding}


def _regulates(role: str) -> bool:
    return re.fullmatch(r"(substrate|product)\d*|enzyme", role) is None


def _in_order(stoichiometry: Mapping[str, float]) -> dict[str, float]:
    """Order roles by (number, coefficient) as SKiMPy does: substrate1, product1, substrate2, ..."""

    def rank(role: str) -> tuple[int, float]:
        digits = re.search(r"\d+", role)
        return int(digits[0][:9]) if digits else 0, stoichiometry[role]

    return {role: stoichiometry[role] for role in sorted(stoichiometry, key=rank)}


def _modifier(
    source: str,
    reaction: str,
    key: str,
    entry: object,
    parameters: Mapping[str, float | None],
    classes: Formulas,
) -> ModifierDefinition:
    where = f"modifier {key!r} of {reaction!r}"
    fields = mapping(source, where, entry)
    class_name = _class_name(source, reaction, fields)
    kind = modifier_class(reaction, key, class_name, classes.modifiers)
    roles = {}
    for role in (kind.role, *kind.further_roles):
        if role not in fields:
            raise NetworkError(
                f"Modifier {key!r} of reaction {reaction!r} ({class_name}) needs the role "
                f"{role!r}; it has {listed(fields) or 'none'}."
            )
        roles[role] = text(source, f"role {role!r} of {where}", fields[role])
    metabolite = roles[kind.role]
    if kind.by_formula:
        return ModifierDefinition(key, class_name, metabolite, label=key, roles=roles)
    given = fields.get("mechanism_stoichiometry", None if kind.balanced else 0.0)
    if isinstance(given, dict):
        given = given.get(kind.role)
    label = ""
    if kind.constants:
        usual = f"{kind.prefix}_{metabolite}"
        exported = "mechanism_stoichiometry" in fields
        names = [f"{constant}_{{}}_{reaction}" for constant in kind.constants]
        label = _label(names, parameters, usual, key, otherwise=usual if exported else key)
    return ModifierDefinition(
        key=key,
        class_name=class_name,
        metabolite=metabolite,
        stoichiometry=number(source, f"mechanism_stoichiometry of {where}", given),
        label=label,
    )


def _label(
    names: list[str], parameters: Mapping[str, float | None], *labels: str, otherwise: str
) -> str:
    """Return the label that occurs in the file's parameters.

    SKiMPy exports a modifier under a key other than the label in its parameters' names, in a form
    that it cannot load; where it can, the label is the key.
    """
    for label in labels:
        if any(name.format(label) in parameters for name in names):
            return label
    return otherwise


def _boundaries(
    source: str, document: Mapping[str, Any], reactions: tuple[Reaction, ...]
) -> frozenset[str]:
    known = _metabolites(reactions)
    held = set()
    section = mapping(source, "boundary_conditions", document.get("boundary_conditions"))
    for key, entry in section.items():
        fields = mapping(source, f"boundary condition {key!r}", entry)
        if fields.get("class") != "ConstantConcentration":
            raise NetworkError(
                f"Boundary condition {key!r} is of class {fields.get('class')!r}; SKiMPy's format "
                "knows ConstantConcentration only."
            )
        metabolite = str(fields.get("reactant"))
        if metabolite not in known:
            raise NetworkError(
                f"Boundary condition {key!r} holds {metabolite!r} constant, which occurs in no "
                "reaction. Correct its id or remove the entry."
            )
        held.add(metabolite)
    return frozenset(held)


def _metabolites(reactions: tuple[Reaction, ...]) -> set[str]:
    return {metabolite for reaction in reactions for metabolite in reaction.metabolites}


def _compartment_of(
    source: str, document: Mapping[str, Any], reactions: tuple[Reaction, ...]
) -> dict[str, str | None]:
    """Metabolite to compartment; SKiMPy may write a boundary metabolite as its bare value."""
    section = mapping(source, "reactants", document.get("reactants"))
    idle = sorted(set(section) - _metabolites(reactions))
    if idle:
        raise FileFormatError(
            f"{source} lists {listed(idle)} among its reactants, but no reaction has them: the "
            "file is truncated or was edited. Restore the reactions or remove the reactants."
        )
    places: dict[str, str | None] = {}
    for metabolite, entry in section.items():
        place = entry.get("compartment") if isinstance(entry, dict) else None
        where = f"the compartment of {metabolite!r}"
        places[metabolite] = None if place is None else text(source, where, str(place))
    return places
