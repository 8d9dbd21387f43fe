"""From what a model file says of a reaction to the reaction itself.

A mechanism gives the rate law, modifiers act on it in file order, and every symbol is tied to the
metabolite or parameter that it stands for.

The coefficient of a small molecule *replaces* that of a mechanism's role, or of an earlier small
molecule, filled by the same metabolite. SKiMPy 1.0.2 replaces it where an earlier reaction holds
the metabolite too, and otherwise adds the two; its ODEs always replace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf

from skimpy_renaissance.errors import NetworkError, listed, repeated
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS, ModifierClass
from skimpy_renaissance.network.reaction import (
    MechanismDefinition,
    ModifierDefinition,
    Reaction,
)
from skimpy_renaissance.network.roles import Roles, exact, symbol

__all__ = ["build_reaction", "modifier_class"]

_MOST_MODIFIERS = 100
_SMALLEST, _LARGEST = 1e-15, 1e9
_OWN_FORMULA = "Others are given by a file of formulas: formulas=FILE."


def build_reaction(
    name: str,
    mechanism: MechanismDefinition,
    *,
    modifiers: tuple[ModifierDefinition, ...] = (),
    enzyme: str | None = None,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
    modifier_classes: Mapping[str, ModifierClass] = MODIFIERS,
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
    modifier_classes
        Modifier class to what it does.

    Returns
    -------
    Reaction

    Raises
    ------
    NetworkError
        The class is unknown, a role is missing, surplus or misnumbered, or a coefficient has the
        wrong sign.

    Examples
    --------
    >>> from skimpy_renaissance.network import MechanismDefinition, build_reaction
    >>> pair = {"substrate": "g6p_c", "product": "f6p_c"}
    >>> law = MechanismDefinition("ReversibleMichaelisMenten", pair)
    >>> reaction = build_reaction("PGI", law)
    >>> sr.KineticNetwork("one step", (reaction,)).km_names
    ('km_substrate_PGI', 'km_product_PGI')
    """
    law = _mechanism_class(name, mechanism.class_name, rate_laws)
    roles = _roles(name, mechanism, law, enzyme)
    _require_bounded(name, roles, modifiers)
    try:
        rate = law.rate(roles)
    except NetworkError as error:
        raise NetworkError(f"Reaction {name!r} ({mechanism.class_name}): {error}") from None
    names = dict(roles.metabolites)
    declared: list[tuple[str, bool]] = []
    hooks: dict[str, str] = {}
    for parameter, role in law.declared(roles).items():
        full_name = law.full_name(parameter, name)
        names[parameter] = full_name
        declared.append((full_name, False))
        if role is not None:
            hooks[full_name] = roles.metabolites[role]
    declared += [(metabolite, True) for metabolite in roles.metabolites.values()]
    stoichiometry = _mechanism_balance(roles)

    for position, modifier in enumerate(modifiers, start=1):
        kind = modifier_class(name, modifier.key, modifier.class_name, modifier_classes)
        local = f"{kind.role}_modifier{position}"
        names[local] = modifier.metabolite
        constants = {}
        for order, parameter in enumerate(kind.constants):
            local_constant = f"{parameter}_modifier{position}"
            full_name = f"{parameter}_{modifier.label}_{name}"
            constants[parameter] = symbol(local_constant)
            names[local_constant] = full_name
            declared.append((full_name, False))
            if order == 0 and kind.saturating:
                hooks[full_name] = modifier.metabolite
        for role in kind.further_roles:
            names[f"{role}_modifier{position}"] = modifier.roles[role]
            constants[role] = symbol(f"{role}_modifier{position}")
        rate = kind.apply(rate, symbol(local), exact(modifier.stoichiometry), constants)
        acting = modifier.roles.values() or [modifier.metabolite]
        declared += [(metabolite, True) for metabolite in acting]
        if kind.balanced and modifier.stoichiometry != 0:
            stoichiometry[modifier.metabolite] = modifier.stoichiometry

    _require_unique_parameters(name, declared)
    used = {str(s) for s in rate.forward.free_symbols | rate.backward.free_symbols}
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
            f"{listed(sorted(rate_laws), most=len(rate_laws))}. {_OWN_FORMULA}"
        ) from None


def modifier_class(
    reaction: str,
    key: str,
    class_name: str,
    modifier_classes: Mapping[str, ModifierClass] = MODIFIERS,
) -> ModifierClass:
    """Return the class of a modifier.

    Parameters
    ----------
    reaction, key
        What has the modifier, and what the modifier is called, for the message.
    class_name
        SKiMPy's name of the class, or that of a formula.
    modifier_classes
        Class name to class.

    Returns
    -------
    ModifierClass

    Raises
    ------
    NetworkError
        There is no class of that name.
    """
    try:
        return modifier_classes[class_name]
    except KeyError:
        known = sorted(modifier_classes)
        raise NetworkError(
            f"Reaction {reaction!r} has the modifier {class_name!r} ({key!r}); supported are "
            f"{listed(known, most=len(known))}. {_OWN_FORMULA}"
        ) from None


