"""The symbols that a rate law is written in: one per role of a mechanism.

A role is a place that a metabolite takes (``substrate1``, ``inhibitor1``); its constant is named
after it (``km_substrate1``, ``ki_inhibitor1``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sympy

__all__ = ["Roles", "exact", "symbol"]


def symbol(name: str) -> sympy.Symbol:
    """Return the symbol of a role or parameter: positive, as concentrations and constants are."""
    return sympy.Symbol(name, positive=True)


def exact(value: float) -> sympy.Expr:
    """Return a coefficient as a SymPy number: an integer where it is whole."""
    return sympy.Integer(int(value)) if float(value).is_integer() else sympy.Float(value, 17)


@dataclass(frozen=True)
class Roles:
    """Symbols, coefficients and constants of one mechanism.

    Parameters
    ----------
    metabolites
        Role to metabolite.
    stoichiometry
        Role to signed coefficient.
    inhibitors
        Roles that only regulate, in order.
    enzyme
        Whether the rate is :math:`k_{cat} [E]` instead of :math:`V`.
    constant_of
        Role to the role whose constant it uses: its own, save where SKiMPy looks constants up by
        metabolite and one metabolite takes two roles.
    expression
        The rate as text, for the law that is given so.

    Examples
    --------
    >>> from skimpy_renaissance.network import Roles
    >>> roles = Roles(metabolites={"substrate": "g6p_c"}, stoichiometry={"substrate": -1.0})
    >>> roles.V * roles["substrate"] / (roles.km("substrate") + roles["substrate"])
    substrate*vmax_forward/(km_substrate + substrate)
    """

    metabolites: Mapping[str, str]
    stoichiometry: Mapping[str, float]
    inhibitors: tuple[str, ...] = ()
    enzyme: bool = False
    constant_of: Mapping[str, str] = field(default_factory=dict)
    expression: str = ""

    def __getitem__(self, name: str) -> sympy.Symbol:
        """Return the symbol of a role or of a parameter."""
        return symbol(name)

    @property
    def V(self) -> sympy.Expr:  # noqa: N802 - the symbol of every textbook
        """Maximal forward rate."""
        if self.enzyme:
            return self["kcat_forward"] * self["enzyme"]
        return self["vmax_forward"]

    @property
    def K(self) -> sympy.Symbol:  # noqa: N802
        """Equilibrium constant."""
        return self["k_equilibrium"]

    @property
    def substrates(self) -> tuple[str, ...]:
        """Roles with a negative coefficient, in order."""
        return tuple(role for role in self.stoichiometry if role.startswith("substrate"))

    @property
    def products(self) -> tuple[str, ...]:
        """Roles with a positive coefficient, in order."""
        return tuple(role for role in self.stoichiometry if role.startswith("product"))

    def km(self, role: str) -> sympy.Symbol:
        """Return the saturation constant that the law uses for a role."""
        return self.own_km(self.constant_of.get(role, role))

    def own_km(self, role: str) -> sympy.Symbol:
        """Return the saturation constant named after a role."""
        return self[f"ki_{role}" if role.startswith("inhibitor") else f"km_{role}"]

    def hill(self, role: str) -> sympy.Symbol:
        """Return the Hill coefficient of a role."""
        return self[f"hill_coefficient_{self.constant_of.get(role, role)}"]

    def n(self, role: str) -> sympy.Expr:
        """Return the absolute stoichiometric coefficient of a role."""
        return exact(abs(self.stoichiometry[role]))

    def by_role(self) -> Roles:
        """Return the same roles, each with its own constant."""
        return replace(self, constant_of={})
