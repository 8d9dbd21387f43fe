r"""From Michaelis constants to Vmax, elasticities and Jacobians: the equations, for some models.

At reference fluxes :math:`v` and concentrations :math:`x` every Km set gives exactly one model that
has this steady state: with :math:`v(1)` the rate at unit capacity,

.. math:: V_{max} = v / v(1), \qquad E_{rm} = \partial\ln v_r/\partial\ln x_m .

Conserved pools tie the dependent metabolites to the independent ones,
:math:`Q = \partial\ln x_d/\partial\ln x_i`, and the Jacobian of the logarithmic concentrations is

.. math:: A = \operatorname{diag}(w_i/x_i)\, N_i \operatorname{diag}(v)\, (E_i + E_d Q),
    \qquad J_{ij} = A_{ij}\, x_i/x_j .

Every function takes the compiled rate laws (templates and layout), one reference state or several,
and ``km``, `` ... x model x km `` in scaled units.

References
----------
1. Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090
   (ORACLE).
2. Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.rates import elasticity_matrix, unit_rates
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.template import Template

__all__ = [
    "elasticities",
    "jacobian",
    "jacobian_from",
    "rates_and_entries",
    "scaled_jacobian",
    "vmax",
]

Templates = Sequence[Template]


def rates_and_entries(
    templates: Templates, layout: Layout, reference: ReferencePoint, km: Tensor
) -> tuple[Tensor, Tensor]:
    """Return net rates at unit capacity, and elasticities in the layout's order.

    Elasticities are NaN for a model without finite capacities.
    """
    net, entries = unit_rates(templates, layout, state=reference.symbol_values, km=km)
    usable = (net.isfinite() & (net != 0)).all(-1, keepdim=True)
    return net, entries.masked_fill(~usable, torch.nan)


def vmax(templates: Templates, layout: Layout, reference: ReferencePoint, km: Tensor) -> Tensor:
    r"""Return :math:`V_{max} = v/v(1)`, `` ... x model x reaction ``; 1 without a capacity."""
    unit_rate, _ = rates_and_entries(templates, layout, reference, km)
    values = reference.fluxes / unit_rate
    has_capacity = [name is not None for name in reference.network.vmax_names]
    return values.where(torch.tensor(has_capacity, device=values.device), 1.0)


def elasticities(
    templates: Templates, layout: Layout, reference: ReferencePoint, km: Tensor
) -> Tensor:
    """Return E, `` ... x model x reaction x metabolite ``."""
    _, entries = rates_and_entries(templates, layout, reference, km)
    return elasticity_matrix(layout, entries, layout.columns)


def scaled_jacobian(
    templates: Templates, layout: Layout, reference: ReferencePoint, km: Tensor
) -> Tensor:
    """Return A, `` ... x model x independent x independent ``, 1/h."""
    _, entries = rates_and_entries(templates, layout, reference, km)
    return jacobian_from(layout, reference, entries)


def jacobian_from(layout: Layout, reference: ReferencePoint, entries: Tensor) -> Tensor:
    r"""Return :math:`A = \operatorname{diag}(w_i/x_i) N_i \operatorname{diag}(v)(E_i + E_d Q)`."""
    matrix = elasticity_matrix(layout, entries, layout.independent_first)
    return reference.weighted_stoichiometry @ reference.along_pools(matrix)


def jacobian(templates: Templates, layout: Layout, reference: ReferencePoint, km: Tensor) -> Tensor:
    """Return J, `` ... x model x independent x independent ``, 1/h."""
    x = reference.independent
    scaled = scaled_jacobian(templates, layout, reference, km)
    return scaled * x[..., :, None] / x[..., None, :]
