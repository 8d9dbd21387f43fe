"""From what a model file says of a reaction to the reaction itself.

A mechanism gives the rate law, modifiers act on it in file order, and every symbol is tied to the
metabolite or parameter that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sympy

from skimpy_renaissance.errors import NetworkError, listed
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS, ModifierClass
from skimpy_renaissance.network.reaction import (
    MechanismDefinition,
    ModifierDefinition,
    Reaction,
)
from skimpy_renaissance.network.roles import Roles, symbol

__all__ = ["build_reaction"]


def build_reaction(
    name: str,
    mechanism: MechanismDefinition,
    *,
    modifiers: tuple[ModifierDefinition, ...] = (),
    enzyme: str | None = None,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
) -> Reaction:
    """Build a reaction from its definition.

    Parameters
    ----------
    name
        Identifier of the reaction.
    mechanism
        Mechanism class, roles and coefficients.
    modifiers
        Modifiers, in the order in which they act.
    enzyme
        Metabolite that catalyses the reaction: the rate is then ``kcat_forward`` times it.
    rate_laws
        Mechanism class to rate law.

    Returns
    -------
    Reaction

    Raises
    ------
    NetworkError
        The class is unknown, a role is missing, surplus or misnumbered, or a coefficient has the
        wrong sign.
    """
    law = _mechanism_class(name, mechanism.class_name, rate_laws)
    roles = _roles(name, mechanism, law, enzyme)
    rate = law.rate(roles)
    names = dict(roles.metabolites)
    declared: list[tuple[str, bool]] = []
    hooks: dict[str, str] = {}
    for parameter, role in law.declared(roles).items():
        full_name = f"{parameter}_{name}"
        names[parameter] = full_name
        declared.append((full_name, False))
        if role is not None:
            hooks[full_name] = roles.metabolites[role]
    declared += [(metabolite, True) for metabolite in roles.metabolites.values()]
    stoichiometry = _mechanism_balance(roles)

    for position, modifier in enumerate(modifiers, start=1):
        kind = _modifier_class(name, modifier)
        local = f"{kind.role}_modifier{position}"
        names[local] = modifier.metabolite
        constants = {}
        for order, parameter in enumerate(kind.constants):
            local_constant = f"{parameter}_modifier{position}"
            full_name = f"{parameter}_{modifier.label}_{name}"
            constants[parameter] = symbol(local_constant)
            names[local_constant] = full_name
            declared.append((full_name, False))
            if order == 0:
                hooks[full_name] = modifier.metabolite
        rate = kind.apply(rate, symbol(local), _number(modifier.stoichiometry), constants)
        declared.append((modifier.metabolite, True))
        if kind.balanced and modifier.stoichiometry != 0:
            stoichiometry[modifier.metabolite] = modifier.stoichiometry

    used = {str(s) for s in (rate.forward - rate.backward).free_symbols}
    capacity = next((c for c in ("kcat_forward", "vmax_forward") if c in used), None)
    return Reaction(
        name=name,
        rate=rate,
        names={local: full_name for local, full_name in names.items() if local in used},
        metabolites=_in_skimpy_order(roles, modifiers),
        stoichiometry={m: n for m, n in stoichiometry.items() if n != 0},
        declared=tuple(declared),
        hooks=hooks,
        capacity=None if capacity is None else f"{capacity}_{name}",
        equilibrium_constant=f"k_equilibrium_{name}" if "k_equilibrium" in used else None,
        mechanism=mechanism,
        modifiers=modifiers,
        enzyme=enzyme,
    )


def _mechanism_class(
    reaction: str, class_name: str, rate_laws: Mapping[str, MechanismClass]
) -> MechanismClass:
    try:
        return rate_laws[class_name]
    except KeyError:
        raise NetworkError(
            f"Reaction {reaction!r} has the mechanism {class_name!r}; supported are "
            f"{listed(sorted(rate_laws), most=len(rate_laws))}."
        ) from None


def _modifier_class(reaction: str, modifier: ModifierDefinition) -> ModifierClass:
    try:
        return MODIFIERS[modifier.class_name]
    except KeyError:
        raise NetworkError(
            f"Reaction {reaction!r} has the modifier {modifier.class_name!r} "
            f"({modifier.key!r}); supported are {listed(sorted(MODIFIERS), most=len(MODIFIERS))}."
        ) from None


def _roles(
    reaction: str, mechanism: MechanismDefinition, law: MechanismClass, enzyme: str | None
) -> Roles:
    stoichiometry = (
        _checked(reaction, mechanism.stoichiometry) if law.generic else law.stoichiometry
    )
    missing = [role for role in stoichiometry if role not in mechanism.roles]
    surplus = [role for role in mechanism.roles if role not in stoichiometry]
    if missing or surplus:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) needs the roles "
            f"{listed(stoichiometry, most=20)}; missing {listed(missing) or 'none'}, "
            f"surplus {listed(surplus) or 'none'}."
        )
    if mechanism.inhibitors and not law.inhibitors:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) cannot have the inhibitor roles "
            f"{listed(mechanism.inhibitors)}; use {mechanism.class_name}Inhibited where it exists."
        )
    metabolites = {**mechanism.roles, **mechanism.inhibitors}
    if enzyme is not None:
        metabolites["enzyme"] = enzyme
    regulators = tuple(mechanism.inhibitors)
    last_role = {metabolites[role]: role for role in (*stoichiometry, *regulators)}
    return Roles(
        metabolites=metabolites,
        stoichiometry=stoichiometry,
        inhibitors=regulators,
        enzyme=enzyme is not None and "kcat_forward" in law.parameters,
        constant_of={role: last_role[metabolites[role]] for role in (*stoichiometry, *regulators)},
    )


def _checked(reaction: str, coefficients: Mapping[str, float]) -> dict[str, float]:
    """Require roles numbered 1, 2, ... per side, with coefficients of the right sign."""
    numbers: dict[str, list[int]] = {"substrate": [], "product": []}
    for role, coefficient in coefficients.items():
        match = re.fullmatch(r"(substrate|product)(\d+)", role)
        if match is None or not coefficient or (coefficient > 0) != (match[1] == "product"):
            raise NetworkError(
                f"Reaction {reaction!r}: mechanism_stoichiometry needs entries like "
                f"substrate1: -1.0 and product1: 1.0, got {role!r}: {coefficient!r}."
            )
        numbers[match[1]].append(int(match[2]))
    for kind, found in numbers.items():
        if found != list(range(1, len(found) + 1)):
            raise NetworkError(
                f"Reaction {reaction!r}: {kind} roles must be numbered 1, 2, ... without gaps, "
                f"got {found}."
            )
    if not coefficients:
        raise NetworkError(f"Reaction {reaction!r} needs a mechanism_stoichiometry; it is empty.")
    return {role: float(coefficient) for role, coefficient in coefficients.items()}


def _mechanism_balance(roles: Roles) -> dict[str, float]:
    """Metabolite to coefficient; a metabolite in two roles counts twice."""
    balance: dict[str, float] = {}
    for role, coefficient in roles.stoichiometry.items():
        metabolite = roles.metabolites[role]
        balance[metabolite] = balance.get(metabolite, 0.0) + coefficient
    return balance


def _in_skimpy_order(
    roles: Roles, modifiers: tuple[ModifierDefinition, ...]
) -> tuple[str, ...]:
    """Mechanism roles in file order, the enzyme, modifiers' metabolites, competitive inhibitors."""
    order = [m for role, m in roles.metabolites.items() if role not in roles.inhibitors]
    order += [modifier.metabolite for modifier in modifiers]
    order += [roles.metabolites[role] for role in roles.inhibitors]
    return tuple(dict.fromkeys(order))


def _number(value: float) -> sympy.Expr:
    return sympy.Integer(int(value)) if float(value).is_integer() else sympy.Float(value, 17)
