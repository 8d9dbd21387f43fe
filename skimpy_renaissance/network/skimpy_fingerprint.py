"""What the rate law of a live SKiMPy reaction depends on, as a value that can be compared.

Reading a reaction means symbolic algebra, milliseconds each; telling whether it is still the one
that was read takes microseconds. Numbers of parameters are left out, for they do not enter rate
laws, except where a class from outside SKiMPy might read them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

__all__ = ["fingerprint"]

_DERIVED = frozenset(  # what a mechanism writes to itself while it makes its rate
    {"reaction_rates", "expressions", "expression_parameters", "elementary_reactions"}
)
_READ_BELOW = frozenset({"reactants", "inhibitors", "_parameters"})


def fingerprint(reaction: Any) -> tuple[object, ...]:
    """Return what identifies a reaction's rate law, balance, names and hooks.

    Parameters
    ----------
    reaction
        A ``skimpy.core.Reaction``.

    Returns
    -------
    tuple
        Equal for two readings between which nothing that matters has changed.
    """
    modifiers = ((key, *_part(modifier)) for key, modifier in reaction.modifiers.items())
    return (reaction.name, reaction.enzyme, *_part(reaction.mechanism), *modifiers)


def _part(part: Any) -> Iterator[object]:
    """Describe a mechanism or a modifier."""
    kind = type(part)
    yield kind
    yield _items(part.reactants)
    yield _items(part.inhibitors or {})
    foreign = kind.__module__.split(".")[0] != "skimpy"
    yield tuple(
        (name, p.symbol, None if p.hook is None else p.hook.name, p.value if foreign else None)
        for name, p in part.parameters.items()
    )
    yield tuple(part.reactant_stoichiometry.items())
    for name, value in vars(part).items():
        if name not in _DERIVED and name not in _READ_BELOW:
            yield name
            yield value if isinstance(value, Hashable) else repr(value)


def _items(items: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple((role, item.symbol, item.name, item.type) for role, item in items.items())
