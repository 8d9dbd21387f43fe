r"""Rate-law templates: one compiled function for all reactions with the same expression.

A reaction's rate is written in local symbols (``substrate1``, ``km_substrate1``, ...), so reactions
of one mechanism share one expression. Each distinct expression is lowered once to a torch function
of tensors `` ... x reaction `` and evaluated for all its reactions and all models together.

A template computes the net rate at unit capacity :math:`V = 1` and its elasticity towards every
metabolite role,

.. math::
    v(1) = v_f\,(1 - \Gamma), \qquad
    \varepsilon = \varepsilon_f + \frac{\Gamma}{1 - \Gamma}\,(\varepsilon_f - \varepsilon_b),
    \qquad \Gamma = \frac{v_b}{v_f}, \quad
    \varepsilon_{f,b} = \frac{\partial \ln v_{f,b}}{\partial \ln x}.

The displacement from equilibrium :math:`\Gamma` and :math:`\varepsilon_f - \varepsilon_b` are free
of Michaelis constants, and no difference of two nearly equal rates is formed.

References
----------
Noor et al., *FEBS Lett.* 587 (2013) 2772, doi:10.1016/j.febslet.2013.07.028 (a rate as capacity,
saturation and driving force).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy
import torch

from skimpy_renaissance.instructions.quotients import in_quotients
from skimpy_renaissance.kinetics.log_derivative import displacement, log_derivative
from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["Lowered", "Template", "make_templates"]

_CAPACITIES = ("vmax_forward", "kcat_forward")
_FUNCTIONS = {"exp": torch.exp, "log": torch.log}


class Lowered:
    """Expressions as a torch function; it travels to other processes as its expressions.

    Parameters
    ----------
    arguments
        Symbols, in the order of the function's arguments.
    outputs
        What it returns.
    """

    def __init__(
        self, arguments: tuple[sympy.Symbol, ...], outputs: tuple[sympy.Expr, ...]
    ) -> None:
        self.expressions = arguments, outputs
        self._function = sympy.lambdify(arguments, list(outputs), modules=[_FUNCTIONS], cse=True)

    def __call__(self, *values: torch.Tensor) -> Sequence[torch.Tensor | float]:
        """Return the outputs at some values of the arguments."""
        results: Sequence[torch.Tensor | float] = self._function(*values)
        return results

    def __reduce__(self) -> tuple[type[Lowered], tuple[object, ...]]:
        return Lowered, self.expressions


@dataclass(frozen=True)
class Template:
    """A rate law shared by several reactions.

    Parameters
    ----------
    reactions
        Positions of the reactions in the network.
    symbols
        Local symbols of the rate, the capacity left out, in the order of the function's arguments.
    metabolite_roles
        Those of ``symbols`` that are concentrations.
    outputs
        The net rate per unit of capacity and its elasticity towards each metabolite role, as
        expressions of ``symbols`` and of the symbols in ``ratios``.
    ratios
        Symbols to the quotients s/Km that they stand for: the product of forty concentrations in
        nmol/L, as in a biomass law, exceeds the largest float, that of forty s/Km does not.
    function
        Values of ``symbols``, each `` ... x reaction `` in scaled concentration units, to those of
        ``outputs``. What does not depend on a symbol is a number, or lacks that symbol's axes.
    """

    reactions: tuple[int, ...]
    symbols: tuple[str, ...]
    metabolite_roles: tuple[str, ...]
    outputs: tuple[sympy.Expr, ...]
    ratios: Mapping[sympy.Symbol, sympy.Expr]
    function: Lowered


def make_templates(
    reactions: Sequence[Reaction], metabolites: Sequence[str]
) -> tuple[Template, ...]:
    """Group reactions by rate law and compile each law once.

    Parameters
    ----------
    reactions
        Reactions of a network, in order.
    metabolites
        All metabolites of the network, boundaries included.

    Returns
    -------
    tuple of Template
        Every reaction belongs to exactly one.
    """
    known = frozenset(metabolites)
    groups: dict[tuple[sympy.Expr, sympy.Expr], list[int]] = {}
    for position, reaction in enumerate(reactions):
        groups.setdefault((reaction.rate.forward, reaction.rate.backward), []).append(position)
    return tuple(
        _compile(law, tuple(members), reactions[members[0]], known)
        for law, members in groups.items()
    )


def _compile(
    law: tuple[sympy.Expr, sympy.Expr],
    members: tuple[int, ...],
    example: Reaction,
    metabolites: frozenset[str],
) -> Template:
    symbols = tuple(name for name in example.names if name not in _CAPACITIES)
    roles = tuple(name for name in symbols if example.names[name] in metabolites)
    return replace(_template(*law, symbols, roles), reactions=members)


@lru_cache(maxsize=1024)
def _template(
    forward: sympy.Expr, backward: sympy.Expr, symbols: tuple[str, ...], roles: tuple[str, ...]
) -> Template:
    """Return one of no reaction; most laws of a model are those of the models before it."""
    unit = {symbol(name): sympy.Integer(1) for name in _CAPACITIES}
    forward, backward = (rate.xreplace(unit) for rate in (forward, backward))
    saturable = [role for role in roles if f"km_{role}" in symbols]
    ratio = {role: sympy.Symbol(f"{role}_over_km", positive=True) for role in saturable}
    ratios = {ratio[role]: symbol(role) / symbol(f"km_{role}") for role in saturable}
    quotients = {symbol(role): ratio[role] * symbol(f"km_{role}") for role in saturable}
    outputs = tuple(_net_and_elasticities(forward, backward, roles, quotients))
    function = Lowered(
        tuple(symbol(name) for name in symbols), tuple(o.xreplace(ratios) for o in outputs)
    )
    return Template((), symbols, roles, outputs, ratios, function)


def _net_and_elasticities(
    forward: sympy.Expr,
    backward: sympy.Expr,
    roles: Sequence[str],
    quotients: Mapping[sympy.Symbol, sympy.Expr],
) -> list[sympy.Expr]:
    """Return them with ``quotients`` for concentrations, except in what is free of Km."""
    gamma = displacement(forward, backward)
    force = gamma / (1 - gamma)
    outputs = [in_quotients(forward, quotients) * (1 - gamma)]
    for role in roles:
        of_forward = log_derivative(forward, symbol(role))
        of_backward = log_derivative(backward, symbol(role))
        difference = of_forward - of_backward
        outputs.append(
            _sum_in_quotients(of_forward, quotients)
            + force * _sum_in_quotients(difference, quotients)
        )
    return outputs


def _sum_in_quotients(
    terms: sympy.Expr, quotients: Mapping[sympy.Symbol, sympy.Expr]
) -> sympy.Expr:
    return sympy.Add(*(in_quotients(term, quotients) for term in sympy.Add.make_args(terms)))
