"""The package's exceptions: one base, a few leaves that also inherit the fitting builtin.

Every message states what is required, what was received (name and value) and what to do next.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable

__all__ = [
    "FileFormatError",
    "InputError",
    "MissingEntryError",
    "MissingExtraError",
    "NetworkError",
    "OutputError",
    "RenaissanceError",
    "SamplingError",
    "SkimpyImportError",
    "SteadyStateError",
    "UnitsError",
    "did_you_mean",
    "listed",
    "repeated",
]


class RenaissanceError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(RenaissanceError, ValueError):
    """An argument or a table holds a value that cannot be used."""


class FileFormatError(InputError):
    """A file exists but is not what its name or the call says it is."""


class MissingEntryError(InputError):
    """A needed name (reaction, metabolite, parameter, column) is absent from the input."""


class NetworkError(InputError):
    """A kinetic model is inconsistent: unknown class, missing role, name used twice."""


class SteadyStateError(InputError):
    """A steady-state profile contradicts the network: balance, direction, positivity."""


class UnitsError(InputError):
    """Two quantities that must share units do not."""


class SamplingError(RenaissanceError, RuntimeError):
    """Sampling ended without a single usable model."""


class OutputError(RenaissanceError, OSError):
    """A result cannot be written where it was asked for."""


class SkimpyImportError(RenaissanceError, ImportError):
    """SKiMPy is needed but absent, or the unrelated package of the same name is installed."""


class MissingExtraError(RenaissanceError, ImportError):
    """An optional dependency is needed but absent."""


def listed(names: Iterable[object], *, most: int = 5) -> str:
    """Join names for a message, the first few only.

    Parameters
    ----------
    names
        What to list.
    most
        How many are spelled out before "and N more".

    Returns
    -------
    str
        For example ``"a, b, c and 4 more"``.

    Examples
    --------
    >>> from skimpy_renaissance.errors import listed
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    items = [str(name) for name in names]
    if len(items) <= most:
        return ", ".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence about a name that is not known.

    Parameters
    ----------
    name
        What was given.
    known
        What there is.

    Returns
    -------
    str
        ``"; did you mean 'PFK'?"``, or a full stop where nothing is near.

    Examples
    --------
    >>> from skimpy_renaissance.errors import did_you_mean
    >>> did_you_mean("PFKK", ["PFK", "PGI"])
    "; did you mean 'PFK'?"
    """
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "."


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once.

    Parameters
    ----------
    names
        Any names.

    Returns
    -------
    list of str
        Each once, in order of first appearance.

    Examples
    --------
    >>> from skimpy_renaissance.errors import repeated
    >>> repeated(["a", "b", "a"])
    ['a']
    """
    return [name for name, n in Counter(names).items() if n > 1]
