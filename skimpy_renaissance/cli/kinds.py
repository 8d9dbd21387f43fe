"""Kinds of values that a run file and a flag can hold, read from either.

A flag is text; TOML has types. Both are read here, so that a value means the same in both places.
Whether a number makes sense (positive, below another) is for the object that takes it to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

__all__ = [
    "AIM",
    "GROUPS",
    "LABEL",
    "LAYERS",
    "NAMES",
    "NUMBER",
    "NUMBERS",
    "NUMBER_PAIR",
    "NUMBER_RANGE",
    "PATH",
    "SWITCH",
    "TEXT",
    "WHOLE",
    "WHOLES",
    "WHOLE_RANGE",
    "Kind",
    "choice",
    "kind_of",
    "number_or",
]


@dataclass(frozen=True)
class Kind:
    """One kind of value.

    Parameters
    ----------
    name
        In words, for messages: "a number".
    metavar
        In help texts.
    read
        Text or TOML value to value; raises ``ValueError`` for anything else.
    """

    name: str
    metavar: str
    read: Callable[[object], object]


def choice(options: Collection[str]) -> Kind:
    """Return the kind whose values are a few words.

    Parameters
    ----------
    options
        The words.

    Returns
    -------
    Kind
    """

    def read(value: object) -> object:
        if value not in options:
            raise ValueError
        return value

    return Kind(f"one of {', '.join(options)}", "|".join(options), read)


def number_or(word: str) -> Kind:
    """Return the kind of numbers in whose place one word may stand.

    Parameters
    ----------
    word
        For example ``"any"``, where there is no limit.

    Returns
    -------
    Kind
    """

    def read(value: object) -> object:
        return word if value == word else _number(value)

    return Kind(f"a number or {word}", f"NUMBER|{word}", read)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _path(value: object) -> object:
    return Path(_text(value)).expanduser()


def _label(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ValueError
    return str(value)


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        raise ValueError from None
    if not math.isfinite(number):
        raise ValueError
    return number


def _switch(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _whole(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError
    return int(value)


def _several(read: Callable[[object], object]) -> Callable[[object], tuple[object, ...]]:
    def all_of(value: object) -> tuple[object, ...]:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise ValueError
        return tuple(read(item.strip() if isinstance(item, str) else item) for item in items)

    return all_of


def _two(read: Callable[[object], object]) -> Callable[[object], object]:
    def both(value: object) -> object:
        items = _several(read)(value)
        if len(items) != 2:
            raise ValueError
        return items

    return both


def _layers(value: object) -> object:
    items = value.split(";") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not items:
        raise ValueError
    return tuple(_several(_whole)(item) for item in items)


def _groups(value: object) -> object:
    items = value.split(";") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise ValueError
    return tuple(_several(_text)(item) for item in items)


def _aim(value: object) -> object:
    name, *numbers = _text(value).split(":")
    if len(numbers) != {"mean": 0, "worst": 0, "cvar": 1, "at-least": 2}.get(name):
        raise ValueError
    for number in numbers:
        _number(number)
    return value


PATH = Kind("a path", "PATH", _path)
TEXT = Kind("text", "TEXT", _text)
LABEL = Kind("a name or a whole number", "NAME", _label)
NUMBER = Kind("a finite number", "NUMBER", _number)
WHOLE = Kind("a whole number", "INTEGER", _whole)
WHOLES = Kind("whole numbers, as 256,512,1024 or a TOML list", "INTEGERS", _several(_whole))
NUMBERS = Kind("numbers, as 0.4,0.5 or a TOML list", "NUMBERS", _several(_number))
NAMES = Kind("names, as atp_c,nadh_c or a TOML list", "NAMES", _several(_text))
NUMBER_RANGE = Kind("smallest and largest, as 0.001,0.1 or a TOML list", "LOW,HIGH", _two(_number))
NUMBER_PAIR = Kind("first and last, as 6,70 or a TOML list", "FIRST,LAST", _two(_number))
WHOLE_RANGE = Kind(
    "smallest and largest whole number, as 6,60 or a TOML list", "LOW,HIGH", _two(_whole)
)
SWITCH = Kind("true or false", "", _switch)
"""On the command line two flags without a value: ``--relative``, ``--no-relative``."""
LAYERS = Kind(
    'lists of whole numbers, as "256,512;64,64" or a TOML list of lists', "LAYERS;LAYERS", _layers
)
GROUPS = Kind(
    'groups of names, as "TKT1,TKT2;PGI1,PGI2" or a TOML list of lists', "NAMES;NAMES", _groups
)
AIM = Kind(
    "mean, worst, cvar:SHARE or at-least:SHARE:FOLD, as cvar:0.3 or at-least:0.9:1.2", "AIM", _aim
)
_OF_TYPE = {
    bool: SWITCH,
    int: WHOLE,
    float: NUMBER,
    str: TEXT,
    tuple[int, ...]: WHOLES,
    tuple[float, float]: NUMBER_PAIR,
    tuple[tuple[int, ...], ...]: LAYERS,
    Path: PATH,
}


def kind_of(annotation: Any) -> Kind:
    """Return how values of an annotated type are read.

    Parameters
    ----------
    annotation
        Type of an option: ``int``, ``tuple[float, float]``, ..., with or without ``None``.

    Returns
    -------
    Kind
    """
    return next(_OF_TYPE[one] for one in (annotation, *get_args(annotation)) if one in _OF_TYPE)
