"""A live SKiMPy model as compiled kinetics, compiled once.

SKiMPy users call a sampler in a loop over steady states and change values, bounds or regulation in
between. The model is read at every call, milliseconds, and its content decides: rate laws are
compiled again only where reactions or boundary conditions have changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.kinetics.layout import make_layout
from skimpy_renaissance.network import KineticNetwork, from_skimpy

__all__ = ["compiled_live", "is_live", "relaid"]


@dataclass(frozen=True)
class _Compiled:
    """What was made of a live model when it was last seen."""

    kinetics: CompiledKinetics
    prepared: bool  # its conserved pools came with it


_COMPILED: WeakKeyDictionary[Any, _Compiled] = WeakKeyDictionary()


def is_live(model: object) -> bool:
    """Tell whether something is an object of SKiMPy, or of a class made of one of its classes.

    Parameters
    ----------
    model
        Anything.

    Returns
    -------
    bool
    """
    return any(kind.__module__.split(".")[0] == "skimpy" for kind in type(model).__mro__)


def compiled_live(kinetic_model: Any) -> CompiledKinetics:
    """Read and compile a live SKiMPy model, or take what has not changed from the last time.

    Parameters
    ----------
    kinetic_model
        A ``skimpy.core.KineticModel``.

    Returns
    -------
    CompiledKinetics
        Of the model as it is now.

    Raises
    ------
    SkimpyImportError, InputError, NetworkError
        As :func:`~skimpy_renaissance.network.from_skimpy`.
    """
    network = from_skimpy(kinetic_model)
    prepared = network.pools is not None
    known = _COMPILED.get(kinetic_model)
    if known is None or (network.reactions, network.boundaries) != (
        known.kinetics.network.reactions,
        known.kinetics.network.boundaries,
    ):
        kinetics = compile_network(network)
    else:
        if not (prepared or known.prepared):
            network = network.with_pools(known.kinetics.network.conserved_pools)
        kinetics = relaid(known.kinetics, network)
    _COMPILED[kinetic_model] = _Compiled(kinetics, prepared)
    return kinetics


def relaid(kinetics: CompiledKinetics, network: KineticNetwork) -> CompiledKinetics:
    """Return the compiled rate laws for a network that differs in values only.

    Parameters
    ----------
    kinetics
        Compiled for the same reactions and boundaries.
    network
        Has other values, bounds or pools.

    Returns
    -------
    CompiledKinetics
    """
    return replace(kinetics, network=network, layout=make_layout(network, kinetics.templates))
