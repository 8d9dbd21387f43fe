"""Settings of a sampler, used as SKiMPy's scripts use its named tuples.

SKiMPy's ``Parameters`` are named tuples; scripts replace a field, make a dictionary of them, take
them apart, or hand those of one sampler to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar, cast

from skimpy_renaissance.errors import InputError

__all__ = ["LikeNamedTuple", "settings_from"]

_S = TypeVar("_S", bound="LikeNamedTuple")


class LikeNamedTuple:
    """Base of a frozen dataclass that also does what a named tuple does."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._asdict().values())

    def __len__(self) -> int:
        return len(self._fields)

    def __getitem__(self, position: int | slice) -> Any:
        return tuple(self)[position]

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self))  # type: ignore[arg-type]

    def _asdict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._fields}

    def _replace(self: _S, **changes: Any) -> _S:
        changed: _S = replace(self, **changes)  # type: ignore[type-var]
        return changed


def settings_from(given: object, kind: type[_S]) -> _S:
    """Return settings of a sampler from what it was constructed with.

    Parameters
    ----------
    given
        Such settings; ``None`` for the defaults; or a named tuple, whose fields are taken by name,
        as SKiMPy's ``SimpleParameterSampler.Parameters`` is.
    kind
        The sampler's own class of settings.

    Returns
    -------
    LikeNamedTuple

    Raises
    ------
    InputError
        They are something else, or a field of the named tuple is unknown here.
    """
    if given is None:
        return kind()
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if isinstance(given, kind):
        return given
    if isinstance(given, LikeNamedTuple) and names <= set(given._asdict()):
        return cast(_S, given)  # made with further optimisers
    if not isinstance(given, tuple) or not hasattr(given, "_asdict"):
        raise InputError(
            f"A sampler is made with its Parameters(n_samples=...), got {type(given).__name__}."
        )
    stated = {name: value for name, value in given._asdict().items() if value is not None}
    unknown = sorted(stated.keys() - names)
    if unknown:
        raise InputError(
            f"These Parameters have {unknown[0]!r}, which {kind.__name__} has not. Make them "
            "with the Parameters of the sampler that takes them."
        )
    return kind(**stated)
