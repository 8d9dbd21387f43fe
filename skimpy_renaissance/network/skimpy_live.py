"""The border to a live SKiMPy: its ``KineticModel`` as a kinetic network.

Rate laws are taken from SKiMPy's own symbolic expressions, so a mechanism that this package has
never seen works too. A mechanism that it knows also gets its definition (class, roles,
coefficients), wherever building the reaction from that definition gives SKiMPy's rate again:
``write_skimpy_yaml`` and ``add_regulation`` then work. The model is left exactly as it was found. A
reaction is read once, and again when what its rate law depends on has changed.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import sympy
from scipy.sparse import issparse

from skimpy_renaissance.errors import InputError, NetworkError, SkimpyImportError, listed
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.conservation import ConservedPools
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.mechanisms import SKIMPY
from skimpy_renaissance.network.modifiers import MODIFIERS
from skimpy_renaissance.network.reaction import (
    MechanismDefinition,
    ModifierDefinition,
    Rate,
    Reaction,
)
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.network.skimpy_fingerprint import fingerprint

__all__ = ["from_skimpy", "require_skimpy"]

_READ: WeakKeyDictionary[Any, tuple[tuple[object, ...], Reaction]] = WeakKeyDictionary()
"""SKiMPy's reactions that are still there, with the fingerprint at which each was read."""


def require_skimpy() -> Any:
    """Import EPFL's SKiMPy, refusing the unrelated package of the same name.

    Returns
    -------
    module
        ``skimpy``.

    Raises
    ------
    SkimpyImportError
        SKiMPy or a package it needs is absent, or ``skimpy`` is another project.
    """
    how = (
        "EPFL's SKiMPy is on no package index: install it from its repository "
        "(github.com/EPFL-LCSB/skimpy), which needs Python <= 3.11 and numpy < 1.24. Kinetic "
        "models saved by SKiMPy are read without it: sr.read_skimpy_yaml."
    )
    try:
        module = import_module("skimpy")
    except ImportError as error:
        raise SkimpyImportError(f"SKiMPy cannot be imported ({error}). {how}") from error
    try:
        import_module("skimpy.core.kinmodel")
    except ImportError as error:
        if (error.name or "skimpy").split(".")[0] != "skimpy":
            raise SkimpyImportError(
                f"SKiMPy is installed but what it needs is not: {error}. Install {error.name!r}, "
                "then try 'import skimpy.core.kinmodel' by itself."
            ) from error
        raise SkimpyImportError(
            "The installed package 'skimpy' is not EPFL's SKiMPy: it has no skimpy.core.kinmodel "
            f"({error}). A data-summary tool on the package index has the same name; remove it "
            f"with 'pip uninstall skimpy'. {how}"
        ) from error
    return module


