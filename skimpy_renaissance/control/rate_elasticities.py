r"""Elasticities of net, forward and backward rates towards anything a rate law mentions.

.. math::
    \varepsilon_f = \frac{\partial\ln v_f}{\partial\ln p}, \qquad
    \varepsilon_b = \frac{\partial\ln v_b}{\partial\ln p}, \qquad
    \varepsilon = \varepsilon_f + \frac{\Gamma}{1 - \Gamma}\,(\varepsilon_f - \varepsilon_b),
    \qquad \Gamma = v_b / v_f

for metabolites as for Vmax, Km, equilibrium constants and boundary concentrations. Each rate law is
differentiated symbolically once, for all reactions that share it.

References
----------
Heinrich and Schuster, *The Regulation of Cellular Systems* (1996),
doi:10.1007/978-1-4613-1161-4, chapter 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy
import torch

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.layout import Layout, entries_towards
from skimpy_renaissance.kinetics.log_derivative import displacement, log_derivative
from skimpy_renaissance.kinetics.rates import elasticity_matrix, unit_rates
from skimpy_renaissance.kinetics.template import Lowered, Template
from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.network.roles import symbol

__all__ = ["NET", "SPLIT", "Fluxes", "RateElasticities", "compile_elasticities"]

Derivative = Callable[[sympy.Expr, sympy.Expr, sympy.Symbol], sympy.Expr]


def of_forward(forward: sympy.Expr, backward: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return the elasticity of the forward rate."""
    del backward
    return log_derivative(forward, x)


def of_backward(forward: sympy.Expr, backward: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return the elasticity of the backward rate; 0 where there is none."""
    del forward
    return log_derivative(backward, x)


def of_net(forward: sympy.Expr, backward: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return the elasticity of the net rate."""
    ratio = displacement(forward, backward)
    of_f, of_b = log_derivative(forward, x), log_derivative(backward, x)
    return of_f + ratio / (1 - ratio) * (of_f - of_b)


@dataclass(frozen=True)
class Fluxes:
    """The fluxes whose control is asked for: pairs of (prefix of the name, elasticity).

    Parameters
    ----------
    parts
        One pair per set of fluxes over all reactions.

    Examples
    --------
    >>> sr.control.SPLIT.names(["PFK", "PYK"])
    ('fwd_PFK', 'fwd_PYK', 'bwd_PFK', 'bwd_PYK')
    """

    parts: tuple[tuple[str, Derivative], ...]

    def names(self, reactions: Sequence[str]) -> tuple[str, ...]:
        """Return their names, one set of all reactions after another."""
        return tuple(prefix + name for prefix, _ in self.parts for name in reactions)


NET = Fluxes((("", of_net),))
"""Net fluxes, SKiMPy's ``NET``.

>>> sr.control.NET.names(["PFK", "PYK"])
('PFK', 'PYK')
"""

SPLIT = Fluxes((("fwd_", of_forward), ("bwd_", of_backward)))
"""All forward, then all backward fluxes, SKiMPy's ``SPLIT``.

>>> control = sr.control.control_coefficients(bound, population, fluxes=sr.control.SPLIT)
>>> control.flux.mean("sample").loc[["fwd_PGI", "bwd_PGI"], "vmax_forward_PGI"].round(2)
flux
fwd_PGI    0.67
bwd_PGI    7.37
Name: vmax_forward_PGI, dtype: float64
"""


@dataclass(frozen=True, eq=False)
class RateElasticities:
    """Compiled elasticities of one kind towards given names.

    Parameters
    ----------
    templates
        Rate laws whose functions return the displacement and elasticities.
    layout
        Positions of symbols and entries; ``n_metabolites`` counts the names.
    """

    templates: tuple[Template, ...]
    layout: Layout

    def __call__(self, bound: BoundKinetics, km: torch.Tensor) -> torch.Tensor:
        """Evaluate.

        Parameters
        ----------
        bound
            Kinetics at a steady state.
        km
            `` `model x km` ``, scaled units.

        Returns
        -------
        torch.Tensor
            `` `model x reaction x name` ``, dimensionless.
        """
        values = bound.reference.symbol_values
        _, entries = unit_rates(self.templates, self.layout, state=values, km=km)
        return elasticity_matrix(self.layout, entries, self.layout.columns)


def compile_elasticities(
    bound: BoundKinetics, names: Sequence[str], *, of: Derivative
) -> RateElasticities:
    """Differentiate all rate laws.

    Parameters
    ----------
    bound
        Kinetics of the network.
    names
        Metabolites and parameters, in the order of the columns.
    of
        Which rate: one of the functions of this module.

    Returns
    -------
    RateElasticities
    """
    templates = tuple(
        _towards(names, template, [bound.network.reactions[r] for r in template.reactions], of)
        for template in bound.templates
    )
    kept, rows, columns = entries_towards(names, templates, bound.network.reactions).to(
        bound.reference.device
    )
    layout = replace(
        bound.layout,
        kept=kept,
        rows=rows,
        columns=columns,
        independent_first=columns,
        n_metabolites=len(names),
    )
    return RateElasticities(templates, layout)


def _towards(
    names: Sequence[str], template: Template, reactions: Sequence[Reaction], of: Derivative
) -> Template:
    """Return a template of the same symbols: displacement, then one elasticity per role."""
    wanted, law = set(names), reactions[0]
    roles = tuple(role for role in law.names if any(r.names[role] in wanted for r in reactions))
    capacities = tuple(name for name in law.names if name not in template.symbols)
    rates = law.rate.forward, law.rate.backward
    function = _lowered(*rates, template.symbols, roles, capacities, of)
    return replace(template, metabolite_roles=roles, function=function)


@lru_cache(maxsize=1024)
def _lowered(
    forward: sympy.Expr,
    backward: sympy.Expr,
    symbols: tuple[str, ...],
    roles: tuple[str, ...],
    capacities: tuple[str, ...],
    of: Derivative,
) -> Lowered:
    """Return the displacement and an elasticity per role; laws recur, over models and calls."""
    outputs = [displacement(forward, backward)]
    outputs += [of(forward, backward, symbol(role)) for role in roles]
    unit = {symbol(name): sympy.Integer(1) for name in capacities}
    return Lowered(
        tuple(symbol(name) for name in symbols), tuple(output.xreplace(unit) for output in outputs)
    )
