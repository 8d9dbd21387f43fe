"""Kinetic models in SKiMPy's YAML format, read without SKiMPy and without executing anything.

File order matters: reactions, roles and modifiers keep it, because SKiMPy derives the order of its
variables, parameters and random draws from it.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from typing import Any

import pandas as pd
import yaml

from skimpy_renaissance.errors import FileFormatError, NetworkError, listed
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.conservation import pools_from_table, read_pools
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition, Reaction

__all__ = ["read_skimpy_yaml"]

_SECTIONS = ("reactions", "parameters")
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_skimpy_yaml(
    path: str | PathLike[str],
    *,
    conservation: str | PathLike[str] | pd.DataFrame | None = None,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
) -> KineticNetwork:
    """Read a kinetic model from SKiMPy's YAML format.

    Parameters
    ----------
    path
        The YAML file.
    conservation
        Conserved pools as a table (pool x metabolite) or a CSV file of one; by default they are
        found from the stoichiometry.
    rate_laws
        Mechanism class to rate law: ``SKIMPY`` computes what SKiMPy computes, ``CORRECTED`` the
        published laws where SKiMPy departs from them.

    Returns
    -------
    KineticNetwork

    Raises
    ------
    FileFormatError
        The file is absent, is not YAML, or is not a kinetic model.
    NetworkError
        A reaction names an unknown class, lacks a role, or a name is used twice.

    Examples
    --------
    >>> import skimpy_renaissance as sr
    >>> network = sr.read_skimpy_yaml("kin_varma.yml")  # doctest: +SKIP
    """
    source = fspath(path)
    document = _load(source)
    parameters = _parameters(source, document["parameters"])
    reactions = tuple(
        _reaction(source, str(key), entry, parameters, rate_laws)
        for key, entry in _mapping(source, "reactions", document["reactions"]).items()
    )
    boundaries = _boundaries(source, document, reactions)
    compartments = {
        name: Compartment(name, parameters.get(f"volume_{name}"), parameters.get(f"cell_volume_{name}"))
        for name in map(str, (document.get("compartments") or {}).values())
    }
    network = KineticNetwork(
        name=str(document.get("name") or "Unnamed"),
        reactions=reactions,
        boundaries=boundaries,
        compartments=compartments,
        compartment_of=_compartment_of(source, document.get("reactants") or {}),
        extras={key: value for key, value in document.items() if key not in ("name", "reactions")},
    )
    known = set(network.parameter_names)
    network = network.with_parameters(
        {name: value for name, value in parameters.items() if value is not None and name in known}
    )
    if conservation is None:
        return network
    if isinstance(conservation, pd.DataFrame):
        return network.with_pools(pools_from_table(conservation, network.variables))
    return network.with_pools(read_pools(conservation, network.variables))


def _load(source: str) -> dict[str, Any]:
    try:
        with open(source, encoding="utf-8") as file:
            document = yaml.load(file, _Loader)  # noqa: S506 - a subclass of the safe loader
    except OSError as error:
        raise FileFormatError(f"The kinetic model {source} cannot be opened: {error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileFormatError(
            f"{source} is not a YAML file, or is truncated: {error}. "
            "A kinetic model written by skimpy.io.yaml.export_to_yaml is needed."
        ) from error
    missing = [s for s in _SECTIONS if not isinstance(document, dict) or not document.get(s)]
    if missing:
        raise FileFormatError(
            f"{source} is not a SKiMPy kinetic model: it lacks the sections {listed(missing)}. "
            "A kinetic model written by skimpy.io.yaml.export_to_yaml is needed."
        )
    return dict(document)


class _Loader(_BaseLoader):  # type: ignore[misc]
    """The safe loader, refusing a key that occurs twice in one mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise NetworkError(
                    f"{key.value!r} is used twice in one section "
                    f"(line {key.start_mark.line + 1}). Names must be unique: rename or remove one."
                )
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep=deep))


def _mapping(source: str, where: str, value: object) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise FileFormatError(
            f"{source}: {where} must be a mapping, got {type(value).__name__} {value!r}."
        )
    return value


def _parameters(source: str, section: object) -> dict[str, float | None]:
    values: dict[str, float | None] = {}
    for name, value in _mapping(source, "parameters", section).items():
        if value is None:
            values[str(name)] = None
            continue
        try:
            values[str(name)] = float(value)
        except (TypeError, ValueError):
            raise FileFormatError(
                f"{source}: parameter {name!r} needs a number or null, got {value!r}."
            ) from None
    return values


