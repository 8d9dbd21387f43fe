"""What a model file would say of each reaction of a network, orders aside."""

from collections.abc import Collection
from typing import Any

from skimpy_renaissance.network import KineticNetwork


def definitions(network: KineticNetwork, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Reaction to class, roles, coefficients and small molecules, some of these left out."""
    return {
        r.name: (
            r.mechanism.class_name,
            dict(r.mechanism.roles),
            dict(r.mechanism.stoichiometry),
            {
                m.metabolite: (m.class_name, m.stoichiometry)
                for m in r.modifiers
                if m.metabolite not in without
            },
        )
        for r in network.reactions
    }
