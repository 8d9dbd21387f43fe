r"""From Michaelis constants to Vmax, elasticities and Jacobians: the equations, for some models.

At reference fluxes :math:`v` and concentrations :math:`x` every Km set gives exactly one model that
has this steady state: with :math:`v(1)` the rate at unit capacity,

.. math:: V_{max} = v / v(1), \qquad E_{rm} = \partial\ln v_r/\partial\ln x_m .

Conserved pools tie the dependent metabolites to the independent ones,
:math:`Q = \partial\ln x_d/\partial\ln x_i`, and the Jacobian of the logarithmic concentrations is

.. math:: A = \operatorname{diag}(w_i/x_i)\, N_i \operatorname{diag}(v)\, (E_i + E_d Q),
    \qquad J_{ij} = A_{ij}\, x_i/x_j .

Every function takes kinetics tied to one steady state or several, and ``km``,
`` ... x model x km `` in scaled units.

References
----------
1. Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090
   (ORACLE).
2. Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from skimpy_renaissance.kinetics.rates import elasticity_matrix, unit_rates

if TYPE_CHECKING:
    from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = [
    "elasticities",
    "jacobian",
    "jacobian_from",
    "rates_and_entries",
    "scaled_jacobian",
    "vmax",
]


def rates_and_entries(bound: BoundKinetics, km: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return net rates at unit capacity, and elasticities in the layout's order.

    Elasticities are NaN for a model without finite capacities.
    """
    state = bound.reference.symbol_values
    net, entries = unit_rates(bound.templates, bound.layout, state=state, km=km)
    usable = (net.isfinite() & (net != 0)).all(-1, keepdim=True)
    return net, entries.masked_fill(~usable, torch.nan)


def vmax(bound: BoundKinetics, km: torch.Tensor) -> torch.Tensor:
    r"""Return :math:`V_{max} = v/v(1)`, `` ... x model x reaction ``; 1 without a capacity."""
    unit_rate, _ = rates_and_entries(bound, km)
    values = bound.reference.fluxes / unit_rate
    has_capacity = [name is not None for name in bound.network.vmax_names]
    return values.where(torch.tensor(has_capacity, device=values.device), 1.0)


def elasticities(bound: BoundKinetics, km: torch.Tensor) -> torch.Tensor:
    """Return E, `` ... x model x reaction x metabolite ``."""
    _, entries = rates_and_entries(bound, km)
    return elasticity_matrix(bound.layout, entries, bound.layout.columns)


def scaled_jacobian(bound: BoundKinetics, km: torch.Tensor) -> torch.Tensor:
    """Return A, `` ... x model x independent x independent ``, 1/h."""
    _, entries = rates_and_entries(bound, km)
    return jacobian_from(bound, entries)


def jacobian_from(bound: BoundKinetics, entries: torch.Tensor) -> torch.Tensor:
    r"""Return :math:`A = \operatorname{diag}(w_i/x_i) N_i \operatorname{diag}(v)(E_i + E_d Q)`."""
    reference, n_independent = bound.reference, len(bound.network.conserved_pools.independent)
    matrix = elasticity_matrix(bound.layout, entries, bound.layout.independent_first)
    e_i, e_d = matrix[..., :n_independent], matrix[..., n_independent:]
    return reference.weighted_stoichiometry @ (e_i + e_d @ reference.pool_weights)


def jacobian(bound: BoundKinetics, km: torch.Tensor) -> torch.Tensor:
    """Return J, `` ... x model x independent x independent ``, 1/h."""
    x = bound.reference.independent
    return scaled_jacobian(bound, km) * x[..., :, None] / x[..., None, :]