def from_skimpy(kinetic_model: Any) -> KineticNetwork:
    """Take a kinetic model from a live SKiMPy.

    Parameters
    ----------
    kinetic_model
        A ``skimpy.core.KineticModel``, compiled or not. Values, bounds, boundary conditions and,
        where ``prepare`` was called or they were set by hand, its conserved pools come along.

    Returns
    -------
    KineticNetwork

    Raises
    ------
    SkimpyImportError
        SKiMPy or a package it needs is absent, or ``skimpy`` is another project.
    InputError
        ``kinetic_model`` is something else.
    NetworkError
        It has no reactions, reactions without parameters, boundary conditions other than constant
        concentrations, constraints, or conserved pools that no longer fit its reactions.

    Examples
    --------
    >>> def network_of(kinetic_model, path):
    ...     try:
    ...         return sr.from_skimpy(kinetic_model)
    ...     except sr.errors.RenaissanceError:  # SKiMPy is absent, or this is no model of it
    ...         return sr.read_skimpy_yaml(path)
    >>> sr.write_skimpy_yaml(network, "kinetic_model.yaml")
    >>> network_of(None, "kinetic_model.yaml")
    <KineticNetwork 'e_coli_core': 44 reactions, 44 metabolites and 8 boundaries, 159 free Km>
    """
    require_skimpy()
    model_class = import_module("skimpy.core.kinmodel").KineticModel
    if not isinstance(kinetic_model, model_class):
        raise InputError(
            "from_skimpy needs a skimpy.core.KineticModel, got "
            f"{type(kinetic_model).__name__}. Read a YAML file with sr.read_skimpy_yaml."
        )
    _require_expressible(kinetic_model)
    parameters = kinetic_model.parameters
    metabolites = {item.name: item for item in _all_metabolites(kinetic_model)}
    network = KineticNetwork(
        name=kinetic_model.name,
        reactions=tuple(_reaction(r) for r in kinetic_model.reactions.values()),
        boundaries=_held(kinetic_model),
        compartments={name: _compartment(c) for name, c in kinetic_model.compartments.items()},
        compartment_of={
            name: None if item.compartment is None else item.compartment.name
            for name, item in metabolites.items()
        },
    )
    bounds = {n: parameters[n].bounds for n in network.hooks if n in parameters}
    values = {n: float(p.value) for n, p in parameters.items() if p.value is not None}
    return (
        network.with_parameters(values)
        .with_bounds({n: pair for n, pair in bounds.items() if pair != (None, None)})
        .with_pools(_pools(kinetic_model, network))
    )


def _require_expressible(kinetic_model: Any) -> None:
    """Raise for what a network cannot hold; ignoring it would give another model."""
    constant = import_module("skimpy.core.modifiers").ConstantConcentration
    conditions = kinetic_model.boundary_conditions.items()
    other = [name for name, bc in conditions if not isinstance(bc, constant)]
    other += list(kinetic_model.constraints)
    if other:
        raise NetworkError(
            f"{kinetic_model.name!r} has {listed(other)}: of boundary conditions and constraints "
            "only ConstantConcentration is supported. Express a boundary flux as a reaction."
        )
    reactions = kinetic_model.reactions.items()
    bare = [name for name, reaction in reactions if reaction.mechanism.parameters is None]
    if bare:
        raise NetworkError(
            f"The reactions {listed(bare)} of {kinetic_model.name!r} have no parameters yet. Call "
            "kmodel.parametrize_by_reaction({name: Mechanism.Parameters(), ...}) first."
        )


def _held(kinetic_model: Any) -> frozenset[str]:
    """Return the metabolites that SKiMPy counts as parameters."""
    parameter = import_module("skimpy.utils.namespace").PARAMETER
    by_condition = {bc.reactant.name for bc in kinetic_model.boundary_conditions.values()}
    by_type = {i.name for i in _all_metabolites(kinetic_model) if i.type == parameter}
    return frozenset(by_condition | by_type)


def _all_metabolites(kinetic_model: Any) -> Iterator[Any]:
    for reaction in kinetic_model.reactions.values():
        yield from _metabolites(reaction.mechanism, list(reaction.modifiers.values()))


def _reaction(reaction: Any) -> Reaction:
    found = fingerprint(reaction)
    known, read = _READ.get(reaction, (None, None))
    if read is None or known != found:
        read = _read_reaction(reaction)
        _READ[reaction] = found, read
    return read


