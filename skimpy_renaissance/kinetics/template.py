r"""Rate-law templates: one compiled function for all reactions with the same expression.

A reaction's rate is written in local symbols (``substrate1``, ``km_substrate1``, ...), so reactions
of one mechanism share one expression. Each distinct expression is lowered once to a torch function
of tensors `` ... x reaction `` and evaluated for all its reactions and all models together.

A template computes, at unit capacity :math:`V = 1`, forward and backward rate and the elasticity
towards every metabolite role,

.. math:: \varepsilon = \frac{v_f\,\varepsilon_f - v_b\,\varepsilon_b}{v_f - v_b},
    \qquad \varepsilon_{f,b} = \frac{\partial \ln v_{f,b}}{\partial \ln x}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy
import torch

from skimpy_renaissance.kinetics.log_derivative import log_derivative
from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["Template", "UnitRates", "make_templates"]

_CAPACITIES = ("vmax_forward", "kcat_forward")
_FUNCTIONS = {"exp": torch.exp, "log": torch.log}


@dataclass(frozen=True)
class UnitRates:
    """Rates of a template's reactions at unit capacity.

    Parameters
    ----------
    forward, backward
        `` ... x reaction ``, per unit of capacity.
    elasticities
        Per metabolite role `` ... x reaction ``, scaled (dimensionless).
    """

    forward: torch.Tensor
    backward: torch.Tensor
    elasticities: tuple[torch.Tensor, ...]


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
    function
        Values of ``symbols`` to forward, backward, and their logarithmic derivatives.
    """

    reactions: tuple[int, ...]
    symbols: tuple[str, ...]
    metabolite_roles: tuple[str, ...]
    function: Callable[..., Sequence[torch.Tensor]]

    def rates(self, values: Sequence[torch.Tensor]) -> UnitRates:
        """Evaluate all reactions of the template.

        Parameters
        ----------
        values
            Per symbol `` ... x reaction ``, scaled concentration units; leading axes broadcast.

        Returns
        -------
        UnitRates
        """
        forward, backward, *derivatives = self.function(*values)
        n = len(self.metabolite_roles)
        net = forward - backward
        elasticities = tuple(
            (forward * of_forward - backward * of_backward) / net
            for of_forward, of_backward in zip(derivatives[:n], derivatives[n:], strict=True)
        )
        return UnitRates(forward, torch.as_tensor(backward).expand_as(forward), elasticities)


def make_templates(reactions: Sequence[Reaction], metabolites: Sequence[str]) -> tuple[Template, ...]:
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
    unit = {symbol(name): sympy.Integer(1) for name in _CAPACITIES}
    forward, backward = (rate.xreplace(unit) for rate in law)
    symbols = tuple(name for name in example.names if name not in _CAPACITIES)
    roles = tuple(name for name in symbols if example.names[name] in metabolites)
    outputs = [forward, backward]
    outputs += [log_derivative(forward, symbol(role)) for role in roles]
    outputs += [log_derivative(backward, symbol(role)) for role in roles]
    function = sympy.lambdify(
        [symbol(name) for name in symbols], outputs, modules=[_FUNCTIONS], cse=True
    )
    return Template(members, symbols, roles, function)
