"""Options: fields that a dataclass offers to run files, flags, samplers and searches.

An optimiser or a reward declares each of its numbers once, where it takes it: the annotation says
what kind of value it is, :func:`option` what it means and which values can be used. Everything else
that has to know of it reads the declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_args, get_type_hints

from skimpy_renaissance.checks import is_finite_number, require_positive, require_whole
from skimpy_renaissance.errors import InputError

__all__ = ["Option", "Search", "option", "options_of", "require_options"]

_OPTION = "option"  # key of the metadata


@dataclass(frozen=True)
class Search:
    """Where a search looks for the best value.

    Parameters
    ----------
    low, high
        Smallest and largest value.
    help
        One sentence on the range.
    flag
        Flag of the range on the command line.
    log
        Whether values are drawn evenly in their logarithm.

    Examples
    --------
    >>> from skimpy_renaissance.learning import options_of
    >>> search = options_of(sr.NES)["learning_rate"].search
    >>> search.low, search.high, search.log
    (0.0001, 0.03, True)
    """

    low: float
    high: float
    help: str
    flag: str
    log: bool = True


@dataclass(frozen=True)
class Option:
    """What a field declares.

    Parameters
    ----------
    help
        One sentence.
    least
        Smallest whole number, or 0 for numbers that must be positive; ``None``: no limit.
    most
        Largest number.
    short
        Flag of one letter.
    alias
        Another name that samplers accept.
    search
        Where a search looks; ``None``: it is not searched.
    name, type, default
        What the field has; the type without ``None``.

    Examples
    --------
    >>> from skimpy_renaissance.learning import options_of
    >>> decay = options_of(sr.NES)["decay"]
    >>> decay.default, decay.help
    (0.95, 'Factor on the step after each generation.')
    """

    help: str
    least: int | None = None
    most: float | None = None
    short: str | None = None
    alias: str | None = None
    search: Search | None = None
    name: str = ""
    type: Any = None
    default: Any = None


def option(default: object, help: str, **more: Any) -> Any:
    """Declare a field as an option.

    Parameters
    ----------
    default
        Default of the field; ``None`` where the annotation allows it.
    help
        One sentence.
    **more
        Further entries of :class:`Option`.

    Returns
    -------
    dataclasses.Field

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from skimpy_renaissance.learning import option, options_of
    >>> @dataclass(frozen=True)
    ... class Walk:
    ...     stride: float = option(0.05, "Standard deviation of a step.", least=0)
    >>> options_of(Walk)["stride"].help, Walk().stride
    ('Standard deviation of a step.', 0.05)
    """
    return field(default=default, metadata={_OPTION: {"help": help, **more}})


def options_of(declaring: type) -> Mapping[str, Option]:
    """Return the options of a dataclass by name, in the order of its fields.

    Parameters
    ----------
    declaring
        A dataclass; fields without a declaration are left out.

    Returns
    -------
    mapping

    Examples
    --------
    >>> from skimpy_renaissance.learning import options_of
    >>> sorted(options_of(sr.NES))[:3]
    ['decay', 'generations', 'learning_rate']
    """
    types = get_type_hints(declaring)
    return {
        f.name: Option(
            **f.metadata[_OPTION], name=f.name, type=_without_none(types[f.name]), default=f.default
        )
        for f in fields(declaring)
        if _OPTION in f.metadata
    }


def require_options(declared: object) -> None:
    """Raise where a value is not of its option's kind, or out of its limits.

    To be called in ``__post_init__``: NumPy's whole numbers and lists of two become Python's.

    Parameters
    ----------
    declared
        A dataclass with options.

    Raises
    ------
    InputError
        Names the class, the option and the value.

    Examples
    --------
    >>> sr.NES(generations=-1)  # its __post_init__ calls require_options(self)
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: generations of NES must be a whole number ...
    """
    of = type(declared).__name__
    for one in options_of(type(declared)).values():
        value, named = getattr(declared, one.name), f"{one.name} of {of}"
        if value is None and one.default is None:
            continue
        if one.type is int:
            whole = require_whole(named, value, at_least=1 if one.least is None else one.least)
            object.__setattr__(declared, one.name, whole)
            continue
        pair = one.type == tuple[float, float]
        if pair and (not isinstance(value, tuple | list) or len(value) != 2):
            raise InputError(f"{named} must be two numbers, got {value!r}.")
        if pair:
            object.__setattr__(declared, one.name, tuple(value))
        for number in value if pair else (value,):
            if one.least is not None:
                require_positive(named, number)
            elif not is_finite_number(number):
                raise InputError(f"{named} must be a finite number, got {number!r}.")
            if one.most is not None and number > one.most:
                raise InputError(f"{named} must be {one.most:g} or less, got {number!r}.")


def _without_none(annotation: Any) -> Any:
    """Return ``T`` of ``T | None``."""
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return kinds[0] if type(None) in get_args(annotation) else annotation
