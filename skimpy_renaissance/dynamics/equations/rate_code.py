r"""Rate laws as plain Python functions of numbers, for one model at a time.

An integrator asks for the rates of one model at one point, thousands of times in a row. Each
distinct rate law is written out once as two functions of its symbols,

.. math::
    v = v_f - v_b, \qquad \frac{\partial v}{\partial x_j}\ \text{for every metabolite role } j,

with common subexpressions shared, and each reaction calls those of its law. The result is text:
it travels to other processes, where functions do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy
from sympy.printing.pycode import pycode

from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["slopes_of", "write_rate_code"]


def write_rate_code(system: OdeSystem) -> str:
    """Return the source of ``rates(x, p)`` and ``slopes(x, p)``.

    Parameters
    ----------
    system
        Reactions over variables and parameters.

    Returns
    -------
    str
        A module of two functions of sequences of numbers in the order of ``variables`` and
        ``parameter_names``. ``rates`` returns one number per reaction; ``slopes`` one per entry of
        :func:`slopes_of`.
    """
    place = {name: f"x{i}" for i, name in enumerate(system.variables)}
    place |= {name: f"p{i}" for i, name in enumerate(system.parameter_names)}
    laws: dict[tuple[Rate, tuple[str, ...], tuple[str, ...]], int] = {}
    rates, slopes = [], []
    for reaction in system.reactions:
        roles = _variable_roles(reaction, system)
        law = laws.setdefault((reaction.rate, tuple(reaction.names), roles), len(laws))
        arguments = ", ".join(place[name] for name in reaction.names.values())
        rates.append(f"rate_{law}({arguments})")
        slopes.append(f"*slope_{law}({arguments})")
    functions = [
        text
        for (rate, symbols, roles), number in laws.items()
        for text in _law(rate, symbols, roles, number)
    ]
    opening = [
        f"    [{', '.join(f'{letter}{i}' for i in range(len(names)))}] = {letter}"
        for letter, names in (("x", system.variables), ("p", system.parameter_names))
    ]
    for name, calls in (("rates", rates), ("slopes", slopes)):
        body = [f"        {call}," for call in calls]
        functions.append(
            "\n".join([f"def {name}(x, p):", *opening, "    return [", *body, "    ]"])
        )
    return "import math\n\n\n" + "\n\n\n".join(functions) + "\n"


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


def _law(rate: Rate, symbols: Sequence[str], roles: Sequence[str], number: int) -> list[str]:
    short = {symbol(name): sympy.Symbol(f"a{i}", real=True) for i, name in enumerate(symbols)}
    net = (rate.forward - rate.backward).xreplace(short)
    own, opening = _relative(symbols, short)
    net = _cancelled(net.xreplace({s: k * u for s, (k, u) in own.items()}))
    slopes = []
    for role in roles:
        s = short[symbol(role)]
        constant, u = own.get(s, (sympy.Integer(1), s))
        slopes.append(sympy.diff(net, u) / constant)
    arguments = ", ".join(map(str, short.values()))
    return [
        _function(f"rate_{number}({arguments})", [net], opening, single=True),
        _function(f"slope_{number}({arguments})", slopes, opening, single=False),
    ]


def _relative(
    symbols: Sequence[str], short: Mapping[sympy.Symbol, sympy.Symbol]
) -> tuple[dict[sympy.Symbol, tuple[sympy.Symbol, sympy.Symbol]], list[str]]:
    """Return concentration to (constant, concentration per constant), and the lines that divide.

    The product of forty concentrations in nmol/L, as in a biomass law, exceeds the largest float;
    that of forty :math:`s/K_m` does not.
    """
    own, opening = {}, []
    for name in symbols:
        if f"km_{name}" in symbols:
            s, constant = short[symbol(name)], short[symbol(f"km_{name}")]
            u = sympy.Symbol(f"u{str(s)[1:]}", real=True)
            own[s] = constant, u
            opening.append(f"    {u} = {s} / {constant}")
    return own, opening


def _cancelled(product: sympy.Expr) -> sympy.Expr:
    """Take constants out of sums, so that those above and below the line cancel."""
    return sympy.Mul(*(sympy.factor_terms(factor) for factor in sympy.Mul.make_args(product)))


def _function(
    head: str, results: Sequence[sympy.Expr], opening: Sequence[str], *, single: bool
) -> str:
    shared, results = sympy.cse(results, symbols=sympy.numbered_symbols("c"))
    lines = [*opening, *(f"    {name} = {pycode(value)}" for name, value in shared)]
    values = [pycode(value) for value in results]
    returned = values[0] if single else f"({''.join(value + ', ' for value in values)})"
    return "\n".join([f"def {head}:", *lines, f"    return {returned}"])
