"""A YAML document read without executing anything, and checked access to its fields.

Every message names the file and the entry, says what is needed and what stands there.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import yaml

from skimpy_renaissance.errors import FileFormatError, InputError, NetworkError, listed
from skimpy_renaissance.network.yaml_limits import require_bounded
from skimpy_renaissance.storage import refuse_pointer

__all__ = ["load_document", "load_plain", "mapping", "number", "text"]

_WANTED = "A kinetic model written by skimpy.io.yaml.export_to_yaml is needed."
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_document(source: str) -> dict[str, Any]:
    """Read a kinetic model's YAML file into plain mappings.

    Parameters
    ----------
    source
        Path of the file.

    Returns
    -------
    dict
        Sections of the file, in its order.

    Raises
    ------
    FileFormatError
        The file cannot be opened, is not YAML, or lacks reactions or parameters.
    NetworkError
        A key occurs twice in one mapping, with different contents.
    """
    try:
        document = load_plain(source)
    except OSError as error:
        raise FileFormatError(f"The kinetic model {source} cannot be opened: {error}.") from error
    except yaml.constructor.ConstructorError as error:
        raise FileFormatError(
            f"{source} holds a Python object, which is not read: {error}. SKiMPy writes its "
            "constraints so; remove them."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise FileFormatError(
            f"{source} is not a YAML file, or is truncated: {error}. {_WANTED}"
        ) from error
    sections = document if isinstance(document, dict) else {}
    missing = [name for name in ("reactions", "parameters") if name not in sections]
    if missing or not sections["reactions"]:
        raise FileFormatError(
            f"{source} is not a SKiMPy kinetic model, or is truncated: it lacks the sections "
            f"{listed(missing or ['reactions'])}. {_WANTED}"
        )
    return sections


def load_plain(source: str) -> Any:
    """Read a YAML file into plain mappings, lists, numbers and text.

    Parameters
    ----------
    source
        Path of the file.

    Returns
    -------
    object

    Raises
    ------
    FileFormatError
        It is nested too deeply, or stands for far more than it holds.
    NetworkError
        A key occurs twice in one mapping, with different contents.
    OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError
        It cannot be opened, or is not YAML.
    """
    refuse_pointer(source)
    with open(source, encoding="utf-8") as file:
        content = file.read()
    require_bounded(source, content, _BaseLoader)
    try:
        return yaml.load(content, TextKeyLoader)
    except InputError:
        raise
    except (ValueError, OverflowError) as error:  # the 99th of a month, a number of 5,000 digits
        raise yaml.YAMLError(f"a value cannot be read: {error}") from error


class TextKeyLoader(_BaseLoader):
    """The safe loader, with names kept as they are written: keys are text, and so is ``NO``.

    A key that occurs twice in one mapping is refused, or the last one kept with a warning where
    both say the same.
    """

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: ARG002
        """Return a mapping with keys of text."""
        own = [(key, value) for key, value in node.value if key.tag != _MERGE]
        self.flatten_mapping(node)
        entries = {_name(key): self.construct_object(value, deep=True) for key, value in node.value}
        seen: dict[str, Any] = {}
        for key, value in own:
            name, read = _name(key), self.construct_object(value, deep=True)
            if name in seen:
                self._require_same(name, seen[name], read, line=key.start_mark.line + 1)
            seen[name] = read
        return entries

    def _require_same(self, name: str, one: object, other: object, *, line: int) -> None:
        if one != other:
            raise NetworkError(
                f"{name!r} is used twice in one section (line {line}), as {one!r} and as "
                f"{other!r}. Names must be unique: rename or remove one."
            )
        warnings.warn(
            f"{name!r} is used twice in one section (line {line}), with the same content; it is "
            "read once.",
            stacklevel=4,
        )


_MERGE = "tag:yaml.org,2002:merge"
_TRUTH = "tag:yaml.org,2002:bool"


def _name(key: Any) -> str:
    if not isinstance(key, yaml.ScalarNode):
        line = key.start_mark.line + 1
        raise yaml.YAMLError(f"a key must be a name, line {line} has {key.id} in its place")
    return str(key.value)


# NO, on, y: names of metabolites and reactions, text as in YAML 1.2; true and false are not
TextKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TRUTH]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
TextKeyLoader.add_implicit_resolver(
    _TRUTH, re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def mapping(source: str, where: str, value: object) -> dict[str, Any]:
    """Return a section as a mapping with text keys; an absent section is empty.

    Parameters
    ----------
    source
        The file.
    where
        The entry, for the message.
    value
        What stands there.

    Returns
    -------
    dict

    Raises
    ------
    FileFormatError
        It is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FileFormatError(
            f"{source}: {where} must be a mapping, got {type(value).__name__} {value!r}."
        )
    return {_printable(source, where, str(key)): entry for key, entry in value.items()}


def number(source: str, where: str, value: object) -> float:
    """Return an entry as a number; YAML takes ``1e-3`` for text, which is accepted.

    Parameters
    ----------
    source
        The file.
    where
        The entry, for the message.
    value
        What stands there.

    Returns
    -------
    float

    Raises
    ------
    FileFormatError
        It is not a number.
    """
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return float(value)
    except (ValueError, OverflowError):
        pass
    raise FileFormatError(f"{source}: {where} needs a number, got {value!r}.")


def text(source: str, where: str, value: object) -> str:
    """Return an entry as a name.

    Parameters
    ----------
    source
        The file.
    where
        The entry, for the message.
    value
        What stands there.

    Returns
    -------
    str

    Raises
    ------
    FileFormatError
        It is empty or not a single value.
    """
    if value is None or value == "" or isinstance(value, dict | list):
        raise FileFormatError(f"{source}: {where} needs a name, got {value!r}.")
    return _printable(source, where, str(value))


def _printable(source: str, where: str, name: str) -> str:
    if not name.isprintable():
        raise FileFormatError(
            f"{source}: {where} has a name with a control character, {name!r}. Names end up in "
            "tables, figures and files: remove it."
        )
    return name
