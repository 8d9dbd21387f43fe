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
    "FILE_OR_NAME",
    "GROUPS",
    "LABEL",
    "LAYERS",
    "NAMED",
    "NAMED_NUMBERS",
    "NAMED_RANGES",
    "NAMES",
    "NUMBER",
    "NUMBERS",
    "NUMBER_PAIR",
    "NUMBER_RANGE",
    "PATH",
    "RANGE",
    "SWITCH",
    "TEXT",
    "WHOLE",
    "WHOLES",
    "WHOLE_RANGE",
    "Kind",
    "choice",
    "kind_of",
    "number_or",
    "range_of",
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
    several
        Whether its flag may be given several times, for one part of the value each.
    """

    name: str
    metavar: str
    read: Callable[[object], object]
    several: bool = False


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


def _file_or_name(value: object) -> object:
    text = _text(value)
    return _path(text) if Path(text).suffix or Path(text).name != text else text


def range_of(text: str) -> tuple[float, float]:
    """Return lowest and highest of a range as it is written: ``"-9:-8"``, or one number.

    Parameters
    ----------
    text
        The range.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        It is none.
    """
    low, colon, high = text.partition(":")
    ends = float(low), float(high if colon else low)
    if not ends[0] <= ends[1]:
        raise ValueError
    return ends


def _range(value: object) -> object:
    written = str(_number(value)) if isinstance(value, int | float) else _text(value)
    range_of(written)
    return written


def _named(read: Callable[[str], object]) -> Callable[[object], object]:
    def pair(value: object) -> object:
        name, equals, text = _text(value).partition("=")
        if not (name.strip() and equals):
            raise ValueError
        read(text.strip())
        return f"{name.strip()}={text.strip()}"

    def all_of(value: object) -> object:
        if isinstance(value, dict):
            value = [f"{name}={_joined(one)}" for name, one in value.items()]
        return _several(pair)(value)

    return all_of


def _joined(value: object) -> str:
    return ":".join(map(str, value)) if isinstance(value, list) else str(value)


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
NAMES = Kind("names, as atp_c,nadh_c or a TOML list", "NAMES", _several(_text), several=True)
FILE_OR_NAME = Kind("a file or a name", "FILE|NAME", _file_or_name)
RANGE = Kind("a number or a range, as 0.6 or 0.6:0.7", "LOW:HIGH", _range)
NAMED_RANGES = Kind(
    "names with a number or a range, as EX_glc__D_e=-9:-8,EX_o2_e=-15 or a TOML table of lists",
    "NAME=LOW:HIGH",
    _named(range_of),
    several=True,
)
NAMED_NUMBERS = Kind(
    "names with a number, as c=7.5,e=7 or a TOML table",
    "NAME=NUMBER",
    _named(_number),
    several=True,
)
NAMED = Kind(
    "names of either side, as q8=kegg:C00399 or a TOML table",
    "NAME=NAME",
    _named(_text),
    several=True,
)
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
