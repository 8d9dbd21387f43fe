"""The border to a live SKiMPy: its ``KineticModel`` as a kinetic network.

Rate laws are taken from SKiMPy's own symbolic expressions, so a mechanism that this package has
never seen works too. The model is left exactly as it was found.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
import sympy

from skimpy_renaissance.errors import InputError, SkimpyImportError
from skimpy_renaissance.network.conservation import ConservedPools
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["from_skimpy", "require_skimpy"]


def require_skimpy() -> Any:
    """Import EPFL's SKiMPy, refusing the unrelated package of the same name.

    Returns
    -------
    module
        ``skimpy``.

    Raises
    ------
    SkimpyImportError
        SKiMPy is absent, or ``skimpy`` is another project.
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
        SKiMPy is absent, or ``skimpy`` is another project.
    InputError
        ``kinetic_model`` is something else.
    """
    require_skimpy()
    model_class = import_module("skimpy.core.kinmodel").KineticModel
    if not isinstance(kinetic_model, model_class):
        raise InputError(
            "from_skimpy needs a skimpy.core.KineticModel, got "
            f"{type(kinetic_model).__name__}. Read a YAML file with sr.read_skimpy_yaml."
        )
    parameters = kinetic_model.parameters
    held = {bc.reactant.name for bc in kinetic_model.boundary_conditions.values()}
    network = KineticNetwork(
        name=kinetic_model.name,
        reactions=tuple(_reaction(r) for r in kinetic_model.reactions.values()),
        boundaries=frozenset(held),
        compartments={name: _compartment(c) for name, c in kinetic_model.compartments.items()},
        compartment_of={
            name: None if reactant.compartment is None else reactant.compartment.name
            for name, reactant in kinetic_model.reactants.items()
        },
        bounds={n: p.bounds for n, p in parameters.items() if p.bounds != (None, None)},
    )
    values = {n: float(p.value) for n, p in parameters.items() if p.value is not None}
    return network.with_parameters(values).with_pools(_pools(kinetic_model, network))


def _reaction(reaction: Any) -> Reaction:
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
    stoichiometry = {item.name: float(n) for item, n in _balance(mechanism, modifiers)}
    return Reaction(
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


def _balance(mechanism: Any, modifiers: list[Any]) -> Iterator[tuple[Any, float]]:
    """Yield metabolites and coefficients; a modifier replaces what the mechanism says."""
    total: dict[str, tuple[Any, float]] = {}
    for role, n in mechanism.reactant_stoichiometry.items():
        item = mechanism.reactants[role]
        total[item.name] = (item, total.get(item.name, (item, 0.0))[1] + n)
    for modifier in modifiers:
        for role, item in modifier.reactants.items():
            if modifier.reactant_stoichiometry[role]:
                total[item.name] = (item, modifier.reactant_stoichiometry[role])
    yield from total.values()


def _declared(mechanism: Any, modifiers: list[Any]) -> Iterator[tuple[str, bool]]:
    for part in (mechanism, *modifiers):
        for parameter in part.parameters.values():
            yield str(parameter.symbol), False
        for item in part.reactants.values():
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
    matrix = np.asarray(relation.todense(), dtype=float).reshape(-1, len(network.variables))
    chosen = np.array(sorted(dependent), dtype=np.int64)
    others = np.setdiff1d(np.arange(len(network.variables), dtype=np.int64), chosen)
    return ConservedPools(matrix, chosen, others, network.variables)
