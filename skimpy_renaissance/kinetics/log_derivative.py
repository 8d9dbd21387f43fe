r"""Logarithmic derivatives of rate laws, by the rules of the logarithmic calculus.

.. math::
    \frac{\partial \ln (ab)}{\partial \ln x} = \varepsilon_a + \varepsilon_b, \quad
    \frac{\partial \ln (a + b)}{\partial \ln x} = \frac{a\,\varepsilon_a + b\,\varepsilon_b}{a+b},
    \quad \frac{\partial \ln a^n}{\partial \ln x} = n\,\varepsilon_a

with :math:`\varepsilon_a = \partial\ln a/\partial\ln x`. For a saturation law this gives sums of
terms between 0 and 1 (1 minus the saturation), without the cancellation of a quotient of
polynomials, and its pieces are shared with the rate itself.
"""

from __future__ import annotations

import sympy

__all__ = ["displacement", "log_derivative"]


def displacement(forward: sympy.Expr, backward: sympy.Expr) -> sympy.Expr:
    r"""Return the displacement from equilibrium, :math:`\Gamma = v_b/v_f`."""
    return sympy.powsimp(backward / forward, combine="exp")


def log_derivative(expression: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    r"""Return :math:`\partial \ln f/\partial \ln x`.

    Parameters
    ----------
    expression
        A positive expression :math:`f`.
    x
        A positive symbol.

    Returns
    -------
    sympy.Expr
    """
    if x not in expression.free_symbols:
        return sympy.Integer(0)
    if expression == x:
        return sympy.Integer(1)
    if isinstance(expression, sympy.Mul):
        return sympy.Add(*(log_derivative(factor, x) for factor in expression.args))
    if isinstance(expression, sympy.Add):
        terms = [term * log_derivative(term, x) for term in expression.args if term.has(x)]
        return sympy.Add(*(term / expression for term in terms))
    if isinstance(expression, sympy.Pow) and x not in expression.exp.free_symbols:
        return expression.exp * log_derivative(expression.base, x)
    return x * sympy.diff(expression, x) / expression
