"""A YAML document read without executing anything, and checked access to its fields.

Every message names the file and the entry, says what is needed and what stands there.
"""

from __future__ import annotations

from typing import Any

import yaml

from skimpy_renaissance.errors import FileFormatError, NetworkError, listed

__all__ = ["load_document", "mapping", "number", "text"]

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
        A key occurs twice in one mapping.
    """
    try:
        with open(source, encoding="utf-8") as file:
            document = yaml.load(file, _Loader)
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


class _Loader(_BaseLoader):
    """The safe loader, refusing a key that occurs twice in one mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise NetworkError(
                    f"{name!r} is used twice in one section (line {key.start_mark.line + 1}). "
                    "Names must be unique: rename or remove one."
                )
            seen.add(name)
        return dict(super().construct_mapping(node, deep=deep))


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
    return {str(key): entry for key, entry in value.items()}


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
    return str(value)
