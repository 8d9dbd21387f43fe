r"""Which rate law SKiMPy would give a reaction, from its stoichiometry alone.

Water is left out. Small molecules (protons, carbon dioxide) leave the rate law and act on the
displacement from equilibrium instead, unless the reaction has no other reactant. What is left
decides, in this order:

=========================================  ==============================
stoichiometric coefficients                mechanism
=========================================  ==============================
some are not integers                      ``IrrevMichaelisMenten``
1 substrate, 1 product, all 1              ``ReversibleMichaelisMenten``
n substrates, n products, all 1            ``H1GeneralizedReversibleHill``
1 substrate, 2 products, all 1             ``UniBiReversibleHill``
2 substrates, 1 product, all 1             ``BiUniReversibleHill``
anything else                              ``Convenience``
=========================================  ==============================

The coefficients of water count neither way, those of small molecules only where they stay
reactants.

References
----------
.. [1] Weilandt DR et al. (2023) Symbolic kinetic models in Python (SKiMPy): intuitive modeling of
   large-scale biological kinetic models. Bioinformatics 39:btac787.
   doi:10.1093/bioinformatics/btac787
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SMALL_MOLECULES", "RateLaw", "rate_law", "sanitise"]

#: Metabolites that only shift the equilibrium: protons and carbon dioxide.
SMALL_MOLECULES = frozenset({"h_c", "h_e", "co2_c", "co2_e"})

_FIXED_ROLES = {
    "ReversibleMichaelisMenten": ("substrate", "product"),
    "UniBiReversibleHill": ("substrate", "product1", "product2"),
    "BiUniReversibleHill": ("substrate1", "substrate2", "product"),
}
_HILL = ("vmax_forward", "kcat_forward", "vmax_backward", "k_equilibrium", "hill_coefficient")
_GENERIC = ("vmax_forward", "kcat_forward", "k_equilibrium")
#: Parameters that SKiMPy declares besides the saturation constants.
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "ReversibleMichaelisMenten": (
        "vmax_forward", "kcat_forward", "vmax_backward", "k_equilibrium",
        "total_enzyme_concentration", "k1_fwd", "k1_bwd", "k2_fwd", "k2_bwd",
    ),
    "UniBiReversibleHill": _HILL,
    "BiUniReversibleHill": _HILL,
    "H1GeneralizedReversibleHill": _GENERIC,
    "Convenience": _GENERIC,
    "IrrevMichaelisMenten": ("vmax_forward", "kcat_forward"),
}  # fmt: skip


@dataclass(frozen=True)
class RateLaw:
    """One reaction's mechanism.

    Attributes
    ----------
    mechanism
        SKiMPy's class name.
    reactants
        Role (``substrate1``) to metabolite.
    stoichiometry
        Role to signed coefficient.
    small_molecules
        Metabolite that modifies the displacement, to its signed coefficient.
    """

    mechanism: str
    reactants: Mapping[str, str]
    stoichiometry: Mapping[str, float]
    small_molecules: Mapping[str, float]

    @property
    def generic(self) -> bool:
        """Whether the mechanism is built from its stoichiometry (its roles are all numbered)."""
        return self.mechanism not in _FIXED_ROLES

    @property
    def km_roles(self) -> list[str]:
        """Roles with a saturation constant; an irreversible mechanism has none for products."""
        if self.mechanism == "IrrevMichaelisMenten":
            return [role for role in self.reactants if role.startswith("substrate")]
        return list(self.reactants)

    @property
    def parameters(self) -> list[str]:
        """Names of all parameters that SKiMPy declares, without the reaction's name."""
        return [*_PARAMETERS[self.mechanism], *(f"km_{role}" for role in self.km_roles)]


def sanitise(metabolite_id: str) -> str:
    """Turn a metabolite identifier into a symbol: ``13dpg_c`` becomes ``_13dpg_c``.

    Parameters
    ----------
    metabolite_id
        Identifier in the constraint-based model.

    Returns
    -------
    str
        Hyphens between letters become underscores; a leading digit gets an underscore.
    """
    name = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "_", metabolite_id)
    return f"_{name}" if name[0].isdigit() else name


def _mechanism(coefficients: list[float]) -> str:
    if not all(float(value).is_integer() for value in coefficients):
        return "IrrevMichaelisMenten"
    if any(abs(value) != 1 for value in coefficients):
        return "Convenience"
    products = sum(value > 0 for value in coefficients)
    substrates = len(coefficients) - products
    if substrates == products:
        return "ReversibleMichaelisMenten" if products == 1 else "H1GeneralizedReversibleHill"
    return {(1, 2): "UniBiReversibleHill", (2, 1): "BiUniReversibleHill"}.get(
        (substrates, products), "Convenience"
    )


def _numbered(reactants: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Role, metabolite, coefficient; numbered from the largest coefficient, then backwards by id.

    Going backwards through the alphabet is what SKiMPy's import arrives at. It decides which
    substrate faces which product in ``H1GeneralizedReversibleHill``.
    """
    ordered = sorted(reactants.items(), key=lambda item: (item[1], item[0]), reverse=True)
    rows = []
    for side, sign in (("product", 1), ("substrate", -1)):
        members = [(met, value) for met, value in ordered if value * sign > 0]
        rows += [(f"{side}{k}", met, value) for k, (met, value) in enumerate(members, start=1)]
    return rows


def rate_law(stoichiometry: Mapping[str, float], water: frozenset[str]) -> RateLaw | None:
    """Assign the mechanism of one reaction.

    Parameters
    ----------
    stoichiometry
        Metabolite to signed coefficient, substrates negative.
    water
        Metabolites that are water.

    Returns
    -------
    RateLaw or None
        ``None`` where nothing but water reacts.
    """
    present = {met: float(value) for met, value in stoichiometry.items() if met not in water}
    reactants = {met: value for met, value in present.items() if met not in SMALL_MOLECULES}
    small = {met: value for met, value in present.items() if met in SMALL_MOLECULES}
    if not reactants:
        reactants, small = small, {}
    if not reactants:
        return None
    mechanism = _mechanism(list(reactants.values()))
    rows = _numbered(reactants)
    if mechanism in _FIXED_ROLES:
        known = _FIXED_ROLES[mechanism]
        rows = [(role if role in known else role[:-1], met, value) for role, met, value in rows]
    return RateLaw(
        mechanism=mechanism,
        reactants={role: sanitise(met) for role, met, _ in rows},
        stoichiometry={role: value for role, _, value in rows},
        small_molecules={sanitise(met): value for met, value in sorted(small.items())},
    )
