r"""Rate laws in quotients :math:`u = s/K_m`.

The product of forty concentrations in nmol/L, as in a biomass law, exceeds the largest float; that
of forty :math:`s/K_m` does not.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

__all__ = ["in_quotients"]


def in_quotients(
    expression: sympy.Expr, quotients: Mapping[sympy.Symbol, sympy.Expr]
) -> sympy.Expr:
    """Write an expression in quotients.

    Parameters
    ----------
    expression
        A product, for example a rate law.
    quotients
        Symbol of a concentration to :math:`u K_m`.

    Returns
    -------
    sympy.Expr
        Constants are taken out of sums, so that those above and below the line cancel.
    """
    replaced = expression.xreplace(dict(quotients))
    return sympy.Mul(*(sympy.factor_terms(factor) for factor in sympy.Mul.make_args(replaced)))
