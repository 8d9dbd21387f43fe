"""Everything a live SKiMPy model holds, as plain text and numbers: to see that nothing changed."""

from typing import Any

_DEPTH = 12


def contents(thing: Any, seen: frozenset[int] = frozenset(), depth: int = 0) -> Any:
    """Return everything reachable from a SKiMPy object."""
    if depth > _DEPTH or id(thing) in seen:
        return "..."
    seen = seen | {id(thing)}
    module = type(thing).__module__
    if isinstance(thing, dict):
        inside = [(str(k), contents(v, seen, depth + 1)) for k, v in thing.items()]
        attributes = vars(thing) if hasattr(thing, "__dict__") else {}
        return inside, contents(dict(attributes), seen, depth + 1) if attributes else None
    if isinstance(thing, (list, tuple)):
        return [contents(item, seen, depth + 1) for item in thing]
    if module.startswith("skimpy") and hasattr(thing, "__dict__"):
        return module, {k: contents(v, seen, depth + 1) for k, v in vars(thing).items()}
    if hasattr(thing, "toarray"):
        return thing.toarray().tolist()
    return repr(thing)
