r"""Rate laws with their derivatives, each distinct law once.

.. math::
    v = v_f - v_b, \qquad \frac{\partial v}{\partial x_j}\ \text{for every metabolite role } j,

as expressions of the law's symbols, with the rows that its reactions take for them.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem
from skimpy_renaissance.instructions import Law
from skimpy_renaissance.instructions.quotients import in_quotients
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["laws_of", "slopes_of"]


def laws_of(system: OdeSystem) -> list[Law]:
    """Return the distinct rate laws.

    Parameters
    ----------
    system
        Reactions over variables and parameters.

    Returns
    -------
    list of Law
        Rows are positions in ``variables`` followed by ``parameter_names``; the derivatives of
        all reactions, in order, are those of :func:`slopes_of`.
    """
    row = {name: i for i, name in enumerate((*system.variables, *system.parameter_names))}
    members: dict[tuple[Rate, tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for position, reaction in enumerate(system.reactions):
        law = reaction.rate, tuple(reaction.names), _variable_roles(reaction, system)
        members.setdefault(law, []).append(position)
    laws = []
    for (rate, names, roles), reactions in members.items():
        symbols, net, slopes, ratios = _derived(rate, names, roles)
        arguments = [[row[n] for n in system.reactions[r].names.values()] for r in reactions]
        laws.append(Law(symbols, net, slopes, arguments, reactions, ratios))
    return laws


def slopes_of(system: OdeSystem) -> list[tuple[int, int]]:
    """Return (reaction, variable) for each derivative, in the order of ``slopes``.

    Parameters
    ----------
    system
        Reactions over variables and parameters.

    Returns
    -------
    list of tuple
        Positions; a pair stands twice where a metabolite takes two roles of a reaction, and its
        derivatives add up.
    """
    column = {name: i for i, name in enumerate(system.variables)}
    return [
        (row, column[reaction.names[role]])
        for row, reaction in enumerate(system.reactions)
        for role in _variable_roles(reaction, system)
    ]


def _variable_roles(reaction: Reaction, system: OdeSystem) -> tuple[str, ...]:
    variables = frozenset(system.variables)
    return tuple(role for role, name in reaction.names.items() if name in variables)


def _derived(
    rate: Rate, names: Sequence[str], roles: Sequence[str]
) -> tuple[list[sympy.Symbol], sympy.Expr, list[sympy.Expr], dict[sympy.Symbol, sympy.Expr]]:
    """Return symbols, net rate, derivatives and what :math:`u = s/K_m` in them stands for."""
    own = {name: sympy.Symbol(f"a{i}", real=True) for i, name in enumerate(names)}
    km = {name: own[f"km_{name}"] for name in names if f"km_{name}" in own}
    scaled = {name: sympy.Symbol(f"u_{own[name]}", real=True) for name in km}
    net = in_quotients(
        rate.forward - rate.backward,
        {symbol(name): scaled[name] * km[name] if name in km else own[name] for name in names},
    )
    slopes = [_slope(net, scaled.get(role, own[role])) / km.get(role, 1) for role in roles]
    ratios = {scaled[name]: own[name] / km[name] for name in km}
    return list(own.values()), net, slopes, ratios


def _slope(expression: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Differentiate each factor once; SymPy does so again for every other factor of a product."""
    if x not in expression.free_symbols:
        return sympy.Integer(0)
    if isinstance(expression, sympy.Add):
        return sympy.Add(*(_slope(term, x) for term in expression.args))
    if isinstance(expression, sympy.Mul):
        factors = expression.args
        slopes = [_slope(factor, x) for factor in factors]
        return sympy.Add(
            *(sympy.Mul(*factors[:i], df, *factors[i + 1 :]) for i, df in enumerate(slopes) if df)
        )
    if isinstance(expression, sympy.Pow) and x not in expression.exp.free_symbols:
        base, exponent = expression.args
        return exponent * base ** (exponent - 1) * _slope(base, x)
    return sympy.diff(expression, x)