def _read_reaction(reaction: Any) -> Reaction:
    mechanism, modifiers = reaction.mechanism, list(reaction.modifiers.values())
    forward, backward = _rates(mechanism, modifiers)
    local: dict[sympy.Symbol, sympy.Symbol] = {}
    names: dict[str, str] = {}
    hooks: dict[str, str] = {}
    regulators = mechanism.inhibitors or {}
    parts = [("", mechanism.reactants, mechanism.parameters), ("", regulators, {})]
    parts += [(f"_modifier{k}", m.reactants, m.parameters) for k, m in enumerate(modifiers, 1)]
    for suffix, reactants, own_parameters in parts:
        for role, item in (*reactants.items(), *own_parameters.items()):
            local.setdefault(item.symbol, symbol(f"{role}{suffix}"))
            names[str(local[item.symbol])] = str(item.symbol)
        hooks.update({str(p.symbol): p.hook.name for p in own_parameters.values() if p.hook})
    free = forward.free_symbols | backward.free_symbols
    for unknown in sorted(free - set(local), key=str):  # symbols of a mechanism's own making
        local[unknown] = symbol(str(unknown))
        names[str(unknown)] = str(unknown)
    rate = Rate(forward.xreplace(local), backward.xreplace(local))
    used = {str(s) for s in rate.forward.free_symbols | rate.backward.free_symbols}
    capacity = next((c for c in ("kcat_forward", "vmax_forward") if c in used), None)
    stoichiometry = _balance(mechanism, modifiers)
    live = Reaction(
        name=reaction.name,
        rate=rate,
        names={name: target for name, target in names.items() if name in used},
        metabolites=tuple(dict.fromkeys(item.name for item in _metabolites(mechanism, modifiers))),
        stoichiometry={name: n for name, n in stoichiometry.items() if n},
        declared=tuple(_declared(mechanism, modifiers)),
        hooks=hooks,
        capacity=None if capacity is None else names[capacity],
        equilibrium_constant=names["k_equilibrium"] if "k_equilibrium" in used else None,
    )
    return _with_definition(live, reaction)


def _rates(mechanism: Any, modifiers: list[Any]) -> tuple[sympy.Expr, sympy.Expr]:
    """Return forward and backward rate in SKiMPy's symbols, modifiers applied."""
    with _untouched(mechanism):
        mechanism.get_qssa_rate_expression()
        rates = copy.copy(mechanism.reaction_rates)
    for modifier in modifiers:
        modifier(rates)
    return sympy.S(rates["v_fwd"]), sympy.S(rates["v_bwd"])


@contextmanager
def _untouched(thing: Any) -> Iterator[None]:
    """Undo what the block does to the attributes of ``thing``."""
    before = dict(vars(thing))
    try:
        yield
    finally:
        vars(thing).clear()
        vars(thing).update(before)


def _metabolites(mechanism: Any, modifiers: list[Any]) -> Iterator[Any]:
    yield from mechanism.reactants.values()
    for modifier in modifiers:
        yield from modifier.reactants.values()
    yield from (mechanism.inhibitors or {}).values()


def _balance(mechanism: Any, modifiers: list[Any]) -> dict[str, float]:
    """Metabolite to coefficient; a modifier replaces what the mechanism says."""
    total: dict[str, float] = {}
    for role, n in mechanism.reactant_stoichiometry.items():
        name = mechanism.reactants[role].name
        total[name] = total.get(name, 0.0) + float(n)
    for modifier in modifiers:
        for role, item in modifier.reactants.items():
            if modifier.reactant_stoichiometry[role]:
                total[item.name] = float(modifier.reactant_stoichiometry[role])
    return total


def _declared(mechanism: Any, modifiers: list[Any]) -> Iterator[tuple[str, bool]]:
    for part in (mechanism, *modifiers):
        for parameter in part.parameters.values():
            yield str(parameter.symbol), False
        for item in (*part.reactants.values(), *(part.inhibitors or {}).values()):
            yield item.name, True


def _compartment(compartment: Any) -> Compartment:
    volumes = {name: p.value for name, p in compartment.parameters.items()}
    return Compartment(compartment.name, volumes["volume"], volumes["cell_volume"])


def _pools(kinetic_model: Any, network: KineticNetwork) -> ConservedPools | None:
    """Return the pools and dependent metabolites that the model was prepared with."""
    attributes = vars(kinetic_model)
    relation, dependent = (
        attributes.get(name) for name in ("conservation_relation", "dependent_variables_ix")
    )
    if relation is None or dependent is None:
        return None
    dense = relation.toarray() if issparse(relation) else np.asarray(relation)
    n_metabolites = len(network.variables)
    if dense.size and dense.shape != (len(dependent), n_metabolites):
        raise NetworkError(
            f"{kinetic_model.name!r} has a conservation_relation of shape {dense.shape} for "
            f"{len(dependent)} dependent_variables_ix and {n_metabolites} metabolites. It needs "
            "one row per dependent metabolite; call kmodel.prepare() again after changing "
            "reactions or boundary conditions."
        )
    matrix = np.asarray(dense, dtype=float).reshape(-1, n_metabolites)
    chosen = np.array(sorted(dependent), dtype=np.int64)
    others = np.setdiff1d(np.arange(len(network.variables), dtype=np.int64), chosen)
    return ConservedPools(matrix, chosen, others, network.variables)


