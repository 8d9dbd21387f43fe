"""Packages that are installed on request only: ``pip install '.[tune]'`` in a checkout."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from skimpy_renaissance.errors import MissingExtraError

__all__ = ["how_to_install", "import_extra"]


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra in a checkout: no index has the package yet.

    Parameters
    ----------
    extra
        For example ``"tune"``.

    Returns
    -------
    str
    """
    return f"pip install '.[{extra}]'"


def import_extra(name: str, *, extra: str, needed_by: str) -> ModuleType:
    """Import a package of an extra.

    Parameters
    ----------
    name
        The module: ``"optuna"``.
    extra
        The extra that installs it: ``"tune"``.
    needed_by
        What cannot be done without it, as the beginning of the message: ``"Tuning"``.

    Returns
    -------
    types.ModuleType

    Raises
    ------
    MissingExtraError
        It is not installed, or cannot be imported.
    """
    package = name.partition(".")[0]
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"{needed_by} needs {package}, which cannot be imported ({error}). "
            f"Install it, in a checkout: {how_to_install(extra)}"
        ) from error
