"""Saturation constants that have values, freed: they are drawn again.

A constant with a value is kept by every sampler and training. A model to which a parameter set was
given, or a file saved with one, has values for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["free_constants"]


def free_constants(network: KineticNetwork, names: Iterable[str] | None = None) -> KineticNetwork:
    """Return a network in which saturation constants have no value, so that they are drawn.

    Parameters
    ----------
    network
        The kinetic model.
    names
        Saturation constants to free; ``None``: all of them, Ki and Ka included.

    Returns
    -------
    KineticNetwork
        Bounds stay.

    Raises
    ------
    MissingEntryError
        A name is not a saturation constant of this network.

    Examples
    --------
    >>> from skimpy_renaissance.network import free_constants
    >>> fixed = network.with_parameters({name: 100.0 for name in network.km_names})
    >>> len(fixed.km_names), len(free_constants(fixed).km_names)
    (0, 159)
    """
    chosen = set(network.hooks if names is None else names)
    require_names(chosen, network.hooks, what=f"saturation constant of {network.name!r} called")
    kept = {name: value for name, value in network.values.items() if name not in chosen}
    return replace(network, values=kept)