# -- definitions of known mechanisms ---------------------------------------------------------------


def _with_definition(live: Reaction, reaction: Any) -> Reaction:
    """Add class, roles and modifiers where they give the live reaction again."""
    mechanism, modifiers = _mechanism_definition(reaction), _modifier_definitions(reaction)
    if mechanism is None or modifiers is None:
        return live
    try:
        built = build_reaction(
            reaction.name, mechanism, modifiers=modifiers, enzyme=reaction.enzyme
        )
    except NetworkError:  # a form that SKiMPy allows and the definition does not
        return live
    if not _same(live, built):
        return live
    return replace(live, mechanism=mechanism, modifiers=modifiers, enzyme=reaction.enzyme)


def _mechanism_definition(reaction: Any) -> MechanismDefinition | None:
    mechanism = reaction.mechanism
    python_name = type(mechanism).__name__  # SKiMPy appends the coefficients to generic classes
    class_name = next((c for c in SKIMPY if f"{python_name}_".startswith(f"{c}_")), None)
    if class_name is None or SKIMPY[class_name].by_expression:  # whose text SKiMPy does not keep
        return None
    law, inhibitors = SKIMPY[class_name], mechanism.inhibitors or {}
    coefficients = mechanism.reactant_stoichiometry.items()
    return MechanismDefinition(
        class_name=class_name,
        roles={r: item.name for r, item in mechanism.reactants.items() if r not in inhibitors},
        stoichiometry={role: float(n) for role, n in coefficients} if law.generic else {},
        inhibitors={role: item.name for role, item in inhibitors.items()},
    )


def _modifier_definitions(reaction: Any) -> tuple[ModifierDefinition, ...] | None:
    definitions = []
    for key, modifier in reaction.modifiers.items():
        kind = MODIFIERS.get(type(modifier).__name__)
        if kind is None:
            return None
        label = ""
        if kind.constants:  # parameters are called <constant>_<label>_<reaction>
            first = str(modifier.parameters[kind.constants[0]].symbol)
            label = first.removeprefix(f"{kind.constants[0]}_").removesuffix(f"_{reaction.name}")
        definitions.append(
            ModifierDefinition(
                key=key,
                class_name=type(modifier).__name__,
                metabolite=modifier.reactants[kind.role].name,
                stoichiometry=float(modifier.reactant_stoichiometry[kind.role]),
                label=label,
            )
        )
    return tuple(definitions)


def _same(one: Reaction, other: Reaction) -> bool:
    """Tell whether two reactions have the same balance, names, and rates at two points."""
    if one.stoichiometry != other.stoichiometry or dict(one.hooks) != dict(other.hooks):
        return False
    if one.metabolites != other.metabolites or one.declared != other.declared:
        return False
    names = sorted({*one.names.values(), *other.names.values()})
    for step in (0.37, 0.61):  # two points with no relation among the values
        values = {name: sympy.Float(0.5 + (k * step) % 1.0) for k, name in enumerate(names, 1)}
        for a, b in zip(_at(one, values), _at(other, values), strict=True):
            if abs(a - b) > 1e-10 * max(abs(a), abs(b)):
                return False
    return True


def _at(reaction: Reaction, values: Mapping[str, sympy.Float]) -> tuple[float, float]:
    point = {symbol(s): values[name] for s, name in reaction.names.items()}
    return float(reaction.rate.forward.xreplace(point)), float(
        reaction.rate.backward.xreplace(point)
    )
