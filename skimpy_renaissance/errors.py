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
    """Base of every error that this package raises on purpose.

    Examples
    --------
    >>> try:
    ...     network.reaction("PFKK")
    ... except sr.errors.RenaissanceError as error:
    ...     print(error)
    There is no reaction of 'e_coli_core' called 'PFKK'; did you mean 'PFK'? ...
    """


class InputError(RenaissanceError, ValueError):
    """An argument or a table holds a value that cannot be used.

    Examples
    --------
    >>> sr.sample_steady_states(network, 0, like=states)
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: n must be a whole number >= 1, got 0.
    """


class FileFormatError(InputError):
    """A file exists but is not what its name or the call says it is.

    Examples
    --------
    >>> sr.read_skimpy_yaml("absent.yaml")
    Traceback (most recent call last):
    skimpy_renaissance.errors.FileFormatError: The kinetic model absent.yaml cannot be opened: ...
    """


class MissingEntryError(InputError):
    """A needed name (reaction, metabolite, parameter, column) is absent from the input.

    Examples
    --------
    >>> network.with_parameters({"vmax_forward_PFKK": 1.0})
    Traceback (most recent call last):
    skimpy_renaissance.errors.MissingEntryError: ...; did you mean 'vmax_forward_PFK'? ...
    """


class NetworkError(InputError):
    """A kinetic model is inconsistent: unknown class, missing role, name used twice.

    Examples
    --------
    >>> sr.KineticNetwork("empty", reactions=())
    Traceback (most recent call last):
    skimpy_renaissance.errors.NetworkError: A kinetic model needs at least one reaction; ...
    """


class SteadyStateError(InputError):
    """A steady-state profile contradicts the network: balance, direction, positivity.

    Examples
    --------
    >>> from dataclasses import replace
    >>> sr.compile(network).at(replace(state, fluxes=-state.fluxes))
    Traceback (most recent call last):
    skimpy_renaissance.errors.SteadyStateError: Every Vmax must be positive, but ...
    """


class UnitsError(InputError):
    """Two quantities that must share units do not.

    Examples
    --------
    >>> sr.Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=3.0)
    Traceback (most recent call last):
    skimpy_renaissance.errors.UnitsError: gdw_gww_ratio is gram dry per gram wet weight and ...
    """


class SamplingError(RenaissanceError, RuntimeError):
    """Sampling ended without a single usable model.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import collect, log_uniform_prior
    >>> blocks = iter([log_uniform_prior(bound).sample(20, seed=1)])
    >>> collect(bound, blocks, sr.Validity(partition=-1e6), n=3, max_draws=20)
    Traceback (most recent call last):
    skimpy_renaissance.errors.SamplingError: 0 of 20 models were valid (below -1e+06 1/h), ...
    """


class OutputError(RenaissanceError, OSError):
    """A result cannot be written where it was asked for.

    Examples
    --------
    >>> sr.write_skimpy_yaml(network, "absent/model.yaml")
    Traceback (most recent call last):
    skimpy_renaissance.errors.OutputError: Cannot write ... does not exist. Create it first, ...
    """


class SkimpyImportError(RenaissanceError, ImportError):
    """SKiMPy is needed but absent, or the unrelated package of the same name is installed.

    Examples
    --------
    >>> try:
    ...     sr.from_skimpy(network)  # which is no model of SKiMPy
    ... except (sr.errors.SkimpyImportError, sr.errors.InputError) as error:
    ...     print(f"Not read: {error}")
    Not read: ... sr.read_skimpy_yaml.
    """


class MissingExtraError(RenaissanceError, ImportError):
    """An optional dependency is needed but absent.

    Examples
    --------
    >>> from skimpy_renaissance.extras import import_extra
    >>> import_extra("absent_package", extra="tune", needed_by="Tuning")
    Traceback (most recent call last):
    skimpy_renaissance.errors.MissingExtraError: Tuning needs absent_package, ... '.[tune]'
    """


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
