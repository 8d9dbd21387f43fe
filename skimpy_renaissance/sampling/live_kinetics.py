"""A live SKiMPy model as compiled kinetics, compiled once.

SKiMPy users call a sampler in a loop over steady states and change values, bounds or regulation in
between. The model is read at every call, milliseconds, and its content decides: rate laws are
compiled again only where reactions or boundary conditions have changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.capacity import require_forward_capacities
from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.kinetics.layout import make_layout
from skimpy_renaissance.kinetics.reference import reference_point
from skimpy_renaissance.network import KineticNetwork, free_constants, from_skimpy
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.steady_states.steady_state import SteadyState

__all__ = ["at_state", "compiled_live", "is_live", "relaid"]


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


def compiled_live(
    kinetic_model: Any, *, redraw: bool = False
) -> tuple[CompiledKinetics, KineticNetwork]:
    """Read and compile a live SKiMPy model, or take what has not changed from the last time.

    Parameters
    ----------
    kinetic_model
        A ``skimpy.core.KineticModel``.
    redraw
        Whether saturation constants lose their values.

    Returns
    -------
    kinetics : CompiledKinetics
        For the model as it is now, but for equilibrium constants, other values that stand in the
        table of a state, and bounds.
    network : KineticNetwork
        The model as it is now.

    Raises
    ------
    SkimpyImportError, InputError, NetworkError
        As :func:`~skimpy_renaissance.network.from_skimpy`.
    """
    network = from_skimpy(kinetic_model)
    network = free_constants(network) if redraw else network
    prepared = network.pools is not None
    known = _COMPILED.get(kinetic_model)
    if known is None or not _same_laws(network, known.kinetics.network):
        kinetics = compile_network(network)
    else:
        if not (prepared or known.prepared):
            network = network.with_pools(known.kinetics.network.conserved_pools)
        same = _same_layout(network, known.kinetics.network)
        kinetics = known.kinetics if same else relaid(known.kinetics, network)
    _COMPILED[kinetic_model] = _Compiled(kinetics, prepared)
    return kinetics, network


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


def at_state(
    kinetics: CompiledKinetics,
    network: KineticNetwork,
    state: SteadyState,
    *,
    spectrum: SpectralRoute | None = None,
) -> BoundKinetics:
    """Tie rate laws to a steady state, with a network's own values and bounds.

    Parameters
    ----------
    kinetics
        Compiled for the same reactions, boundaries, pools and saturation constants.
    network
        Its other values and its bounds count.
    state
        The steady state.
    spectrum
        Way from Jacobians to eigenvalues.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    SteadyStateError, MissingEntryError
        As :meth:`~skimpy_renaissance.kinetics.CompiledKinetics.at`.
    """
    reference = reference_point(network, kinetics.layout, state, device=torch.device("cpu"))
    bound = replace(kinetics.at_reference(reference, spectrum=spectrum), network=network)
    require_forward_capacities(bound)
    return bound


def _same_laws(one: KineticNetwork, other: KineticNetwork) -> bool:
    return (one.reactions, one.boundaries) == (other.reactions, other.boundaries)


def _same_layout(one: KineticNetwork, other: KineticNetwork) -> bool:
    """Tell whether networks of the same rate laws differ in values of a state and bounds only."""
    if (one.compartments, one.compartment_of) != (other.compartments, other.compartment_of):
        return False
    if any(one.values.get(name) != other.values.get(name) for name in one.hooks):
        return False
    mine, theirs = one.conserved_pools, other.conserved_pools
    return mine is theirs or (
        mine.approximate == theirs.approximate
        and np.array_equal(mine.matrix, theirs.matrix)
        and np.array_equal(mine.dependent, theirs.dependent)
    )
