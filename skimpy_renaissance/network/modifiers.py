r"""Modifiers: how a further metabolite acts on a finished rate law.

Small molecules (protons, mostly) act on the displacement from equilibrium or to first order, and
join the mass balance; activators and inhibitors scale both directions and do not. With
concentration :math:`m`, signed coefficient :math:`\nu`, constants :math:`k` and :math:`h`:

=====================================  ==========================================================
class                                  effect on :math:`(v_f, v_b)`
=====================================  ==========================================================
``DisplacementSmallMoleculeModifier``  :math:`v_b \leftarrow v_b\, m^\nu`
``FirstOrderSmallMoleculeModifier``    :math:`v_f \leftarrow v_f\, m^{-\nu}` where :math:`\nu < 0`,
                                       :math:`v_b \leftarrow v_b\, m^\nu` where :math:`\nu > 0`
``ActivationModifier``                 both times :math:`1 + m/k`
``InhibitionModifier``                 both over :math:`1 + m/k`
``HillActivationModifier``             both times :math:`1 + a_{max} (m/k)^h/(1 + (m/k)^h)`
``SimpleHillActivationModifier``       both times :math:`1 + (m/k)^h`
``HillInhibitionModifier``             both over :math:`1 + (m/k)^h`
=====================================  ==========================================================

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy

from skimpy_renaissance.network.reaction import Rate

__all__ = ["MODIFIERS", "ModifierClass"]

Constants = Mapping[str, sympy.Symbol]


@dataclass(frozen=True)
class ModifierClass:
    """A modifier class, of SKiMPy or by a formula.

    Parameters
    ----------
    role
        What the file calls the metabolite: ``small_molecule``, ``activator`` or ``inhibitor``.
    apply
        (rate, metabolite, coefficient, constants) to the modified rate; the metabolites of further
        roles are among the constants.
    constants
        Parameters it declares, in order; the first is the saturation constant.
    prefix
        SKiMPy's short name, part of the parameters' names.
    further_roles
        What the file calls further metabolites that act on the rate.
    saturating
        Whether the first constant is a saturation constant.
    by_formula
        Whether it is given by a formula.

    Examples
    --------
    >>> import sympy
    >>> from skimpy_renaissance.network import MODIFIERS, Rate
    >>> v_f, v_b, m, k = sympy.symbols("v_f v_b m k")
    >>> inhibition = MODIFIERS["InhibitionModifier"]
    >>> inhibition.apply(Rate(v_f, v_b), m, sympy.Integer(0), {"k_inhibition": k}).forward
    v_f/(1 + m/k)
    """

    role: str
    apply: Callable[[Rate, sympy.Symbol, sympy.Expr, Constants], Rate]
    constants: tuple[str, ...] = ()
    prefix: str = ""
    further_roles: tuple[str, ...] = ()
    saturating: bool = True
    by_formula: bool = False

    @property
    def balanced(self) -> bool:
        """Whether the metabolite joins the mass balance."""
        return self.role == "small_molecule"


def _displacement(rate: Rate, m: sympy.Symbol, nu: sympy.Expr, _: Constants) -> Rate:
    return Rate(rate.forward, rate.backward * m**nu)


def _first_order(rate: Rate, m: sympy.Symbol, nu: sympy.Expr, _: Constants) -> Rate:
    if nu < 0:
        return Rate(rate.forward * m**-nu, rate.backward)
    return Rate(rate.forward, rate.backward * m**nu)


def _scaled(
    factor: Callable[[sympy.Symbol, Constants], sympy.Expr],
) -> Callable[[Rate, sympy.Symbol, sympy.Expr, Constants], Rate]:
    def apply(rate: Rate, m: sympy.Symbol, _: sympy.Expr, constants: Constants) -> Rate:
        scale = factor(m, constants)
        return Rate(rate.forward * scale, rate.backward * scale)

    return apply


def _activation(m: sympy.Symbol, c: Constants) -> sympy.Expr:
    return 1 + m / c["k_activation"]


def _inhibition(m: sympy.Symbol, c: Constants) -> sympy.Expr:
    return 1 / (1 + m / c["k_inhibition"])


def _hill_activation(m: sympy.Symbol, c: Constants) -> sympy.Expr:
    power = (m / c["k_activation"]) ** c["hill_coefficient"]
    return 1 + c["a_max"] * power / (1 + power)


def _simple_hill_activation(m: sympy.Symbol, c: Constants) -> sympy.Expr:
    return 1 + (m / c["k_activation"]) ** c["hill_coefficient"]


def _hill_inhibition(m: sympy.Symbol, c: Constants) -> sympy.Expr:
    return 1 / (1 + (m / c["k_inhibition"]) ** c["hill_coefficient"])


MODIFIERS: Mapping[str, ModifierClass] = MappingProxyType(
    {
        "DisplacementSmallMoleculeModifier": ModifierClass("small_molecule", _displacement),
        "FirstOrderSmallMoleculeModifier": ModifierClass("small_molecule", _first_order),
        "ActivationModifier": ModifierClass(
            "activator", _scaled(_activation), ("k_activation",), "AM"
        ),
        "InhibitionModifier": ModifierClass(
            "inhibitor", _scaled(_inhibition), ("k_inhibition",), "IM"
        ),
        "HillActivationModifier": ModifierClass(
            "activator",
            _scaled(_hill_activation),
            ("k_activation", "a_max", "hill_coefficient"),
            "HAM",
        ),
        "SimpleHillActivationModifier": ModifierClass(
            "activator",
            _scaled(_simple_hill_activation),
            ("k_activation", "hill_coefficient"),
            "SHAM",
        ),
        "HillInhibitionModifier": ModifierClass(
            "inhibitor", _scaled(_hill_inhibition), ("k_inhibition", "hill_coefficient"), "HIM"
        ),
    }
)
"""Name of a modifier class to what it does.

>>> from skimpy_renaissance.network import MODIFIERS
>>> MODIFIERS["HillInhibitionModifier"].constants
('k_inhibition', 'hill_coefficient')
"""
