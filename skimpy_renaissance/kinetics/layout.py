"""Where every symbol of every template finds its value, and where every elasticity goes.

Two tables hold all numbers: one per steady state (concentrations, equilibrium constants, other
fixed constants; the same for all models) and one per model (saturation constants). A symbol of a
template is an index per reaction into one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import Reaction

__all__ = ["Layout", "Source", "entries_towards", "make_layout"]


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

    @cached_property
    def state_columns(self) -> dict[str, int]:
        """Name to column of the state's table."""
        return {name: i for i, name in enumerate(self.state_names)}

    @property
    def n_reactions(self) -> int:
        """Number of reactions."""
        return len(self.reaction_order)

    def to(self, device: torch.device) -> Layout:
        """Return the same on a device."""
        tensors: Any = {
            n: t.to(device) for n, t in vars(self).items() if isinstance(t, torch.Tensor)
        }
        sources = tuple(tuple(source.to(device) for source in row) for row in self.sources)
        return replace(self, sources=sources, **tensors)


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
    sources = tuple(
        tuple(
            _source([network.reactions[r].names[local] for r in t.reactions], of_model, position)
            for local in t.symbols
        )
        for t in templates
    )
    kept, rows, columns = entries_towards(network.variables, templates, network.reactions)
    values = [network.values.get(name) for name in network.hooks]
    pools = network.conserved_pools
    rank = np.argsort(np.concatenate([pools.independent, pools.dependent]))
    return Layout(
        state_names=tuple(of_state),
        km_columns=_indices([i for i, value in enumerate(values) if value is None]),
        fixed=torch.tensor(
            [torch.nan if value is None else value for value in values], dtype=torch.float64
        ),
        sources=sources,
        reaction_order=_indices([r for t in templates for r in t.reactions]).argsort(),
        kept=kept,
        rows=rows,
        columns=columns,
        independent_first=_indices(rank)[columns],
        n_metabolites=len(network.variables),
    )


def entries_towards(
    names: Sequence[str], templates: Sequence[Template], reactions: Sequence[Reaction]
) -> torch.Tensor:
    """Return which elasticities of all templates are towards some names.

    Parameters
    ----------
    names
        The columns of the matrix of elasticities.
    templates
        Rate laws whose functions return elasticities towards their ``metabolite_roles``.
    reactions
        All reactions of the network.

    Returns
    -------
    torch.Tensor
        `` 3 x entry ``: position in the concatenation over templates, reaction, column.
    """
    column = {name: i for i, name in enumerate(names)}
    filled = [
        (r, column.get(reactions[r].names[role]))
        for template in templates
        for role in template.metabolite_roles
        for r in template.reactions
    ]
    kept = [(entry, r, c) for entry, (r, c) in enumerate(filled) if c is not None]
    return _indices(kept).reshape(-1, 3).T.contiguous()


def _source(
    names: Sequence[str], of_model: Mapping[str, int], of_state: Mapping[str, int]
) -> Source:
    per_model = names[0] in of_model
    table = of_model if per_model else of_state
    return Source(per_model, _indices([table[name] for name in names]))


def _indices(positions: ArrayLike) -> torch.Tensor:
    return torch.from_numpy(np.array(positions, dtype=np.int64))
