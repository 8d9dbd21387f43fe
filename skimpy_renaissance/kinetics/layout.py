"""Where every symbol of every template finds its value, and where every elasticity goes.

Two tables hold all numbers: one per steady state (concentrations, equilibrium constants, other
fixed constants; the same for all models) and one per model (saturation constants). A symbol of a
template is an index per reaction into one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike

from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["Layout", "Source", "make_layout"]


@dataclass(frozen=True, eq=False)
class Source:
    """Origin of one symbol of one template.

    Parameters
    ----------
    per_model
        Whether the value is a saturation constant (else one of the state's table).
    columns
        `` `reaction of the template` ``: column of the table.
    """

    per_model: bool
    columns: torch.Tensor

    def to(self, device: torch.device) -> Source:
        """Return the same on a device."""
        return Source(self.per_model, self.columns.to(device))


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions of names in the two tables, and of elasticities in their matrix.

    Parameters
    ----------
    state_names
        Columns of the state's table.
    km_columns
        `` `km` ``: columns of the models' table that are free, in the order of ``km_names``.
    fixed
        `` `saturation constant` ``: values of the models' table, NaN where free; scaled units.
    sources
        Per template and symbol, where its values come from.
    reaction_order
        `` `reaction` ``: position of each reaction in the concatenation over templates.
    kept
        `` `entry` ``: elasticities towards balanced metabolites, in that same concatenation.
    rows, columns
        `` `entry` ``: reaction and metabolite of each kept elasticity.
    independent_first
        `` `entry` ``: as ``columns``, with independent metabolites before dependent ones.
    n_metabolites
        Number of balanced metabolites.
    """

    state_names: tuple[str, ...]
    km_columns: torch.Tensor
    fixed: torch.Tensor
    sources: tuple[tuple[Source, ...], ...]
    reaction_order: torch.Tensor
    kept: torch.Tensor
    rows: torch.Tensor
    columns: torch.Tensor
    independent_first: torch.Tensor
    n_metabolites: int

    @property
    def n_reactions(self) -> int:
        """Number of reactions."""
        return len(self.reaction_order)

    def to(self, device: torch.device) -> Layout:
        """Return the same on a device."""
        return Layout(
            state_names=self.state_names,
            km_columns=self.km_columns.to(device),
            fixed=self.fixed.to(device),
            sources=tuple(tuple(source.to(device) for source in row) for row in self.sources),
            reaction_order=self.reaction_order.to(device),
            kept=self.kept.to(device),
            rows=self.rows.to(device),
            columns=self.columns.to(device),
            independent_first=self.independent_first.to(device),
            n_metabolites=self.n_metabolites,
        )


def make_layout(network: KineticNetwork, templates: Sequence[Template]) -> Layout:
    """Lay out the tables of a network.

    Parameters
    ----------
    network
        The kinetic model.
    templates
        Its compiled rate laws.

    Returns
    -------
    Layout
    """
    of_model = {name: i for i, name in enumerate(network.hooks)}
    capacities = set(network.vmax_names)
    symbols = (name for reaction in network.reactions for name in reaction.names.values())
    of_state = {
        name: None
        for name in (*network.metabolites, *symbols)
        if name not in of_model and name not in capacities
    }
    position = {name: i for i, name in enumerate(of_state)}
    variable = {name: i for i, name in enumerate(network.variables)}

    sources: list[tuple[Source, ...]] = []
    order: list[int] = []
    kept, rows, columns = [], [], []
    entry = 0
    for template in templates:
        reactions = [network.reactions[r] for r in template.reactions]
        order += template.reactions
        sources.append(
            tuple(
                _source([r.names[local] for r in reactions], of_model, position)
                for local in template.symbols
            )
        )
        for role in template.metabolite_roles:
            for r, reaction in zip(template.reactions, reactions, strict=True):
                metabolite = variable.get(reaction.names[role])
                if metabolite is not None:
                    kept.append(entry)
                    rows.append(r)
                    columns.append(metabolite)
                entry += 1
    values = [network.values.get(name) for name in network.hooks]
    pools = network.conserved_pools
    rank = np.argsort(np.concatenate([pools.independent, pools.dependent]))
    return Layout(
        state_names=tuple(of_state),
        km_columns=_indices([i for i, value in enumerate(values) if value is None]),
        fixed=torch.tensor(
            [torch.nan if value is None else value for value in values], dtype=torch.float64
        ),
        sources=tuple(sources),
        reaction_order=_indices(order).argsort(),
        kept=_indices(kept),
        rows=_indices(rows),
        columns=_indices(columns),
        independent_first=_indices(rank)[_indices(columns)],
        n_metabolites=len(network.variables),
    )


def _source(
    names: Sequence[str], of_model: Mapping[str, int], of_state: Mapping[str, int]
) -> Source:
    per_model = names[0] in of_model
    table = of_model if per_model else of_state
    return Source(per_model, _indices([table[name] for name in names]))


def _indices(positions: ArrayLike) -> torch.Tensor:
    return torch.from_numpy(np.array(positions, dtype=np.int64))