def _roles(
    reaction: str, mechanism: MechanismDefinition, law: MechanismClass, enzyme: str | None
) -> Roles:
    stoichiometry = _coefficients(reaction, mechanism, law)
    catalyst = mechanism.roles.get("enzyme", enzyme)
    if catalyst != enzyme:
        raise NetworkError(
            f"Reaction {reaction!r} has the role 'enzyme': {catalyst!r} but is catalysed by "
            f"{enzyme!r}. Give both the same metabolite."
        )
    filled = [role for role in mechanism.roles if role != "enzyme"]
    missing = [role for role in stoichiometry if role not in filled]
    surplus = [role for role in filled if role not in stoichiometry]
    if missing or surplus:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) needs the roles "
            f"{listed(stoichiometry, most=20)}; missing {listed(missing) or 'none'}, "
            f"surplus {listed(surplus) or 'none'}."
        )
    _require_regulators(reaction, mechanism, law)
    if law.by_expression and not mechanism.expression:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) needs a rate_expression such as "
            "'k1*A*B'; SKiMPy's export drops it. Add it to the mechanism."
        )
    metabolites = dict(mechanism.roles)
    if enzyme is not None:
        metabolites["enzyme"] = enzyme
    metabolites.update(mechanism.inhibitors)
    with_constants = [
        role for role in (*stoichiometry, *mechanism.inhibitors) if law.has_constant(role)
    ]
    last_role = {metabolites[role]: role for role in with_constants}
    return Roles(
        metabolites=metabolites,
        stoichiometry=stoichiometry,
        inhibitors=tuple(mechanism.inhibitors),
        enzyme=enzyme is not None and "kcat_forward" in law.parameters,
        constant_of={role: last_role[metabolites[role]] for role in with_constants},
        expression=mechanism.expression or "",
    )


def _coefficients(
    reaction: str, mechanism: MechanismDefinition, law: MechanismClass
) -> dict[str, float]:
    given = dict(mechanism.stoichiometry)
    if not law.generic:
        if given and given != dict(law.stoichiometry):
            raise NetworkError(
                f"Reaction {reaction!r}: {mechanism.class_name} has the coefficients "
                f"{dict(law.stoichiometry)}, got {given}. Remove its mechanism_stoichiometry, or "
                "choose a class that takes one, such as Convenience."
            )
        return dict(law.stoichiometry)
    if not given:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) needs a mechanism_stoichiometry such "
            "as substrate1: -1.0, product1: 1.0; it has none."
        )
    numbers: dict[str, list[int]] = {"substrate": [], "product": []}
    for role, coefficient in given.items():
        match = re.fullmatch(r"(substrate|product)(\d{1,6})", role)
        if match is None or not _right_sign(match[1], coefficient, law):
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
    return {role: float(coefficient) for role, coefficient in given.items()}


def _right_sign(kind: str, coefficient: float, law: MechanismClass) -> bool:
    if kind == "product":
        return 0 < coefficient < inf
    return -inf < coefficient < 0 or (coefficient == 0 and law.zero_coefficients)


def _require_bounded(
    reaction: str, roles: Roles, modifiers: tuple[ModifierDefinition, ...]
) -> None:
    """Raise for numbers that computer algebra would take for ever with, before it sees them."""
    if len(modifiers) > _MOST_MODIFIERS:
        raise NetworkError(
            f"Reaction {reaction!r} has {len(modifiers)} modifiers; at most {_MOST_MODIFIERS} are "
            "read. Remove those without effect."
        )
    given = {**roles.stoichiometry, **{one.key: one.stoichiometry for one in modifiers}}
    for role, coefficient in given.items():
        if coefficient != 0 and not _SMALLEST <= abs(coefficient) <= _LARGEST:
            raise NetworkError(
                f"Reaction {reaction!r}: the coefficient of {role!r} must be 0, or between "
                f"{_SMALLEST:g} and {_LARGEST:g} in size; it is {coefficient!r}."
            )


def _require_regulators(reaction: str, mechanism: MechanismDefinition, law: MechanismClass) -> None:
    given = list(mechanism.inhibitors)
    wanted = [law.regulators.format(k) for k in range(1, len(given) + 1)]
    if given and not law.regulators:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) cannot have the regulating roles "
            f"{listed(given)}; use {mechanism.class_name}Inhibited with inhibitor roles where it "
            "exists, or a modifier."
        )
    if law.regulators != "*" and given != wanted:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}): regulating roles must be "
            f"{listed(wanted)}, in this order; got {listed(given)}."
        )
    if len(given) > law.most_regulators:
        raise NetworkError(
            f"Reaction {reaction!r} ({mechanism.class_name}) has at most {law.most_regulators} "
            f"regulating roles, got {listed(given)}."
        )
    if len(given) < law.fewest_regulators:
        raise NetworkError(
            f"Reaction {reaction!r} is {mechanism.class_name} without an inhibitor1 role: SKiMPy's "
            "export drops competitive inhibitors. Add 'inhibitor1: <metabolite>' to its mechanism, "
            "or load the model without regulation and use add_regulation."
        )


def _require_unique_parameters(reaction: str, declared: list[tuple[str, bool]]) -> None:
    twice = repeated(name for name, is_metabolite in declared if not is_metabolite)
    if twice:
        raise NetworkError(
            f"Reaction {reaction!r} declares {listed(twice)} twice: two of its modifiers have the "
            "same label. Give each its own."
        )


def _mechanism_balance(roles: Roles) -> dict[str, float]:
    """Metabolite to coefficient; a metabolite in two roles counts twice."""
    balance: dict[str, float] = {}
    for role, coefficient in roles.stoichiometry.items():
        metabolite = roles.metabolites[role]
        balance[metabolite] = balance.get(metabolite, 0.0) + coefficient
    return balance


def _in_skimpy_order(roles: Roles, modifiers: tuple[ModifierDefinition, ...]) -> tuple[str, ...]:
    """Mechanism roles in file order, the enzyme, modifiers' metabolites, competitive inhibitors."""
    order = [m for role, m in roles.metabolites.items() if role not in roles.inhibitors]
    for modifier in modifiers:
        order += modifier.roles.values() or [modifier.metabolite]
    order += [roles.metabolites[role] for role in roles.inhibitors]
    return tuple(dict.fromkeys(order))
