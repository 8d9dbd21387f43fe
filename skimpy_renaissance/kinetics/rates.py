r"""Rates and elasticities of all reactions of many models, template by template.

.. math:: V_{max,r} = v_r / v_r(1), \qquad E_{rm} = \partial\ln v_r/\partial\ln x_m

with :math:`v(1)` the net rate at unit capacity.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.template import Template

__all__ = ["StateValues", "elasticity_matrix", "unit_rates"]

StateValues = tuple[tuple[torch.Tensor | None, ...], ...]


def unit_rates(
    templates: Sequence[Template], layout: Layout, *, state: StateValues, km: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Evaluate all rate laws at unit capacity.

    Parameters
    ----------
    templates
        Compiled rate laws.
    layout
        Positions of the names.
    state
        The state's values, ``symbol_values`` of a reference point.
    km
        `` ... x model x km ``, scaled units: the free saturation constants.

    Returns
    -------
    net : torch.Tensor
        `` ... x model x reaction ``: net rate per unit of capacity.
    elasticities : torch.Tensor
        `` ... x model x entry ``: those towards balanced metabolites, in the layout's order.
    """
    saturation = _saturation_constants(layout, km)
    axes = torch.broadcast_shapes(_leading_axes(state), km.shape[:-1])
    nets, elasticities = [], []
    for template, sources, of_state in zip(templates, layout.sources, state, strict=True):
        values = [
            saturation[..., source.columns] if value is None else value
            for source, value in zip(sources, of_state, strict=True)
        ]
        net, *of_roles = template.function(*values)
        shape = (*axes, len(template.reactions))
        nets.append(_filled(net, shape, km))
        elasticities += [_filled(elasticity, shape, km) for elasticity in of_roles]
    net = torch.cat(nets, dim=-1).index_select(-1, layout.reaction_order)
    return net, torch.cat(elasticities, dim=-1).index_select(-1, layout.kept)


def elasticity_matrix(layout: Layout, entries: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Place elasticities in their matrix; roles filled by one metabolite add up.

    Parameters
    ----------
    layout
        Positions of the entries.
    entries
        `` ... x entry ``, from :func:`unit_rates`.
    columns
        `` entry ``: column of each entry, in the order of metabolites that is wanted.

    Returns
    -------
    torch.Tensor
        `` ... x reaction x metabolite ``.
    """
    axes = entries.shape[:-1]
    flat = entries.new_zeros(*axes, layout.n_reactions * layout.n_metabolites)
    target = layout.rows * layout.n_metabolites + columns
    flat.scatter_add_(-1, target.expand(entries.shape), entries)
    return flat.view(*axes, layout.n_reactions, layout.n_metabolites)


def _saturation_constants(layout: Layout, km: torch.Tensor) -> torch.Tensor:
    """Return `` ... x saturation constant ``: the free ones given, the fixed ones filled in."""
    if len(layout.km_columns) == len(layout.fixed):
        return km
    table = layout.fixed.expand(*km.shape[:-1], -1)
    return table.index_copy(-1, layout.km_columns, km)


def _leading_axes(state: StateValues) -> torch.Size:
    """Return the state's axes before `` reaction ``."""
    values = (value for of_template in state for value in of_template)
    return next(value.shape[:-1] for value in values if value is not None)


def _filled(
    value: torch.Tensor | float, shape: tuple[int, ...], like: torch.Tensor
) -> torch.Tensor:
    """Return in full what is the same along some axes."""
    if isinstance(value, torch.Tensor):
        return value.expand(shape)
    return like.new_full(shape, value)
