"""Packages that are installed on request only: ``pip install 'skimpy_renaissance[tune]'``."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from skimpy_renaissance.errors import MissingExtraError

__all__ = ["import_extra"]


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
            f"Install it: pip install 'skimpy_renaissance[{extra}]'."
        ) from error
