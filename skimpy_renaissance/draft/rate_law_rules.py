r"""Which rate law SKiMPy would give a reaction, from its stoichiometry alone.

Water is left out. Small molecules (protons, carbon dioxide) leave the rate law and act on the
displacement from equilibrium instead, unless the reaction has no other reactant. What is left
decides, in this order:

=========================================  ==============================
stoichiometric coefficients                mechanism
=========================================  ==============================
some are not integers, or the reaction is  ``IrrevMichaelisMenten``
irreversible
1 substrate, 1 product, all 1              ``ReversibleMichaelisMenten``
n substrates, n products, all 1            ``H1GeneralizedReversibleHill``
1 substrate, 2 products, all 1             ``UniBiReversibleHill``
2 substrates, 1 product, all 1             ``BiUniReversibleHill``
anything else                              ``Convenience``
=========================================  ==============================

The coefficients of water count neither way, those of small molecules only where they stay
reactants. Roles are numbered from the largest coefficient; metabolites of equal coefficients take
the numbers backwards, in the order of the model. It decides which substrate faces which product in
``H1GeneralizedReversibleHill``.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from skimpy_renaissance.network import (
    SKIMPY,
    MechanismClass,
    MechanismDefinition,
    ModifierDefinition,
)

__all__ = ["IRREVERSIBLE", "LAWS", "RateLaw", "choose_law"]

IRREVERSIBLE = "IrrevMichaelisMenten"

LAWS: dict[str, MechanismClass] = {
    name: law for name, law in SKIMPY.items() if not law.regulators and not law.by_expression
}
"""Mechanism classes that a stoichiometry is enough for."""

_SMALL = "DisplacementSmallMoleculeModifier"


@dataclass(frozen=True)
class RateLaw:
    """One reaction's mechanism.

    Parameters
    ----------
    law
        SKiMPy's class.
    substrates, products
        Metabolites in the order of their roles, with the size of their coefficients.
    small_molecules
        Metabolite that acts on the displacement, to its signed coefficient.
    why
        What decided, in words.

    Examples
    --------
    >>> from skimpy_renaissance.draft import choose_law
    >>> kinase = {"f6p_c": -1.0, "atp_c": -1.0, "fdp_c": 1.0, "adp_c": 1.0, "h_c": 1.0}
    >>> law = choose_law(kinase, small_molecules=["h_c"])
    >>> law.law, law.why, dict(law.small_molecules)
    ('H1GeneralizedReversibleHill', '2 to 2, all coefficients 1', {'h_c': 1.0})
    """

    law: str
    substrates: tuple[tuple[str, float], ...]
    products: tuple[tuple[str, float], ...]
    small_molecules: Mapping[str, float] = field(default_factory=dict)
    why: str = ""

    @property
    def balance(self) -> dict[str, float]:
        """Metabolite to signed coefficient, small molecules among them."""
        total: dict[str, float] = {}
        for sign, side in ((-1, self.substrates), (1, self.products)):
            for metabolite, coefficient in side:
                total[metabolite] = total.get(metabolite, 0.0) + sign * coefficient
        for metabolite, coefficient in self.small_molecules.items():
            total[metabolite] = total.get(metabolite, 0.0) + coefficient
        return total

    def mechanism(self) -> MechanismDefinition:
        """Return the mechanism with its roles filled, in SKiMPy's order.

        Returns
        -------
        MechanismDefinition
        """
        fixed = LAWS[self.law].stoichiometry
        filled: list[tuple[str, str, float]] = []
        for kind, sign, side in (("substrate", -1, self.substrates), ("product", 1, self.products)):
            names = [role for role in fixed if role.startswith(kind)]
            names = names or [f"{kind}{k}" for k in range(1, len(side) + 1)]
            filled += [(role, m, sign * n) for role, (m, n) in zip(names, side, strict=True)]
        by_number = sorted(filled, key=lambda one: (_number(one[0]), one[2]))
        by_size = sorted(filled, key=lambda one: (one[2], one[0]), reverse=True)
        return MechanismDefinition(
            class_name=self.law,
            roles={role: metabolite for role, metabolite, _ in by_size},
            stoichiometry={} if fixed else {role: n for role, _, n in by_number},
        )

    def modifiers(self) -> tuple[ModifierDefinition, ...]:
        """Return the small molecules as modifiers.

        Returns
        -------
        tuple of ModifierDefinition
        """
        return tuple(
            ModifierDefinition(f"DSM_{metabolite}", _SMALL, metabolite, stoichiometry=coefficient)
            for metabolite, coefficient in self.small_molecules.items()
        )


def _number(role: str) -> int:
    digits = re.search(r"\d+$", role)
    return int(digits[0]) if digits else 0


def choose_law(
    stoichiometry: Mapping[str, float],
    small_molecules: Collection[str],
    *,
    irreversible: bool = False,
) -> RateLaw | None:
    """Choose the mechanism of one reaction.

    Parameters
    ----------
    stoichiometry
        Metabolite to signed coefficient, substrates negative, water left out.
    small_molecules
        Metabolites that act on the displacement.
    irreversible
        Whether nothing flows back.

    Returns
    -------
    RateLaw or None
        ``None`` where nothing reacts.

    Examples
    --------
    >>> from skimpy_renaissance.draft import choose_law
    >>> choose_law({"g6p_c": -1.0, "f6p_c": 1.0}, ()).law
    'ReversibleMichaelisMenten'
    """
    reactants = {m: n for m, n in stoichiometry.items() if m not in small_molecules}
    small = {m: n for m, n in stoichiometry.items() if m in small_molecules}
    if not reactants:
        reactants, small = small, {}
    if not reactants:
        return None
    law, why = _class(list(reactants.values()), irreversible)
    return RateLaw(
        law=law,
        substrates=_in_roles(reactants, "substrate"),
        products=_in_roles(reactants, "product"),
        small_molecules=small,
        why=why,
    )


def _class(coefficients: list[float], irreversible: bool) -> tuple[str, str]:
    if not all(float(n).is_integer() for n in coefficients):
        return IRREVERSIBLE, "lumped: coefficients that are not whole"
    if irreversible:
        return IRREVERSIBLE, "irreversible"
    if any(abs(n) != 1 for n in coefficients):
        return "Convenience", "coefficients other than 1"
    products = sum(n > 0 for n in coefficients)
    substrates = len(coefficients) - products
    why = f"{substrates} to {products}, all coefficients 1"
    if substrates == products:
        return (
            "ReversibleMichaelisMenten" if products == 1 else "H1GeneralizedReversibleHill"
        ), why
    special = {(1, 2): "UniBiReversibleHill", (2, 1): "BiUniReversibleHill"}
    return special.get((substrates, products), "Convenience"), why


def _in_roles(reactants: Mapping[str, float], side: str) -> tuple[tuple[str, float], ...]:
    """Return one side in the order of its numbers, which are dealt out as SKiMPy does.

    Sorted by coefficient, metabolites meet role names sorted by coefficient and then backwards as
    text; ``sorted`` keeps the order of equal ones also when it reverses.
    """
    sign = -1 if side == "substrate" else 1
    ordered = sorted(
        ((m, n) for m, n in reactants.items() if n * sign > 0), key=lambda one: one[1], reverse=True
    )
    roles = sorted(((n, f"{side}{k}") for k, (_, n) in enumerate(ordered, start=1)), reverse=True)
    dealt = {role: one for (_, role), one in zip(roles, ordered, strict=True)}
    return tuple((m, abs(n)) for m, n in (dealt[r] for r in sorted(dealt, key=_number)))