def _reaction(
    source: str,
    key: str,
    entry: object,
    parameters: Mapping[str, float | None],
    rate_laws: Mapping[str, MechanismClass],
) -> Reaction:
    fields = _mapping(source, f"reaction {key!r}", entry)
    name = str(fields.get("name") or key)
    mechanism = dict(_mapping(source, f"the mechanism of {name!r}", fields.get("mechanism")))
    class_name = _class_name(source, name, mechanism)
    enzyme = fields.get("enzyme")
    mechanism.pop("enzyme", None)
    if class_name.endswith("Inhibited") and not any(_is_regulator(role) for role in mechanism):
        raise NetworkError(
            f"Reaction {name!r} is {class_name} without an inhibitor1 role: SKiMPy's export drops "
            "competitive inhibitors. Add 'inhibitor1: <metabolite>' to its mechanism, or load the "
            "model without regulation and use add_regulation."
        )
    definition = MechanismDefinition(
        class_name=class_name,
        stoichiometry=_sorted_roles(source, name, mechanism.pop("mechanism_stoichiometry", {})),
        roles={str(r): str(m) for r, m in mechanism.items() if not _is_regulator(str(r))},
        inhibitors={str(r): str(m) for r, m in mechanism.items() if _is_regulator(str(r))},
    )
    modifiers = _mapping(source, f"the modifiers of {name!r}", fields.get("modifiers") or {})
    return build_reaction(
        name,
        definition,
        modifiers=tuple(
            _modifier(source, name, str(label), modifier, parameters)
            for label, modifier in modifiers.items()
        ),
        enzyme=None if enzyme is None else str(enzyme),
        rate_laws=rate_laws,
    )


def _is_regulator(role: str) -> bool:
    return re.fullmatch(r"(inhibitor\d+|factor_\d+)", role) is not None


def _class_name(source: str, reaction: str, fields: dict[Any, Any]) -> str:
    class_name = fields.pop("class", None)
    if not isinstance(class_name, str):
        raise FileFormatError(f"{source}: reaction {reaction!r} has an entry without a class.")
    return class_name


def _sorted_roles(source: str, reaction: str, section: object) -> dict[str, float]:
    """Order roles by (number, coefficient): substrate1, product1, substrate2, ... as SKiMPy does."""

    def keys() -> Iterator[tuple[int, float, str]]:
        for role, value in _mapping(source, f"stoichiometry of {reaction!r}", section).items():
            digits = re.search(r"\d+", str(role))
            yield int(digits[0]) if digits else 0, float(value), str(role)

    return {role: coefficient for _, coefficient, role in sorted(keys())}


def _modifier(
    source: str, reaction: str, key: str, entry: object, parameters: Mapping[str, float | None]
) -> ModifierDefinition:
    fields = dict(_mapping(source, f"modifier {key!r} of {reaction!r}", entry))
    class_name = _class_name(source, reaction, fields)
    kind = MODIFIERS.get(class_name)
    if kind is None:
        raise NetworkError(
            f"Reaction {reaction!r} has the modifier {class_name!r} ({key!r}); supported are "
            f"{listed(sorted(MODIFIERS), most=len(MODIFIERS))}."
        )
    if kind.role not in fields:
        raise NetworkError(
            f"Modifier {key!r} of reaction {reaction!r} ({class_name}) needs the role "
            f"{kind.role!r}; it has {listed(fields) or 'none'}."
        )
    metabolite = str(fields[kind.role])
    given = fields.get("mechanism_stoichiometry", 0.0)
    coefficient = float(given[kind.role] if isinstance(given, dict) else given)
    return ModifierDefinition(
        key=key,
        class_name=class_name,
        metabolite=metabolite,
        stoichiometry=coefficient,
        label=_label(reaction, key, f"{kind.prefix}_{metabolite}", kind.constants, parameters),
    )


def _label(
    reaction: str,
    key: str,
    usual: str,
    constants: tuple[str, ...],
    parameters: Mapping[str, float | None],
) -> str:
    """Return the part of a modifier's parameter names that the file uses, SKiMPy's usual one else."""
    for label in (usual, key):
        if any(f"{constant}_{label}_{reaction}" in parameters for constant in constants):
            return label
    return usual


def _boundaries(
    source: str, document: Mapping[str, Any], reactions: tuple[Reaction, ...]
) -> frozenset[str]:
    known = {metabolite for reaction in reactions for metabolite in reaction.metabolites}
    held = set()
    section = _mapping(source, "boundary_conditions", document.get("boundary_conditions") or {})
    for key, entry in section.items():
        fields = _mapping(source, f"boundary condition {key!r}", entry)
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


def _compartment_of(source: str, section: object) -> dict[str, str | None]:
    """Metabolite to compartment; SKiMPy writes a boundary metabolite as its bare value."""
    places: dict[str, str | None] = {}
    for metabolite, entry in _mapping(source, "reactants", section).items():
        place = entry.get("compartment") if isinstance(entry, dict) else None
        places[str(metabolite)] = None if place is None else str(place)
    return places
