r"""One reaction: a rate law over named roles, and what fills each role.

The rate is written in *local* symbols, the roles: ``substrate1``, ``km_substrate1``,
``vmax_forward``. ``names`` says which metabolite or parameter stands behind each. Reactions with
the same rate law therefore share one expression, and later one compiled function.

.. math:: v = v_f - v_b
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import sympy

__all__ = ["MechanismDefinition", "ModifierDefinition", "Rate", "Reaction"]


@dataclass(frozen=True)
class Rate:
    """Forward and backward rate as SymPy expressions in local symbols.

    Parameters
    ----------
    forward, backward
        Both non-negative at positive concentrations; the net rate is their difference.

    Examples
    --------
    >>> rate = network.reaction("PGI").rate
    >>> rate.backward / rate.forward
    product/(k_equilibrium*substrate)
    """

    forward: sympy.Expr
    backward: sympy.Expr


@dataclass(frozen=True)
class MechanismDefinition:
    """A mechanism as a model file states it.

    Parameters
    ----------
    class_name
        SKiMPy's class, for example ``"Convenience"``.
    roles
        Role to metabolite, in file order; ``enzyme`` among them where the file lists it.
    stoichiometry
        Role to signed coefficient, in the order in which parameters are declared; empty for
        classes that fix it.
    inhibitors
        Roles that only regulate (competitive inhibitors, transcription factors, crowding
        molecules), to metabolite.
    expression
        The rate itself, for the class that takes it from the file.

    Examples
    --------
    >>> from skimpy_renaissance.network import MechanismDefinition, build_reaction
    >>> roles = {"substrate": "g6p_c", "product": "f6p_c"}
    >>> definition = MechanismDefinition("ReversibleMichaelisMenten", roles)
    >>> build_reaction("PGI", definition).hooks
    {'km_substrate_PGI': 'g6p_c', 'km_product_PGI': 'f6p_c'}
    """

    class_name: str
    roles: Mapping[str, str]
    stoichiometry: Mapping[str, float] = field(default_factory=dict)
    inhibitors: Mapping[str, str] = field(default_factory=dict)
    expression: str | None = None


@dataclass(frozen=True)
class ModifierDefinition:
    """A modifier as a model file states it.

    Parameters
    ----------
    key
        Its key in the file; decides nothing, so modifiers that differ in it alone are equal.
    class_name
        SKiMPy's class, for example ``"DisplacementSmallMoleculeModifier"``.
    metabolite
        The small molecule, activator or inhibitor.
    stoichiometry
        Signed coefficient of the metabolite in the mass balance.
    label
        Part of its parameters' names: ``k_inhibition_<label>_<reaction>``.
    roles
        For a class given by a formula: role to metabolite, the first of which is ``metabolite``.

    Examples
    --------
    >>> (proton,) = network.reaction("ACKr").modifiers
    >>> proton.class_name, proton.metabolite, proton.stoichiometry
    ('DisplacementSmallMoleculeModifier', 'h_c', -1.0)
    """

    key: str = field(compare=False)
    class_name: str
    metabolite: str
    stoichiometry: float = 0.0
    label: str = ""
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Reaction:
    """A reaction of a kinetic network.

    Parameters
    ----------
    name
        Identifier, as in the model file.
    rate
        Rate law in local symbols.
    names
        Local symbol to metabolite or parameter, for every symbol of ``rate``.
    metabolites
        All metabolites of the reaction, boundaries included, in order of first appearance.
    stoichiometry
        Metabolite to signed coefficient (substrates negative), zeros left out.
    declared
        All parameters the mechanism and its modifiers declare, used by the rate or not: pairs of
        (name, ``True`` where the name is a metabolite that counts as a parameter only when it is
        a boundary), in SKiMPy's order.
    hooks
        Saturation constant to metabolite.
    capacity
        The parameter the rate is proportional to, scaled to match the reference flux.
    equilibrium_constant
        The equilibrium constant, where the rate has one.
    mechanism, modifiers, enzyme
        What the model file said, for writing it back; ``None`` for a rate without such a form.

    Examples
    --------
    >>> isomerase = network.reaction("PGI")
    >>> isomerase.stoichiometry, isomerase.capacity
    ({'g6p_c': -1.0, 'f6p_c': 1.0}, 'vmax_forward_PGI')
    """

    name: str
    rate: Rate
    names: Mapping[str, str]
    metabolites: tuple[str, ...]
    stoichiometry: Mapping[str, float]
    declared: tuple[tuple[str, bool], ...]
    hooks: Mapping[str, str]
    capacity: str | None
    equilibrium_constant: str | None
    mechanism: MechanismDefinition | None = None
    modifiers: tuple[ModifierDefinition, ...] = ()
    enzyme: str | None = None

    def parameter_names(self, boundaries: Set[str]) -> tuple[str, ...]:
        """Return the reaction's parameters, boundary metabolites among them, in SKiMPy's order."""
        return tuple(
            name for name, is_metabolite in self.declared if not is_metabolite or name in boundaries
        )
